import { parseArgs } from 'node:util';
import type { SettingsPatch } from '../../shared/settings.ts';
import { parseSettingAssignment } from './settings/parse-setting.ts';

/** What the command line asks for. */
export interface CommandLineOptions {
  /** Settings for this run only. */
  readonly overrides: SettingsPatch;
  /** The status page's port; 0 takes a free one, undefined the usual one. */
  readonly uiPort: number | undefined;
  readonly ui: boolean;
  readonly dataFolder: string | undefined;
  readonly json: boolean;
}

/** What reading the command line came to. */
export type CommandLine =
  | { readonly kind: 'run'; readonly options: CommandLineOptions }
  | { readonly kind: 'help' }
  | { readonly kind: 'version' }
  | { readonly kind: 'wrong'; readonly message: string };

/** The text of `--help`. */
export const helpText = `Cody Desktop without a window: the local endpoint for AI tools, and its status page.

  npm run serve -- [options]

  --demo              answer from the built-in demo upstream; needs no key
  --port N            port of the local endpoint (default 2639; 0 takes a free one)
  --ui-port N         port of the status page (default 2640; 0 takes a free one)
  --no-ui             no status page
  --data-dir DIR      folder for settings and all else that is stored
  --upstream URL      another OpenAI-compatible upstream, such as https://codyapi.ru/v1
  --set path=value    any setting for this run, such as limits.perMinute=0; may be repeated
  --json              print one line of JSON once all listens, and nothing else
  --help, --version

The Cody key comes from the status page, or from CODY_API_KEY or CODY_API_KEY_FILE. HTTPS_PROXY and NO_PROXY are honoured.`;

/** Reads the command line (without the program's name). Options only add up; nothing is guessed. */
export function readArguments(args: readonly string[]): CommandLine {
  let values;
  try {
    ({ values } = parseArgs({
      args: [...args],
      strict: true,
      allowPositionals: false,
      options: {
        demo: { type: 'boolean' },
        port: { type: 'string' },
        'ui-port': { type: 'string' },
        'no-ui': { type: 'boolean' },
        'data-dir': { type: 'string' },
        upstream: { type: 'string' },
        set: { type: 'string', multiple: true },
        json: { type: 'boolean' },
        help: { type: 'boolean', short: 'h' },
        version: { type: 'boolean' },
      },
    }));
  } catch (error) {
    return wrong(error instanceof Error ? error.message : String(error));
  }
  if (values.help) return { kind: 'help' };
  if (values.version) return { kind: 'version' };

  const uiPort = values['ui-port'] === undefined ? undefined : readPort(values['ui-port']);
  if (uiPort === null)
    return wrong(`--ui-port takes a number from 0 to 65535, not "${values['ui-port'] ?? ''}".`);

  const assignments = [...(values.set ?? [])];
  if (values.port !== undefined) {
    if (readPort(values.port) === null)
      return wrong(`--port takes a number from 0 to 65535, not "${values.port}".`);
    assignments.push(`proxy.port=${values.port}`);
  }
  if (values.upstream !== undefined) assignments.push(`upstream.baseUrl=${values.upstream}`);
  if (values.demo) assignments.push('upstream.demo=always');

  let overrides: SettingsPatch = {};
  for (const assignment of assignments) {
    const parsed = parseSettingAssignment(assignment);
    if (!parsed.ok) return wrong(parsed.message);
    overrides = mergePatches(overrides, parsed.patch);
  }
  return {
    kind: 'run',
    options: {
      overrides,
      uiPort,
      ui: !values['no-ui'],
      dataFolder: values['data-dir'],
      json: values.json ?? false,
    },
  };
}

function wrong(message: string): CommandLine {
  return { kind: 'wrong', message: `${message}\nSee all options: npm run serve -- --help` };
}

function readPort(text: string): number | null {
  return /^\d{1,5}$/.test(text) && Number(text) <= 65_535 ? Number(text) : null;
}

/** Two levels deep, as settings are. */
function mergePatches(base: SettingsPatch, patch: SettingsPatch): SettingsPatch {
  const merged: Record<string, unknown> = { ...base };
  for (const [area, values] of Object.entries(patch)) {
    const before = merged[area];
    merged[area] =
      typeof before === 'object' && typeof values === 'object' ? { ...before, ...values } : values;
  }
  return merged;
}
