import { createContext, use, useSyncExternalStore } from 'react';
import type { Door } from './door/door.ts';
import type { Translator } from './i18n/translator.ts';
import type { LiveState } from './live/live-state.ts';
import type { LiveStore } from './live/live-store.ts';

/** What every part of the window may use. */
export interface WindowTools {
  readonly door: Door;
  readonly live: LiveStore;
  readonly translator: Translator;
}

/** Set once by `main.tsx`; nothing in it changes while the window lives. */
export const WindowContext = createContext<WindowTools | null>(null);

function useWindowTools(): WindowTools {
  const tools = use(WindowContext);
  if (!tools) throw new Error('Render this inside WindowContext.');
  return tools;
}

/** The door to the host. */
export function useDoor(): Door {
  return useWindowTools().door;
}

/** The texts of the user's language. */
export function useTranslator(): Translator {
  return useWindowTools().translator;
}

/** What is known of the host now; renders anew at each change. */
export function useLiveState(): LiveState {
  const { live } = useWindowTools();
  return useSyncExternalStore(live.subscribe, live.getState);
}
