import { createHash, randomBytes } from 'node:crypto';
import { mkdir, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { describe, expect, it } from 'vitest';
import { openClientRegistry, UnknownClientError } from '../../../electron/core/clients/client-registry.ts';
import type { KeyStoreResult } from '../../../electron/core/secrets/key-store.ts';
import { MemoryKeyStore } from '../../../electron/core/secrets/memory-key-store.ts';
import { clientPolicy } from '../../../shared/contract/clients.ts';
import { HandClock } from '../../support/hand-clock.ts';
import { modeOf, temporaryFolder } from '../data-folder/temporary-folder.ts';

function open(folder: string, store = new MemoryKeyStore({ lasting: true })) {
  return openClientRegistry({ folder, clock: new HandClock(), store, randomBytes });
}

function readClientsFile(folder: string): Promise<string> {
  return readFile(path.join(folder, 'clients.json'), 'utf8');
}

describe('clients', () => {
  it('begin with one called Default, whose key is known at the next start too', async () => {
    const folder = await temporaryFolder();
    const store = new MemoryKeyStore({ lasting: true });
    const registry = await open(folder, store);
    const key = await registry.printableKey();
    expect(key).toMatch(/^cody-local-[0-9a-f]{32}$/);
    expect(registry.service.list.get()).toEqual([
      {
        id: expect.any(String),
        name: 'Default',
        createdAt: 1_700_000_000_000,
        keyReadable: true,
        policy: clientPolicy.parse({}),
      },
    ]);
    expect(await modeOf(path.join(folder, 'clients.json'))).toBe('600');

    const again = await open(folder, store);
    expect(again.service.list.get()).toEqual(registry.service.list.get());
    expect(again.identify(key)).toEqual(registry.service.list.get()[0]);
    expect(await again.printableKey()).toBe(key);
    expect(again.service.list.get()).toHaveLength(1);
  });

  it('each have a key of their own, of which the file holds only the SHA-256', async () => {
    const folder = await temporaryFolder();
    const registry = await open(folder);
    const created = await Promise.all(
      ['Continue', 'Zed', 'Codex'].map((name) => registry.service.create(name)),
    );
    for (const { client, key } of created) {
      expect(registry.identify(key)).toEqual(client);
      expect(await registry.service.revealKey(client.id)).toBe(key);
      const file = await readClientsFile(folder);
      expect(file).not.toContain(key.slice('cody-local-'.length));
      expect(file).toContain(createHash('sha256').update(key).digest('hex'));
    }
    expect(new Set(created.map(({ key }) => key)).size).toBe(3);
    expect(registry.service.list.get().map(({ name }) => name)).toEqual([
      'Default',
      'Continue',
      'Zed',
      'Codex',
    ]);
  });

  it('know nobody by a wrong, empty or endless key', async () => {
    const registry = await open(await temporaryFolder());
    const key = await registry.printableKey();
    for (const wrong of [
      '',
      key.slice(0, -1),
      `${key}0`,
      key.toUpperCase(),
      ` ${key}`,
      key.padEnd(1_000_000, '0'),
    ]) {
      expect(registry.identify(wrong)).toBeNull();
    }
  });

  it('can be renamed, while their key stays', async () => {
    const folder = await temporaryFolder();
    const registry = await open(folder);
    const { client, key } = await registry.service.create('Zed');
    expect(await registry.service.rename(client.id, ' My Zed ')).toEqual({ ...client, name: 'My Zed' });
    expect(registry.identify(key)?.name).toBe('My Zed');
    expect((await open(folder)).identify(key)?.name).toBe('My Zed');
  });

  it('lose their key at once when they are revoked, even while others wait for the key store', async () => {
    const folder = await temporaryFolder();
    const store = new MemoryKeyStore({ lasting: true });
    const registry = await open(folder, store);
    const { client, key } = await registry.service.create('Zed');
    const creating = registry.service.create('Codex');
    const revoking = registry.service.revoke(client.id);
    expect(registry.identify(key)).toBeNull();
    await Promise.all([creating, revoking]);
    expect(registry.service.list.get().map(({ name }) => name)).toEqual(['Default', 'Codex']);
    expect(await store.read(`client:${client.id}`)).toEqual({ ok: true, value: null });
    const again = await open(folder, store);
    expect([again.identify(key), again.identify((await creating).key)?.name]).toEqual([null, 'Codex']);
  });

  it('stay revoked though the key store does not let go of the key, and may all be revoked', async () => {
    const folder = await temporaryFolder();
    const store = new MemoryKeyStore({ lasting: true });
    const registry = await open(folder, store);
    const key = await registry.printableKey();
    store.setState('locked');
    for (const { id } of registry.service.list.get()) await registry.service.revoke(id);
    const again = await open(folder, store);
    expect(again.service.list.get()).toEqual([]);
    expect(again.identify(key)).toBeNull();
  });

  it('that are not there cannot be asked for anything', async () => {
    const registry = await open(await temporaryFolder());
    const { service } = registry;
    expect(registry.rulesOf('nobody')).toBeNull();
    await expect(service.rename('nobody', 'x')).rejects.toThrow(UnknownClientError);
    await expect(service.setPolicy('nobody', { affinity: false })).rejects.toThrow(UnknownClientError);
    await expect(service.revoke('nobody')).rejects.toThrow(UnknownClientError);
    await expect(service.revealKey('nobody')).rejects.toThrow(UnknownClientError);
  });

  it('tell their watchers of each change', async () => {
    const { service } = await open(await temporaryFolder());
    const seen: string[] = [];
    service.list.onChange((clients) => seen.push(clients.map(({ name }) => name).join('+')));
    const { client } = await service.create('Zed');
    await service.rename(client.id, 'Z');
    await service.revealKey(client.id);
    await service.revoke(client.id);
    expect(seen).toEqual(['Default+Zed', 'Default+Z', 'Default']);
  });

  it('are made only if the file can be written', async () => {
    const folder = path.join(await temporaryFolder(), 'data');
    await mkdir(folder);
    const store = new MemoryKeyStore({ lasting: true });
    const registry = await open(folder, store);
    const { client, key } = await registry.service.create('Zed');
    await rm(folder, { recursive: true });
    await expect(registry.service.create('Codex')).rejects.toThrow(/could not be written/);
    await expect(registry.service.rename(client.id, 'Z')).rejects.toThrow(/could not be written/);
    expect(registry.service.list.get().map(({ name }) => name)).toEqual(['Default', 'Zed']);
    await expect(registry.service.revoke(client.id)).rejects.toThrow(/could not be written/);
    expect(registry.identify(key)).toBeNull();
  });
});

describe('what a client may do', () => {
  it('is kept with the client, counts at once, and stays through a new name and a restart', async () => {
    const folder = await temporaryFolder();
    const registry = await open(folder);
    const { client, key } = await registry.service.create('Zed');
    expect(client.policy).toEqual(clientPolicy.parse({}));
    expect(registry.rulesOf(client.id)?.allowsModel('o3')).toBe(true);

    const patch = { allowedModels: ['gpt-*'], allowedGroups: ['openai'], requestsPerDay: 50 };
    const changed = await registry.service.setPolicy(client.id, patch);
    expect(changed).toEqual({ ...client, policy: { ...client.policy, ...patch } });
    expect(registry.identify(key)).toBe(changed);
    expect(registry.rulesOf(client.id)?.allowsModel('o3')).toBe(false);
    await registry.service.rename(client.id, 'Zed Preview');
    expect(registry.rulesOf(client.id)?.allowsGroup('fal-ai')).toBe(false);

    const again = await open(folder);
    expect(again.identify(key)?.policy).toEqual(changed.policy);
    expect(again.rulesOf(client.id)?.allowsModel('gpt-5.2')).toBe(true);
    expect(again.rulesOf(client.id)?.allowsModel('o3')).toBe(false);
  });

  it('does not change where the change makes no sense, and a sentence says why', async () => {
    const { service } = await open(await temporaryFolder());
    const [client] = service.list.get();
    await expect(
      service.setPolicy(client?.id ?? '', { group: 'openai', allowedGroups: ['fal-ai'] }),
    ).rejects.toMatchObject({ code: 'BAD_REQUEST', message: expect.stringContaining('own group is openai') });
    expect(service.list.get()).toEqual([client]);
  });

  it('can be said of a client of this run too, and is gone with it', async () => {
    const folder = await temporaryFolder();
    await mkdir(path.join(folder, 'clients.json'));
    const registry = await open(folder);
    const key = await registry.printableKey();
    const id = registry.identify(key)?.id ?? '';
    await registry.service.setPolicy(id, { requestsPerDay: 5 });
    expect(registry.identify(key)?.policy.requestsPerDay).toBe(5);
    expect(await readdir(folder)).toEqual(['clients.json']);
  });

  it('is that of a new client where the file is older than policies', async () => {
    const folder = await temporaryFolder();
    const store = new MemoryKeyStore({ lasting: true });
    const key = await (await open(folder, store)).printableKey();
    const contents: { clients: Record<string, unknown>[] } = JSON.parse(await readClientsFile(folder));
    for (const client of contents.clients) delete client['policy'];
    await writeFile(path.join(folder, 'clients.json'), JSON.stringify(contents));
    const registry = await open(folder, store);
    expect(registry.notices).toEqual([]);
    expect(registry.identify(key)?.policy).toEqual(clientPolicy.parse({}));
  });
});

describe('client keys without a key store', () => {
  it('work on after a restart, but cannot be shown again', async () => {
    const folder = await temporaryFolder();
    const store = new MemoryKeyStore({ lasting: true });
    store.setState('missing');
    const registry = await open(folder, store);
    const { client, key } = await registry.service.create('Zed');
    expect(client.keyReadable).toBe(true);
    expect(await registry.service.revealKey(client.id)).toBe(key);

    const again = await open(folder, store);
    expect(again.identify(key)).toEqual({ ...client, keyReadable: false });
    expect(await again.service.revealKey(client.id)).toBeNull();
  });

  it('give way to a key for this run only, and all old ones stay valid', async () => {
    const folder = await temporaryFolder();
    const store = new MemoryKeyStore({ lasting: true });
    store.setState('missing');
    const first = await open(folder, store);
    const oldKey = await first.printableKey();
    const file = await readClientsFile(folder);

    const again = await open(folder, store);
    const [key, sameKey] = await Promise.all([again.printableKey(), again.printableKey()]);
    expect(sameKey).toBe(key);
    expect(again.identify(key)?.name).toBe('Default (this run)');
    expect(again.identify(oldKey)?.name).toBe('Default');
    expect(again.service.list.get().map(({ name, keyReadable }) => [name, keyReadable])).toEqual([
      ['Default', false],
      ['Default (this run)', true],
    ]);
    const thisRun = again.identify(key);
    await again.service.rename(thisRun?.id ?? '', 'Mine');
    expect(await readClientsFile(folder)).toBe(file);
    await again.service.create('Zed');

    const third = await open(folder, store);
    expect(third.identify(key)).toBeNull();
    expect(third.service.list.get().map(({ name }) => name)).toEqual(['Default', 'Zed']);
  });

  it('are shown again once the store is unlocked', async () => {
    const folder = await temporaryFolder();
    const store = new MemoryKeyStore({ lasting: true });
    const key = await (await open(folder, store)).printableKey();
    store.setState('locked');
    const registry = await open(folder, store);
    const [client] = registry.service.list.get();
    expect(client?.keyReadable).toBe(true);
    expect(await registry.service.revealKey(client?.id ?? '')).toBeNull();
    expect(registry.service.list.get()[0]?.keyReadable).toBe(false);
    store.setState('ready');
    expect(await registry.service.revealKey(client?.id ?? '')).toBe(key);
    expect(registry.service.list.get()[0]?.keyReadable).toBe(true);
  });

  it('are not shown where the store holds another key under their name', async () => {
    const folder = await temporaryFolder();
    const store = new MemoryKeyStore({ lasting: true });
    const registry = await open(folder, store);
    const [client] = registry.service.list.get();
    await store.write(`client:${client?.id}`, 'cody-local-of-somebody-else');
    expect(await registry.service.revealKey(client?.id ?? '')).toBeNull();
  });

  it('are in the store after all when it answers late', async () => {
    const folder = await temporaryFolder();
    const late = Promise.withResolvers<KeyStoreResult<void>>();
    class LateKeyStore extends MemoryKeyStore {
      override async write(account: string, secret: string): Promise<KeyStoreResult<void>> {
        await super.write(account, secret);
        const status = { name: 'memory', state: 'failed', reason: 'It did not answer.' } as const;
        return { ok: false, status, later: late.promise };
      }
    }
    const store = new LateKeyStore({ lasting: true });
    const registry = await open(folder, store);
    const key = await registry.printableKey();
    late.resolve({ ok: true, value: undefined });
    // A turn of its own comes after the late answer's.
    await late.promise;
    await registry.service.create('Zed');
    expect(await (await open(folder, store)).printableKey()).toBe(key);
  });
});

describe('a file of clients that cannot be used', () => {
  const aside = 'clients.damaged-20231114-221320.json';

  it.each(['{"version":1,"clients":[', '[]', '{"version":1}'])('is set aside: %j', async (text) => {
    const folder = await temporaryFolder();
    await writeFile(path.join(folder, 'clients.json'), text);
    const registry = await open(folder);
    expect(registry.notices).toEqual([
      {
        code: 'clients_set_aside',
        message: expect.stringMatching(`${aside}.*Your tools need new client keys`),
      },
    ]);
    expect(await readFile(path.join(folder, aside), 'utf8')).toBe(text);
    expect(registry.service.list.get().map(({ name }) => name)).toEqual(['Default']);
    expect((await open(folder)).notices).toEqual([]);
  });

  it('loses only the clients that are damaged', async () => {
    const folder = await temporaryFolder();
    const store = new MemoryKeyStore({ lasting: true });
    const first = await open(folder, store);
    const { key } = await first.service.create('Zed');
    const contents: { clients: unknown[] } = JSON.parse(await readClientsFile(folder));
    contents.clients.push({ id: 'x', name: 5 });
    await writeFile(path.join(folder, 'clients.json'), JSON.stringify(contents));

    const registry = await open(folder, store);
    expect(registry.notices).toMatchObject([
      { message: expect.stringContaining('2 of its clients could be kept') },
    ]);
    expect(registry.identify(key)?.name).toBe('Zed');
    expect(await registry.printableKey()).toBe(await first.printableKey());
    expect((await open(folder, store)).notices).toEqual([]);
  });

  it('loses only what a client may do where that alone is damaged, and says of whom', async () => {
    const folder = await temporaryFolder();
    const store = new MemoryKeyStore({ lasting: true });
    const first = await open(folder, store);
    const { client, key } = await first.service.create('Zed');
    await first.service.setPolicy(client.id, { requestsPerDay: 5, allowedModels: ['gpt-*'] });
    const other = await first.service.create('Codex');
    await first.service.setPolicy(other.client.id, { requestsPerDay: 7 });
    const damaged = (await readClientsFile(folder)).replace(
      '"requestsPerDay": 5',
      '"requestsPerDay": "five"',
    );
    await writeFile(path.join(folder, 'clients.json'), damaged);

    const registry = await open(folder, store);
    expect(registry.notices).toEqual([
      {
        code: 'clients_set_aside',
        message: expect.stringMatching(
          `${aside}. All of its clients keep their keys.*limits them now: Zed\\.`,
        ),
      },
    ]);
    expect(await readFile(path.join(folder, aside), 'utf8')).toBe(damaged);
    expect(registry.identify(key)?.policy).toEqual(clientPolicy.parse({}));
    expect(registry.identify(other.key)?.policy.requestsPerDay).toBe(7);
    expect((await open(folder, store)).notices).toEqual([]);
  });

  it('is left alone when it cannot be set aside, and a key for this run is given', async () => {
    const folder = await temporaryFolder();
    await mkdir(path.join(folder, 'clients.json'));
    const registry = await open(folder);
    expect(registry.notices).toMatchObject([
      { message: expect.stringContaining('nor could it be set aside') },
    ]);
    const key = await registry.printableKey();
    expect(registry.identify(key)?.name).toBe('Default (this run)');
    await expect(registry.service.create('Zed')).rejects.toThrow(/until the file is mended/);
    expect(await readdir(folder)).toEqual(['clients.json']);
  });
});
