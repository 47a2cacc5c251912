import { admit } from '../account/admission.ts';
import type { DemoState } from '../demo-state.ts';
import type { DemoExchange } from '../http/exchange.ts';
import { readJsonObject } from '../http/read-body.ts';
import { stringIn } from '../json-value.ts';
import { isRefusal, refusal } from '../refusal.ts';
import { encodeSpeech } from '../sounds/speech.ts';
import { unknownFormat } from './chat-audio.ts';

/**
 * POST /v1/audio/speech: real sound of the asked format, wav if none is asked for (OpenAI's own default, mp3, cannot be made
 * here): https://platform.openai.com/docs/api-reference/audio/createSpeech.
 */
export async function speech(state: DemoState, exchange: DemoExchange): Promise<void> {
  const request = await readJsonObject(exchange);
  if (isRefusal(request)) return exchange.refuse(request);
  const input = stringIn(request, 'input');
  if (input === undefined || input === '') {
    const missing = refusal(400, 'invalid_input', 'Send input: the text to be spoken.', { param: 'input' });
    return exchange.refuse(missing);
  }
  const format = stringIn(request, 'response_format') ?? 'wav';
  const encode = encodeSpeech(format);
  if (encode === null) return exchange.refuse(unknownFormat(format, 'response_format'));
  const admission = admit(state, exchange, request);
  if (isRefusal(admission)) return exchange.refuse(admission);
  await exchange.send(200, format === 'wav' ? 'audio/wav' : 'audio/pcm', encode(input));
}
