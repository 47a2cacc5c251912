import { hashText, seededRandom } from '../seeded-random.ts';

const placesPerWord = 24;

/**
 * A unit vector of the text: each of its different words adds or takes 1 at a few places of its own, so that texts which
 * share words are nearer to each other than those that do not. The same for the same text.
 */
export function embed(text: string, dimensions: number): Float32Array {
  const vector = new Float32Array(dimensions);
  // Words may cancel each other out; this keeps the vector from being nothing.
  vector[hashText(text) % dimensions] = 0.5;
  for (const word of new Set(text.toLowerCase().match(/[\p{L}\p{M}\p{N}]+/gu))) {
    const random = seededRandom(hashText(word));
    for (let count = 0; count < placesPerWord; count += 1) {
      const place = Math.floor(random() * dimensions);
      vector[place] = (vector[place] ?? 0) + (random() < 0.5 ? -1 : 1);
    }
  }
  const length = Math.sqrt(vector.reduce((sum, value) => sum + value ** 2, 0));
  return vector.map((value) => value / length);
}
