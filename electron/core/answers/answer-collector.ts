import type { TokenCounts } from '../../../shared/contract/activity.ts';
import { type AnswerItem, contentText, isFields, readAnswerItems, readSaid } from './answer-item.ts';
import { readTokenCounts } from './token-counts.ts';

/**
 * Puts an answer together from the JSON objects it consists of: one chat.completion or response object, or the events
 * of a stream of either. Of several choices the first counts. Keeps at most `maxChars` of what was said.
 */
export class AnswerCollector {
  responseId: string | null = null;
  usage: TokenCounts | null = null;
  /** Whether more was said than is kept; `items` is null then. */
  tooLong = false;
  readonly #maxChars: number;
  #chars = 0;
  #whole: AnswerItem[] | null = null;
  #text = '';
  #audioId = '';
  #calls: Map<number, { id: string; name: string; arguments: string }> | null = null;
  #sawDelta = false;

  constructor(maxChars: number) {
    this.#maxChars = maxChars;
  }

  /** What the assistant said; null if that is not known. */
  get items(): readonly AnswerItem[] | null {
    if (this.tooLong) return null;
    if (this.#whole || !this.#sawDelta) return this.#whole;
    const calls = [...(this.#calls ?? [])].toSorted(([a], [b]) => a - b).map(([, call]) => call);
    return readSaid({
      content: this.#text,
      audio: { id: this.#audioId },
      tool_calls: calls.map(({ id, ...called }) => ({ id, function: called })),
    });
  }

  take(object: unknown): void {
    if (!isFields(object)) return;
    const { response, choices } = object;
    if (object['object'] === 'response') this.#takeResponse(object);
    else if (isFields(response)) this.#takeResponse(response);
    this.#takeUsage(object['usage']);
    if (!Array.isArray(choices)) return;
    for (const choice of choices as unknown[]) {
      if (!isFields(choice) || (choice['index'] ?? 0) !== 0) continue;
      if (isFields(choice['message'])) this.#whole = readSaid(choice['message']);
      if (isFields(choice['delta'])) this.#takeDelta(choice['delta']);
    }
  }

  /** Takes words that the assistant said in a stream. */
  say(words: string): void {
    this.#sawDelta = true;
    if (words !== '' && this.#keeps(words)) this.#text += words;
  }

  #takeUsage(usage: unknown): void {
    this.usage = readTokenCounts(usage) ?? this.usage;
  }

  #takeResponse(response: Readonly<Record<string, unknown>>): void {
    const { id, output, usage, status } = response;
    if (typeof id === 'string') this.responseId = id;
    this.#takeUsage(usage);
    if (Array.isArray(output) && status !== 'in_progress' && status !== 'queued')
      this.#whole = (output as unknown[]).flatMap((item) => readAnswerItems(item) ?? []);
  }

  #takeDelta(delta: Readonly<Record<string, unknown>>): void {
    this.say(contentText(delta['content']) || contentText(delta['refusal']));
    const { audio, tool_calls: listed, function_call: single } = delta;
    if (isFields(audio) && typeof audio['id'] === 'string') this.#audioId = audio['id'];
    if (isFields(single)) this.#takeCall(0, '', single);
    if (!Array.isArray(listed)) return;
    for (const [position, entry] of (listed as unknown[]).entries()) {
      if (!isFields(entry)) continue;
      const { index, id, function: called } = entry;
      const at = typeof index === 'number' ? index : position;
      this.#takeCall(at, typeof id === 'string' ? id : '', isFields(called) ? called : {});
    }
  }

  #takeCall(index: number, id: string, called: Readonly<Record<string, unknown>>): void {
    const { name, arguments: more } = called;
    this.#calls ??= new Map();
    const call = this.#calls.get(index) ?? { id: '', name: '', arguments: '' };
    if (!this.#calls.has(index)) {
      if (!this.#keeps('a call and its place')) return;
      this.#calls.set(index, call);
    }
    call.id ||= id;
    if (typeof name === 'string') call.name ||= name;
    if (typeof more === 'string' && this.#keeps(more)) call.arguments += more;
  }

  #keeps(text: string): boolean {
    this.#chars += text.length;
    if (this.#chars > this.#maxChars && !this.tooLong) {
      this.tooLong = true;
      this.#text = '';
      this.#calls = null;
    }
    return !this.tooLong;
  }
}
