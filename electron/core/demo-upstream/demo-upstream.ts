import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { Clock } from '../clock.ts';
import type { DemoLimits } from './account/rate-windows.ts';
import { createDemoState, type DemoState } from './demo-state.ts';
import { Answer } from './http/answer.ts';
import { DemoExchange } from './http/exchange.ts';
import { isInsteadFault, type Fault } from './http/faults.ts';
import { actOutFault } from './http/instead-fault.ts';
import { RequestBody } from './http/request-body.ts';
import type { DemoRequestRecord, MutableRequestRecord } from './http/request-log.ts';
import { refusal } from './refusal.ts';
import { routeExchange } from './router.ts';

/** How the demo upstream is to behave. */
export interface DemoUpstreamOptions {
  /** For the rate windows, the pace of streams and `created`. */
  readonly clock: Clock;
  /** Numbers in [0, 1): chooses providers and makes ids. */
  readonly random: () => number;
  /** The pace of streams; 0 = as fast as possible, without timers. */
  readonly tokensPerSecond: number;
  /** Read at each request; 0 = none. */
  readonly limits: () => DemoLimits;
  /** Which keys are let in; by default any. Requests without a key get 401 in any case. */
  readonly acceptKey?: (key: string) => boolean;
  /** What the account starts with; a million by default. */
  readonly credits?: number;
  /** Keeps each request's body in its record. For tests only. */
  readonly recordBodies?: boolean;
}

/** A running demo upstream. */
export interface DemoUpstream {
  /** `http://127.0.0.1:PORT/v1` */
  readonly baseUrl: string;
  readonly port: number;
  /** The last thousand requests, oldest first, live. They hold headers as sent, so never show or store them. */
  readonly requests: readonly DemoRequestRecord[];
  /** Queues a fault for the next request that it is meant for. */
  script(fault: Fault): void;
  /** Ends all connections at once. */
  close(): Promise<void>;
}

/**
 * Starts an embedded Cody on a port of its own on 127.0.0.1, for people without a key and for tests. It plays models, me,
 * chat.completions, responses, completions, embeddings, images and speech, says in all its texts that it is the demo, and
 * remembers no contents. Rejects if no port can be had.
 */
export async function startDemoUpstream(options: DemoUpstreamOptions): Promise<DemoUpstream> {
  const state = createDemoState({
    ...options,
    acceptKey: options.acceptKey ?? (() => true),
    credits: options.credits ?? 1_000_000,
  });
  const nextId = requestIds(options.random);
  let closing = false;
  const server = createServer((request, response) => {
    const record = newRecord(nextId(), state, request);
    void serve(state, request, response, record, options.recordBodies ?? false, () => closing);
  });
  // Uploads may take as long as they like; pooled connections of the proxy are not to be closed under its hands.
  server.requestTimeout = 0;
  server.keepAliveTimeout = 75_000;
  await new Promise<void>((resolve, reject) => {
    server.once('error', reject);
    server.listen(0, '127.0.0.1', () => {
      server.off('error', reject);
      resolve();
    });
  });
  const address = server.address();
  const port = typeof address === 'object' && address !== null ? address.port : 0;
  return {
    baseUrl: `http://127.0.0.1:${port}/v1`,
    port,
    requests: state.log.records,
    script: (fault) => state.faults.add(fault),
    close: () =>
      new Promise((resolve) => {
        closing = true;
        server.close(() => resolve());
        server.closeAllConnections();
      }),
  };
}

function requestIds(random: () => number): () => string {
  let count = 0;
  return () => {
    count += 1;
    // The count makes it unique, whatever the random numbers are.
    const noise = Math.floor(random() * 0x1_0000_0000)
      .toString(16)
      .padStart(8, '0');
    return `req_demo_${noise}${count.toString(16).padStart(8, '0')}`;
  };
}

function newRecord(id: string, state: DemoState, request: IncomingMessage): MutableRequestRecord {
  return {
    id,
    receivedAtMs: state.clock.wallMs(),
    method: request.method ?? 'GET',
    path: request.url ?? '/',
    headers: request.headers,
    rawHeaders: request.rawHeaders,
    bodyBytes: 0,
    provider: null,
    group: null,
    model: null,
    status: null,
    closedEarly: false,
  };
}

async function serve(
  state: DemoState,
  request: IncomingMessage,
  response: ServerResponse,
  record: MutableRequestRecord,
  keepBody: boolean,
  isClosing: () => boolean,
): Promise<void> {
  state.log.add(record);
  const path = record.path.split('?', 1)[0] ?? '/';
  const fault = state.faults.take(record.method, path);
  const instead = fault && isInsteadFault(fault) ? fault : undefined;
  const onTheWay = fault && !isInsteadFault(fault) ? fault : undefined;
  const answer = new Answer(response, state.clock, onTheWay, {
    onStatus: (status) => (record.status = status),
    onClosedEarly: () => (record.closedEarly = !isClosing()),
  });
  answer.setHeader('x-request-id', record.id);
  const exchange = new DemoExchange(request, new RequestBody(request, record, keepBody), answer, record);
  try {
    await (instead ? actOutFault(exchange, instead) : routeExchange(state, exchange));
  } catch {
    // A client that left while its body was being read ends here, and there is nobody to be told.
    if (answer.isOpen || answer.gone.aborted) return answer.breakOff();
    await exchange.refuse(refusal(500, 'demo_failed', 'The demo upstream failed. Please report this.'));
  }
}
