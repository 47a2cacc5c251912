import { AnswerReader } from './answer-reader.ts';
import type { AffinityStore } from './affinity-store.ts';
import type { MessageHasher } from './message-chain.ts';
import { answerBegan, bindAnswered, type Recognition } from './recognise-conversation.ts';

/** What is known of an answer's head. */
export interface AffinityAnswer {
  readonly statusCode: number;
  readonly requestId: string | null;
  readonly contentType: string;
  /** Whether the body is compressed, so that it cannot be read on the side. */
  readonly isEncoded: boolean;
}

/** The affinity of one exchange: which id goes with it, and what its answer teaches. */
export class ExchangeAffinity {
  readonly #recognition: Recognition;
  readonly #hasher: MessageHasher;
  readonly #store: AffinityStore;
  readonly #tell: { readonly accepted: () => void; readonly refused: () => void };
  #dropped = false;
  #requestId: string | null = null;
  #reader: AnswerReader | null = null;

  constructor(
    recognition: Recognition,
    hasher: MessageHasher,
    store: AffinityStore,
    tell: { readonly accepted: () => void; readonly refused: () => void },
  ) {
    this.#recognition = recognition;
    this.#hasher = hasher;
    this.#store = store;
    this.#tell = tell;
  }

  /** The id to be added to the request; null if there is none, or the client gave its own. */
  get addedRequestId(): string | null {
    const { match } = this.#recognition;
    return this.#dropped || match === null || match.how === 'client' ? null : match.previousRequestId;
  }

  /** Whether an answer with this status may mean that the added id was refused; from then on there is none. */
  dropAfter(statusCode: number): boolean {
    if (this.addedRequestId === null || ![400, 404, 409, 410, 422].includes(statusCode)) return false;
    this.#dropped = true;
    return true;
  }

  answerStarted({ statusCode, requestId, contentType, isEncoded }: AffinityAnswer): void {
    if (statusCode < 200 || statusCode > 299) return;
    if (this.#dropped) this.#tell.refused();
    else if (this.addedRequestId !== null) this.#tell.accepted();
    if (requestId === null) return;
    answerBegan(this.#recognition.keys, this.#store);
    this.#requestId = requestId;
    if (!isEncoded) this.#reader = new AnswerReader(contentType);
  }

  data(chunk: Buffer): void {
    this.#reader?.write(chunk);
  }

  /** The whole answer was served: the conversation stands here now. */
  answerEnded(): void {
    if (this.#requestId === null) return;
    const facts = this.#reader?.end() ?? null;
    const served = {
      requestId: this.#requestId,
      responseId: facts?.responseId ?? null,
      items: facts?.items ?? null,
    };
    bindAnswered(this.#recognition.keys, served, this.#hasher, this.#store);
  }
}
