import path from 'node:path';
import { z } from 'zod';
import type { Notice } from '../../../shared/contract/app.ts';
import type { Clock } from '../clock.ts';
import { DelayedWriter } from '../data-folder/delayed-writer.ts';
import { readOrSetAside } from '../data-folder/read-or-set-aside.ts';
import type { ActivitySums, SumRow } from './activity-sums.ts';

const count = z.int().min(0);
const amount = z.number();

const sumRow = z.object({
  clientId: z.string(),
  model: z.string(),
  group: z.string(),
  exchanges: count,
  failed: count,
  refused: count,
  inputTokens: amount,
  outputTokens: amount,
  cachedTokens: amount,
  cost: amount,
  waitedMs: amount,
}) satisfies z.ZodType<SumRow>;

const sumsFile = z.object({
  version: z.literal(1),
  /** The names of clients by id. */
  clients: z.record(z.string(), z.string()),
  /** The rows of each day, such as `2026-11-25`. */
  days: z.record(z.string().regex(/^\d{4}-\d{2}-\d{2}$/), z.array(sumRow)),
});

/** What a `SumsFile` needs. */
export interface SumsFileOptions {
  /** The data folder, which must exist. */
  readonly folder: string;
  readonly clock: Clock;
  /** Still empty; gets what the file holds. */
  readonly sums: ActivitySums;
  /** Whether sums are to be kept on disk, as the setting is now. */
  readonly keepSums: () => boolean;
}

/**
 * Reads `activity-sums.json` of the data folder into the sums. A damaged file is set aside, and the sums begin anew; where
 * they are not to be kept, the file goes. Never throws.
 */
export async function openSumsFile(options: SumsFileOptions): Promise<SumsFile> {
  const { folder, clock, sums } = options;
  const file = path.join(folder, 'activity-sums.json');
  const found = await readOrSetAside({
    file,
    schema: sumsFile,
    clock,
    noticeCode: 'activity_sums_set_aside',
    loss: 'The sums of requests, tokens and cost begin anew.',
  });
  if (found.value !== null) {
    const { days, clients } = found.value;
    for (const [day, rows] of Object.entries(days)) sums.addDay(day, rows);
    sums.nameClients(Object.entries(clients).map(([id, name]) => ({ id, name })));
  }
  const opened = new SumsFile(options, file, found);
  await opened.settingsChanged();
  return opened;
}

/** Keeps the sums in `activity-sums.json`, mode 0600: written at most every 10 s, and at the end. */
export class SumsFile {
  readonly notices: readonly Notice[];
  readonly #sums: ActivitySums;
  readonly #keepSums: () => boolean;
  readonly #writer: DelayedWriter;
  /** Each day as it was last written. Only today's changes, as a rule, and the others can be many. */
  readonly #texts = new Map<string, { revision: number; text: string }>();
  #wereKept = true;

  constructor(
    { clock, sums, keepSums }: SumsFileOptions,
    file: string,
    { notices, mayWrite }: { notices: readonly Notice[]; mayWrite: boolean },
  ) {
    this.notices = notices;
    this.#sums = sums;
    this.#keepSums = keepSums;
    const text = (): string | null => (keepSums() ? this.#text() : null);
    this.#writer = new DelayedWriter({ file, clock, delayMs: writeAfterMs, text, mayWrite });
  }

  /** Says that the sums have changed. Cheap. */
  changed(): void {
    this.#writer.changed();
  }

  /** Looks at the setting again: the file is made or removed at once where that has changed. */
  async settingsChanged(): Promise<void> {
    if (this.#keepSums() === this.#wereKept) return;
    this.#wereKept = !this.#wereKept;
    await this.#writer.write().catch(() => undefined);
  }

  /** Writes the sums at once. Rejects with the system's error. */
  async write(): Promise<void> {
    await this.#writer.write();
  }

  /** Writes what is not written yet; nothing is written later. */
  async close(): Promise<void> {
    await this.#writer.close();
  }

  #text(): string {
    const { days, clientNames } = this.#sums;
    for (const day of this.#texts.keys()) if (!days.has(day)) this.#texts.delete(day);
    const parts: string[] = [];
    for (const [day, { rows, revision }] of days) {
      let known = this.#texts.get(day);
      if (known?.revision !== revision) {
        const lines = [...rows.values()].map((row) => JSON.stringify(row));
        known = { revision, text: `${JSON.stringify(day)}:[\n${lines.join(',\n')}\n]` };
        this.#texts.set(day, known);
      }
      parts.push(known.text);
    }
    const clients = JSON.stringify(Object.fromEntries(clientNames));
    return `{"version":1,"clients":${clients},"days":{\n${parts.join(',\n')}\n}}\n`;
  }
}

const writeAfterMs = 10_000;
