import type { ListenFailure, ProxyState } from '../../../shared/contract/proxy.ts';
import { ErrorForPeople } from '../error-for-people.ts';
import type { ProxyService } from '../host-services.ts';
import { Watched, type Watchable } from '../watched.ts';
import { Listening, type ListenError } from './listening.ts';
import type { Refusal } from './refusal.ts';

/** What the switch needs: how to listen, how to explain a failure, and where the wish and the port are kept. */
export interface ProxySwitchPorts {
  readonly listen: (port: number) => Promise<Listening | ListenError>;
  readonly describeListenError: (error: ListenError) => Promise<ListenFailure>;
  /** The port to listen on; 0 takes a free one and keeps it for this run. */
  readonly port: () => number;
  readonly savedWish: () => ProxyState['wish'];
  /** Resolves to why the wish could not be remembered, in a sentence; null if it was. */
  readonly saveWish: (wish: 'on' | 'off') => Promise<string | null>;
}

/**
 * The proxy's switch: one value that says whether it is off, starting, on, ending or failed, and the one way to change
 * it. Wishes are carried out one after the other. Switching on while the last exchanges of an earlier run still end
 * listens again at once, on the same port.
 */
export class ProxySwitch implements ProxyService {
  readonly #ports: ProxySwitchPorts;
  readonly #state: Watched<ProxyState>;
  #listening: Listening | null = null;
  /** The free port that was taken for port 0. */
  #takenPort: number | null = null;
  #queue: Promise<unknown> = Promise.resolve();
  #endings: Promise<void>[] = [];

  constructor(ports: ProxySwitchPorts) {
    this.#ports = ports;
    this.#state = new Watched<ProxyState>({
      phase: 'off',
      wish: ports.savedWish(),
      baseUrl: null,
      addresses: [],
      failure: null,
    });
  }

  get state(): Watchable<ProxyState> {
    return this.#state;
  }

  /** The port that is listened on; null while the proxy is not on. */
  get listeningPort(): number | null {
    return this.#listening?.port ?? null;
  }

  setWish(wish: 'on' | 'off'): Promise<ProxyState> {
    return this.#enqueue(async () => {
      const unsaved = await this.#ports.saveWish(wish);
      this.#change({ wish });
      if (wish === 'on') await this.#start();
      else await this.#stop(graceMs);
      if (unsaved !== null) {
        throw new ErrorForPeople(
          'NOT_WRITTEN',
          `The proxy was switched ${wish}, but only for this run. ${unsaved}`,
        );
      }
    });
  }

  /** Switches on for this run without changing what is remembered. */
  start(): Promise<ProxyState> {
    return this.#enqueue(() => this.#start());
  }

  /** Listens anew if the port in the settings is another one now. */
  applyPort(): Promise<ProxyState> {
    return this.#enqueue(async () => {
      const port = this.#ports.port();
      if (port === 0 || port === this.#listening?.port) return;
      if (this.#listening === null && this.#state.get().phase !== 'failed') return;
      await this.#stop(graceMs);
      await this.#start();
    });
  }

  /** Ends everything with the program: open exchanges get `graceMs`. Resolves when the last connection is closed. */
  async close(graceMs: number): Promise<void> {
    await this.#enqueue(() => this.#stop(graceMs));
    await Promise.all(this.#endings);
  }

  #enqueue(step: () => Promise<void>): Promise<ProxyState> {
    const done = this.#queue.then(step).then(() => this.#state.get());
    this.#queue = done.catch(() => undefined);
    return done;
  }

  async #start(): Promise<void> {
    if (this.#listening !== null) return;
    this.#change({ phase: 'starting', failure: null });
    const asked = this.#ports.port();
    const result = await this.#ports.listen(asked === 0 ? (this.#takenPort ?? 0) : asked);
    if (!(result instanceof Listening)) {
      const failure = await this.#ports.describeListenError(result);
      this.#change({ phase: 'failed', baseUrl: null, addresses: [], failure });
      return;
    }
    if (asked === 0) this.#takenPort = result.port;
    this.#listening = result;
    this.#change({
      phase: 'on',
      baseUrl: `http://127.0.0.1:${result.port}/v1`,
      addresses: [...result.addresses],
      failure: null,
    });
  }

  /** Frees the port; what still runs ends by itself, and the state says `off` when it has. */
  async #stop(stopGraceMs: number): Promise<void> {
    const listening = this.#listening;
    if (listening === null) {
      if (this.#state.get().phase === 'failed') this.#change({ phase: 'off', failure: null });
      return;
    }
    this.#listening = null;
    const ended = listening.stop(stopGraceMs, switchedOff);
    this.#change({ phase: listening.exchangeCount === 0 ? 'off' : 'ending', baseUrl: null, addresses: [] });
    const ending = ended.then(() => {
      this.#endings = this.#endings.filter((other) => other !== ending);
      if (this.#endings.length === 0 && this.#state.get().phase === 'ending') this.#change({ phase: 'off' });
    });
    this.#endings.push(ending);
  }

  #change(change: Partial<ProxyState>): void {
    this.#state.set({ ...this.#state.get(), ...change });
  }
}

/** How long streams may go on after the proxy was switched off. */
const graceMs = 3_000;

const switchedOff: Refusal = {
  code: 'proxy_switched_off',
  message: 'The proxy of Cody Desktop was switched off. Switch it on again and repeat the request.',
};
