/**
 * `node test/bench/affinity-cost.ts`: what affinity and the reading of answers cost by themselves, without a proxy around
 * them: a cold start of each kind of request, and medians of many. For a look after a change; the proxy's own figures are
 * the bench's.
 */
import { randomBytes } from 'node:crypto';
import { Affinity } from '../../electron/core/affinity/affinity.ts';
import type { ExchangeAffinity } from '../../electron/core/affinity/exchange-affinity.ts';
import { AnswerReader } from '../../electron/core/answers/answer-reader.ts';
import { type JsonBody, scanJsonBody } from '../../electron/core/body/json-body.ts';
import { systemClock } from '../../electron/core/clock.ts';
import { makeBody } from './bodies.ts';
import { chatAnswer, stampedEvent } from './upstream-events.ts';

const pieceBytes = 64 * 1024;
const key = randomBytes(32);

function cut(bytes: Buffer, size: number): Buffer[] {
  return Array.from({ length: Math.ceil(bytes.length / size) }, (_, index) =>
    bytes.subarray(index * size, (index + 1) * size),
  );
}

function scan(bytes: Buffer): JsonBody {
  const scanned = scanJsonBody(cut(bytes, pieceBytes));
  if (!scanned.ok) throw new Error(scanned.message);
  return scanned.body;
}

interface Message {
  role: string;
  content: unknown;
}

/** 500 messages, of which so many have a picture; `marked`: as clients write them that mark what is to be cached. */
function conversation({ pictures = 0, marked = false }): Message[] {
  return Array.from({ length: 500 }, (_, index) => {
    const text = `Message ${index}. ${'const x = read("a") ?? \'b\';\n'.repeat(index % 7)}`;
    if (index % 2 === 1) return { role: 'assistant', content: text };
    const mark = marked && (index === 0 || index > 495) ? { cache_control: { type: 'ephemeral' } } : {};
    const parts: unknown[] = [{ type: 'text', text, ...mark }];
    if (pictures > 0 && index % Math.floor(500 / pictures) === 0) {
      const url = `data:image/png;base64,${randomBytes(220_000).toString('base64')}`;
      parts.push({ type: 'image_url', image_url: { url } });
    }
    return { role: 'user', content: parts.length > 1 || marked ? parts : text };
  });
}

/** Milliseconds that each call took, in their order. */
function time(calls: number, call: (index: number) => void): number[] {
  return Array.from({ length: calls }, (_, index) => {
    const start = process.hrtime.bigint();
    call(index);
    return Number(process.hrtime.bigint() - start) / 1e6;
  });
}

function show(name: string, times: readonly number[], more = ''): void {
  const sorted = times.toSorted((a, b) => a - b);
  const us = (ms = 0): string => `${(ms * 1000).toFixed(ms < 0.01 ? 1 : 0)} µs`;
  console.log(
    `${name.padEnd(44)} first ${us(times[0]).padStart(9)}   median ${us(sorted[sorted.length >> 1]).padStart(9)}   ${more}`,
  );
}

function begin(affinity: Affinity, body: JsonBody): ExchangeAffinity | null {
  return affinity.begin({
    scope: { clientId: 'bench', model: 'm', group: null },
    body,
    field: 'messages',
    headers: [],
  });
}

function answer(exchange: ExchangeAffinity | null, bytes: Buffer): void {
  exchange?.answerStarted({ statusCode: 200, requestId: 'req' });
  const reader = new AnswerReader('application/json', { words: exchange?.wantsWords ?? false });
  reader.write(bytes);
  exchange?.answerEnded(reader.end());
}

function request(name: string, messages: readonly Message[], calls: number): void {
  const affinity = new Affinity({ clock: systemClock, key, enabled: () => true });
  const encode = (sent: readonly Message[]): JsonBody =>
    scan(Buffer.from(JSON.stringify({ messages: sent })));
  for (let length = 301; length < 500; length += 2)
    answer(begin(affinity, encode(messages.slice(0, length))), chatAnswer());
  const bodies = [encode(messages), encode([...messages, { role: 'user', content: 'More' }])];
  show(
    name,
    time(calls, (index) => void begin(affinity, bodies[index % 2] as JsonBody)),
  );
}

function read(name: string, event: (index: number) => string, chunkBytes: number): void {
  const events = 2000;
  const text = Array.from({ length: events }, (_, index) => event(index)).join('');
  const chunks = cut(Buffer.from(text), chunkBytes);
  for (const words of [true, false]) {
    const times = time(60, () => {
      const reader = new AnswerReader('text/event-stream', { words });
      for (const chunk of chunks) reader.write(chunk);
      reader.end();
    });
    const median = times.toSorted((a, b) => a - b)[30] ?? 0;
    const speed = `${(text.length / median / 1000).toFixed(0)} MB/s, ${((median * 1e6) / events).toFixed(0)} ns an event`;
    show(`${name}, ${words ? 'words' : 'usage only'}`, times, speed);
  }
}

request('begin: 500 messages', conversation({}), 400);
request('begin: 500 messages, 20 pictures', conversation({ pictures: 20 }), 100);
request('begin: 500 messages with cache marks', conversation({ marked: true }), 400);
request('begin: the same with 20 pictures', conversation({ marked: true, pictures: 20 }), 100);

const affinity = new Affinity({ clock: systemClock, key, enabled: () => true });
const short = scan(makeBody('chat'));
const shortAnswer = chatAnswer();
show(
  'short request and answer, 100 of them',
  time(500, () => {
    for (let count = 0; count < 100; count++) answer(begin(affinity, short), shortAnswer);
  }),
);

const plain = stampedEvent(256);
read('2,000 events, 64-KiB chunks', () => plain, pieceBytes);
read('2,000 events, a chunk each', () => plain, plain.length);
read('2,000 events, each spelled anew', (index) => plain.replace(/-\d+/, `-${index}`), pieceBytes);
read(
  '2,000 tool call events',
  () => plain.replace(/"content":"x*"/, '"tool_calls":[{"index":0,"function":{"arguments":"xyz"}}]'),
  pieceBytes,
);
