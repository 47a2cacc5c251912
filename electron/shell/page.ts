import { join, normalize, sep } from 'node:path';

/** Where the window's page lives: the built renderer, served from the app itself. */
export const pageUrl = 'app://cody/index.html';

/** Whether a frame with this address may have the door to the core: only the app's own page. */
export function isTrustedSender(frameUrl: string | undefined): boolean {
  return frameUrl !== undefined && frameUrl.startsWith('app://cody/');
}

/** The file of the built renderer for an `app://cody/…` address; null for anything outside of its folder. */
export function resolvePageFile(address: string, rendererFolder: string): string | null {
  const url = new URL(address);
  if (url.host !== 'cody') return null;
  const folder = normalize(rendererFolder.endsWith(sep) ? rendererFolder : rendererFolder + sep);
  const file = join(folder, decodeURIComponent(url.pathname));
  return file.startsWith(folder) ? file : null;
}
