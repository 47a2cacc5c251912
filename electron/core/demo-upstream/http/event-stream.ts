import type { DemoState } from '../demo-state.ts';
import type { DemoExchange } from './exchange.ts';
import { TokenPace } from './token-pace.ts';

/** One server-sent event of a streamed answer. */
export interface StreamStep {
  /** The event's name, where the API names its events. */
  readonly event?: string;
  /** Sent as JSON, but for a string, which is sent as it is. */
  readonly data: unknown;
  /** How many tokens of the stream's pace it stands for; 0 leaves at once. */
  readonly tokens: number;
}

/** The event as it goes over the wire: https://html.spec.whatwg.org/multipage/server-sent-events.html. */
export function eventText({ event, data }: StreamStep): string {
  const name = event === undefined ? '' : `event: ${event}\n`;
  return `${name}data: ${typeof data === 'string' ? data : JSON.stringify(data)}\n\n`;
}

/** Answers with the steps as server-sent events, at the demo's pace and the client's. Stops as soon as the client has gone. */
export async function sendEventStream(
  state: DemoState,
  exchange: DemoExchange,
  steps: Iterable<StreamStep> | AsyncIterable<StreamStep>,
): Promise<void> {
  const { answer } = exchange;
  const open = await answer.open(200, {
    'content-type': 'text/event-stream; charset=utf-8',
    'cache-control': 'no-cache',
  });
  if (!open) return;
  const pace = new TokenPace(state.clock, state.tokensPerSecond, answer.gone);
  for await (const step of steps) {
    if (step.tokens > 0) await pace.next(step.tokens);
    if (answer.gone.aborted) return;
    if (!answer.write(eventText(step))) await answer.room();
  }
  answer.end();
}
