import { createdSeconds, type DemoState } from '../demo-state.ts';
import { sendEventStream, type StreamStep } from '../http/event-stream.ts';
import type { DemoExchange } from '../http/exchange.ts';
import type { JsonRecord } from '../json-value.ts';
import { encodePng } from '../pictures/encode-png.ts';
import type { Picture, PictureSize } from '../pictures/picture.ts';
import { estimateTokens } from '../text/tokens.ts';
import type { ImageWish } from './image-wish.ts';

/** Makes the pictures of an answer. Null once the client has gone. `detail` below 1 is a picture on its way. */
export type PictureMaker = (variation: number, detail: number) => Promise<Picture | null>;

// How many tokens of the stream's pace a picture on its way counts as.
const tokensPerPicture = 20;

/** Answers with the pictures as PNGs in `b64_json`, never as URLs, whole or (if the client wishes) as a stream of events of that name. */
export async function sendImages(
  state: DemoState,
  exchange: DemoExchange,
  wish: ImageWish,
  size: PictureSize,
  make: PictureMaker,
  eventName: 'image_generation' | 'image_edit',
): Promise<void> {
  const facts = {
    background: 'opaque',
    output_format: 'png',
    quality: 'high',
    size: `${size.width}x${size.height}`,
  };
  const created = createdSeconds(state.clock);
  if (wish.stream) {
    return sendEventStream(
      state,
      exchange,
      imageEvents(wish, size, make, eventName, { ...facts, created_at: created }),
    );
  }
  const data: JsonRecord[] = [];
  for (let variation = 0; variation < wish.count; variation += 1) {
    const picture = await make(variation, 1);
    if (!picture) return;
    data.push({ b64_json: await base64Png(picture) });
  }
  await exchange.sendJson({ created, ...facts, data, usage: usage(wish, size, wish.count) });
}

async function* imageEvents(
  wish: ImageWish,
  size: PictureSize,
  make: PictureMaker,
  eventName: string,
  facts: JsonRecord,
): AsyncGenerator<StreamStep, void> {
  for (let variation = 0; variation < wish.count; variation += 1) {
    for (let index = 0; index < wish.partialImages; index += 1) {
      const partial = await make(variation, (index + 1) / (wish.partialImages + 1));
      if (!partial) return;
      const type = `${eventName}.partial_image`;
      const image = { partial_image_index: index, b64_json: await base64Png(partial) };
      yield { event: type, data: { type, ...image, ...facts }, tokens: tokensPerPicture };
    }
    const whole = await make(variation, 1);
    if (!whole) return;
    const type = `${eventName}.completed`;
    const image = { b64_json: await base64Png(whole), usage: usage(wish, size, 1) };
    yield { event: type, data: { type, ...image, ...facts }, tokens: tokensPerPicture };
  }
}

async function base64Png(picture: Picture): Promise<string> {
  return (await encodePng(picture)).toString('base64');
}

function usage(wish: ImageWish, { width, height }: PictureSize, count: number): JsonRecord {
  const textTokens = estimateTokens(wish.prompt);
  const imageTokens = count * Math.ceil((width * height) / 1024);
  return {
    input_tokens: textTokens,
    input_tokens_details: { text_tokens: textTokens, image_tokens: 0 },
    output_tokens: imageTokens,
    output_tokens_details: { text_tokens: 0, image_tokens: imageTokens },
    total_tokens: textTokens + imageTokens,
  };
}
