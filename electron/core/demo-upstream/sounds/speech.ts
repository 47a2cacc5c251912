import { melody } from './melody.ts';
import { wavFile } from './wav.ts';

/** How to make speech of a text in that format: `wav`, or `pcm`/`pcm16` (raw samples). Null for formats the demo cannot make. */
export function encodeSpeech(format: string): ((text: string) => Buffer) | null {
  if (format === 'wav') return (text) => wavFile(melody(text));
  return format === 'pcm' || format === 'pcm16' ? melody : null;
}
