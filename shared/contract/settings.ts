import { eventIterator, oc } from '@orpc/contract';
import { z } from 'zod';
import { settingsSchema, type Settings, type SettingsPatch } from '../settings.ts';

/** What came of a wish to change settings: all of it or, if any part is invalid, nothing. */
export type UpdateSettingsResult =
  | { updated: true; settings: Settings }
  | { updated: false; problems: { path: string; message: string }[] };

const updateSettingsResult: z.ZodType<UpdateSettingsResult> = z.discriminatedUnion('updated', [
  z.object({ updated: z.literal(true), settings: settingsSchema }),
  z.object({
    updated: z.literal(false),
    problems: z.array(z.object({ path: z.string(), message: z.string() })),
  }),
]);

/** Any object: the settings store merges and checks it as a whole. */
const settingsPatch = z.custom<SettingsPatch>((value) => typeof value === 'object' && value !== null);

export const settingsContract = {
  get: oc.output(settingsSchema),
  /** The settings now, and again at each change. */
  watch: oc.output(eventIterator(settingsSchema)),
  update: oc.input(settingsPatch).output(updateSettingsResult),
};
