import { inspect } from 'node:util';
import { describe, expect, it } from 'vitest';
import { openCodyKey, type CodyKey } from '../../../electron/core/secrets/cody-key.ts';
import type { KeyEnvironment } from '../../../electron/core/secrets/environment-key.ts';
import type { KeyStore, KeyStoreResult } from '../../../electron/core/secrets/key-store.ts';
import { MemoryKeyStore } from '../../../electron/core/secrets/memory-key-store.ts';
import type { CodyKeyCheck } from '../../../shared/contract/cody-key.ts';

const accepted: CodyKeyCheck = { outcome: 'accepted', modelCount: 21, facts: { credits: 5 } };
const ready = { name: 'memory', state: 'ready', reason: null };

function open(
  store: KeyStore,
  {
    environment = {},
    check = accepted,
    files = {},
  }: { environment?: KeyEnvironment; check?: CodyKeyCheck; files?: Record<string, string> } = {},
): Promise<CodyKey> {
  return openCodyKey({
    store,
    environment,
    check: () => Promise.resolve(check),
    readFile: (path) => {
      const text = files[path];
      return text === undefined
        ? Promise.reject(new Error('EACCES: permission denied'))
        : Promise.resolve(text);
    },
  });
}

describe('the Cody key', () => {
  it('is none at a first start', async () => {
    const codyKey = await open(new MemoryKeyStore({ lasting: true }));
    expect(codyKey.service.status.get()).toEqual({ source: 'none', store: ready });
    expect([codyKey.hasKey(), codyKey.isUnreadable(), codyKey.authorization()]).toEqual([false, false, null]);
    expect(codyKey.notices).toEqual([]);
    expect(await codyKey.service.check()).toMatchObject({
      outcome: 'unchecked',
      message: expect.stringContaining('no Cody key yet'),
    });
  });

  it('is kept in the key store and found again at the next start', async () => {
    const store = new MemoryKeyStore({ lasting: true });
    const codyKey = await open(store);
    const seen: string[] = [];
    codyKey.service.status.onChange(({ source }) => seen.push(source));
    expect(await codyKey.service.save(' Bearer cody-abc123 ')).toEqual({
      saved: true,
      status: { source: 'keychain', store: ready },
      check: accepted,
      message: 'The key works; it has 21 models. It is kept in the key store (memory).',
    });
    expect(codyKey.authorization()).toBe('Bearer cody-abc123');
    expect(seen).toEqual(['keychain']);

    const again = await open(store);
    expect(again.authorization()).toBe('Bearer cody-abc123');
    expect(again.service.status.get()).toEqual({ source: 'keychain', store: ready });
    expect(await again.service.check()).toEqual(accepted);

    expect(await again.service.remove()).toEqual({ source: 'none', store: ready });
    expect(again.hasKey()).toBe(false);
    expect((await open(store)).hasKey()).toBe(false);
  });

  it('is not kept when it has no key’s shape or the upstream refuses it', async () => {
    const store = new MemoryKeyStore({ lasting: true });
    const refused: CodyKeyCheck = {
      outcome: 'refused',
      status: 401,
      message: 'The upstream refused this key (401).',
    };
    const codyKey = await open(store, { check: refused });
    expect(await codyKey.service.save('short')).toMatchObject({ saved: false, code: 'invalid_shape' });
    expect(await codyKey.service.save('cody-abc123')).toEqual({
      saved: false,
      code: 'refused_by_upstream',
      message: refused.message,
    });
    expect(codyKey.hasKey()).toBe(false);
    expect(await store.read('cody-key')).toEqual({ ok: true, value: null });
  });

  it('is kept though it could not be checked, and that is said', async () => {
    const check: CodyKeyCheck = { outcome: 'unchecked', message: 'codyapi.ru could not be reached.' };
    const codyKey = await open(new MemoryKeyStore({ lasting: true }), { check });
    expect(await codyKey.service.save('cody-abc123')).toMatchObject({
      saved: true,
      message: expect.stringMatching(/^Saved, but could not be checked: codyapi\.ru could not be reached\./),
    });
    expect(codyKey.hasKey()).toBe(true);
  });

  it('is said to be forgotten at the end where the store itself is', async () => {
    const codyKey = await open(new MemoryKeyStore());
    expect(await codyKey.service.save('cody-abc123')).toMatchObject({
      status: { source: 'memory', store: ready },
      message: expect.stringContaining('forgotten when the program ends'),
    });
  });
});

describe('a key store that cannot be used', () => {
  it('leaves the key in memory for this run, and says so plainly', async () => {
    const store = new MemoryKeyStore({ lasting: true });
    store.setState('missing');
    const codyKey = await open(store);
    expect(codyKey.notices).toEqual([
      { code: 'key_store_unavailable', message: 'The key store in memory is missing.' },
    ]);
    expect(codyKey.isUnreadable()).toBe(false);
    expect(await codyKey.service.save('cody-abc123')).toMatchObject({
      saved: true,
      status: { source: 'memory', store: { state: 'missing' } },
      message: expect.stringMatching(
        /memory for this run only and is forgotten.*The key store in memory is missing\.$/,
      ),
    });
    expect(codyKey.authorization()).toBe('Bearer cody-abc123');
  });

  it('keeps the key that it holds while it is locked, through saves and removals', async () => {
    const store = new MemoryKeyStore({ lasting: true });
    await store.write('cody-key', 'cody-stored');
    store.setState('locked');
    const codyKey = await open(store);
    expect(codyKey.notices).toEqual([
      { code: 'key_unreadable', message: 'The key store in memory is locked.' },
    ]);
    expect([codyKey.hasKey(), codyKey.isUnreadable()]).toEqual([false, true]);
    expect(await codyKey.service.check()).toEqual({
      outcome: 'unchecked',
      message: 'The key store in memory is locked.',
    });
    expect(await codyKey.service.save('cody-other')).toMatchObject({
      status: { source: 'memory' },
      message: expect.stringContaining('A key that is in the store stays there untouched.'),
    });
    expect(await codyKey.service.remove()).toMatchObject({
      source: 'none',
      store: { state: 'locked', reason: expect.stringContaining('could not be removed') },
    });
    store.setState('ready');
    expect(await store.read('cody-key')).toEqual({ ok: true, value: 'cody-stored' });
  });

  it('is asked again by a check, once it was unlocked', async () => {
    const store = new MemoryKeyStore({ lasting: true });
    await store.write('cody-key', 'cody-stored');
    store.setState('locked');
    const codyKey = await open(store);
    store.setState('ready');
    expect(await codyKey.service.check()).toEqual(accepted);
    expect(codyKey.service.status.get()).toEqual({ source: 'keychain', store: ready });
    expect(codyKey.isUnreadable()).toBe(false);
  });

  it('has a key replaced only with a word about it', async () => {
    const store = new MemoryKeyStore({ lasting: true });
    await store.write('cody-key', 'cody-stored');
    store.setState('locked');
    const codyKey = await open(store);
    store.setState('ready');
    expect(await codyKey.service.save('cody-other')).toMatchObject({
      message: expect.stringContaining('It replaces another key that was there.'),
    });
    expect(await codyKey.service.save('cody-third')).toMatchObject({
      message: expect.not.stringContaining('replaces'),
    });
  });
});

/** A store whose first read is late by a password prompt, or for ever. */
class LateKeyStore extends MemoryKeyStore {
  readonly prompt = Promise.withResolvers<KeyStoreResult<string | null>>();
  #isFirst = true;

  override read(account: string): Promise<KeyStoreResult<string | null>> {
    if (!this.#isFirst) return super.read(account);
    this.#isFirst = false;
    const status = { name: 'memory', state: 'failed', reason: 'It did not answer.' } as const;
    return Promise.resolve({ ok: false, status, later: this.prompt.promise });
  }
}

describe('a key store that answers late', () => {
  it('brings the key as soon as it does', async () => {
    const store = new LateKeyStore({ lasting: true });
    const codyKey = await open(store);
    expect(codyKey.isUnreadable()).toBe(true);
    const changed = new Promise((resolve) => codyKey.service.status.onChange(resolve));
    store.prompt.resolve({ ok: true, value: 'cody-stored' });
    expect(await changed).toEqual({ source: 'keychain', store: ready });
    expect(codyKey.authorization()).toBe('Bearer cody-stored');
  });

  it('does not bring back an old key in place of one that was entered meanwhile', async () => {
    const store = new LateKeyStore({ lasting: true });
    const codyKey = await open(store);
    await codyKey.service.save('cody-entered');
    store.prompt.resolve({ ok: true, value: 'cody-stored' });
    await codyKey.service.check();
    expect(codyKey.authorization()).toBe('Bearer cody-entered');
    await codyKey.service.remove();
    expect(codyKey.hasKey()).toBe(false);
  });
});

describe('a key from the environment', () => {
  it('wins, and cannot be changed from here', async () => {
    const store = new MemoryKeyStore({ lasting: true });
    await store.write('cody-key', 'cody-stored');
    const codyKey = await open(store, {
      environment: { CODY_API_KEY: 'cody-variable\n', CODY_API_KEY_FILE: '/nowhere' },
    });
    expect(codyKey.authorization()).toBe('Bearer cody-variable');
    expect(codyKey.service.status.get()).toEqual({ source: 'environment', store: ready });
    expect(await codyKey.service.save('cody-other')).toMatchObject({
      saved: false,
      code: 'set_by_environment',
      message: expect.stringContaining('CODY_API_KEY'),
    });
    expect(await codyKey.service.remove()).toMatchObject({ source: 'environment' });
    expect(codyKey.authorization()).toBe('Bearer cody-variable');
    expect(await store.read('cody-key')).toEqual({ ok: true, value: 'cody-stored' });
  });

  it('may come from a file', async () => {
    const codyKey = await open(new MemoryKeyStore(), {
      environment: { CODY_API_KEY: '', CODY_API_KEY_FILE: '/run/secrets/cody' },
      files: { '/run/secrets/cody': 'cody-filed\r\n' },
    });
    expect(codyKey.authorization()).toBe('Bearer cody-filed');
  });

  it.each<[KeyEnvironment, string]>([
    [{ CODY_API_KEY_FILE: '/nowhere' }, 'EACCES'],
    [{ CODY_API_KEY: 'https://codyapi.ru' }, 'This is an address'],
    [{ CODY_API_KEY: 'cody-local-0123456789abcdef' }, 'client key of this app'],
  ])(
    'that cannot be used, %j, is told, and no other key is taken in its stead',
    async (environment, words) => {
      const store = new MemoryKeyStore({ lasting: true });
      await store.write('cody-key', 'cody-stored');
      const codyKey = await open(store, { environment });
      expect(codyKey.notices).toEqual([{ code: 'key_unreadable', message: expect.stringContaining(words) }]);
      expect([codyKey.hasKey(), codyKey.isUnreadable()]).toEqual([false, true]);
      expect(await codyKey.service.check()).toMatchObject({
        outcome: 'unchecked',
        message: expect.stringContaining(words),
      });
      expect(await codyKey.service.save('cody-other')).toMatchObject({
        saved: false,
        code: 'set_by_environment',
      });
    },
  );
});

describe('the value of the key', () => {
  it('cannot be seen in the object that holds it, nor in anything it says', async () => {
    const facts = { key: 'cody-abc123', nested: [{ text: 'key cody-abc123 of Ann' }], 'cody-abc123': true };
    const codyKey = await open(new MemoryKeyStore({ lasting: true }), {
      check: { outcome: 'accepted', modelCount: 1, facts },
    });
    const said = [
      await codyKey.service.save('cody-abc123'),
      await codyKey.service.check(),
      codyKey.service.status.get(),
    ];
    const seen =
      inspect([codyKey, codyKey.service, said], { depth: 20, showHidden: true }) +
      JSON.stringify([codyKey, said]);
    expect(codyKey.hasKey()).toBe(true);
    expect(seen).not.toContain('cody-abc123');
    expect(seen).toContain('key … of Ann');
  });
});
