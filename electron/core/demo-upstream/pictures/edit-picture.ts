import { breathe } from '../breathe.ts';
import { hashText } from '../seeded-random.ts';
import { colourFromHsl, mixColours } from './colour.ts';
import { bytesBetweenBreaths, type Picture } from './picture.ts';

/**
 * Lays `drawn` over the picture where the mask (of the same size, with alpha) is transparent: by 1 - alpha of it, so that
 * pixels under an opaque mask stay exactly as they were.
 */
export async function repaintMasked(original: Picture, mask: Picture, drawn: Picture): Promise<Picture> {
  return mapPixels(original, (pixels, at, pixel) => {
    const open = (255 - (mask.pixels[pixel * mask.channels + 3] ?? 255)) / 255;
    if (open === 0) return;
    for (let channel = 0; channel < original.channels; channel += 1) {
      const painted = channel === 3 ? 255 : (drawn.pixels[pixel * drawn.channels + channel] ?? 0);
      pixels[at + channel] = Math.round(painted * open + (pixels[at + channel] ?? 0) * (1 - open));
    }
  });
}

/** Bathes the whole picture in two colours that come from the prompt, one for the shadows and one for the light. */
export async function tint(original: Picture, prompt: string, variation: number): Promise<Picture> {
  const hue = hashText(`${variation}:${prompt}`) % 360;
  const shadow = colourFromHsl(hue, 0.7, 0.25);
  const light = colourFromHsl(hue + 50, 0.9, 0.8);
  const tones = Array.from({ length: 256 }, (_, brightness) => mixColours(shadow, light, brightness / 255));
  return mapPixels(original, (pixels, at) => {
    const [red, green, blue] = [pixels[at] ?? 0, pixels[at + 1] ?? 0, pixels[at + 2] ?? 0];
    const tone = tones[Math.round(0.3 * red + 0.59 * green + 0.11 * blue)] ?? shadow;
    pixels[at] = (red + tone[0]) / 2;
    pixels[at + 1] = (green + tone[1]) / 2;
    pixels[at + 2] = (blue + tone[2]) / 2;
  });
}

async function mapPixels(
  original: Picture,
  change: (pixels: Uint8Array, at: number, pixel: number) => void,
): Promise<Picture> {
  const pixels = original.pixels.slice();
  const { channels } = original;
  for (let at = 0, pixel = 0; at < pixels.length; at += channels, pixel += 1) {
    change(pixels, at, pixel);
    if (pixel % (bytesBetweenBreaths / 4) === 0) await breathe();
  }
  return { ...original, pixels };
}
