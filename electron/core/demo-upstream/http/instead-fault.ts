import { refusal, refusalBody } from '../refusal.ts';
import type { DemoExchange } from './exchange.ts';
import type { InsteadFault } from './faults.ts';

/** Reads the request's body away, then does what the fault says instead of answering. */
export async function actOutFault(exchange: DemoExchange, fault: InsteadFault): Promise<void> {
  if (!(await exchange.body.drained())) return;
  switch (fault.kind) {
    case 'status':
      return sendStatus(exchange, fault.status, { ...fault.headers }, fault.body);
    case 'reset-before-answer':
      return exchange.answer.breakOff();
    case 'garbage':
      return exchange.answer.breakOff('%%% this is no HTTP at all %%%\r\n\r\n');
    case 'empty':
      if (await exchange.answer.open(200, { 'content-length': '0' })) exchange.answer.end();
  }
}

async function sendStatus(
  exchange: DemoExchange,
  status: number,
  headers: Record<string, string>,
  body: unknown,
): Promise<void> {
  if (typeof body === 'string' || body instanceof Uint8Array) {
    const bytes = Buffer.from(body);
    const open = await exchange.answer.open(status, { 'content-length': String(bytes.length), ...headers });
    if (!open) return;
    exchange.answer.write(bytes);
    return exchange.answer.end();
  }
  if (body === undefined && (status === 204 || status === 304)) {
    if (await exchange.answer.open(status, headers)) exchange.answer.end();
    return;
  }
  const usual = refusalBody(refusal(status, 'demo_fault', 'The test asked for this answer.'));
  await exchange.sendJson(body ?? usual, status, headers);
}
