import { ORPCError } from '@orpc/client';
import type { Translator } from './i18n/translator.ts';

/** Why a call to the host failed, in a sentence for the user. What the core has to say itself is in English. */
export function describeProblem(error: unknown, translator: Translator): string {
  if (!(error instanceof ORPCError)) return translator.text('action.unreachable');
  switch (error.code) {
    case 'UNAUTHORIZED':
      return translator.text('connection.noSession');
    case 'INTERNAL_SERVER_ERROR':
      return translator.text('action.internal');
    case 'NOT_WRITTEN':
      return translator.text('action.notSaved', { reason: error.message });
    default:
      return error.message;
  }
}
