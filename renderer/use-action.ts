import { ORPCError } from '@orpc/client';
import { useState } from 'react';
import type { Translator } from './i18n/translator.ts';
import { useTranslator } from './window-context.tsx';

/** A call to the host as a button sees it. */
export interface Action<A extends unknown[]> {
  /** Runs it; while it runs, further calls do nothing. Never rejects. */
  run(...args: A): Promise<void>;
  readonly busy: boolean;
  /** Why the last run failed, in a sentence; null if it did not. */
  readonly problem: string | null;
}

/** Wraps a call to the host: busy while it runs, and a sentence for the user where it fails. */
export function useAction<A extends unknown[]>(call: (...args: A) => Promise<void>): Action<A> {
  const translator = useTranslator();
  const [busy, setBusy] = useState(false);
  const [problem, setProblem] = useState<string | null>(null);
  return {
    busy,
    problem,
    async run(...args) {
      if (busy) return;
      setBusy(true);
      setProblem(null);
      try {
        await call(...args);
      } catch (error) {
        setProblem(describeProblem(error, translator));
      } finally {
        setBusy(false);
      }
    },
  };
}

function describeProblem(error: unknown, translator: Translator): string {
  if (!(error instanceof ORPCError)) return translator.text('action.unreachable');
  if (error.code === 'UNAUTHORIZED') return translator.text('connection.noSession');
  return error.code === 'INTERNAL_SERVER_ERROR' ? translator.text('action.internal') : error.message;
}
