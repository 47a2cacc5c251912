import { isRecord, type JsonRecord } from '../json-value.ts';
import { refusal, type Refusal } from '../refusal.ts';
import type { DemoExchange } from './exchange.ts';
import { multipartBoundary, parseMultipart, type FormPart } from './multipart.ts';
import { collectedBodyLimitBytes } from './request-body.ts';

/** Reads the request's body as a JSON object; 400 for anything else, 413 beyond 64 MiB. */
export async function readJsonObject(exchange: DemoExchange): Promise<JsonRecord | Refusal> {
  const bytes = await collectBody(exchange);
  if (!Buffer.isBuffer(bytes)) return bytes;
  let value: unknown;
  try {
    value = JSON.parse(bytes.toString('utf8'));
  } catch {
    return refusal(400, 'invalid_json', 'We could not parse the JSON body of your request. Send valid JSON.');
  }
  return isRecord(value)
    ? value
    : refusal(400, 'invalid_json', 'The JSON body of your request must be an object. Send {...}.');
}

/** Reads the request's body as form parts; 400 for anything else, 413 beyond 64 MiB. */
export async function readForm(exchange: DemoExchange): Promise<readonly FormPart[] | Refusal> {
  const boundary = multipartBoundary(exchange.contentType);
  if (boundary === null) {
    const message =
      'Send this as multipart/form-data with a boundary; other content types are not read here.';
    return refusal(400, 'invalid_content_type', message);
  }
  const bytes = await collectBody(exchange);
  if (!Buffer.isBuffer(bytes)) return bytes;
  const form = parseMultipart(bytes, boundary);
  if (form.kind === 'form') return form.parts;
  return refusal(400, 'invalid_multipart', `The form cannot be read: ${form.message}. Send it anew.`);
}

async function collectBody(exchange: DemoExchange): Promise<Buffer | Refusal> {
  const collected = await exchange.body.collect();
  if (collected.kind === 'collected') return collected.bytes;
  if (collected.kind === 'broken') {
    return refusal(400, 'incomplete_request', 'The request broke off. Send it anew.');
  }
  const limitMib = collectedBodyLimitBytes / 1024 / 1024;
  return refusal(413, 'request_too_large', `The request is larger than ${limitMib} MiB. Send a smaller one.`);
}
