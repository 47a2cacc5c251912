import type { ExchangeRecord } from '../../../shared/contract/activity.ts';
import type { Notice } from '../../../shared/contract/app.ts';
import type { Clock } from '../clock.ts';
import { errorMessage } from '../data-folder/error-code.ts';
import { ErrorForPeople } from '../error-for-people.ts';
import type { ActivityService } from '../host-services.ts';
import { ActivityLog } from './activity-log.ts';
import { ActivitySums } from './activity-sums.ts';
import { openSumsFile } from './sums-file.ts';

/** What the activity needs. */
export interface ActivityOptions {
  /** The data folder, which must exist. */
  readonly folder: string;
  readonly clock: Clock;
  /** The day of a moment, as `localDay` gives it. */
  readonly dayOf: (wallMs: number) => string;
  /** The setting `activity.keepSums`, as it is now. */
  readonly keepSums: () => boolean;
  /** How many exchanges are remembered one by one. */
  readonly capacity: number;
  /** Is given each exchange once, at its end; it must not keep the record. */
  readonly onFinished: (record: ExchangeRecord) => void;
}

/** The area `activity`: exchanges of this run one by one, and the sums of all. */
export interface Activity {
  /** Where the proxy writes. */
  readonly log: ActivityLog;
  readonly service: ActivityService;
  readonly notices: readonly Notice[];
  /** To be called when the settings have changed. */
  settingsChanged(): void;
  /** Says what clients are called now. */
  nameClients(clients: Iterable<{ readonly id: string; readonly name: string }>): void;
  /** Writes the sums, once no exchange is open any more. */
  close(): Promise<void>;
}

/** Opens the sums of earlier runs, ready for the exchanges of this one. Never throws. */
export async function openActivity(options: ActivityOptions): Promise<Activity> {
  const { folder, clock, dayOf, keepSums } = options;
  const sums = new ActivitySums(dayOf);
  const file = await openSumsFile({ folder, clock, sums, keepSums });
  const log = new ActivityLog(clock, options.capacity, (record) => {
    sums.add(record);
    file.changed();
    options.onFinished(record);
  });
  return {
    log,
    notices: file.notices,
    service: {
      list: (limit) => log.list(limit),
      onChange: (listener) => log.onChange(listener),
      sums: (question) => sums.query(question),
      clear: async (what) => {
        if (what === 'exchanges') {
          log.clear();
          return;
        }
        sums.clear();
        await file.write().catch((error: unknown) => {
          throw stillOnDisk(error);
        });
      },
    },
    settingsChanged: () => void file.settingsChanged(),
    nameClients: (clients) => sums.nameClients(clients),
    close: () => file.close(),
  };
}

function stillOnDisk(error: unknown): ErrorForPeople {
  const message =
    `The sums are cleared, but activity-sums.json could not be written: ${errorMessage(error)}. ` +
    `Until it can be, they would come back at the next start: see that the disk has room and the file may be written, then clear them again.`;
  return new ErrorForPeople('NOT_WRITTEN', message, { cause: error });
}
