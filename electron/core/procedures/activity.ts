import { implement } from '@orpc/server';
import { activityContract, type ExchangeRecord } from '../../../shared/contract/activity.ts';
import type { ActivityService, HostServices } from '../host-services.ts';
import { watchSource, type WatchSource } from './watch-value.ts';

/** How many of the newest exchanges a watch begins with. */
export const watchedFromStart = 50;

/**
 * The procedures of the area `activity`. A watch begins with the newest exchanges (newest first), so that a reader
 * misses none between asking for the list and watching it; then come those that were added or changed.
 */
export function createActivityProcedures({ activity }: Pick<HostServices, 'activity'>) {
  const area = implement(activityContract);
  return area.router({
    list: area.list.handler(({ input }) => activity.list(input.limit)),
    watch: area.watch.handler(async ({ signal }) => watchSource(exchangesOf(activity), signal)),
    sums: area.sums.handler(({ input }) => activity.sums(input)),
    clear: area.clear.handler(async ({ input }) => {
      await activity.clear(input.what);
      return { cleared: true };
    }),
  });
}

function exchangesOf(activity: ActivityService): WatchSource<ExchangeRecord[]> {
  return {
    now: () => activity.list(watchedFromStart),
    onChange: (listener) => activity.onChange(listener),
    merge: mergeRecords,
  };
}

/** One record per id, the newer of the two, in the order in which the ids were first seen. */
export function mergeRecords(waiting: ExchangeRecord[], newer: ExchangeRecord[]): ExchangeRecord[] {
  const byId = new Map(waiting.map((record) => [record.id, record]));
  for (const record of newer) byId.set(record.id, record);
  return [...byId.values()];
}
