/**
 * Takes the data of server-sent events out of a stream that is cut anywhere
 * (https://html.spec.whatwg.org/multipage/server-sent-events.html#event-stream-interpretation): lines end in LF, CR LF
 * or CR, data of several lines is joined by LF, everything but data is passed over. Text is Latin-1, one character a
 * byte, so that a character of several bytes may be cut too.
 */
export class EventLines {
  readonly #maxEventChars: number;
  /** The line that has not ended yet. */
  #line = '';
  /** The data of the event that has not ended yet; null if it has none so far. */
  #data: string | null = null;
  #ended: string | null = null;
  #isTooLong = false;
  /** The last character was a CR, so that a LF now belongs to it. */
  #afterReturn = false;
  #isFirst = true;

  /** An event longer than `maxEventChars` ends the reading, see `isTooLong`. */
  constructor(maxEventChars: number) {
    this.#maxEventChars = maxEventChars;
  }

  /** Whether nothing is kept of an event, so that what comes next may as well be read by others from its start. */
  get isBetweenEvents(): boolean {
    return this.#line === '' && this.#data === null && !this.#afterReturn;
  }

  /** Whether an event was longer than may be kept. Nothing was kept of it, and nothing more is to be read. */
  get isTooLong(): boolean {
    return this.#isTooLong;
  }

  /** Reads a text from a place on, to the end of an event or of the text; gives the place where it stopped. */
  read(text: string, from: number): number {
    let at = from;
    while (at < text.length) {
      if (this.#afterReturn) {
        this.#afterReturn = false;
        if (text.charCodeAt(at) === lineFeed) {
          at++;
          continue;
        }
      }
      lineEnd.lastIndex = at;
      const to = lineEnd.test(text) ? lineEnd.lastIndex - 1 : text.length;
      if (!this.#collect(text.slice(at, to)) || to === text.length) return text.length;
      at = to + 1;
      if (text.charCodeAt(to) === carriageReturn) {
        if (text.charCodeAt(at) === lineFeed) at++;
        else this.#afterReturn = at === text.length;
      }
      if (this.#endLine()) return at;
    }
    return at;
  }

  /** The data of the event that the last `read` came to the end of, to be taken once; null if it came to none. */
  takeData(): string | null {
    const data = this.#ended;
    this.#ended = null;
    return data;
  }

  #collect(text: string): boolean {
    if (this.#line.length + (this.#data?.length ?? 0) + text.length > this.#maxEventChars) {
      this.#isTooLong = true;
      this.#line = '';
      this.#data = null;
      return false;
    }
    this.#line += text;
    return true;
  }

  /** Whether an event has ended with this line. */
  #endLine(): boolean {
    let line = this.#line;
    this.#line = '';
    if (this.#isFirst) {
      this.#isFirst = false;
      if (line.startsWith(byteOrderMark)) line = line.slice(byteOrderMark.length);
    }
    if (line === '') {
      this.#ended = this.#data;
      this.#data = null;
      return true;
    }
    if (line.startsWith('data:')) {
      const data = line.slice(line.charCodeAt(5) === space ? 6 : 5);
      this.#data = this.#data === null ? data : `${this.#data}\n${data}`;
    }
    return false;
  }
}

const lineEnd = /[\r\n]/g;
const lineFeed = 0x0a;
const carriageReturn = 0x0d;
const space = 0x20;
const byteOrderMark = '\xef\xbb\xbf';
