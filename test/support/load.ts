import OpenAI, { toFile } from 'openai';
import type { DemoUpstream } from '../../electron/core/demo-upstream/demo-upstream.ts';
import { clientKeyOf, type TestProxy } from './test-proxy.ts';

/** How much is asked for. */
export interface LoadPlan {
  readonly clients: number;
  readonly exchangesPerClient: number;
  /** How many of its exchanges a client has under way at once. */
  readonly atOnce: number;
}

/** A load while it runs and when it is over. */
export interface Load {
  /** How many exchanges of each client were answered well so far. */
  readonly answered: readonly number[];
  /** Statuses and errors that clients got instead of answers. */
  readonly failures: readonly string[];
  /** How many have been asked for and not been answered. */
  readonly underWay: number;
  /** Whether every client still has more to ask for than it has under way. */
  readonly allWantMore: boolean;
  readonly isOver: boolean;
  readonly done: Promise<void>;
}

type Ask = (sdk: OpenAI, number: number) => Promise<unknown>;

/** Starts clients that ask for exchanges of mixed kind through the official SDK, each a few at a time. It never retries. */
export function startLoad(proxy: TestProxy, plan: LoadPlan): Load {
  const answered = Array.from({ length: plan.clients }, () => 0);
  const asked = Array.from({ length: plan.clients }, () => 0);
  const failures: string[] = [];
  let underWay = 0;
  let isOver = false;

  const work = async (client: number, sdk: OpenAI): Promise<void> => {
    for (;;) {
      const number = asked[client] ?? 0;
      if (number >= plan.exchangesPerClient) return;
      asked[client] = number + 1;
      underWay += 1;
      try {
        await kinds[(client + number) % kinds.length]?.(sdk, number);
        answered[client] = (answered[client] ?? 0) + 1;
      } catch (error) {
        failures.push(error instanceof OpenAI.APIError ? `${error.status} ${error.code}` : String(error));
      } finally {
        underWay -= 1;
      }
    }
  };
  const sdks = answered.map(
    (_, client) => new OpenAI({ baseURL: proxy.baseUrl, apiKey: clientKeyOf(client), maxRetries: 0 }),
  );
  // All clients come at the same moment, each with its first exchange first.
  const workers = Array.from({ length: plan.atOnce }, () =>
    sdks.map((sdk, client) => work(client, sdk)),
  ).flat();
  return {
    answered,
    failures,
    get underWay() {
      return underWay;
    },
    get allWantMore() {
      return asked.every((count) => count < plan.exchangesPerClient);
    },
    get isOver() {
      return isOver;
    },
    done: Promise.all(workers).then(() => void (isOver = true)),
  };
}

/** Plain and streamed, JSON and forms; each is one start upstream. */
const kinds: readonly Ask[] = [
  (sdk, number) =>
    sdk.chat.completions.create({
      model: 'gpt-5-nano',
      messages: [{ role: 'user', content: `${number} tokens=3` }],
    }),
  async (sdk, number) => {
    const stream = await sdk.chat.completions.create({
      model: 'glm-4.7',
      messages: [{ role: 'user', content: `${number} tokens=3` }],
      stream: true,
    });
    for await (const chunk of stream) void chunk;
  },
  async (sdk, number) => {
    const stream = await sdk.responses.create({
      model: 'gpt-5-nano',
      input: `${number} tokens=3`,
      stream: true,
    });
    for await (const event of stream) void event;
  },
  (sdk, number) => sdk.embeddings.create({ model: 'text-embedding-3-small', input: String(number) }),
  async (sdk) => {
    // Asking for the models takes no turn.
    await sdk.models.list();
    await sdk.images.generate({ model: 'gpt-image-1.5', prompt: 'otter', size: '256x256' });
  },
  async (sdk) =>
    await sdk.images.edit({
      model: 'gpt-image-1.5',
      prompt: 'sunglasses',
      image: await toFile(onePixel, 'a.png', { type: 'image/png' }),
    }),
];

/** A picture of one pixel. */
const onePixel = Buffer.from(
  'iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR4nGP4z8DwHwAFAAH/iZk9HQAAAABJRU5ErkJggg==',
  'base64',
);

/** What the upstream itself counted of a load. */
export interface UpstreamAccount {
  /** How many inference requests came, and how many of them it refused with 429. */
  readonly received: number;
  readonly refused: number;
  /** The most that came in any stretch of each of the lengths (milliseconds) that were asked for. */
  readonly mostInWindows: readonly number[];
  /** From the first to the last. */
  readonly spanMs: number;
}

/** Counts what came to the demo upstream, by its own record of when. */
export function accountOf(demo: DemoUpstream, windowsMs: readonly number[]): UpstreamAccount {
  const received = demo.requests.filter(({ method }) => method === 'POST');
  const times = received.map(({ receivedAtMs }) => receivedAtMs).toSorted((a, b) => a - b);
  return {
    received: received.length,
    refused: received.filter(({ status }) => status === 429).length,
    mostInWindows: windowsMs.map((lengthMs) =>
      Math.max(0, ...times.map((from) => times.filter((at) => at >= from && at < from + lengthMs).length)),
    ),
    spanMs: (times.at(-1) ?? 0) - (times[0] ?? 0),
  };
}

/** The least time that limits allow so many starts to take, from the first to the last: the rest leaves as each window frees. */
export function leastSpanMs(
  starts: number,
  windows: readonly { readonly limit: number; readonly lengthMs: number }[],
): number {
  const times: number[] = [];
  for (let start = 0; start < starts; start++) {
    const freed = windows.map(({ limit, lengthMs }) => {
      const blocking = times[start - limit];
      return blocking === undefined ? 0 : blocking + lengthMs;
    });
    times.push(Math.max(times.at(-1) ?? 0, ...freed));
  }
  return times.at(-1) ?? 0;
}
