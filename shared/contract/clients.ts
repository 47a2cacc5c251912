import { eventIterator, oc } from '@orpc/contract';
import { z } from 'zod';

export const client = z.object({
  id: z.string(),
  name: z.string(),
  /** When its key was made, in milliseconds since 1970. */
  createdAt: z.number(),
  /** Whether its key can be shown again (it is in the key store or was made in this run). */
  keyReadable: z.boolean(),
});

export const clientName = z
  .string()
  .trim()
  .min(1, { error: 'Give the client a name, such as the tool that will use the key.' })
  .max(80, { error: 'A name has at most 80 characters.' });

/** A tool on this computer that has a client key of its own. */
export type Client = z.infer<typeof client>;

export const clientsContract = {
  list: oc.output(z.array(client)),
  /** The list now, and again at each change. */
  watch: oc.output(eventIterator(z.array(client))),
  /** Makes a client with a new key and shows that key. */
  create: oc.input(z.object({ name: clientName })).output(z.object({ client, key: z.string() })),
  rename: oc.input(z.object({ id: z.string(), name: clientName })).output(client),
  /** Makes the client's key worthless at once. */
  revoke: oc.input(z.object({ id: z.string() })).output(z.object({ id: z.string() })),
  /** The client's key, to be copied; null where only its fingerprint is left. */
  revealKey: oc.input(z.object({ id: z.string() })).output(z.object({ key: z.string().nullable() })),
};
