import type { ActivitySum, ExchangeRecord } from '../../shared/contract/activity.ts';
import type { AppInfo } from '../../shared/contract/app.ts';
import type { Client, ClientPolicyPatch, ClientUse } from '../../shared/contract/clients.ts';
import type { CodyKeyCheck, CodyKeyStatus, SaveCodyKeyResult } from '../../shared/contract/cody-key.ts';
import type { ModelCatalogue } from '../../shared/contract/models.ts';
import type { ProxyState } from '../../shared/contract/proxy.ts';
import type { RouteAnswer, RouteQuestion } from '../../shared/contract/routing.ts';
import type { UpdateSettingsResult } from '../../shared/contract/settings.ts';
import type { Settings, SettingsPatch } from '../../shared/settings.ts';
import type { Watchable } from './watched.ts';

/** What the procedures of the contract may use of the core: one service per area, and nothing of how it is made. */
export interface HostServices {
  readonly appInfo: Watchable<AppInfo>;
  readonly proxy: ProxyService;
  readonly codyKey: CodyKeyService;
  readonly clients: ClientsService;
  readonly settings: SettingsService;
  readonly activity: ActivityService;
  readonly routing: RoutingService;
  readonly models: ModelsService;
}

/** The proxy's switch. */
export interface ProxyService {
  readonly state: Watchable<ProxyState>;
  /**
   * Remembers the wish and brings the proxy there; resolves once it is on, ending, off or failed. Rejects with an
   * `ErrorForPeople` where the wish could not be remembered: the proxy is switched all the same.
   */
  setWish(wish: 'on' | 'off'): Promise<ProxyState>;
}

/** The Cody key as the window may handle it: it goes in and never comes out. */
export interface CodyKeyService {
  readonly status: Watchable<CodyKeyStatus>;
  save(key: string): Promise<SaveCodyKeyResult>;
  check(): Promise<CodyKeyCheck>;
  remove(): Promise<CodyKeyStatus>;
}

/** The tools of this computer that have a key. Unknown ids reject with `UnknownClientError`. */
export interface ClientsService {
  readonly list: Watchable<readonly Client[]>;
  /** What each client of the list did of late; changes are told at most once a second. */
  readonly use: Watchable<readonly ClientUse[]>;
  create(name: string): Promise<{ client: Client; key: string }>;
  rename(id: string, name: string): Promise<Client>;
  /** Changes the named parts of what the client may do. Rejects with an `ErrorForPeople` where they do not go together. */
  setPolicy(id: string, patch: ClientPolicyPatch): Promise<Client>;
  revoke(id: string): Promise<void>;
  revealKey(id: string): Promise<string | null>;
}

/** The user's settings. */
export interface SettingsService {
  readonly settings: Watchable<Settings>;
  /** Merges the patch and writes the file; if any part is invalid nothing changes. */
  update(patch: SettingsPatch): Promise<UpdateSettingsResult>;
}

/** What is remembered of exchanges. */
export interface ActivityService {
  /** The newest exchanges, newest first. */
  list(limit: number): ExchangeRecord[];
  /** Calls `listener` with the records that were added or changed, at most every 50 ms. Returns the function that ends it. */
  onChange(listener: (changed: ExchangeRecord[]) => void): () => void;
  /** Exchanges added up: most exchanges first, or days in their order. */
  sums(question: SumQuestion): ActivitySum[];
  /**
   * Forgets the exchanges of this run that are at their end, or the sums. Rejects with an `ErrorForPeople` where the sums
   * are still on disk.
   */
  clear(what: 'exchanges' | 'sums'): Promise<void>;
}

/** What exchanges are added up by, and from which day to which, both included (`2026-11-25`, local time). */
export interface SumQuestion {
  readonly by: 'client' | 'model' | 'group' | 'day';
  readonly from: string;
  readonly to: string;
}

/** The upstream's models. */
export interface ModelsService {
  /** The list as it is known now; empty before it was first fetched. */
  readonly catalogue: Watchable<ModelCatalogue>;
  /** Asks the upstream again, whatever the age of the list. A failure is in the answer's `trouble`, with the list of before. */
  refresh(): Promise<ModelCatalogue>;
  /** Has the list fetched if it is not known or old, and waits for nothing. */
  prefetch(): void;
}

/** What would become of requests. */
export interface RoutingService {
  /** Decides as the proxy would, and sends nothing. */
  explain(question: RouteQuestion): RouteAnswer;
}
