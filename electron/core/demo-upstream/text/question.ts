import type { JsonRecord } from '../json-value.ts';

/** A function that the client offers. */
export interface OfferedTool {
  readonly name: string;
  /** JSON Schema of its arguments, as sent. */
  readonly parameters: unknown;
}

/** The form that the answer must have. */
export type AnswerForm =
  | { readonly kind: 'text' }
  /** JSON, of the given schema if there is one. */
  | { readonly kind: 'json'; readonly schema: unknown };

/** What a conversation asks of the demo, whichever endpoint it came by. */
export interface DemoQuestion {
  /** The last words of the user. */
  readonly userText: string;
  /** Whether to answer in Russian rather than English. */
  readonly russian: boolean;
  /** One line about each picture of the last user message. */
  readonly images: readonly string[];
  /** What tools gave back since the user's last words. */
  readonly toolResults: readonly string[];
  /** Whether a tool was called anywhere before in the conversation, as far as the request shows it. */
  readonly toolWasCalled: boolean;
  readonly tools: readonly OfferedTool[];
  /** A tool's name if that one must be called; `auto` leaves it to the demo, `none` forbids it. */
  readonly toolChoice: { readonly kind: 'auto' | 'none' } | { readonly kind: 'named'; readonly name: string };
  readonly form: AnswerForm;
  /** Null = no limit. */
  readonly maxTokens: number | null;
  /** All that was said so far, counted. */
  readonly promptTokens: number;
  /** The request as sent, for the provider parameters in it, such as `duration`. */
  readonly request: JsonRecord;
}

/** Whether a text has Cyrillic letters. */
export function isRussian(text: string): boolean {
  return /\p{Script=Cyrillic}/u.test(text);
}
