import { expect, test } from 'vitest';
import { KeyedHash } from '../../../electron/core/affinity/keyed-hash.ts';
import { ScopeKeys } from '../../../electron/core/affinity/scope-keys.ts';

test('each client, model and group makes a scope of its own, and keeps it however many there are', () => {
  const scopes = new ScopeKeys(new KeyedHash(Buffer.alloc(32, 1)));
  const names = [null, '', 'a', 'b', 'ab'];
  const all = names.flatMap((clientId) =>
    names.flatMap((model) => names.map((group) => ({ clientId, model, group }))),
  );
  const keys = all.map((scope) => scopes.of(scope));
  expect(new Set(keys).size).toBe(all.length);
  expect(all.map((scope) => scopes.of({ ...scope }))).toEqual(keys);
});
