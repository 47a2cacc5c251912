import type { Client } from '../../../shared/contract/clients.ts';

/**
 * The client whose key the page offers: "Default", or another one where that key cannot be shown any more, as after a
 * restart without a keychain.
 */
export function chooseClient(clients: readonly Client[]): Client | null {
  const preferred = clients.toSorted((a, b) => rank(a) - rank(b));
  return preferred[0] ?? null;
}

function rank({ name, keyReadable }: Client): number {
  return (keyReadable ? 0 : 2) + (name === 'Default' ? 0 : 1);
}
