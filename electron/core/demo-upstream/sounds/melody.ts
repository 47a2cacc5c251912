import { hashText, pickFrom } from '../seeded-random.ts';
import { sampleRateHz } from './wav.ts';

// A pentatonic scale: any row of its notes sounds friendly.
const scaleHz = [392, 440, 523.25, 587.33, 659.25, 783.99] as const;
const noteSeconds = 0.16;
const mostNotes = 16;

/** What the demo "says" of a text: a short tone for each word, at most 16 (2.6 s). Mono, 16-bit little-endian, 24 kHz. */
export function melody(text: string): Buffer {
  const words = text
    .split(/\s+/u)
    .filter((word) => word !== '')
    .slice(0, mostNotes);
  const samplesPerNote = Math.round(noteSeconds * sampleRateHz);
  const notes = Math.max(1, words.length);
  const samples = Buffer.alloc(notes * samplesPerNote * 2);
  for (let note = 0; note < notes; note += 1) {
    const frequencyHz = pickFrom<number>(scaleHz, hashText(words[note] ?? '') / 0x1_0000_0000);
    for (let index = 0; index < samplesPerNote; index += 1) {
      const angle = (2 * Math.PI * frequencyHz * index) / sampleRateHz;
      // Swells quickly and dies away to nothing, so that notes do not click.
      const part = index / samplesPerNote;
      const loudness = Math.min(1, part * 20) * (1 - part) ** 2;
      const wave = Math.sin(angle) + 0.3 * Math.sin(2 * angle);
      samples.writeInt16LE(Math.round(9000 * loudness * wave), 2 * (note * samplesPerNote + index));
    }
  }
  return samples;
}
