/** Which requests a fault is meant for; without it, any. `path` is the whole path without the query, such as `/v1/models`. */
export interface FaultMatch {
  readonly path?: string;
  readonly method?: string;
}

/** A fault that takes the place of the answer. The request's body is read to its end first. */
export type InsteadFault =
  /** Answers with this status. A body that is no string or bytes is sent as JSON; without one, an error in OpenAI's shape. */
  | {
      readonly kind: 'status';
      readonly status: number;
      readonly headers?: Readonly<Record<string, string>>;
      readonly body?: unknown;
    }
  /** Resets the connection (RST) without a byte of an answer. */
  | { readonly kind: 'reset-before-answer' }
  /** Answers with bytes that are no HTTP. */
  | { readonly kind: 'garbage' }
  /** 200 without a body. */
  | { readonly kind: 'empty' };

/** A fault that spoils the usual answer on its way. */
export type OnTheWayFault =
  /** Sends this many bytes of the body, then closes the connection; 0 = after the headers. Shorter answers are closed without a proper end. */
  | { readonly kind: 'cut'; readonly afterBytes: number }
  /** Sends this many bytes of the body, then nothing more, keeping the connection. */
  | { readonly kind: 'stall'; readonly afterBytes: number }
  /** Sends the headers this much later, by the clock. */
  | { readonly kind: 'slow-headers'; readonly delayMs: number }
  /** Sends 103 Early Hints first. */
  | { readonly kind: 'early-hints' }
  /** Sends the answer chunked, with the trailer `x-demo-trailer: the-end`. */
  | { readonly kind: 'trailers' };

/** A fault that a test scripts: what happens, and to which request. */
export type Fault = { readonly match?: FaultMatch } & (InsteadFault | OnTheWayFault);

/** Faults waiting for their requests, in the order they were scripted. */
export class FaultQueue {
  readonly #faults: Fault[] = [];

  add(fault: Fault): void {
    this.#faults.push(fault);
  }

  /** Takes out the first fault meant for such a request. */
  take(method: string, path: string): Fault | undefined {
    const index = this.#faults.findIndex(
      ({ match }) =>
        (match?.path === undefined || match.path === path) &&
        (match?.method === undefined || match.method.toUpperCase() === method),
    );
    return index === -1 ? undefined : this.#faults.splice(index, 1)[0];
  }
}

/** Whether the fault takes the place of the answer, rather than spoiling it on its way. */
export function isInsteadFault(fault: Fault): fault is InsteadFault & { readonly match?: FaultMatch } {
  return ['status', 'reset-before-answer', 'garbage', 'empty'].includes(fault.kind);
}
