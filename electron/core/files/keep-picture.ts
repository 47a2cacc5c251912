import { imageTypeOf } from './image-type.ts';
import { keptFileUrl } from './kept-file-url.ts';
import type { KeptFiles } from './kept-files.ts';

/** Keeps a picture and says under which URL it can be had; null if it is not kept. */
export type KeepPicture = (bytes: Buffer) => string | null;

/**
 * Makes the keeper of an answer's pictures, which are served on `port`. It keeps only what is a picture by its first bytes
 * and not too large for `files`.
 */
export function createPictureKeeper(files: KeptFiles, port: () => number): KeepPicture {
  return (bytes) => {
    const type = imageTypeOf(bytes);
    const name = type && files.keep(bytes, type);
    return name && keptFileUrl(port(), name);
  };
}
