import { describe, expect, it } from 'vitest';
import {
  KeyringKeyStore,
  loadNativeKeyring,
  type KeyringEntry,
} from '../../../electron/core/secrets/keyring-key-store.ts';
import { HandClock } from '../../support/hand-clock.ts';

/** A native library that says what the test tells it to, and counts how often it is asked. */
function scriptedKeyring() {
  const asked: string[] = [];
  const script: { answer?: () => Promise<string | null> } = {};
  const entry = (account: string): KeyringEntry => {
    const ask = (call: string) => {
      asked.push(`${call} ${account}`);
      return script.answer?.() ?? Promise.resolve(null);
    };
    return {
      getPassword: () => ask('get'),
      setPassword: async () => void (await ask('set')),
      deletePassword: async () => (await ask('delete')) !== null,
    };
  };
  return {
    asked,
    load: () => Promise.resolve((_: string, account: string) => entry(account)),
    answerWith: (next: () => Promise<string | null>) => void (script.answer = next),
  };
}

async function untilAsked(asked: readonly string[], times: number): Promise<void> {
  while (asked.length < times) await new Promise((resolve) => setImmediate(resolve));
}

describe('a key store that does not answer', () => {
  it('is given up after 5 seconds, holds no further call up, and its late answer is not lost', async () => {
    const clock = new HandClock();
    const keyring = scriptedKeyring();
    const silence = Promise.withResolvers<string | null>();
    keyring.answerWith(() => silence.promise);
    const store = new KeyringKeyStore(clock, 'linux', keyring.load);

    const reading = store.read('cody-key');
    await untilAsked(keyring.asked, 1);
    clock.advance(4_999);
    expect(clock.timerCount).toBe(1);
    clock.advance(1);
    const read = await reading;
    const silent = {
      name: 'Secret Service',
      state: 'failed',
      reason: expect.stringContaining('did not answer within 5 seconds'),
    };
    expect(read).toMatchObject({ ok: false, status: silent });
    expect(await store.write('cody-key', 'other')).toEqual({ ok: false, status: silent });
    expect(await store.status()).toEqual(silent);
    expect(keyring.asked).toEqual(['get cody-key']);

    silence.resolve('the key');
    expect(read.ok ? undefined : await read.later).toEqual({ ok: true, value: 'the key' });
    expect(await store.read('cody-key')).toEqual({ ok: true, value: 'the key' });
    expect(clock.timerCount).toBe(0);
  });
});

describe('a locked key store', () => {
  it('asks for the password once for a burst of calls, and again when the user tries again', async () => {
    const clock = new HandClock();
    const keyring = scriptedKeyring();
    keyring.answerWith(() => Promise.reject(new Error('Secret Service: unlock prompt was dismissed')));
    const store = new KeyringKeyStore(clock, 'linux', keyring.load);
    const locked = { ok: false, status: { state: 'locked' } };
    expect(await Promise.all([store.read('a'), store.read('b'), store.write('c', 'd')])).toMatchObject([
      locked,
      locked,
      locked,
    ]);
    expect(keyring.asked).toEqual(['get a']);
    clock.advance(2_000);
    keyring.answerWith(() => Promise.resolve('unlocked'));
    expect(await store.read('a')).toEqual({ ok: true, value: 'unlocked' });
  });
});

describe('an error of the key store', () => {
  it.each<[NodeJS.Platform, string, string, string]>([
    [
      'linux',
      'Platform failure: DBus error: The name org.freedesktop.secrets was not provided by any .service files',
      'missing',
      'gnome-keyring or KWallet',
    ],
    [
      'linux',
      'Platform failure: DBus error: Failed to connect to socket /run/user/0/bus: No such file or directory',
      'missing',
      'gnome-keyring or KWallet',
    ],
    [
      'linux',
      'Couldn’t access platform storage: Secret Service: no result found',
      'missing',
      'no default keyring',
    ],
    ['darwin', 'User interaction is not allowed.', 'locked', 'Unlock the login keychain'],
    [
      'win32',
      'A specified logon session does not exist.',
      'failed',
      'A specified logon session does not exist.',
    ],
  ])('on %s, %j, is told with what to do', async (platform, message, state, words) => {
    const keyring = scriptedKeyring();
    keyring.answerWith(() => Promise.reject(new Error(message)));
    const store = new KeyringKeyStore(new HandClock(), platform, keyring.load);
    const status = await store.status();
    expect(status).toEqual({ name: store.name, state, reason: expect.stringContaining(words) });
    expect(status.reason).toContain('CODY_API_KEY');
  });

  it('never repeats the secret', async () => {
    const keyring = scriptedKeyring();
    keyring.answerWith(() => Promise.reject(new Error('cannot store cody-secret')));
    const store = new KeyringKeyStore(new HandClock(), 'linux', keyring.load);
    expect(JSON.stringify(await store.write('cody-key', 'cody-secret'))).not.toContain('cody-secret');
  });

  it('is a status as well where the native library cannot be loaded', async () => {
    const store = new KeyringKeyStore(new HandClock(), 'linux', () =>
      Promise.reject(new Error('Cannot find native binding')),
    );
    expect(await store.read('cody-key')).toEqual({
      ok: false,
      status: {
        name: 'Secret Service',
        state: 'missing',
        reason: expect.stringContaining('could not be loaded'),
      },
    });
  });
});

it('the native library is there for this platform', async () => {
  expect(await loadNativeKeyring()).toBeTypeOf('function');
});
