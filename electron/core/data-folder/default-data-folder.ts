import path from 'node:path';

const folderName = 'cody-desktop';

/**
 * Where the app keeps its files if nobody says otherwise: the platform's folder for configuration, as the npm package
 * `env-paths` names it (that one reads the process's own environment, so it cannot be asked about another).
 *
 * - Linux and all else: `$XDG_CONFIG_HOME/cody-desktop` or `~/.config/cody-desktop`. A relative `XDG_CONFIG_HOME` is
 *   ignored, as the XDG Base Directory Specification asks.
 * - macOS: `~/Library/Preferences/cody-desktop`.
 * - Windows: `%APPDATA%\cody-desktop\Config`.
 */
export function defaultDataFolder(
  environment: Readonly<Record<string, string | undefined>>,
  platform: NodeJS.Platform,
  home: string,
): string {
  if (platform === 'win32') {
    const applicationData = environment['APPDATA'] || path.win32.join(home, 'AppData', 'Roaming');
    return path.win32.join(applicationData, folderName, 'Config');
  }
  if (platform === 'darwin') return path.posix.join(home, 'Library', 'Preferences', folderName);
  const configHome = environment['XDG_CONFIG_HOME'];
  const base =
    configHome && path.posix.isAbsolute(configHome) ? configHome : path.posix.join(home, '.config');
  return path.posix.join(base, folderName);
}
