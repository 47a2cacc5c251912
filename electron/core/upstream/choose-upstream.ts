import { defaultUpstreamBaseUrl, type Settings } from '../../../shared/settings.ts';
import { isLoopbackHost } from '../platform/loopback-host.ts';

/** What is known of the Cody key when the upstream is chosen. */
export interface KeyFacts {
  readonly hasKey: boolean;
  /** Whether there may be a key that cannot be read just now. */
  readonly isUnreadable: boolean;
}

/**
 * Whether the embedded demo upstream answers. Without a key it does only in Cody's own place: whoever has named another
 * upstream, or has a key that a locked key store keeps, would take invented answers for real ones.
 */
export function choosesDemo(
  { upstream }: Pick<Settings, 'upstream'>,
  { hasKey, isUnreadable }: KeyFacts,
): boolean {
  if (upstream.demo !== 'without-key') return upstream.demo === 'always';
  return !hasKey && !isUnreadable && upstream.baseUrl === defaultUpstreamBaseUrl;
}

/** Whether a base URL leads to a port of this program's own: requests would go round until something breaks. */
export function leadsToItself(baseUrl: string, ownPorts: readonly number[]): boolean {
  const port = localPortOf(new URL(baseUrl));
  return port !== null && ownPorts.includes(port);
}

/** The port of an address on this computer; null for one elsewhere. */
export function localPortOf(url: URL): number | null {
  const isThisComputer =
    isLoopbackHost(url.hostname) || url.hostname === '0.0.0.0' || url.hostname === '[::]';
  return isThisComputer ? Number(url.port || (url.protocol === 'https:' ? 443 : 80)) : null;
}
