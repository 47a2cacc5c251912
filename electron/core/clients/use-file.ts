import path from 'node:path';
import { z } from 'zod';
import type { Clock } from '../clock.ts';
import { readOrSetAside, type FoundFile } from '../data-folder/read-or-set-aside.ts';

const storedUse = z.object({
  id: z.string(),
  /** When its last request came, in milliseconds since 1970. */
  lastSeenAt: z.number().nullable(),
  userAgent: z.string().nullable(),
  lastModel: z.string().nullable(),
  /** How many requests it sent on the file's day, and what they cost. */
  requests: z.int().min(0),
  cost: z.number().min(0),
});

const useFile = z.object({
  version: z.literal(1),
  /** The day of the counts, such as `2026-11-25`. */
  day: z.string(),
  clients: z.array(storedUse),
});

/** All that `client-use.json` holds. */
export type StoredUses = Omit<z.infer<typeof useFile>, 'version'>;

/** Where it lies in the data folder. */
export function useFileIn(folder: string): string {
  return path.join(folder, 'client-use.json');
}

/** Reads `client-use.json` of the data folder. A damaged one is set aside, never overwritten. Never throws. */
export async function readUses(folder: string, clock: Clock): Promise<FoundFile<StoredUses>> {
  return await readOrSetAside({
    file: useFileIn(folder),
    schema: useFile,
    clock,
    noticeCode: 'client_use_set_aside',
    loss: 'When each client was last seen, and the counts of today for its daily caps, begin anew.',
  });
}

/** The file's text. */
export function usesText(uses: StoredUses): string {
  const contents: z.infer<typeof useFile> = { version: 1, ...uses };
  return `${JSON.stringify(contents, null, 2)}\n`;
}
