import type { Settings } from '../../../shared/settings.ts';

/** What is wrong with a setting: its path, such as `limits.perMinute`, and a sentence that says what to do. */
export type SettingProblem = { path: string; message: string };

/** What settings may not be together, though each is valid on its own. Empty when all is well. */
export function findRuleProblems(settings: Settings): SettingProblem[] {
  const { allowedOrigins, clientKeyRequired } = settings.access;
  const foreign = allowedOrigins.filter(isForeignOrigin);
  if (clientKeyRequired || foreign.length === 0) return [];
  const message =
    `Client keys cannot be switched off while other origins than this computer’s are let in (${foreign.join(', ')}): ` +
    `any page there could then use your Cody key. Either remove ${foreign.length === 1 ? 'this origin' : 'these origins'} ` +
    `from access.allowedOrigins, or require client keys (access.clientKeyRequired).`;
  return [{ path: 'access.clientKeyRequired', message }];
}

const localHost =
  /^(?:localhost|(?:\*|[a-z0-9-]+)(?:\.[a-z0-9-]+)*\.localhost|127\.0\.0\.1|\[::1\])(?::(?:\d+|\*))?$/i;

/**
 * Whether an entry of the origin list may stand for a page from elsewhere: any http(s) origin but loopback's
 * (`localhost`, `*.localhost`, 127.0.0.1, [::1]), and `null`, which any sandboxed page sends. Other schemes belong to
 * apps on this computer (`vscode-webview://*`). What cannot be understood is foreign.
 */
export function isForeignOrigin(origin: string): boolean {
  const parts = /^([a-z][a-z0-9+.-]*):\/\/(.*)$/i.exec(origin);
  const [, scheme, host] = parts ?? [];
  if (scheme === undefined || host === undefined) return true;
  return /^https?$/i.test(scheme) && !localHost.test(host);
}
