import { setFlagsFromString } from 'node:v8';
import { runInNewContext } from 'node:vm';

/**
 * Makes the call that frees what has just become garbage (a minor collection, about a millisecond). V8 does not count
 * the memory of buffers when it decides to do so itself: tens of megabytes of passed pieces would pile up during a large
 * upload. V8 shows its collector only by flag, which may be set while it runs (https://nodejs.org/api/v8.html).
 */
export function createYoungGarbageCollector(): () => void {
  setFlagsFromString('--expose-gc');
  const collect: unknown = runInNewContext('gc');
  setFlagsFromString('--no-expose-gc');
  return typeof collect === 'function' ? () => void collect({ type: 'minor' }) : () => undefined;
}
