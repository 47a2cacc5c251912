import type { TokenCounts } from '../../../shared/contract/activity.ts';
import type { AnswerItem } from './answer-item.ts';

/** What an answer said of itself. Null is what it did not say, or what was not read. */
export interface AnswerFacts {
  /** What the assistant said, where the words were to be read. */
  readonly items: readonly AnswerItem[] | null;
  /** The `resp_…` id of an answer of the Responses API. */
  readonly responseId: string | null;
  readonly usage: TokenCounts | null;
  /** Whether the answer, one of its events or its words were longer than is read; `items` is null then. */
  readonly tooLong: boolean;
}
