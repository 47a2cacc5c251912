import type { Client } from '../../../shared/contract/clients.ts';
import type { ExchangeAffinity } from '../affinity/exchange-affinity.ts';
import type { ConversationField } from '../affinity/conversation-fields.ts';
import { conversationField } from '../affinity/recognise-conversation.ts';
import type { OpenRecord } from '../activity/activity-log.ts';
import { AnswerReader } from '../answers/answer-reader.ts';
import type { AnswerHead } from '../upstream/answer-headers.ts';
import type { RequestContent } from './content/request-content.ts';
import type { ProxyDependencies } from './proxy-dependencies.ts';
import type { RequestFacts } from './request-facts.ts';

/** Whose exchange is read on the side, and what it asks. */
export interface ReadExchange {
  readonly facts: RequestFacts;
  readonly content: RequestContent;
  readonly client: Client | null;
  /** The model that is sent. */
  readonly model: string | null;
  /** What comes behind the upstream's base path. */
  readonly path: string;
}

/**
 * What is learnt from an exchange while it passes, without touching a byte of its answer: which conversation it belongs to
 * and so which provider it goes back to, and how many tokens its answer counts.
 */
export class ExchangeReading {
  readonly #dependencies: Pick<ProxyDependencies, 'affinity' | 'costOf'>;
  readonly #exchange: ReadExchange;
  /** The field with the conversation, where there is one to be recognised. */
  readonly #field: ConversationField | null;
  #affinity: ExchangeAffinity | null = null;
  /** The group that the conversation was looked for in; undefined before the first look. */
  #group: string | null | undefined;
  #reader: AnswerReader | null = null;
  #isGood = false;

  /** `exchange` is one with a body that can be read. */
  constructor(dependencies: Pick<ProxyDependencies, 'affinity' | 'costOf'>, exchange: ReadExchange) {
    this.#dependencies = dependencies;
    this.#exchange = exchange;
    const { content, client, path } = exchange;
    const isConversation = content.json?.isObject === true && (client?.policy.affinity ?? true);
    this.#field = isConversation ? conversationField(path) : null;
  }

  /** The id to be added to the request, that of the conversation's last one; null for none. */
  get addedRequestId(): string | null {
    return this.#affinity?.addedRequestId ?? null;
  }

  /** Says which group the request is sent to now; another group's conversations are others. */
  goesTo(group: string | null): void {
    const { content, client, model, facts } = this.#exchange;
    if (this.#field === null || content.json === null || this.#group === group) return;
    this.#group = group;
    this.#affinity = this.#dependencies.affinity.begin({
      scope: { clientId: client?.id ?? null, model, group },
      body: content.json,
      field: this.#field,
      headers: facts.passedUp,
    });
  }

  /** Whether the same is to be asked again without the added id, because of an answer of this status. */
  asksAgain(statusCode: number): boolean {
    return this.#affinity?.dropAfter(statusCode) ?? false;
  }

  answerStarted(statusCode: number, head: AnswerHead, record: OpenRecord): void {
    record.affinity = this.#affinity?.match ?? null;
    this.#affinity?.answerStarted({ statusCode, requestId: head.requestId });
    this.#isGood = statusCode >= 200 && statusCode <= 299;
    if (this.#isGood && !head.isEncoded) {
      this.#reader = new AnswerReader(head.contentType, { words: this.#affinity?.wantsWords ?? false });
    }
  }

  data(chunk: Buffer): void {
    this.#reader?.write(chunk);
  }

  /** The whole answer has passed: what it taught goes into the record. */
  answerEnded(record: OpenRecord): void {
    const facts = this.#reader?.end() ?? null;
    this.#affinity?.answerEnded(facts);
    record.tokens = facts?.usage ?? null;
    const { model } = this.#exchange;
    if (this.#isGood && model !== null) record.cost = this.#dependencies.costOf(model);
  }
}
