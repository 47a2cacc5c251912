import path from 'node:path';
import { isDeepStrictEqual } from 'node:util';
import type { Notice } from '../../../shared/contract/app.ts';
import type { UpdateSettingsResult } from '../../../shared/contract/settings.ts';
import {
  settingsSchema,
  settingsVersion,
  type Settings,
  type SettingsPatch,
} from '../../../shared/settings.ts';
import type { Clock } from '../clock.ts';
import { writeFileAtomically } from '../data-folder/atomic-file.ts';
import { errorMessage } from '../data-folder/error-code.ts';
import { OneAtATime } from '../data-folder/one-at-a-time.ts';
import type { SettingsService } from '../host-services.ts';
import { Watched } from '../watched.ts';
import { checkSettings, type CheckedSettings } from './check-settings.ts';
import { loadSettings } from './load-settings.ts';
import { normalizeBaseUrl } from './normalize-base-url.ts';
import { settingPaths, unknownSettingMessage } from './setting-paths.ts';
import type { SettingProblem } from './settings-rules.ts';
import { leafPaths, mergeTrees, withoutPaths, type JsonObject } from './settings-tree.ts';

/** What the settings store needs. */
export type SettingsStoreOptions = {
  /** The data folder, which must exist. */
  folder: string;
  clock: Clock;
  /** Values for this run only, such as from `--set`: on top of the file, never written to it. */
  overrides?: SettingsPatch;
};

/** The user's settings, and what the user must be told about how they were found. */
export type SettingsStore = {
  service: SettingsService;
  notices: readonly Notice[];
  /** What is wrong with the overrides. If anything is, none of them is in force: say so and do not go on. */
  overrideProblems: readonly SettingProblem[];
};

/**
 * Opens `settings.json` of the data folder (mode 0600). Only what the user has set is in the file, so that better
 * defaults of later versions reach everybody; keys this version does not know stay in it. Updates take turns. An update
 * of an overridden setting is written, and from then on wins over the override. See `loadSettings` for damaged files.
 */
export async function openSettingsStore({
  folder,
  clock,
  overrides = {},
}: SettingsStoreOptions): Promise<SettingsStore> {
  const file = path.join(folder, 'settings.json');
  const { document, notices, writeBarrier } = await loadSettings(file, clock);
  const unknown = findUnknownSettings(overrides);
  const overrideProblems =
    unknown.length > 0 ? unknown : inWords(checkSettings(mergeTrees(document, overrides)));
  const service = new FileSettings(
    file,
    document,
    overrideProblems.length === 0 ? overrides : {},
    writeBarrier,
  );
  return { service, notices, overrideProblems };
}

class FileSettings implements SettingsService {
  readonly settings: Watched<Settings>;
  readonly #file: string;
  readonly #writeBarrier: string | null;
  readonly #turns = new OneAtATime();
  #document: JsonObject;
  #overrides: JsonObject;

  constructor(file: string, document: JsonObject, overrides: JsonObject, writeBarrier: string | null) {
    this.#file = file;
    this.#document = document;
    this.#overrides = overrides;
    this.#writeBarrier = writeBarrier;
    const checked = checkSettings(mergeTrees(document, overrides));
    this.settings = new Watched(checked.ok ? checked.settings : settingsSchema.parse({}));
  }

  update(patch: SettingsPatch): Promise<UpdateSettingsResult> {
    return this.#turns.run(() => this.#update(patch));
  }

  async #update(patch: SettingsPatch): Promise<UpdateSettingsResult> {
    const unknown = findUnknownSettings(patch);
    if (unknown.length > 0) return { updated: false, problems: unknown };
    const overrides = withoutPaths(this.#overrides, leafPaths(patch));
    const candidate = mergeTrees(this.#document, { ...patch, version: settingsVersion });
    const together = checkSettings(mergeTrees(candidate, overrides));
    if (!together.ok) return { updated: false, problems: inWords(together) };
    // The file must be valid without this run's overrides too.
    const alone = checkSettings(candidate);
    if (!alone.ok) return { updated: false, problems: inWords(alone) };
    const document = mergeTrees(candidate, uniformBaseUrl(patch));

    // A document with nothing but its version need not be written.
    if (!isDeepStrictEqual(document, mergeTrees(this.#document, { version: settingsVersion }))) {
      const trouble = await this.#write(document);
      if (trouble !== null) return { updated: false, problems: [{ path: '', message: trouble }] };
      this.#document = document;
    }
    this.#overrides = overrides;
    if (!isDeepStrictEqual(together.settings, this.settings.get())) this.settings.set(together.settings);
    return { updated: true, settings: this.settings.get() };
  }

  /** Null when written, otherwise why not. */
  async #write(document: JsonObject): Promise<string | null> {
    if (this.#writeBarrier !== null) return this.#writeBarrier;
    try {
      await writeFileAtomically(this.#file, `${JSON.stringify(document, null, 2)}\n`);
      return null;
    } catch (error) {
      return `The settings could not be written to ${this.#file}: ${errorMessage(error)}. Nothing was changed.`;
    }
  }
}

/** The names in a patch that are names of no setting. */
function findUnknownSettings(patch: JsonObject): SettingProblem[] {
  return leafPaths(patch)
    .map((leaf) => leaf.join('.'))
    .filter((leaf) => leaf !== 'version' && !settingPaths.includes(leaf))
    .map((leaf) => ({ path: leaf, message: unknownSettingMessage(leaf) }));
}

function inWords(checked: CheckedSettings): SettingProblem[] {
  if (checked.ok) return [];
  return checked.problems.map(({ at, message }) => ({ path: at.map(String).join('.'), message }));
}

// So that the file shows the address that is really used. The patch is known to be valid here.
function uniformBaseUrl(patch: SettingsPatch): JsonObject {
  const baseUrl = patch.upstream?.baseUrl;
  const normalized = baseUrl === undefined ? undefined : normalizeBaseUrl(baseUrl);
  return normalized?.ok ? { upstream: { baseUrl: normalized.baseUrl } } : {};
}
