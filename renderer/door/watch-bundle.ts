import {
  AsyncIteratorClass,
  createORPCErrorFromJson,
  type ClientContext,
  type ClientLink,
  type ClientOptions,
  type ORPCErrorJSON,
} from '@orpc/client';

/** What the other end says; see `electron/headless/control/watch-bundle.ts`, which also says why there are bundles. */
type WatchBundleEvent =
  | { index: number; value: unknown }
  | { index: number; ended: true }
  | { index: number; error: ORPCErrorJSON<string, unknown> };

/**
 * The same link, but `watch*` calls without input that are made in one turn share one connection. All else goes through
 * as it is. A bundle's connection ends when the last of its watches is returned or aborted.
 */
export function bundleWatches(link: ClientLink<ClientContext>): ClientLink<ClientContext> {
  let forming: WatchBundle | undefined;
  return {
    call(path, input, options) {
      if (input !== undefined || !path.at(-1)?.startsWith('watch')) return link.call(path, input, options);
      if (!forming) {
        const bundle = new WatchBundle(link);
        forming = bundle;
        queueMicrotask(() => {
          forming = undefined;
          void bundle.open();
        });
      }
      return forming.join(path.join('/'), options);
    },
  };
}

class WatchBundle {
  readonly #link: ClientLink<ClientContext>;
  readonly #members: BundleMember[] = [];
  readonly #opened = Promise.withResolvers<void>();
  readonly #controller = new AbortController();

  constructor(link: ClientLink<ClientContext>) {
    this.#link = link;
    // Those who joined each wait for it themselves; with none left, a failure is nobody's.
    this.#opened.promise.catch(() => undefined);
  }

  async join(
    path: string,
    { signal }: ClientOptions<ClientContext>,
  ): Promise<AsyncIteratorClass<unknown, void, void>> {
    const member = new BundleMember(path, signal, () => {
      if (this.#members.every((other) => other.hasLeft)) this.#controller.abort();
    });
    this.#members.push(member);
    await this.#opened.promise;
    return new AsyncIteratorClass<unknown, void, void>(
      () => member.next(),
      async () => member.leave(),
    );
  }

  /** Asks for all members' streams and hands the events out until the connection ends. Never rejects. */
  async open(): Promise<void> {
    try {
      const paths = this.#members.map((member) => member.path);
      const options = { signal: this.#controller.signal, context: {} };
      const events = await this.#link.call(['streams', 'watch'], { paths }, options);
      this.#opened.resolve();
      for await (const event of events as AsyncIterable<WatchBundleEvent>)
        this.#members[event.index]?.take(event);
      this.#endAll({ ended: true });
    } catch (error) {
      this.#opened.reject(error);
      this.#endAll({ failure: error });
    }
  }

  #endAll(event: MemberEvent): void {
    for (const member of this.#members) member.take(event);
  }
}

type MemberEvent =
  | { value: unknown }
  | { ended: true }
  | { error: ORPCErrorJSON<string, unknown> }
  /** The connection itself failed, and so it threw. */
  | { failure: unknown };

/** One watch of a bundle: what came for it and has not been read yet. */
class BundleMember {
  readonly path: string;
  readonly #signal: AbortSignal | undefined;
  readonly #onLeave: () => void;
  readonly #events: MemberEvent[] = [];
  #wake = Promise.withResolvers<void>();
  hasLeft = false;

  constructor(path: string, signal: AbortSignal | undefined, onLeave: () => void) {
    this.path = path;
    this.#signal = signal;
    this.#onLeave = onLeave;
    signal?.addEventListener('abort', this.leave, { once: true });
  }

  take(event: MemberEvent): void {
    this.#events.push(event);
    this.#wake.resolve();
  }

  async next(): Promise<IteratorResult<unknown, void>> {
    if (this.#events.length === 0 && !this.hasLeft) await this.#wake.promise;
    this.#wake = Promise.withResolvers<void>();
    this.#signal?.throwIfAborted();
    const event = this.#events.shift();
    if (!event || 'ended' in event) return { done: true, value: undefined };
    if ('error' in event) throw createORPCErrorFromJson(event.error);
    // oxlint-disable-next-line typescript/only-throw-error -- passed on as the transport threw it
    if ('failure' in event) throw event.failure;
    return { done: false, value: event.value };
  }

  readonly leave = (): void => {
    if (this.hasLeft) return;
    this.hasLeft = true;
    this.#signal?.removeEventListener('abort', this.leave);
    this.#wake.resolve();
    this.#onLeave();
  };
}
