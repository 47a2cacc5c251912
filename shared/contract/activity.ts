import { eventIterator, oc } from '@orpc/contract';
import { z } from 'zod';

export const exchangeRecord = z.object({
  /** Counts up from 1 in each run of the program. */
  id: z.int(),
  /** When the request came, in milliseconds since 1970. */
  startedAt: z.number(),
  clientName: z.string().nullable(),
  method: z.string(),
  path: z.string(),
  model: z.string().nullable(),
  /** The status the client got; null while there is none. */
  status: z.int().nullable(),
  /** The code of the proxy's own error, if it was one. */
  errorCode: z.string().nullable(),
  /** How long it waited in the queue for the limits; null while it waits or if it never got so far. */
  waitedMs: z.number().nullable(),
  /** How often it was sent to the upstream. */
  tries: z.int(),
  firstByteMs: z.number().nullable(),
  durationMs: z.number().nullable(),
  bytesIn: z.number(),
  bytesOut: z.number(),
  requestId: z.string().nullable(),
  demo: z.boolean(),
  end: z.enum(['open', 'done', 'refused', 'failed', 'client_left', 'cut']),
});

/** What is remembered of one exchange: times, sizes and names, never contents. */
export type ExchangeRecord = z.infer<typeof exchangeRecord>;

export const activityContract = {
  /** The newest exchanges, newest first. */
  list: oc.input(z.object({ limit: z.int().min(1).max(2_000) })).output(z.array(exchangeRecord)),
  /** Exchanges as they begin and change, in batches; each record replaces the earlier one of its id. */
  watch: oc.output(eventIterator(z.array(exchangeRecord))),
};
