import { hash } from 'node:crypto';
import { clientKeyPrefix } from '../secrets/check-key-shape.ts';

/** Gives that many random bytes, fit for keys. */
export type RandomBytes = (size: number) => Uint8Array;

/** A new client key: `cody-local-` and 128 random bits as 32 hexadecimal digits. */
export function createClientKey(randomBytes: RandomBytes): string {
  return clientKeyPrefix + Buffer.from(randomBytes(16)).toString('hex');
}

/** What is remembered of a client key where the key itself is not: its SHA-256, 32 bytes. Enough to know the key again. */
export function digestOfKey(key: string): Buffer {
  return hash('sha256', key, 'buffer');
}
