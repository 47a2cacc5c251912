/**
 * The upstream that everything is measured against: a plain `node:http` server in a process of its own. Prints one JSON
 * line `{"port":N}` once it listens, and ends when its standard input does.
 */
import http from 'node:http';
import type { AddressInfo } from 'node:net';
import { chatAnswer, stampedEvent } from './upstream-events.ts';
import { controlPaths, parseMode, type UpstreamMode, type UpstreamStats } from './upstream-mode.ts';

const answerBytes = chatAnswer();
const fastEvent = Buffer.from(stampedEvent(256));
const open = new Set<http.ServerResponse>();
const arrivedNs = new Map<string, string>();
const closedNs = new Map<string, string>();

const server = http.createServer((request, response) => {
  const url = request.url ?? '/';
  if (url === controlPaths.stats) return sendStats(response);
  if (url === controlPaths.reset) return reset(response);
  if (request.method === 'GET') return void response.end('{"status":"ok"}');
  const { mode, id } = parseMode(url);
  if (id !== null) arrivedNs.set(id, String(process.hrtime.bigint()));
  open.add(response);
  response.on('close', () => {
    open.delete(response);
    if (id !== null) closedNs.set(id, String(process.hrtime.bigint()));
  });
  request.on('end', () => answer(response, mode));
  request.resume();
});

function answer(response: http.ServerResponse, mode: UpstreamMode): void {
  switch (mode.kind) {
    case 'chat':
      response.writeHead(200, {
        'content-type': 'application/json',
        'content-length': answerBytes.length,
        'x-request-id': 'req_bench',
      });
      response.end(answerBytes);
      return;
    case 'stream':
      startStream(response);
      if (mode.intervalMs === 0) sendAtOnce(response, mode.events, mode.sizeBytes);
      else sendPaced(response, mode);
      return;
    case 'hold':
      startStream(response);
      response.write(stampedEvent(256));
      return;
    case 'never':
      return;
  }
}

function startStream(response: http.ServerResponse): void {
  response.writeHead(200, {
    'content-type': 'text/event-stream; charset=utf-8',
    'cache-control': 'no-cache',
    'x-request-id': 'req_bench',
  });
}

/** One write per event, as a real server does, and never ahead of what the reader takes. */
function sendAtOnce(response: http.ServerResponse, events: number, sizeBytes: number): void {
  const event = sizeBytes === 256 ? fastEvent : Buffer.from(stampedEvent(sizeBytes));
  let left = events;
  const send = (): void => {
    while (left > 0 && !response.destroyed) {
      left -= 1;
      if (!response.write(event) && left > 0) return void response.once('drain', send);
    }
    if (!response.destroyed) response.end('data: [DONE]\n\n');
  };
  send();
}

function sendPaced(response: http.ServerResponse, mode: UpstreamMode & { kind: 'stream' }): void {
  let left = mode.events - 1;
  response.write(stampedEvent(mode.sizeBytes));
  const timer = setInterval(() => {
    left -= 1;
    response.write(stampedEvent(mode.sizeBytes));
    if (left <= 0) response.end('data: [DONE]\n\n');
  }, mode.intervalMs);
  response.on('close', () => clearInterval(timer));
}

function sendStats(response: http.ServerResponse): void {
  const stats: UpstreamStats = {
    arrivedNs: Object.fromEntries(arrivedNs),
    closedNs: Object.fromEntries(closedNs),
    openAnswers: open.size,
  };
  response.end(JSON.stringify(stats));
}

function reset(response: http.ServerResponse): void {
  for (const left of open) left.destroy();
  arrivedNs.clear();
  closedNs.clear();
  response.end('{}');
}

// A pool of kept-alive connections must not meet an upstream that closes them between two rounds.
server.keepAliveTimeout = 30 * 60_000;
server.requestTimeout = 0;
server.listen(0, '127.0.0.1', 4096, () => {
  console.log(JSON.stringify({ port: (server.address() as AddressInfo).port }));
});
process.stdin.on('end', () => process.exit(0)).resume();
