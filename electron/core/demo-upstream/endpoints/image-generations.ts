import { admit } from '../account/admission.ts';
import type { DemoState } from '../demo-state.ts';
import type { DemoExchange } from '../http/exchange.ts';
import { readJsonObject } from '../http/read-body.ts';
import { drawPicture } from '../pictures/draw-picture.ts';
import { isRefusal } from '../refusal.ts';
import { sendImages } from './image-answer.ts';
import { readImageWish } from './image-wish.ts';

/** What images are made with where no model is named. */
export const defaultImageModel = 'gpt-image-1.5';

/** POST /v1/images/generations: PNGs of the asked size, drawn from the prompt: https://platform.openai.com/docs/api-reference/images. */
export async function imageGenerations(state: DemoState, exchange: DemoExchange): Promise<void> {
  const request = await readJsonObject(exchange);
  if (isRefusal(request)) return exchange.refuse(request);
  const wish = readImageWish(request);
  if (isRefusal(wish)) return exchange.refuse(wish);
  const admission = admit(state, exchange, request, defaultImageModel);
  if (isRefusal(admission)) return exchange.refuse(admission);
  const { prompt, size } = wish;
  await sendImages(
    state,
    exchange,
    wish,
    size,
    (variation, detail) => drawPicture({ prompt, size, variation, detail }, exchange.answer.gone),
    'image_generation',
  );
}
