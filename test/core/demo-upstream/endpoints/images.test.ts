import { toFile } from 'openai';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { DemoUpstream } from '../../../../electron/core/demo-upstream/demo-upstream.ts';
import { decodePng } from '../../../../electron/core/demo-upstream/pictures/decode-png.ts';
import { encodePng } from '../../../../electron/core/demo-upstream/pictures/encode-png.ts';
import type { Picture } from '../../../../electron/core/demo-upstream/pictures/picture.ts';
import { ask, errorOf, sdkFor, startDemo } from '../start-demo.ts';

let demo: DemoUpstream;
beforeAll(async () => void (demo = await startDemo()));
afterAll(() => demo.close());

async function decode(base64: string | undefined): Promise<Picture> {
  const decoded = await decodePng(Buffer.from(base64 ?? '', 'base64'));
  if (decoded.kind !== 'picture') throw new Error(`the PNG is ${decoded.kind}`);
  return decoded.picture;
}

/** A picture whose pixels are all different enough to be told apart. */
function checkered(width: number, height: number, channels: 3 | 4): Picture {
  const pixels = new Uint8Array(width * height * channels);
  for (let index = 0; index < pixels.length; index += 1) pixels[index] = (index * 37) % 251;
  if (channels === 4) for (let index = 3; index < pixels.length; index += 4) pixels[index] = 255;
  return { width, height, channels, pixels };
}

/** A mask that is opaque on its left half, half open on a stripe in the middle, and open on the right. */
function rightHalfMask(width: number, height: number): Picture {
  const mask = checkered(width, height, 4);
  for (let pixel = 0; pixel < width * height; pixel += 1) {
    const x = pixel % width;
    mask.pixels[pixel * 4 + 3] = x < width / 2 ? 255 : x === width / 2 ? 128 : 0;
  }
  return mask;
}

const png = async (picture: Picture, name: string) =>
  toFile(await encodePng(picture), name, { type: 'image/png' });

/** The code of the error that an edit of these files is refused with. */
async function errorOfEdit(image: Buffer, mask?: Buffer): Promise<unknown> {
  const form = new FormData();
  form.set('prompt', 'x');
  form.set('image', new Blob([Uint8Array.from(image)]), 'image.png');
  if (mask) form.set('mask', new Blob([Uint8Array.from(mask)]), 'mask.png');
  return (await errorOf(await ask(demo, '/images/edits', form))).code;
}

describe('images', () => {
  it('draws as many pictures of the asked size as wished, the same for the same prompt', async () => {
    const request = { model: 'gpt-image-1.5', prompt: 'a quiet lake', size: '96x64', n: 2 } as const;
    const first = await sdkFor(demo).images.generate(request);
    const second = await sdkFor(demo).images.generate(request);
    const [one, two] = first.data ?? [];
    expect(one?.url).toBeUndefined();
    expect(await decode(one?.b64_json)).toMatchObject({ width: 96, height: 64 });
    expect(one?.b64_json).not.toBe(two?.b64_json);
    expect(second.data).toEqual(first.data);
    expect(first.usage?.total_tokens).toBeGreaterThan(0);
  });

  it('makes 1024x1024 where the size is left to it', async () => {
    const answer = await sdkFor(demo).images.generate({
      model: 'nano-banana-pro',
      prompt: 'x',
      size: 'auto',
    });
    const file = Buffer.from(answer.data?.[0]?.b64_json ?? '', 'base64');
    expect([file.readUInt32BE(16), file.readUInt32BE(20)]).toEqual([1024, 1024]);
  });

  it('streams pictures on their way', async () => {
    const stream = await sdkFor(demo).images.generate({
      model: 'gpt-image-1.5',
      prompt: 'hills',
      size: '64x64',
      stream: true,
      partial_images: 2,
    });
    const events = [];
    for await (const event of stream) events.push(event);
    expect(events.map(({ type }) => type)).toEqual([
      'image_generation.partial_image',
      'image_generation.partial_image',
      'image_generation.completed',
    ]);
    expect(new Set(events.map(({ b64_json }) => b64_json)).size).toBe(3);
    for (const event of events) expect(await decode(event.b64_json)).toMatchObject({ width: 64, height: 64 });
  });

  it.each([
    [{ size: '5000x10' }, 'size'],
    [{ size: 'large' }, 'size'],
    [{ n: 9 }, 'n'],
    [{ prompt: '' }, 'prompt'],
    [{ partial_images: 4 }, 'partial_images'],
  ])('refuses %j', async (wrong, param) => {
    const response = await ask(demo, '/images/generations', { prompt: 'x', ...wrong });
    expect([response.status, (await errorOf(response)).param]).toEqual([400, param]);
  });

  it.each([3, 4] as const)('edits only what the mask leaves open (%i channels)', async (channels) => {
    const original = checkered(40, 30, channels);
    const answer = await sdkFor(demo).images.edit({
      model: 'gpt-image-1.5',
      prompt: 'a red balloon',
      image: await png(original, 'image.png'),
      mask: await png(rightHalfMask(40, 30), 'mask.png'),
    });
    const edited = await decode(answer.data?.[0]?.b64_json);
    expect([edited.width, edited.height, edited.channels]).toEqual([40, 30, channels]);
    let [kept, changed] = [0, 0];
    for (let pixel = 0; pixel < 40 * 30; pixel += 1) {
      const range = [pixel * channels, (pixel + 1) * channels] as const;
      const same = Buffer.from(edited.pixels.subarray(...range)).equals(original.pixels.subarray(...range));
      if (pixel % 40 < 20) kept += same ? 1 : 0;
      else changed += same ? 0 : 1;
    }
    expect(kept).toBe(20 * 30);
    expect(changed).toBeGreaterThan(0.95 * 20 * 30);
  });

  it('blends where the mask is half open', async () => {
    const original = checkered(40, 30, 3);
    const edit = async (mask: Picture) => {
      const answer = await sdkFor(demo).images.edit({
        model: 'gpt-image-1.5',
        prompt: 'a red balloon',
        image: await png(original, 'image.png'),
        mask: await png(mask, 'mask.png'),
      });
      return decode(answer.data?.[0]?.b64_json);
    };
    const withAlpha = (alpha: number): Picture => {
      const mask = checkered(40, 30, 4);
      for (let index = 3; index < mask.pixels.length; index += 4) mask.pixels[index] = alpha;
      return mask;
    };
    const open = await edit(withAlpha(0));
    const half = await edit(withAlpha(51));
    for (const [index, value] of half.pixels.entries()) {
      expect(value).toBe(Math.round(0.8 * (open.pixels[index] ?? 0) + 0.2 * (original.pixels[index] ?? 0)));
    }
  });

  it('without a mask gives the whole picture another light, all the same recognisable', async () => {
    const original = checkered(32, 32, 3);
    const answer = await sdkFor(demo).images.edit({
      model: 'gpt-image-1.5',
      prompt: 'at night',
      image: [await png(original, 'one.png'), await png(checkered(8, 8, 4), 'two.png')],
    });
    const edited = await decode(answer.data?.[0]?.b64_json);
    const differences = edited.pixels.map((value, index) => Math.abs(value - (original.pixels[index] ?? 0)));
    expect(differences.filter((difference) => difference > 0).length).toBeGreaterThan(
      0.9 * differences.length,
    );
    expect(Math.max(...differences)).toBeLessThanOrEqual(128);
  });

  it('takes group and n as form fields', async () => {
    const form = new FormData();
    form.set('prompt', 'x');
    form.set('n', '2');
    form.set('group', 'openrouter');
    form.set('image', new Blob([Uint8Array.from(await encodePng(checkered(8, 8, 3)))]), 'image.png');
    const refused = await ask(demo, '/images/edits', form);
    expect((await errorOf(refused)).code).toBe('group_not_available');
    form.set('group', 'fal-ai');
    const answer = (await (await ask(demo, '/images/edits', form)).json()) as { data: unknown[] };
    expect(answer.data).toHaveLength(2);
    expect(demo.requests.at(-1)).toMatchObject({ group: 'fal-ai', model: 'gpt-image-1.5' });
  });

  it('refuses a mask of another size, one without alpha, and a file that is no image', async () => {
    const image = await encodePng(checkered(8, 8, 3));
    expect(await errorOfEdit(image, await encodePng(checkered(9, 8, 4)))).toBe('invalid_mask_size');
    expect(await errorOfEdit(image, image)).toBe('invalid_mask_file');
    expect(await errorOfEdit(Buffer.from('no image'))).toBe('invalid_image_file');
    expect(await errorOfEdit(image.subarray(0, -20))).toBe('invalid_image_file');
  });

  it('draws on a plain canvas of the same size where it cannot decode the image', async () => {
    const gif = Buffer.from('GIF89a\u0010\u0000\u000c\u0000\u0000\u0000\u0000', 'latin1');
    const answer = await sdkFor(demo).images.edit({
      model: 'gpt-image-1.5',
      prompt: 'x',
      image: await toFile(gif, 'image.gif', { type: 'image/gif' }),
    });
    expect(await decode(answer.data?.[0]?.b64_json)).toMatchObject({ width: 16, height: 12 });
  });

  it('wants a form for edits', async () => {
    const response = await ask(demo, '/images/edits', { prompt: 'x' });
    expect([response.status, (await errorOf(response)).code]).toEqual([400, 'invalid_content_type']);
  });
});
