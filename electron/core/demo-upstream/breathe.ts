import { setImmediate } from 'node:timers/promises';

/** Lets the event loop do its other work. Long loops call it every few milliseconds, since the core may run in Electron's main process. */
export async function breathe(): Promise<void> {
  await setImmediate();
}
