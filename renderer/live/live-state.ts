import type { ExchangeRecord } from '../../shared/contract/activity.ts';
import type { AppInfo } from '../../shared/contract/app.ts';
import type { Client } from '../../shared/contract/clients.ts';
import type { CodyKeyStatus } from '../../shared/contract/cody-key.ts';
import type { ProxyState } from '../../shared/contract/proxy.ts';
import type { Settings } from '../../shared/settings.ts';

/** How many of the newest exchanges the window keeps. */
export const keptExchanges = 20;

/** What the host says of itself at this moment; every part is kept current by an event stream. */
export interface HostSnapshot {
  readonly app: AppInfo;
  readonly proxy: ProxyState;
  readonly codyKey: CodyKeyStatus;
  readonly clients: readonly Client[];
  readonly settings: Settings;
  /** The newest exchanges, newest first. */
  readonly exchanges: readonly ExchangeRecord[];
}

/** `lost`: trying again by itself. `no-session`: the host answers but no longer knows this browser. */
export type Connection = 'connecting' | 'live' | 'lost' | 'no-session';

/** What the window knows. While the connection is lost, `host` is what was last seen. */
export interface LiveState {
  readonly connection: Connection;
  readonly host: HostSnapshot | null;
}

/** The parts that have come since the streams were opened. */
export type PartialSnapshot = Partial<HostSnapshot>;

/** The snapshot, once each of its parts has come; null before. */
export function completeSnapshot(parts: PartialSnapshot): HostSnapshot | null {
  const { app, proxy, codyKey, clients, settings, exchanges } = parts;
  if (!app || !proxy || !codyKey || !clients || !settings || !exchanges) return null;
  return { app, proxy, codyKey, clients, settings, exchanges };
}

/** The newest exchanges after a batch has come; a record replaces the earlier one of its id. Newest first. */
export function mergeExchanges(
  known: readonly ExchangeRecord[],
  batch: readonly ExchangeRecord[],
): readonly ExchangeRecord[] {
  const byId = new Map(known.map((record) => [record.id, record]));
  for (const record of batch) byId.set(record.id, record);
  return [...byId.values()].toSorted((a, b) => b.id - a.id).slice(0, keptExchanges);
}
