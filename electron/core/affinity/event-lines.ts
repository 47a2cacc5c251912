/**
 * Takes the data of server-sent events out of a stream that is cut anywhere
 * (https://html.spec.whatwg.org/multipage/server-sent-events.html#event-stream-interpretation): lines end in LF, CR LF
 * or CR, data of several lines is joined by LF, everything but data is passed over. Keeps at most `maxEventChars` of an
 * event; a longer one is dropped and `onTooLong` is called in its place.
 */
export class EventLines {
  readonly #maxEventChars: number;
  readonly #onData: (data: string) => void;
  readonly #onTooLong: () => void;
  readonly #decoder = new TextDecoder();
  /** The line that has not ended yet. */
  #line = '';
  /** The data of the event that has not ended yet; null if it has none so far. */
  #data: string | null = null;
  #tooLong = false;
  /** The last character was a CR, so that a LF now belongs to it. */
  #afterReturn = false;

  constructor(maxEventChars: number, onData: (data: string) => void, onTooLong: () => void) {
    this.#maxEventChars = maxEventChars;
    this.#onData = onData;
    this.#onTooLong = onTooLong;
  }

  write(chunk: Uint8Array): void {
    this.#take(this.#decoder.decode(chunk, { stream: true }));
  }

  /** The stream is over. An event that no empty line ended counts too, as lenient clients have it. */
  end(): void {
    this.#take(this.#decoder.decode());
    this.#take('\n\n');
  }

  #take(text: string): void {
    let from = 0;
    while (from < text.length) {
      if (this.#afterReturn) {
        this.#afterReturn = false;
        if (text.charCodeAt(from) === 0x0a) {
          from++;
          continue;
        }
      }
      lineEnd.lastIndex = from;
      const to = lineEnd.test(text) ? lineEnd.lastIndex - 1 : text.length;
      this.#collect(text.slice(from, to));
      if (to === text.length) return;
      this.#afterReturn = text.charCodeAt(to) === 0x0d;
      this.#endLine();
      from = to + 1;
    }
  }

  #collect(text: string): void {
    if (this.#tooLong) {
      // Of a dropped event only whether a line is empty matters.
      this.#line ||= text.slice(0, 1);
    } else if (this.#line.length + (this.#data?.length ?? 0) + text.length > this.#maxEventChars) {
      this.#tooLong = true;
      this.#data = null;
      this.#line = 'x';
    } else {
      this.#line += text;
    }
  }

  #endLine(): void {
    const line = this.#line;
    this.#line = '';
    if (line === '') {
      const data = this.#data;
      const tooLong = this.#tooLong;
      this.#data = null;
      this.#tooLong = false;
      if (tooLong) this.#onTooLong();
      else if (data !== null) this.#onData(data);
    } else if (!this.#tooLong && line.startsWith('data:')) {
      const data = line.slice(line.charCodeAt(5) === 0x20 ? 6 : 5);
      this.#data = this.#data === null ? data : `${this.#data}\n${data}`;
    }
  }
}

const lineEnd = /[\r\n]/g;
