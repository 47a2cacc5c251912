import { arrayIn, recordIn, stringIn, type JsonRecord } from '../json-value.ts';
import { refusal, type Refusal } from '../refusal.ts';
import { encodeSpeech } from '../sounds/speech.ts';

/** Speech as part of a chat answer. */
export interface SpokenReply {
  readonly data: Buffer;
  readonly transcript: string;
  /** Seconds since 1970. */
  readonly expiresAt: number;
}

/** Whether the chat is to be spoken (`modalities` with "audio") and how; 400 for formats that the demo cannot make. */
export function readChatAudio(
  request: JsonRecord,
): { readonly encode: (text: string) => Buffer } | Refusal | null {
  if (!arrayIn(request, 'modalities').includes('audio')) return null;
  const format = stringIn(recordIn(request, 'audio'), 'format') ?? 'wav';
  const encode = encodeSpeech(format);
  return encode === null ? unknownFormat(format, 'audio.format') : { encode };
}

/** Says that the demo only makes wav and pcm. */
export function unknownFormat(format: string, param: string): Refusal {
  const message = `The demo only makes wav and pcm, not ${JSON.stringify(format)}. Ask for one of these.`;
  return refusal(400, 'unsupported_audio_format', message, { param });
}
