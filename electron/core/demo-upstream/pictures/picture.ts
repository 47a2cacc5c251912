/** A picture in memory: rows from the top, 8 bits a channel, red, green, blue and perhaps alpha (not premultiplied). */
export interface Picture {
  readonly width: number;
  readonly height: number;
  readonly channels: 3 | 4;
  readonly pixels: Uint8Array;
}

/** Width and height in pixels. */
export interface PictureSize {
  readonly width: number;
  readonly height: number;
}

/** The longest side of any picture that the demo makes or reads. */
export const longestSide = 4096;

/** How many bytes of pixels are worked on before other work gets its turn: a few milliseconds' worth. */
export const bytesBetweenBreaths = 256 * 1024;
