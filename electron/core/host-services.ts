import type { ExchangeRecord } from '../../shared/contract/activity.ts';
import type { AppInfo } from '../../shared/contract/app.ts';
import type { Client } from '../../shared/contract/clients.ts';
import type { CodyKeyCheck, CodyKeyStatus, SaveCodyKeyResult } from '../../shared/contract/cody-key.ts';
import type { ProxyState } from '../../shared/contract/proxy.ts';
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
  create(name: string): Promise<{ client: Client; key: string }>;
  rename(id: string, name: string): Promise<Client>;
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
}
