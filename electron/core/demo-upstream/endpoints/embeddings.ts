import { admit } from '../account/admission.ts';
import { breathe } from '../breathe.ts';
import type { DemoState } from '../demo-state.ts';
import type { DemoExchange } from '../http/exchange.ts';
import { readJsonObject } from '../http/read-body.ts';
import type { JsonRecord } from '../json-value.ts';
import { isRefusal, refusal, type Refusal } from '../refusal.ts';
import { embed } from '../text/embed.ts';
import { estimateTokens } from '../text/tokens.ts';

const mostInputs = 2048;
const inputsBetweenBreaths = 16;
const mostDimensions = 3072;

/** POST /v1/embeddings: unit vectors, alike for texts with words in common: https://platform.openai.com/docs/api-reference/embeddings. */
export async function embeddings(state: DemoState, exchange: DemoExchange): Promise<void> {
  const request = await readJsonObject(exchange);
  if (isRefusal(request)) return exchange.refuse(request);
  const inputs = readInputs(request['input']);
  if (isRefusal(inputs)) return exchange.refuse(inputs);
  const dimensions = readDimensions(request);
  if (isRefusal(dimensions)) return exchange.refuse(dimensions);
  const admission = admit(state, exchange, request);
  if (isRefusal(admission)) return exchange.refuse(admission);
  const asBase64 = request['encoding_format'] === 'base64';
  const data: unknown[] = [];
  for (const [index, input] of inputs.entries()) {
    const vector = embed(input, dimensions);
    data.push({ object: 'embedding', index, embedding: asBase64 ? base64Of(vector) : Array.from(vector) });
    if (index % inputsBetweenBreaths === 0) await breathe();
  }
  const tokens = inputs.reduce((sum, input) => sum + estimateTokens(input), 0);
  await exchange.sendJson({
    object: 'list',
    data,
    model: admission.model.id,
    usage: { prompt_tokens: tokens, total_tokens: tokens },
  });
}

/** The texts; lists of token numbers stand for a text of these numbers. */
function readInputs(input: unknown): readonly string[] | Refusal {
  if (typeof input === 'string' && input !== '') return [input];
  if (Array.isArray(input) && input.length > 0 && input.length <= mostInputs) {
    if (input.every((entry) => typeof entry === 'string' && entry !== '')) return input.map(String);
    if (input.every(Number.isInteger)) return [input.join(' ')];
    if (input.every((entry) => Array.isArray(entry) && entry.every(Number.isInteger))) {
      return input.map((entry: readonly number[]) => entry.join(' '));
    }
  }
  const message = `Send input: a text that is not empty, or up to ${mostInputs} of them.`;
  return refusal(400, 'invalid_input', message, { param: 'input' });
}

function readDimensions(request: JsonRecord): number | Refusal {
  const dimensions = request['dimensions'];
  if (dimensions === undefined || dimensions === null) {
    return request['model'] === 'text-embedding-3-large' ? mostDimensions : mostDimensions / 2;
  }
  if (Number.isInteger(dimensions) && Number(dimensions) >= 1 && Number(dimensions) <= mostDimensions) {
    return Number(dimensions);
  }
  const message = `Send dimensions as a whole number from 1 to ${mostDimensions}.`;
  return refusal(400, 'invalid_dimensions', message, { param: 'dimensions' });
}

function base64Of(vector: Float32Array): string {
  const bytes = Buffer.alloc(vector.length * 4);
  for (const [index, value] of vector.entries()) bytes.writeFloatLE(value, index * 4);
  return bytes.toString('base64');
}
