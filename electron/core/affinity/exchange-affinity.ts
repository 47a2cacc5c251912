import type { z } from 'zod';
import type { exchangeAffinity } from '../../../shared/contract/activity.ts';
import type { AnswerFacts } from '../answers/answer-facts.ts';
import type { AffinityStore } from './affinity-store.ts';
import type { KeyedHash } from './keyed-hash.ts';
import { answerBegan, bindAnswered, type Recognition } from './recognise-conversation.ts';

/** The affinity of one exchange: which id goes with it, and what its answer teaches. */
export class ExchangeAffinity {
  readonly #recognition: Recognition;
  readonly #keyed: KeyedHash;
  readonly #store: AffinityStore;
  /** Told whether the upstream took an added id, once that is known. */
  readonly #onAdded: (taken: boolean) => void;
  #dropped = false;
  #requestId: string | null = null;

  constructor(
    recognition: Recognition,
    keyed: KeyedHash,
    store: AffinityStore,
    onAdded: (taken: boolean) => void,
  ) {
    this.#recognition = recognition;
    this.#keyed = keyed;
    this.#store = store;
    this.#onAdded = onAdded;
  }

  /** The id to be added to the request; null if there is none, or the client gave its own. */
  get addedRequestId(): string | null {
    return this.#dropped ? null : (this.#recognition.match?.previousRequestId ?? null);
  }

  /** How the conversation was recognised, and which turn of it this is; null if it was not, or its id was refused. */
  get match(): z.infer<typeof exchangeAffinity> | null {
    const { match } = this.#recognition;
    return this.#dropped || match === null ? null : { how: match.how, turn: match.turn };
  }

  /** Whether the words of the answer matter. To be asked after `answerStarted`. */
  get wantsWords(): boolean {
    return this.#requestId !== null && this.#recognition.keys.asked !== null;
  }

  /** Whether an answer with this status may mean that the added id was refused; from then on there is none. */
  dropAfter(statusCode: number): boolean {
    if (this.addedRequestId === null || !refusals.has(statusCode)) return false;
    this.#dropped = true;
    return true;
  }

  /** The answer that the client gets has begun. */
  answerStarted({
    statusCode,
    requestId,
  }: {
    readonly statusCode: number;
    readonly requestId: string | null;
  }): void {
    if (statusCode < 200 || statusCode > 299) return;
    if (this.#dropped) this.#onAdded(false);
    else if (this.addedRequestId !== null) this.#onAdded(true);
    if (requestId === null) return;
    answerBegan(this.#recognition.keys, this.#store);
    this.#requestId = requestId;
  }

  /** The whole answer was served: the conversation stands here now. `facts`: null if it could not be read. */
  answerEnded(facts: AnswerFacts | null): void {
    if (this.#requestId === null) return;
    const { responseId = null, items = null } = facts ?? {};
    const served = { requestId: this.#requestId, responseId, items };
    bindAnswered(this.#recognition.keys, served, this.#keyed, this.#store);
  }
}

const refusals: ReadonlySet<number> = new Set([400, 404, 409, 410, 422]);
