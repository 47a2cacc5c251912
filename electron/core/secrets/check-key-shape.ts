/** A key that may be one, cleaned of what pasting added, or why the text is none. */
export type KeyShape = { ok: true; key: string } | { ok: false; message: string };

/** What every key of a client of this app begins with. */
export const clientKeyPrefix = 'cody-local-';

const around = /^[\s"'`“”„‘’«»]+|[\s"'`“”„‘’«»]+$/g;

/**
 * Cleans and checks a key of the upstream: spaces, line breaks and quotes around it and a leading `Bearer` are taken
 * off; what is left must be 8 to 500 printable ASCII characters without a space. Keys of other upstreams need not begin
 * with `cody-`. Client keys of this app and addresses are refused. No message repeats any of the text.
 */
export function checkKeyShape(text: string): KeyShape {
  const key = text
    .replaceAll(around, '')
    .replace(/^Bearer\s+/i, '')
    .replaceAll(around, '');
  if (key === '' || /^Bearer$/i.test(key)) return { ok: false, message: 'Enter the Cody key.' };
  if (key.startsWith(clientKeyPrefix)) {
    return {
      ok: false,
      message: 'This is a client key of this app, meant for your tools. Enter the key that Cody gave you.',
    };
  }
  if (/^http/i.test(key)) {
    return {
      ok: false,
      message: 'This is an address. Enter the key that Cody gave you; the address belongs in the settings.',
    };
  }
  if (/\s/.test(key))
    return { ok: false, message: 'A key has no spaces or line breaks in it. Copy the key alone.' };
  if (!/^[\x21-\x7e]+$/.test(key)) {
    return {
      ok: false,
      message: 'A key has only letters, digits and signs of ASCII. Copy it again from where it was given.',
    };
  }
  if (key.length < 8) return { ok: false, message: 'This is too short for a key. Copy the whole key.' };
  if (key.length > 500) return { ok: false, message: 'This is too long for a key. Copy the key alone.' };
  return { ok: true, key };
}
