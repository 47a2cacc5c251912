const lineFeed = 10;
const semicolon = 59;
const headEnd = Buffer.from('\r\n\r\n');

/** What happens while an answer comes in. Body pieces are ranges of the socket's own buffers, valid during the call. */
export interface AnswerListener {
  onHead(status: number): void;
  onBody(piece: Buffer, start: number, end: number): void;
  onEnd(): void;
}

type State = 'head' | 'length' | 'chunk-size' | 'chunk-data' | 'chunk-end' | 'trailer' | 'until-close';

/**
 * Reads HTTP/1.1 answers off a connection: the little that a load client needs, as cheaply as can be. Understands
 * content-length, chunked and until-close bodies and skips 1xx; every answer is taken to have a body.
 */
export class AnswerParser {
  readonly #listener: AnswerListener;
  #state: State = 'head';
  #pending: Buffer | null = null;
  #left = 0;
  #sizeEnded = false;
  #lineLength = 0;

  constructor(listener: AnswerListener) {
    this.#listener = listener;
  }

  /** Whether the end of the connection is the end of the answer. */
  get endsWithConnection(): boolean {
    return this.#state === 'until-close';
  }

  feed(bytes: Buffer): void {
    let piece = bytes;
    if (this.#pending !== null) {
      piece = Buffer.concat([this.#pending, bytes]);
      this.#pending = null;
    }
    let at = 0;
    while (at < piece.length) {
      switch (this.#state) {
        case 'head':
          at = this.#readHead(piece, at);
          break;
        case 'chunk-size':
          at = this.#readChunkSize(piece, at);
          break;
        case 'chunk-end':
          at = this.#skipLine(piece, at);
          break;
        case 'trailer':
          at = this.#readTrailer(piece, at);
          break;
        case 'until-close':
          this.#listener.onBody(piece, at, piece.length);
          return;
        case 'length':
        case 'chunk-data':
          at = this.#readCounted(piece, at);
      }
    }
  }

  #readHead(piece: Buffer, at: number): number {
    const end = piece.indexOf(headEnd, at);
    if (end < 0) {
      this.#pending = piece.subarray(at);
      return piece.length;
    }
    const head = piece.toString('latin1', at, end);
    const status = Number(head.slice(9, 12));
    if (status < 200) return end + 4;
    this.#listener.onHead(status);
    const length = /\r\ncontent-length: *(\d+)/i.exec(head)?.[1];
    if (/\r\ntransfer-encoding: *chunked/i.test(head)) {
      this.#startChunk();
    } else if (length === undefined) {
      this.#state = 'until-close';
    } else {
      this.#left = Number(length);
      this.#state = 'length';
      if (this.#left === 0) this.#finish();
    }
    return end + 4;
  }

  #readCounted(piece: Buffer, at: number): number {
    const end = Math.min(piece.length, at + this.#left);
    this.#left -= end - at;
    const inChunk = this.#state === 'chunk-data';
    if (this.#left === 0 && inChunk) this.#state = 'chunk-end';
    this.#listener.onBody(piece, at, end);
    if (this.#left === 0 && !inChunk) this.#finish();
    return end;
  }

  #startChunk(): void {
    this.#state = 'chunk-size';
    this.#left = 0;
    this.#sizeEnded = false;
  }

  #readChunkSize(piece: Buffer, from: number): number {
    let at = from;
    while (at < piece.length) {
      const byte = piece[at] ?? 0;
      at += 1;
      if (byte === lineFeed) {
        this.#state = this.#left === 0 ? 'trailer' : 'chunk-data';
        this.#lineLength = 0;
        return at;
      }
      if (byte === semicolon) this.#sizeEnded = true;
      const digit = hexDigit(byte);
      if (digit >= 0 && !this.#sizeEnded) this.#left = this.#left * 16 + digit;
    }
    return at;
  }

  #skipLine(piece: Buffer, from: number): number {
    const end = piece.indexOf(lineFeed, from);
    if (end < 0) return piece.length;
    this.#startChunk();
    return end + 1;
  }

  #readTrailer(piece: Buffer, from: number): number {
    const end = piece.indexOf(lineFeed, from);
    const stop = end < 0 ? piece.length : end + 1;
    this.#lineLength += stop - from;
    if (end < 0) return stop;
    const emptyLine = this.#lineLength <= 2;
    this.#lineLength = 0;
    if (emptyLine) this.#finish();
    return stop;
  }

  #finish(): void {
    this.#state = 'head';
    this.#listener.onEnd();
  }
}

function hexDigit(byte: number): number {
  if (byte >= 48 && byte <= 57) return byte - 48;
  const letter = byte | 32;
  return letter >= 97 && letter <= 102 ? letter - 87 : -1;
}
