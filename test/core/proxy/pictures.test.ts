import OpenAI, { toFile } from 'openai';
import { describe, expect, test } from 'vitest';
import { systemClock } from '../../../electron/core/clock.ts';
import { startDemoUpstream } from '../../../electron/core/demo-upstream/demo-upstream.ts';
import { HandClock } from '../../support/hand-clock.ts';
import { startTestProxy, testClientKey } from '../../support/test-proxy.ts';

const pngStart = '89504e470d0a1a0a';

/** A proxy before the demo upstream, which like Cody knows pictures as base64 only. */
async function start() {
  const clock = new HandClock();
  const demo = await startDemoUpstream({
    clock: systemClock,
    random: Math.random,
    tokensPerSecond: 0,
    limits: () => ({ perMinute: 0, perSecond: 0 }),
  });
  const proxy = await startTestProxy({ upstreamBaseUrl: demo.baseUrl, clock });
  return {
    clock,
    proxy,
    sdk: new OpenAI({ baseURL: proxy.baseUrl, apiKey: testClientKey, maxRetries: 0 }),
    async [Symbol.asyncDispose]() {
      await proxy[Symbol.asyncDispose]();
      await demo.close();
    },
  };
}

const firstBytes = async (url: string): Promise<string> => {
  const answer = await fetch(url);
  expect([answer.status, answer.headers.get('content-type')]).toEqual([200, 'image/png']);
  return Buffer.from(await answer.arrayBuffer()).toString('hex', 0, 8);
};

const picture = { model: 'gpt-image-1.5', prompt: 'an otter', size: '256x256' } as const;

describe('a tool that asks for pictures by address', () => {
  test('gets addresses on this computer, under which they are', async () => {
    await using it = await start();
    const { data = [] } = await it.sdk.images.generate({ ...picture, n: 2, response_format: 'url' } as never);
    expect(data.length).toBe(2);
    for (const { url = '', b64_json } of data) {
      expect(url).toMatch(new RegExp(`^${it.proxy.origin}/files/[0-9a-f]{32}\\.png$`));
      expect(b64_json).toBeUndefined();
      expect(await firstBytes(url)).toBe(pngStart);
    }
  });

  test('gets them for edits, whose body is a form', async () => {
    await using it = await start();
    const { data = [] } = await it.sdk.images.generate(picture as never);
    const image = await toFile(Buffer.from(data[0]?.b64_json ?? '', 'base64'), 'otter.png', {
      type: 'image/png',
    });
    const edited = await it.sdk.images.edit({
      model: 'gpt-image-1.5',
      prompt: 'add sunglasses',
      image,
      response_format: 'url',
    } as never);
    expect(await firstBytes(edited.data?.[0]?.url ?? '')).toBe(pngStart);
  });

  test('gets them in streams too', async () => {
    await using it = await start();
    const stream = await it.sdk.images.generate({
      ...picture,
      stream: true,
      partial_images: 1,
      response_format: 'url',
    } as never);
    const urls: string[] = [];
    for await (const event of stream as unknown as AsyncIterable<{ url?: string; b64_json?: string }>) {
      expect(event.b64_json).toBeUndefined();
      urls.push(event.url ?? '');
    }
    expect(urls.length).toBe(2);
    for (const url of urls) expect(await firstBytes(url)).toBe(pngStart);
  });

  test('finds them there for ten minutes, for whoever knows the name, and no page from elsewhere otherwise', async () => {
    await using it = await start();
    const { data = [] } = await it.sdk.images.generate({ ...picture, response_format: 'url' } as never);
    const url = data[0]?.url ?? '';
    const shown = await fetch(url, { headers: { 'sec-fetch-site': 'cross-site' } });
    expect([shown.status, shown.headers.get('access-control-allow-origin')]).toEqual([200, null]);
    const foreign = await fetch(url, { headers: { origin: 'https://evil.example' } });
    expect([foreign.status, foreign.headers.get('access-control-allow-origin')]).toEqual([200, null]);
    const own = await fetch(url, { headers: { origin: 'http://localhost:3000' } });
    expect(own.headers.get('access-control-allow-origin')).toBe('http://localhost:3000');
    it.clock.advance(600_000);
    const gone = await fetch(url);
    expect([gone.status, gone.headers.get('x-cody-error')]).toEqual([404, 'file_not_found']);
  });
});

test('a tool that asks for base64, or for nothing, gets the answer as it is', async () => {
  await using it = await start();
  for (const more of [{}, { response_format: 'b64_json' }]) {
    const { data = [] } = await it.sdk.images.generate({ ...picture, ...more } as never);
    expect(Buffer.from(data[0]?.b64_json ?? '', 'base64').toString('hex', 0, 8)).toBe(pngStart);
    expect(data[0]?.url).toBeUndefined();
  }
  expect(it.proxy.files.byteCount).toBe(0);
});
