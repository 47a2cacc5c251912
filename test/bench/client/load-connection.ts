import net from 'node:net';
import { AnswerParser } from './answer-parser.ts';

const complaintLength = 200;

/** What the sender of one request hears of its answer. Exactly one `onDone` follows each request. */
export interface Exchange {
  /** Called for answers with status 200 only. */
  onBody(piece: Buffer, start: number, end: number): void;
  /** `failure` is null after a complete answer with status 200, else it says what went wrong. */
  onDone(failure: string | null): void;
}

/** One kept-alive connection that carries one request at a time. It connects anew when the server has closed it. */
export class LoadConnection {
  readonly #port: number;
  #socket: net.Socket | null = null;
  #exchange: Exchange | null = null;
  #status = 0;
  #complaint = '';

  constructor(port: number) {
    this.#port = port;
  }

  /** Resolves once connected; rejects with the system's error. */
  async connect(): Promise<void> {
    const socket = this.#open();
    await new Promise<void>((resolve, reject) => {
      socket.once('connect', resolve);
      socket.once('error', reject);
    });
  }

  /** Sends the bytes of one request; the answer goes to `exchange`. */
  send(request: Buffer, exchange: Exchange): void {
    const socket = this.#socket?.writable === true ? this.#socket : this.#open();
    this.#exchange = exchange;
    this.#status = 0;
    socket.write(request);
  }

  /** Reads nothing more until the connection is closed. */
  stopReading(): void {
    this.#socket?.pause();
  }

  /** Goes away at once, as a client does that is no longer interested. */
  close(): void {
    this.#exchange = null;
    this.#socket?.destroy();
  }

  #open(): net.Socket {
    const socket = net.connect({ host: '127.0.0.1', port: this.#port, noDelay: true });
    const parser = new AnswerParser({
      onHead: (status) => {
        this.#status = status;
        this.#complaint = '';
      },
      onBody: (piece, start, end) => {
        if (this.#status === 200) this.#exchange?.onBody(piece, start, end);
        else if (this.#complaint.length < complaintLength)
          this.#complaint += piece.toString('utf8', start, end);
      },
      onEnd: () => this.#done(this.#verdict()),
    });
    let systemError = 'closed before the answer was complete';
    socket.on('data', (bytes) => parser.feed(bytes));
    socket.on('error', (error) => {
      systemError = error.message;
    });
    socket.on('close', () => {
      if (this.#socket !== socket) return;
      this.#socket = null;
      this.#done(parser.endsWithConnection ? this.#verdict() : systemError);
    });
    this.#socket = socket;
    return socket;
  }

  #verdict(): string | null {
    return this.#status === 200
      ? null
      : `status ${this.#status} ${this.#complaint.slice(0, complaintLength)}`;
  }

  #done(failure: string | null): void {
    const exchange = this.#exchange;
    this.#exchange = null;
    exchange?.onDone(failure);
  }
}
