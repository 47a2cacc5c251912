import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import {
  environmentWithoutBus,
  runChild,
  secretServiceAvailable,
  startSecretService,
  type SecretService,
} from '../../support/secret-service.ts';

const probe = path.join(import.meta.dirname, 'keyring-probe.ts');

async function ask(service: SecretService, ...steps: string[]): Promise<unknown> {
  return answersOf(await service.run(probe, ...steps));
}

function answersOf({ stdout, stderr }: { stdout: string; stderr: string }): unknown {
  expect(stdout, stderr).not.toBe('');
  return JSON.parse(stdout);
}

describe.skipIf(!secretServiceAvailable())('a real Secret Service (needs dbus and gnome-keyring)', () => {
  let service: SecretService;

  beforeAll(async () => {
    service = await startSecretService();
  });
  afterAll(() => service.stop());

  it('keeps a key for the next process until it is removed', async () => {
    expect(
      await ask(service, 'status', 'read=cody-key', 'write=cody-key=first', 'write=cody-key=second'),
    ).toEqual([
      { name: 'Secret Service', state: 'ready', reason: null },
      { ok: true, value: null },
      { ok: true },
      { ok: true },
    ]);
    expect(
      await ask(service, 'read=cody-key', 'remove=cody-key', 'remove=cody-key', 'read=cody-key'),
    ).toEqual([{ ok: true, value: 'second' }, { ok: true }, { ok: true }, { ok: true, value: null }]);
  });

  it('leaves nothing of its look at the store behind', async () => {
    expect(await ask(service, 'status', 'read=store-check')).toEqual([
      { name: 'Secret Service', state: 'ready', reason: null },
      { ok: true, value: null },
    ]);
  });

  it('says that a locked store is locked, whatever is asked, and loses nothing', async () => {
    await ask(service, 'write=cody-key=kept');
    await service.lock();
    const locked = {
      name: 'Secret Service',
      state: 'locked',
      reason: expect.stringMatching(/is locked\. Unlock it.*CODY_API_KEY or CODY_API_KEY_FILE/),
    };
    for (const call of ['read=cody-key', 'write=cody-key=other', 'remove=cody-key']) {
      expect(await ask(service, call)).toEqual([{ ok: false, status: locked }]);
    }
    expect(await ask(service, 'status')).toEqual([locked]);
    await service.unlock();
    expect(await ask(service, 'status', 'read=cody-key')).toEqual([
      { name: 'Secret Service', state: 'ready', reason: null },
      { ok: true, value: 'kept' },
    ]);
  });

  it('says so where the Secret Service has no default keyring', async () => {
    const empty = await startSecretService({ unlocked: false });
    try {
      expect(await ask(empty, 'status')).toEqual([
        { name: 'Secret Service', state: 'missing', reason: expect.stringMatching(/no default keyring/) },
      ]);
    } finally {
      await empty.stop();
    }
  });
});

describe.skipIf(process.platform !== 'linux')('a session without D-Bus', () => {
  it('has no key store, and the kernel’s keyring does not stand in for it', async () => {
    const home = await mkdtemp(path.join(tmpdir(), 'no-bus-'));
    const missing = {
      name: 'Secret Service',
      state: 'missing',
      reason: expect.stringMatching(/no Secret Service on D-Bus/),
    };
    try {
      const steps = ['status', 'write=cody-key=kept', 'read=cody-key'];
      const result = await runChild(process.execPath, [probe, ...steps], environmentWithoutBus(home));
      expect(answersOf(result)).toEqual([
        missing,
        { ok: false, status: missing },
        { ok: false, status: missing },
      ]);
    } finally {
      await rm(home, { recursive: true });
    }
  });
});
