import type { Settings } from '../../../shared/settings.ts';
import type { Clock } from '../clock.ts';
import type { Watchable } from '../watched.ts';
import { Admission, type AdmissionSettings } from './admission.ts';
import { RememberedStarts } from './remembered-starts.ts';

/** The area `traffic`: when exchanges may start. */
export interface Traffic {
  readonly admission: Admission;
  /** Writes down when the last exchanges started, for the next run. */
  close(): Promise<void>;
}

/** Opens the admission by the settings, with the starts of the last run still counting. Never throws. */
export async function openTraffic(
  folder: string,
  clock: Clock,
  settings: Watchable<Settings>,
): Promise<Traffic> {
  const starts = new RememberedStarts(folder, clock);
  const admission = new Admission({
    clock,
    settings: () => admissionSettings(settings.get()),
    onStart: () => starts.changed(() => admission.startTimes()),
  });
  admission.restoreStartTimes(await starts.read());
  settings.onChange(() => admission.settingsChanged());
  return { admission, close: () => starts.write(admission.startTimes()) };
}

/** The settings as admission reads them. */
function admissionSettings({ limits, queue }: Pick<Settings, 'limits' | 'queue'>): AdmissionSettings {
  return {
    windows: [
      { limit: limits.perMinute, lengthMs: 60_000 },
      { limit: limits.perSecond, lengthMs: 1_000 },
      ...limits.more.map(({ limit, seconds }) => ({ limit, lengthMs: seconds * 1_000 })),
    ],
    queueLimit: queue.limit,
    waitLimitMs: queue.waitMs,
  };
}
