import { isFields } from './answer-item.ts';

/**
 * How the events of a chat stream are spelled around the words that each of them adds, to the byte. Of most streams all
 * events but the first and the last few are spelled alike, so that the words can be taken out without parsing any. Only
 * the padding may differ that OpenAI puts into each event against eavesdroppers, `obfuscation`.
 */
export class DeltaShape {
  readonly #opening: string;
  /** What stands between words and padding; null if there is no padding. */
  readonly #middle: string | null;
  readonly #closing: string;
  readonly #between: string;

  /** The spelling from the start of an event to its words, from there to its padding, if it has any, and to its end. */
  constructor(opening: string, middle: string | null, closing: string) {
    this.#opening = opening;
    this.#middle = middle;
    this.#closing = closing;
    this.#between = closing + opening;
  }

  /** Whether what begins here is spelled like this as far as the words. */
  opensAt(text: string, from: number): boolean {
    return text.startsWith(this.#opening, from);
  }

  /**
   * Takes the events apart that follow each other from a place on where an opening stands; one that has not ended, or
   * ends otherwise, is left. Each part is what stands between an opening and a closing: usually of one event, see
   * `wordsOf`, but of several where those in the middle have another shape, see `eventsOf`.
   */
  split(text: string, from: number): string[] {
    const parts = text.slice(from + this.#opening.length).split(this.#between);
    const last = parts.pop() as string;
    const end = last.indexOf(this.#closing);
    if (end >= 0) parts.push(last.slice(0, end));
    return parts;
  }

  /**
   * The words of parts that are of one event each, as JSON spells them, without their quotes. Null if a part is surely
   * not of one event; otherwise it is, if what is given for it is the inside of a JSON string.
   */
  wordsOf(parts: string[]): string[] | null {
    const middle = this.#middle;
    if (middle === null) return parts;
    const words: string[] = [];
    for (const part of parts) {
      const end = part.indexOf(middle);
      if (end < 0 || !isPlain(part.slice(end + middle.length))) return null;
      words.push(part.slice(0, end));
    }
    return words;
  }

  /** Where the first event ends whose end is in this text, if it is of this shape; undefined if none does. */
  endBehind(text: string): number | undefined {
    const end = text.indexOf(this.#closing);
    return end < 0 ? undefined : end + this.#closing.length;
  }

  /** The events, one or more, that a part was taken from. */
  eventsOf(part: string): string {
    return this.#opening + part + this.#closing;
  }

  /** How many characters of the text so many parts were taken from, the parts themselves not counted. */
  charsAround(partCount: number): number {
    return partCount * this.#between.length;
  }
}

/**
 * Whether a text has nothing that stands for something else in a JSON string or ends it, nor a line's end. Asked for one
 * character at a time, since the engine looks for these at the speed of memory.
 */
export function isPlain(text: string): boolean {
  return !text.includes('"') && !text.includes('\\') && !text.includes('\n') && !text.includes('\r');
}

/**
 * The shape of an event, given as it came from its start to its end; null if it does anything but add words to the first
 * choice, or is spelled in an unusual way. What is found is sure: it was tried with other words in their place.
 */
export function findDeltaShape(event: string): DeltaShape | null {
  const [, field = '', json = '', end = ''] = oneLineOfData.exec(event) ?? [];
  wordsField.lastIndex = Math.max(0, json.indexOf('"content"'));
  const found = wordsField.exec(json);
  if (found === null) return null;
  const [, before = '', said = ''] = found;
  const opening = json.slice(0, found.index + before.length);
  const rest = json.slice(opening.length + said.length);
  const [, middle = null, closing = rest] = padding.exec(rest) ?? [];
  for (const other of ['0', '1']) {
    const padded = middle === null ? '' : middle + other;
    if (saidBy(opening + other + padded + closing) !== other) return null;
  }
  return new DeltaShape(field + opening, middle, closing + end);
}

/** The words that an event adds to the first choice, if it does nothing else. */
function saidBy(json: string): string | null {
  const event = parseOrNull(json);
  if (!isFields(event) || event['object'] === 'response' || isFields(event['response'])) return null;
  const choices = event['choices'];
  if (isFields(event['usage']) || !Array.isArray(choices) || choices.length !== 1) return null;
  const choice: unknown = choices[0];
  if (!isFields(choice) || (choice['index'] ?? 0) !== 0 || isFields(choice['message'])) return null;
  const delta = choice['delta'];
  if (!isFields(delta) || otherThanWords.some((name) => (delta[name] ?? null) !== null)) return null;
  return typeof delta['content'] === 'string' ? delta['content'] : null;
}

function parseOrNull(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return null;
  }
}

const oneLineOfData = /^(data: ?)(\{.*\})(\n\n|\r\n\r\n)$/;
const wordsField = /("content"\s*:\s*")((?:[^"\\]|\\.)*)(?=")/y;
const padding = /^(".*"obfuscation"\s*:\s*")[^"\\]*("\s*\})$/;
const otherThanWords = ['refusal', 'audio', 'tool_calls', 'function_call'];
