import path from 'node:path';
import type { z } from 'zod';
import type { Notice } from '../../../shared/contract/app.ts';
import type { Clock } from '../clock.ts';
import { readJsonFile, setAside } from './atomic-file.ts';
import { errorMessage } from './error-code.ts';

/** A file that is of use to the user, but that the program can do without. */
export interface DispensableFile<T> {
  readonly file: string;
  readonly schema: z.ZodType<T>;
  readonly clock: Clock;
  /** The code of the notice that says that it was set aside. */
  readonly noticeCode: Notice['code'];
  /** What begins anew without it, as a sentence. */
  readonly loss: string;
}

/** What was found: the contents, or null where there are none that can be used. */
export type FoundFile<T> = {
  readonly value: T | null;
  readonly notices: readonly Notice[];
  /** False where the file could be neither used nor set aside: it must then not be written. */
  readonly mayWrite: boolean;
};

/** Reads such a file. A damaged one is set aside under another name, never overwritten. Never throws. */
export async function readOrSetAside<T>(wanted: DispensableFile<T>): Promise<FoundFile<T>> {
  const read = await readJsonFile(wanted.file);
  if (!read.found && read.missing) return { value: null, notices: [], mayWrite: true };
  const parsed = read.found ? wanted.schema.safeParse(read.value) : undefined;
  if (parsed?.success) return { value: parsed.data, notices: [], mayWrite: true };

  const reason = read.found ? 'it does not hold what this version writes into it' : read.reason;
  const name = path.basename(wanted.file);
  const found = (message: string, mayWrite: boolean): FoundFile<T> => ({
    value: null,
    notices: [{ code: wanted.noticeCode, message }],
    mayWrite,
  });
  try {
    const aside = await setAside(wanted.file, wanted.clock);
    return found(`${name} could not be used: ${reason}. It was set aside as ${aside}. ${wanted.loss}`, true);
  } catch (error) {
    return found(
      `${name} could not be used: ${reason}; nor could it be set aside (${errorMessage(error)}). ` +
        `${wanted.loss} They are kept for this run only until the file is mended or removed.`,
      false,
    );
  }
}
