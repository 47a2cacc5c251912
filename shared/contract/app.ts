import { eventIterator, oc } from '@orpc/contract';
import { z } from 'zod';

export const notice = z.object({
  code: z.enum([
    'settings_set_aside',
    'clients_set_aside',
    'client_use_set_aside',
    'activity_sums_set_aside',
    'key_store_unavailable',
    'key_unreadable',
  ]),
  /** One sentence for people: what happened and what to do. */
  message: z.string(),
});

export const appInfo = z.object({
  name: z.literal('cody-desktop'),
  version: z.string(),
  /** The folder that holds settings and all else that is stored. */
  dataFolder: z.string(),
  /** Whether answers come from the embedded demo upstream at this moment. */
  demo: z.boolean(),
  /** The upstream in use, such as `https://codyapi.ru/v1`, or the demo upstream's address. */
  upstreamBaseUrl: z.string(),
  /** What the user must be told about this start, such as a damaged file that was set aside. */
  notices: z.array(notice),
});

/** Something the user must be told about this run. */
export type Notice = z.infer<typeof notice>;
/** What the program says of itself. */
export type AppInfo = z.infer<typeof appInfo>;

export const appContract = {
  getInfo: oc.output(appInfo),
  /** The same now, and again at each change. */
  watchInfo: oc.output(eventIterator(appInfo)),
};
