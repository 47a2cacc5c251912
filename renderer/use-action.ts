import { useState } from 'react';
import { describeProblem } from './describe-problem.ts';
import { useTranslator } from './window-context.tsx';

/** A call to the host as a button sees it. */
export interface Action<A extends unknown[]> {
  /** Runs it; while it runs, further calls do nothing. Never rejects. */
  run(...args: A): Promise<void>;
  readonly busy: boolean;
  /** Why the last run failed or was refused, in a sentence; null if it was not. */
  readonly problem: string | null;
}

/** Wraps a call to the host, which gives null or, in a sentence, why it was refused. */
export function useAction<A extends unknown[]>(call: (...args: A) => Promise<string | null>): Action<A> {
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
        setProblem(await call(...args));
      } catch (error) {
        setProblem(describeProblem(error, translator));
      } finally {
        setBusy(false);
      }
    },
  };
}
