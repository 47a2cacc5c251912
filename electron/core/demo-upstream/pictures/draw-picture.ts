import { breathe } from '../breathe.ts';
import { paintRow } from './paint-row.ts';
import { bytesBetweenBreaths, type Picture, type PictureSize } from './picture.ts';
import { composeScene } from './scene.ts';

/** Which picture to draw. */
export interface DrawingWish {
  readonly prompt: string;
  readonly size: PictureSize;
  /** 0, 1, 2 … give different pictures of one prompt. */
  readonly variation: number;
  /** 0..1: how far the picture has come; less shows fewer of its parts. */
  readonly detail: number;
}

/** Draws the picture, letting other work in between. Null if `gone` was aborted meanwhile. */
export async function drawPicture(wish: DrawingWish, gone: AbortSignal): Promise<Picture | null> {
  const { width, height } = wish.size;
  const scene = composeScene(wish.prompt, wish.variation, wish.size, wish.detail);
  const pixels = new Uint8Array(width * height * 3);
  let sinceBreath = 0;
  for (let y = 0; y < height; y += 1) {
    paintRow(scene, y, pixels.subarray(y * width * 3, (y + 1) * width * 3));
    sinceBreath += width * 3;
    if (sinceBreath > bytesBetweenBreaths) {
      sinceBreath = 0;
      await breathe();
      if (gone.aborted) return null;
    }
  }
  return { width, height, channels: 3, pixels };
}
