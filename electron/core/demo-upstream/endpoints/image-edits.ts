import { admit } from '../account/admission.ts';
import type { DemoState } from '../demo-state.ts';
import type { DemoExchange } from '../http/exchange.ts';
import type { FormPart } from '../http/multipart.ts';
import { readForm } from '../http/read-body.ts';
import { drawPicture } from '../pictures/draw-picture.ts';
import { repaintMasked, tint } from '../pictures/edit-picture.ts';
import type { Picture } from '../pictures/picture.ts';
import { isRefusal } from '../refusal.ts';
import { sendImages, type PictureMaker } from './image-answer.ts';
import { defaultImageModel } from './image-generations.ts';
import { readImageWish } from './image-wish.ts';
import { readMask, readOriginal } from './uploaded-pictures.ts';

/**
 * POST /v1/images/edits (multipart): the first `image`, repainted from the prompt where the mask is transparent, or bathed in
 * another light where there is no mask. The answer has the image's size, whatever `size` says:
 * https://platform.openai.com/docs/api-reference/images/createEdit.
 */
export async function imageEdits(state: DemoState, exchange: DemoExchange): Promise<void> {
  const parts = await readForm(exchange);
  if (isRefusal(parts)) return exchange.refuse(parts);
  const fields = textFields(parts);
  const wish = readImageWish(fields);
  if (isRefusal(wish)) return exchange.refuse(wish);
  const original = await readOriginal(parts);
  if (isRefusal(original)) return exchange.refuse(original);
  const mask = await readMask(parts, original);
  if (isRefusal(mask)) return exchange.refuse(mask);
  const admission = admit(state, exchange, fields, defaultImageModel);
  if (isRefusal(admission)) return exchange.refuse(admission);
  const size = { width: original.width, height: original.height };
  const make = pictureMaker(original, mask, wish.prompt, exchange.answer.gone);
  await sendImages(state, exchange, wish, size, make, 'image_edit');
}

function textFields(parts: readonly FormPart[]): Record<string, unknown> {
  const texts = parts.filter(({ fileName }) => fileName === null);
  return Object.fromEntries(texts.map(({ name, bytes }) => [name, bytes.toString('utf8')]));
}

function pictureMaker(
  original: Picture,
  mask: Picture | null,
  prompt: string,
  gone: AbortSignal,
): PictureMaker {
  return async (variation, detail) => {
    if (mask === null) return gone.aborted ? null : tint(original, prompt, variation);
    const size = { width: original.width, height: original.height };
    const drawn = await drawPicture({ prompt, size, variation, detail }, gone);
    return drawn && repaintMasked(original, mask, drawn);
  };
}
