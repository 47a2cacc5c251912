import { AffinityStore } from '../../../electron/core/affinity/affinity-store.ts';
import type { ConversationField } from '../../../electron/core/affinity/conversation-fields.ts';
import { KeyedHash } from '../../../electron/core/affinity/keyed-hash.ts';
import {
  answerBegan,
  bindAnswered,
  type ConversationMatch,
  recogniseConversation,
} from '../../../electron/core/affinity/recognise-conversation.ts';
import { ScopeKeys } from '../../../electron/core/affinity/scope-keys.ts';
import { type AnswerItem, readAnswerItems } from '../../../electron/core/answers/answer-item.ts';
import { scanJsonBody } from '../../../electron/core/body/json-body.ts';
import { HandClock } from '../../support/hand-clock.ts';

export type Message = Readonly<Record<string, unknown>>;

/** What one request came to: who served it, what was recognised, and what ends it. */
export interface Served {
  readonly requestId: string;
  readonly provider: number;
  readonly match: ConversationMatch | null;
  /** The answer was served to its end. */
  readonly finish: (answer: readonly Message[] | null, responseId?: string) => void;
}

export interface AskOptions {
  readonly fields?: Readonly<Record<string, unknown>>;
  readonly headers?: Readonly<Record<string, string>>;
  readonly field?: ConversationField;
  readonly clientId?: string;
  readonly model?: string;
  readonly group?: string | null;
}

/**
 * A proxy's affinity in front of an upstream with many providers: a request without a previous id meets a provider that
 * nobody met before, one with an id meets the provider of that request.
 */
export class InMemoryProviders {
  readonly clock = new HandClock();
  readonly store: AffinityStore;
  readonly #keyed = new KeyedHash(Buffer.alloc(32, 7));
  readonly #scopes = new ScopeKeys(this.#keyed);
  readonly #providerOfRequest = new Map<string, number>();
  #requestCount = 0;
  #providerCount = 0;

  constructor(maxEntries = 10_000) {
    this.store = new AffinityStore(this.clock, maxEntries);
  }

  /** Sends a request up; its answer begins, unless `begins` is false. */
  ask(conversation: unknown, options: AskOptions = {}, begins = true): Served {
    const { fields = {}, headers = {}, field = 'messages', clientId = 'tool', model = 'm' } = options;
    const scanned = scanJsonBody([Buffer.from(JSON.stringify({ model, ...fields, [field]: conversation }))]);
    if (!scanned.ok) throw new Error(scanned.message);
    const scope = this.#scopes.of({ clientId, model, group: options.group ?? null });
    const request = { scope, body: scanned.body, field, headers: Object.entries(headers).flat() };
    const { match, keys } = recogniseConversation(request, this.#keyed, this.store);
    const requestId = `req-${++this.#requestCount}`;
    const known = match?.previousRequestId && this.#providerOfRequest.get(match.previousRequestId);
    const provider = known || ++this.#providerCount;
    this.#providerOfRequest.set(requestId, provider);
    if (begins) answerBegan(keys, this.store);
    return {
      requestId,
      provider,
      match,
      finish: (answer, responseId) => {
        const items: AnswerItem[] | null = answer && answer.flatMap((item) => readAnswerItems(item) ?? []);
        bindAnswered(keys, { requestId, responseId: responseId ?? null, items }, this.#keyed, this.store);
      },
    };
  }

  /** Asks and takes the answer at once. */
  turn(conversation: unknown, answer: readonly Message[] | null, options: AskOptions = {}): Served {
    const served = this.ask(conversation, options);
    served.finish(answer);
    return served;
  }
}

export function user(content: unknown): Message {
  return { role: 'user', content };
}

export function assistant(content: unknown, more: Message = {}): Message {
  return { role: 'assistant', content, ...more };
}
