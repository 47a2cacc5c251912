/** A 32-bit FNV-1a hash of the text's UTF-16 units: the same text gives the same number everywhere. Not for secrets. */
export function hashText(text: string): number {
  let hash = 0x811c9dc5;
  for (let index = 0; index < text.length; index += 1) {
    hash ^= text.charCodeAt(index);
    hash = Math.imul(hash, 0x01000193);
  }
  return hash >>> 0;
}

/** A generator of numbers in [0, 1) that gives the same row for the same seed (a Weyl sequence, mixed). Not for secrets. */
export function seededRandom(seed: number): () => number {
  let state = seed >>> 0;
  return () => {
    state = (state + 0x9e3779b9) >>> 0;
    let mixed = Math.imul(state ^ (state >>> 16), 0x85ebca6b);
    mixed = Math.imul(mixed ^ (mixed >>> 13), 0xc2b2ae35);
    return ((mixed ^ (mixed >>> 16)) >>> 0) / 0x1_0000_0000;
  };
}

/** The entry that `random` (0..1) points at. The list must not be empty. */
export function pickFrom<T>(list: readonly [T, ...T[]], random: number): T {
  return list[Math.min(Math.floor(random * list.length), list.length - 1)] ?? list[0];
}
