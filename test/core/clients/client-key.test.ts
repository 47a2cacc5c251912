import { expect, it } from 'vitest';
import { createClientKey, digestOfKey } from '../../../electron/core/clients/client-key.ts';

it('a client key is made of 128 random bits', () => {
  const sizes: number[] = [];
  const key = createClientKey((size) => {
    sizes.push(size);
    return Uint8Array.from({ length: size }, (_, index) => index * 17);
  });
  expect(key).toBe('cody-local-00112233445566778899aabbccddeeff');
  expect(sizes).toEqual([16]);
});

it('a key is known again by its SHA-256', () => {
  expect(digestOfKey('abc').toString('hex')).toBe(
    'ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad',
  );
});
