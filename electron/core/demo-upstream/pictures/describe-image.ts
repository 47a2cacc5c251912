import { readImageSize } from './image-size.ts';

// Cameras put previews before a JPEG's size.
const lookedAtCharacters = 1024 * 1024;

/** A few words about an image that a conversation names by URL: format and pixel size for `data:` URLs, else that it was not fetched. */
export function describeImage(url: string): string {
  const data = /^data:([^,]{0,200}),/.exec(url);
  if (!data) return 'a link, which the demo does not follow';
  const encoded = url.slice(data[0].length, data[0].length + lookedAtCharacters);
  const size = readImageSize(Buffer.from(encoded, /;base64$/i.test(data[1] ?? '') ? 'base64' : 'latin1'));
  return size ? `${size.format}, ${size.width}×${size.height}` : 'data that is no PNG, JPEG, GIF or WebP';
}
