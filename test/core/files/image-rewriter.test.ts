import { randomBytes } from 'node:crypto';
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { buffer } from 'node:stream/consumers';
import OpenAI, { toFile } from 'openai';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import type { DemoUpstream } from '../../../electron/core/demo-upstream/demo-upstream.ts';
import { decodePng } from '../../../electron/core/demo-upstream/pictures/decode-png.ts';
import { createImageRewriter } from '../../../electron/core/files/image-rewriter.ts';
import { createPictureKeeper } from '../../../electron/core/files/keep-picture.ts';
import { readKeptFileName } from '../../../electron/core/files/kept-file-url.ts';
import { KeptFiles } from '../../../electron/core/files/kept-files.ts';
import { answerFile } from '../../../electron/core/proxy/answer-file.ts';
import { HandClock } from '../../support/hand-clock.ts';
import { demoKey, sdkFor, startDemo } from '../demo-upstream/start-demo.ts';

let demo: DemoUpstream;
beforeAll(async () => void (demo = await startDemo()));
afterAll(() => demo.close());

/** As small a proxy as can be: every answer of the demo upstream is rewritten, and the pictures are served. */
async function startLinkingProxy() {
  const clock = new HandClock();
  const files = new KeptFiles({ clock, randomBytes });
  const keep = createPictureKeeper(files, () => port);
  const relay = async (request: IncomingMessage, response: ServerResponse): Promise<void> => {
    const asked = await fetch(new URL(request.url ?? '', demo.baseUrl), {
      method: 'POST',
      headers: {
        authorization: `Bearer ${demoKey}`,
        'content-type': request.headers['content-type'] ?? '',
      },
      body: Uint8Array.from(await buffer(request)),
    });
    const contentType = asked.headers.get('content-type') ?? '';
    const rewriter = createImageRewriter({ contentType, isEncoded: false }, keep);
    response.writeHead(asked.status, { 'content-type': contentType });
    for await (const chunk of asked.body ?? []) {
      const passed = rewriter === null ? chunk : rewriter.write(Buffer.from(chunk));
      if (passed !== null) response.write(passed);
    }
    response.end(rewriter?.end() ?? undefined);
  };
  const server = createServer((request, response) => {
    const name = readKeptFileName(request.url ?? '');
    if (name === null) void relay(request, response);
    else answerFile(request, response, name, files, [], clock);
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const { port } = server.address() as AddressInfo;
  return {
    files,
    sdk: new OpenAI({ baseURL: `http://127.0.0.1:${port}/v1`, apiKey: 'any', maxRetries: 0 }),
    async [Symbol.asyncDispose]() {
      server.closeAllConnections();
      await new Promise((resolve) => server.close(resolve));
    },
  };
}

async function fetchPicture(url: string | undefined): Promise<Buffer> {
  const answer = await fetch(url ?? '');
  expect([answer.status, answer.headers.get('content-type')]).toEqual([200, 'image/png']);
  return Buffer.from(await answer.arrayBuffer());
}

const wish = { model: 'gpt-image-1.5', prompt: 'a quiet lake', size: '256x256' } as const;

describe('the official SDK, asking an upstream that knows no URLs for them', () => {
  test('gets URLs, and under them the very pictures', async () => {
    await using proxy = await startLinkingProxy();
    const plain = await sdkFor(demo).images.generate({ ...wish, n: 3 });
    const linked = await proxy.sdk.images.generate({ ...wish, n: 3, response_format: 'url' });
    expect(linked.data?.map((image) => image.b64_json)).toEqual([undefined, undefined, undefined]);
    expect(linked.usage).toEqual(plain.usage);
    const pictures = await Promise.all((linked.data ?? []).map(({ url }) => fetchPicture(url)));
    expect(pictures.map((bytes) => bytes.toString('base64'))).toEqual(
      plain.data?.map((image) => image.b64_json),
    );
    expect(linked.data?.[0]?.url).toMatch(/^http:\/\/127\.0\.0\.1:\d+\/files\/[0-9a-f]{32}\.png$/);
  });

  test('gets them for edits too', async () => {
    await using proxy = await startLinkingProxy();
    const drawn = await sdkFor(demo).images.generate(wish);
    const original = Buffer.from(drawn.data?.[0]?.b64_json ?? '', 'base64');
    const image = await toFile(original, 'lake.png', { type: 'image/png' });
    const edited = await proxy.sdk.images.edit({ image, prompt: 'at night', response_format: 'url' });
    const decoded = await decodePng(await fetchPicture(edited.data?.[0]?.url));
    expect(decoded).toMatchObject({ kind: 'picture', picture: { width: 256, height: 256 } });
  });

  test('gets them in a stream, pictures on their way included', async () => {
    await using proxy = await startLinkingProxy();
    const streamed = { ...wish, stream: true, partial_images: 2 } as const;
    const [plain, linked] = await Promise.all(
      [sdkFor(demo), proxy.sdk].map(async (sdk) => {
        const events: (OpenAI.ImageGenStreamEvent & { url?: string })[] = [];
        for await (const event of await sdk.images.generate(streamed)) events.push(event);
        return events;
      }),
    );
    expect(linked?.map(({ type }) => type)).toEqual([
      'image_generation.partial_image',
      'image_generation.partial_image',
      'image_generation.completed',
    ]);
    expect(linked?.every((event) => !('b64_json' in event))).toBe(true);
    const pictures = await Promise.all((linked ?? []).map(({ url }) => fetchPicture(url)));
    expect(pictures.map((bytes) => bytes.toString('base64'))).toEqual(plain?.map((event) => event.b64_json));
  });

  test('gets an error as the upstream said it, and nothing is kept', async () => {
    await using proxy = await startLinkingProxy();
    await expect(proxy.sdk.images.generate({ ...wish, prompt: '' })).rejects.toMatchObject({
      status: 400,
      code: 'invalid_prompt',
    });
    expect(proxy.files.byteCount).toBe(0);
  });
});

describe('what is rewritten at all', () => {
  const kindOf = (contentType: string, isEncoded = false): string | undefined =>
    createImageRewriter({ contentType, isEncoded }, () => null)?.constructor.name;

  test('JSON and events are', () => {
    expect(kindOf('application/json')).toBe('ImageAnswerRewriter');
    expect(kindOf('Application/JSON; charset=utf-8')).toBe('ImageAnswerRewriter');
    expect(kindOf('application/vnd.cody+json')).toBe('ImageAnswerRewriter');
    expect(kindOf('text/event-stream; charset=utf-8')).toBe('ImageEventRewriter');
  });

  test('other answers, and those with a content coding, are not', () => {
    for (const contentType of ['', 'image/png', 'text/html', 'application/jsonl', 'text/event-streams'])
      expect(kindOf(contentType)).toBeUndefined();
    expect(kindOf('application/json', true)).toBeUndefined();
  });

  test('a picture that is none by its first bytes stays where it was', () => {
    const files = new KeptFiles({ clock: new HandClock(), randomBytes });
    const keep = createPictureKeeper(files, () => 1);
    expect(keep(Buffer.from('<svg xmlns="http://www.w3.org/2000/svg"/>'))).toBeNull();
    expect(keep(Buffer.from('GIF89a…'))).toMatch(/^http:\/\/127\.0\.0\.1:1\/files\/[0-9a-f]{32}\.gif$/);
  });
});
