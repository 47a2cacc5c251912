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
  /** Takes errors that nobody foresaw. */
  readonly reportError: (error: unknown) => void;
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
  #upstream: Upstream | Refusal = notReady;
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
    if ('code' in upstream) return upstream;
    const { demo, localPort } = upstream;
    if (!demo && localPort !== null && this.#ports.ownPorts().includes(localPort)) return isItself;
    return upstream;
  }

  /** Looks again at settings and key. One look at a time; the last one counts. */
  refresh(): Promise<void> {
    this.#queue = this.#queue.then(() => this.#choose()).catch(this.#ports.reportError);
    return this.#queue;
  }

  /** Closes all connections, also those of answers that still come. */
  async close(): Promise<void> {
    await this.#queue;
    if (!('code' in this.#upstream)) await this.#upstream.dispatcher.destroy();
    this.#upstream = notReady;
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
      this.#upstream = this.#open(baseUrl, demo, connectMs);
      // Not awaited: answers that still come may take minutes, and end on their own.
      if (!('code' in previous)) void closeUpstream(previous);
    }
    const choice = this.#choice.get();
    if (choice.demo !== demo || choice.baseUrl !== baseUrl) this.#choice.set({ demo, baseUrl });
  }

  #open(baseUrl: string, demo: boolean, connectTimeoutMs: number): Upstream | Refusal {
    const { environment } = this.#ports;
    const authorization = demo ? (): string => 'Bearer cody-demo' : this.#ports.authorization;
    try {
      return openUpstream({ baseUrl, authorization, demo, connectTimeoutMs, environment });
    } catch {
      return unusableProxy;
    }
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

const unusableProxy: Refusal = {
  code: 'outgoing_proxy_failed',
  message:
    'The outgoing proxy that HTTPS_PROXY, HTTP_PROXY or ALL_PROXY names is of a kind that cannot be used. Name an http, https or socks5 proxy, or unset the variable.',
};
