import { describe, expect, test } from 'vitest';
import type { ModelCatalogue } from '../../../shared/contract/models.ts';
import { ModelsCatalogue } from '../../../electron/core/models/models-catalogue.ts';
import { sendJson, startAskedUpstream, type AskedUpstream } from '../../support/asked-upstream.ts';
import { startDemo } from '../demo-upstream/start-demo.ts';

const two =
  '{"data":[{"id":"sora-2/text-to-video","cost":{"per_second":15},"available_groups":["fal-ai"]},' +
  '{"id":"gpt-5.2","owned_by":"openai","cost":1e1,"available_groups":["openai","openrouter"]},{"id":"o3"}]}';

interface Opened extends AskedUpstream {
  readonly catalogue: ModelsCatalogue;
  /** What the window was shown, each time that it changed. */
  readonly shown: ModelCatalogue[];
  answerWith(status: number, text: string): void;
}

async function openCatalogue(): Promise<Opened> {
  let status = 200;
  let text = two;
  const it = await startAskedUpstream((_request, response) => sendJson(response, text, status));
  const catalogue = new ModelsCatalogue(it);
  const shown: ModelCatalogue[] = [];
  catalogue.watchable.onChange((value) => shown.push(value));
  const answerWith = (nextStatus: number, nextText: string): void => {
    status = nextStatus;
    text = nextText;
  };
  return Object.assign(it, { catalogue, shown, answerWith });
}

describe('the catalogue of models', () => {
  test('knows nothing before it is fetched, and then each model with its cost and groups', async () => {
    await using it = await openCatalogue();
    const { catalogue } = it;
    expect(catalogue.isKnown).toBe(false);
    expect([catalogue.known('o3'), catalogue.groupsOf('o3'), catalogue.costOf('o3')]).toEqual([
      null,
      null,
      null,
    ]);
    expect(catalogue.groups.size).toBe(0);
    expect(catalogue.watchable.get()).toEqual({ models: [], fetchedAt: null, trouble: null });

    await catalogue.get();
    expect(catalogue.isKnown).toBe(true);
    expect(catalogue.known('gpt-5.2')).toEqual({
      id: 'gpt-5.2',
      ownedBy: 'openai',
      cost: 10,
      groups: ['openai', 'openrouter'],
    });
    expect(catalogue.groupsOf('sora-2/text-to-video')).toEqual(['fal-ai']);
    expect(catalogue.groupsOf('o3')).toBeNull();
    expect(catalogue.known('gpt-6')).toBeNull();
    expect([catalogue.costOf('gpt-5.2'), catalogue.costOf('sora-2/text-to-video')]).toEqual([10, null]);
    expect([...catalogue.groups].toSorted()).toEqual(['fal-ai', 'openai', 'openrouter']);
    expect(it.shown).toHaveLength(1);
    expect(it.shown[0]).toMatchObject({
      models: [{ id: 'sora-2/text-to-video' }, { id: 'gpt-5.2' }, { id: 'o3' }],
      fetchedAt: it.clock.wallMs(),
      trouble: null,
    });
  });

  test('is fetched in the background if it is not known or old, and never twice at once', async () => {
    await using it = await openCatalogue();
    const { catalogue } = it;
    for (let time = 0; time < 10; time += 1) catalogue.prefetch();
    await expect.poll(() => catalogue.isKnown).toBe(true);
    catalogue.prefetch();
    expect(it.asked).toHaveLength(1);
    it.clock.advance(5 * 60_000);
    catalogue.prefetch();
    await expect.poll(() => it.shown.length).toBe(2);
    expect(it.asked).toHaveLength(2);
  });

  test('is not fetched again and again from an upstream that fails', async () => {
    await using it = await openCatalogue();
    it.answerWith(500, '{}');
    it.catalogue.prefetch();
    await expect.poll(() => it.shown.length).toBe(1);
    it.catalogue.prefetch();
    it.clock.advance(15_000);
    it.catalogue.prefetch();
    await expect.poll(() => it.asked.length).toBe(2);
  });

  test('stays what it was while the upstream fails, and says why', async () => {
    await using it = await openCatalogue();
    const fetchedAt = it.clock.wallMs();
    await it.catalogue.get();
    it.answerWith(503, 'down');
    it.clock.advance(60_000);
    const shown = await it.catalogue.refresh();
    expect(shown).toMatchObject({ fetchedAt, trouble: expect.stringContaining('status 503') });
    expect(shown.models).toHaveLength(3);
    expect(it.catalogue.costOf('gpt-5.2')).toBe(10);
    await it.catalogue.refresh();
    expect(it.shown).toHaveLength(2);
    it.answerWith(200, '{"data":[]}');
    expect(await it.catalogue.refresh()).toEqual({ models: [], fetchedAt: it.clock.wallMs(), trouble: null });
  });

  test('of another shape is no catalogue, and the window is told so', async () => {
    await using it = await openCatalogue();
    it.answerWith(200, '["gpt-5.2"]');
    const shown = await it.catalogue.refresh();
    expect(shown).toMatchObject({
      models: [],
      trouble: expect.stringContaining('something else than a list'),
    });
    expect(it.catalogue.isKnown).toBe(false);
  });

  test('is forgotten with the upstream or the key that it came from', async () => {
    await using it = await openCatalogue();
    await it.catalogue.get();
    it.catalogue.forget();
    expect(it.catalogue.isKnown).toBe(false);
    expect(it.catalogue.groups.size).toBe(0);
    expect(it.shown.at(-1)).toEqual({ models: [], fetchedAt: null, trouble: null });
    it.catalogue.prefetch();
    await expect.poll(() => it.catalogue.isKnown).toBe(true);
  });

  test('of the demo is known like that of any upstream', async () => {
    const demo = await startDemo();
    await using it = await startAskedUpstream(() => undefined, demo.baseUrl);
    try {
      const catalogue = new ModelsCatalogue(it);
      const { models, trouble } = await catalogue.service.refresh();
      expect(trouble).toBeNull();
      expect(models.length).toBeGreaterThan(20);
      expect(models.every(({ groups, cost }) => groups !== null && cost !== null)).toBe(true);
      expect(catalogue.costOf('gpt-5-nano')).toBe(0.5);
      expect([...catalogue.groups].toSorted()).toEqual(['fal-ai', 'openai', 'openrouter']);
    } finally {
      await demo.close();
    }
  });
});
