import { stringIn, type JsonRecord } from '../json-value.ts';
import { longestSide, type PictureSize } from '../pictures/picture.ts';
import { refusal, type Refusal } from '../refusal.ts';

/** What images.generate and images.edit have in common. */
export interface ImageWish {
  readonly prompt: string;
  readonly count: number;
  /** 1024x1024 where none or `auto` was asked for. */
  readonly size: PictureSize;
  readonly stream: boolean;
  readonly partialImages: number;
}

const mostImages = 8;
const mostPartialImages = 3;

/** Reads the fields, of JSON or of a form (where all are strings). 400 names the field that is wrong. */
export function readImageWish(fields: JsonRecord): ImageWish | Refusal {
  const prompt = stringIn(fields, 'prompt') ?? '';
  if (prompt === '') return invalid('prompt', 'a text that says what to show');
  const count = wholeNumber(fields['n'], 1, 1, mostImages);
  if (count === null) return invalid('n', `a whole number from 1 to ${mostImages}`);
  const size = readSize(fields['size']);
  if (size === null) return invalid('size', `"auto" or WIDTHxHEIGHT, each from 1 to ${longestSide}`);
  const partialImages = wholeNumber(fields['partial_images'], 0, 0, mostPartialImages);
  if (partialImages === null)
    return invalid('partial_images', `a whole number from 0 to ${mostPartialImages}`);
  const stream = fields['stream'] === true || fields['stream'] === 'true';
  return { prompt, count, size, stream, partialImages };
}

function invalid(param: string, expected: string): Refusal {
  return refusal(400, `invalid_${param}`, `Send ${param} as ${expected}.`, { param });
}

function readSize(size: unknown): PictureSize | null {
  if (size === undefined || size === null || size === '' || size === 'auto')
    return { width: 1024, height: 1024 };
  const found = typeof size === 'string' ? /^(\d{1,4})x(\d{1,4})$/.exec(size) : null;
  if (!found) return null;
  const [width, height] = [Number(found[1]), Number(found[2])];
  const fits = [width, height].every((side) => side >= 1 && side <= longestSide);
  return fits ? { width, height } : null;
}

function wholeNumber(value: unknown, usual: number, least: number, most: number): number | null {
  if (value === undefined || value === null || value === '') return usual;
  const number = typeof value === 'string' ? Number(value) : value;
  return Number.isInteger(number) && Number(number) >= least && Number(number) <= most
    ? Number(number)
    : null;
}
