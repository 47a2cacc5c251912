import type { Settings } from '../../../shared/settings.ts';
import type { DemoUpstream } from '../demo-upstream/demo-upstream.ts';
import type { Refusal } from '../proxy/refusal.ts';
import { Watched, type Watchable } from '../watched.ts';
import { choosesDemo, type KeyFacts } from './choose-upstream.ts';
import type { ProxyEnvironment } from './outgoing-dispatcher.ts';
import { closeUpstream, openUpstream, type Upstream } from './upstream.ts';

/** What decides where exchanges go. */
export interface CurrentUpstreamPorts {
  readonly settings: Watchable<Settings>;
  readonly keyFacts: () => KeyFacts;
  readonly authorization: () => string | null;
  readonly startDemo: () => Promise<DemoUpstream>;
  /** The ports that this program listens on itself. */
  readonly ownPorts: () => readonly number[];
  readonly environment: ProxyEnvironment;
}

/** Where exchanges go at this moment, for others to see. */
export interface UpstreamChoice {
  readonly demo: boolean;
  readonly baseUrl: string;
}

/**
 * The upstream of the moment: the real one, or the demo upstream, which is started when it is first needed. Exchanges
 * that have begun end where they began; new ones go to the new place as soon as `refresh` has resolved.
 */
export class CurrentUpstream {
  readonly #ports: CurrentUpstreamPorts;
  readonly #choice: Watched<UpstreamChoice>;
  #upstream: Upstream | null = null;
  /** What the upstream was made from: anything else needs a new one. */
  #madeFrom = '';
  #demo: DemoUpstream | null = null;
  #queue: Promise<void> = Promise.resolve();

  constructor(ports: CurrentUpstreamPorts) {
    this.#ports = ports;
    this.#choice = new Watched<UpstreamChoice>({
      demo: false,
      baseUrl: ports.settings.get().upstream.baseUrl,
    });
  }

  get choice(): Watchable<UpstreamChoice> {
    return this.#choice;
  }

  /** Where an exchange goes now, or why it cannot go anywhere. */
  get(): Upstream | Refusal {
    const upstream = this.#upstream;
    if (upstream === null) return notReady;
    const { demo, localPort } = upstream;
    if (!demo && localPort !== null && this.#ports.ownPorts().includes(localPort)) return isItself;
    return upstream;
  }

  /** Looks again at settings and key. One look at a time; the last one counts. */
  refresh(): Promise<void> {
    this.#queue = this.#queue.then(() => this.#choose());
    return this.#queue;
  }

  /** Closes all connections, also those of answers that still come. */
  async close(): Promise<void> {
    await this.#queue;
    await this.#upstream?.dispatcher.destroy();
    this.#upstream = null;
    await this.#demo?.close();
  }

  async #choose(): Promise<void> {
    const settings = this.#ports.settings.get();
    const demo = choosesDemo(settings, this.#ports.keyFacts());
    if (demo) this.#demo ??= await this.#ports.startDemo();
    const baseUrl = demo && this.#demo ? this.#demo.baseUrl : settings.upstream.baseUrl;
    const { connectMs } = settings.timeouts;
    const madeFrom = JSON.stringify([demo, baseUrl, connectMs]);
    if (madeFrom !== this.#madeFrom) {
      const previous = this.#upstream;
      this.#madeFrom = madeFrom;
      this.#upstream = openUpstream({
        baseUrl,
        authorization: demo ? () => 'Bearer cody-demo' : this.#ports.authorization,
        demo,
        connectTimeoutMs: connectMs,
        environment: this.#ports.environment,
      });
      // Not awaited: answers that still come may take minutes, and end on their own.
      if (previous !== null) void closeUpstream(previous);
    }
    const choice = this.#choice.get();
    if (choice.demo !== demo || choice.baseUrl !== baseUrl) this.#choice.set({ demo, baseUrl });
  }
}

const notReady: Refusal = {
  code: 'internal_error',
  message: 'Cody Desktop is still starting, or ending. Try again in a moment.',
};

const isItself: Refusal = {
  code: 'loop_detected',
  message:
    'The upstream in the settings is this proxy itself. Set it to the Cody API (https://codyapi.ru/v1) or another service.',
};
