import fc from 'fast-check';
import type { KeepPicture } from '../../../electron/core/files/keep-picture.ts';

/** A keeper that takes everything and remembers it; the URLs count up from `http://kept/0`. */
export function rememberPictures(): { keep: KeepPicture; kept: Buffer[] } {
  const kept: Buffer[] = [];
  return { kept, keep: (bytes) => `http://kept/${kept.push(bytes) - 1}` };
}

/** A JSON object as text with a picture in `b64_json`, and the texts around it that must stay. */
export interface PictureText {
  readonly bytes: Buffer;
  readonly before: string;
  /** The object with this URL in place of the picture. */
  readonly after: (url: string) => string;
}

/** Members of an object in spellings that parsing and writing again would lose, or that look like what is sought. */
const oddMembers = fc.oneof(
  fc.constantFrom(
    '"n" : 9007199254740993',
    '"f":1.0',
    '"e":\t1E+2',
    '"s":"\\u0041\\/ \\"b64_json\\":\\"QUFB\\""',
    '"revised_prompt":"котёнок 🐈"',
    '"nested":{"b64_json":"QUFB"}',
    '"list":[{"b64_json":"QUFB"},"]}"]',
    '"b64_jso\\u006e2":"QUFB"',
    '"":null',
  ),
  fc.jsonValue().map((value) => `"any":${JSON.stringify(value)}`),
);

const smallFiles = fc.uint8Array({ minLength: 1, maxLength: 120 }).map((bytes) => Buffer.from(bytes));
/** Large enough to be decoded while they arrive. */
const largeFiles = fc
  .tuple(fc.uint8Array({ minLength: 1, maxLength: 20 }), fc.integer({ min: 3000, max: 12_000 }))
  .map(([pattern, size]) => Buffer.alloc(size, pattern));

/** Random objects with a picture among odd members. */
export const pictureTexts: fc.Arbitrary<PictureText> = fc
  .record({
    bytes: fc.oneof(smallFiles, largeFiles),
    key: fc.constantFrom('"b64_json"', '"b64\\u005fjson"'),
    colon: fc.constantFrom(':', ' : '),
    slash: fc.constantFrom('/', '\\/'),
    left: fc.array(oddMembers, { maxLength: 3 }),
    right: fc.array(oddMembers, { maxLength: 3 }),
  })
  .map(({ bytes, key, colon, slash, left, right }) => {
    const picture = `${key}${colon}"${bytes.toString('base64').replaceAll('/', slash)}"`;
    const object = (members: readonly string[]): string => `{${members.join(',')}}`;
    return {
      bytes,
      before: object([...left, picture, ...right]),
      after: (url) => object([...left, ...right, `"url":"${url}"`]),
    };
  });
