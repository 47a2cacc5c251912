/** Red, green and blue, 0..255 each, not rounded. */
export type Colour = readonly [number, number, number];

/** A colour of hue (in degrees, any number), saturation and lightness (0..1). */
export function colourFromHsl(hueDegrees: number, saturation: number, lightness: number): Colour {
  const chroma = saturation * Math.min(lightness, 1 - lightness);
  const channel = (offset: number): number => {
    const position = (((offset + hueDegrees / 30) % 12) + 12) % 12;
    return 255 * (lightness - chroma * Math.max(-1, Math.min(position - 3, 9 - position, 1)));
  };
  return [channel(0), channel(8), channel(4)];
}

/** The colour `part` (0..1) of the way from one to the other. */
export function mixColours(from: Colour, to: Colour, part: number): Colour {
  const mix = (a: number, b: number): number => a + (b - a) * part;
  return [mix(from[0], to[0]), mix(from[1], to[1]), mix(from[2], to[2])];
}
