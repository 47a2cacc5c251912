import { hashText, seededRandom } from '../seeded-random.ts';
import { colourFromHsl, mixColours, type Colour } from './colour.ts';
import type { PictureSize } from './picture.ts';

/** A soft round light. */
export interface Light {
  readonly x: number;
  readonly y: number;
  readonly radius: number;
  readonly colour: Colour;
  /** How much it covers in its middle, 0..1. */
  readonly strength: number;
  /** The part of the radius over which it fades, 0 (sharp) to 1. */
  readonly softness: number;
}

/** One range of hills: below its ridge all has its colour. */
export interface Hills {
  readonly colour: Colour;
  /** The ridge's y for each x. */
  readonly ridge: Float64Array;
}

/** A landscape as the demo paints it: a sky, lights in it, and ranges of hills, the farthest first. */
export interface Scene extends PictureSize {
  readonly skyTop: Colour;
  readonly skyBottom: Colour;
  readonly lights: readonly Light[];
  readonly hills: readonly Hills[];
}

/** Composes a landscape from a prompt: the same one for the same prompt, variation and size. `detail` (0..1) leaves out its nearer parts. */
export function composeScene(prompt: string, variation: number, size: PictureSize, detail: number): Scene {
  const random = seededRandom(hashText(`${variation}:${prompt}`));
  const between = (low: number, high: number): number => low + (high - low) * random();
  const hue = between(0, 360);
  const isNight = random() < 0.3;
  const skyTop = colourFromHsl(hue, 0.55, isNight ? 0.12 : between(0.35, 0.55));
  const skyBottom = colourFromHsl(hue + between(25, 70), 0.75, isNight ? 0.4 : 0.82);
  const nearest = colourFromHsl(hue - 20, 0.4, 0.13);
  const short = Math.min(size.width, size.height);
  const lights = [...sun(size, short, hue, between), ...bubbles(size, short, hue, random, between)];
  const layerCount = 3 + Math.floor(random() * 3);
  const hills = Array.from({ length: layerCount }, (_, layer) => {
    const nearness = (layer + 1) / layerCount;
    return {
      colour: mixColours(skyBottom, nearest, nearness ** 0.8),
      ridge: ridge(size, 0.45 + 0.42 * nearness, 0.13 * (1.2 - 0.5 * nearness), between),
    };
  });
  return {
    ...size,
    skyTop,
    skyBottom,
    lights: lights.slice(0, Math.ceil(lights.length * detail)),
    hills: hills.slice(0, Math.ceil(hills.length * detail)),
  };
}

function sun(
  { width, height }: PictureSize,
  short: number,
  hue: number,
  between: (low: number, high: number) => number,
): Light[] {
  const place = { x: width * between(0.15, 0.85), y: height * between(0.15, 0.5) };
  const radius = short * between(0.07, 0.13);
  const colour = colourFromHsl(hue + 60, 0.95, 0.9);
  return [
    { ...place, radius: radius * 4, colour, strength: 0.45, softness: 1 },
    { ...place, radius, colour, strength: 1, softness: 0.04 },
  ];
}

function bubbles(
  { width, height }: PictureSize,
  short: number,
  hue: number,
  random: () => number,
  between: (low: number, high: number) => number,
): Light[] {
  return Array.from({ length: 4 + Math.floor(random() * 5) }, () => ({
    x: width * random(),
    y: height * between(0, 0.55),
    radius: short * between(0.01, 0.07),
    colour: colourFromHsl(hue + between(0, 120), 0.8, 0.85),
    strength: between(0.15, 0.4),
    softness: 0.25,
  }));
}

function ridge(
  { width, height }: PictureSize,
  level: number,
  roughness: number,
  between: (low: number, high: number) => number,
): Float64Array {
  const waves = [1, 2.3, 5.1].map((frequency) => ({
    frequency: frequency * between(0.7, 1.5) * 2 * Math.PI,
    phase: between(0, 2 * Math.PI),
    size: roughness / frequency,
  }));
  return Float64Array.from({ length: width }, (_, x) => {
    const sum = waves.reduce(
      (y, wave) => y + wave.size * Math.sin(wave.frequency * (x / width) + wave.phase),
      level,
    );
    return sum * height;
  });
}
