import type { KeyStoreStatus } from '../../../shared/contract/cody-key.ts';

/** What the system's key store is called on a platform. */
export function keyStoreName(platform: NodeJS.Platform): string {
  if (platform === 'darwin') return 'macOS Keychain';
  if (platform === 'win32') return 'Windows Credential Manager';
  return 'Secret Service';
}

const orEnvironment = 'or set CODY_API_KEY or CODY_API_KEY_FILE';

const lockedWords = /prompt was dismissed|is ?locked|interaction is not allowed|user cancell?ed/i;
const noBusWords =
  /DBUS_SESSION_BUS_ADDRESS|autolaunch|failed to connect to (?:socket|address)|ServiceUnknown|not provided by any \.service/i;
const noCollectionWords = /no result found/i;

/**
 * Says in words what an error of the native keyring library means and what to do. The library gives nothing but a
 * message; the words for Linux were met with gnome-keyring, those for other systems are what their documentation says.
 */
export function explainKeyringError(message: string, platform: NodeJS.Platform): KeyStoreStatus {
  const name = keyStoreName(platform);
  if (lockedWords.test(message)) {
    const unlock =
      platform === 'darwin'
        ? 'Unlock the login keychain'
        : 'Unlock it, for instance by signing in to the desktop or in “Passwords and Keys”';
    const reason = `The key store (${name}) is locked. ${unlock}, then try again; ${orEnvironment}.`;
    return { name, state: 'locked', reason };
  }
  if (platform === 'linux' && noBusWords.test(message)) {
    const reason =
      `This session has no key store (no ${name} on D-Bus). ` +
      `Install and unlock gnome-keyring or KWallet, ${orEnvironment}.`;
    return { name, state: 'missing', reason };
  }
  if (platform === 'linux' && noCollectionWords.test(message)) {
    const reason =
      `The key store (${name}) has no default keyring yet. ` +
      `Sign in to the desktop once or make one in “Passwords and Keys”, ${orEnvironment}.`;
    return { name, state: 'missing', reason };
  }
  const reason = `The key store (${name}) failed: ${message.slice(0, 300)}. Mend it and try again, ${orEnvironment}.`;
  return { name, state: 'failed', reason };
}

/** Says that the native library itself could not be loaded. */
export function explainMissingLibrary(platform: NodeJS.Platform, architecture: string): KeyStoreStatus {
  const reason =
    `The module for the key store could not be loaded on this platform (${platform}-${architecture}). ` +
    `Install the program anew, ${orEnvironment}.`;
  return { name: keyStoreName(platform), state: 'missing', reason };
}

/** Says that the store gave no answer in time. */
export function explainSilence(platform: NodeJS.Platform, waitedMs: number): KeyStoreStatus {
  const name = keyStoreName(platform);
  const reason =
    `The key store (${name}) did not answer within ${waitedMs / 1000} seconds. ` +
    `If it asks for a password, answer it; otherwise restart it, ${orEnvironment}.`;
  return { name, state: 'failed', reason };
}
