import { describe, expect, test } from 'vitest';
import { Affinity } from '../../../electron/core/affinity/affinity.ts';
import type { ExchangeAffinity } from '../../../electron/core/affinity/exchange-affinity.ts';
import type { AnswerFacts } from '../../../electron/core/answers/answer-facts.ts';
import { scanJsonBody } from '../../../electron/core/body/json-body.ts';
import { HandClock } from '../../support/hand-clock.ts';
import { assistant, type Message, user } from './in-memory-provider.ts';

/** One run's affinity, and the shortest way to ask and be answered. */
function start(enabled: () => boolean = () => true) {
  const affinity = new Affinity({ clock: new HandClock(), key: Buffer.alloc(32, 5), enabled });
  let count = 0;
  const begin = (
    messages: readonly Message[],
    { fields = {}, group = null }: { fields?: object; group?: string | null } = {},
  ): ExchangeAffinity | null => {
    const scanned = scanJsonBody([Buffer.from(JSON.stringify({ ...fields, messages }))]);
    if (!scanned.ok) throw new Error(scanned.message);
    const scope = { clientId: 'tool', model: 'm', group };
    return affinity.begin({ scope, body: scanned.body, field: 'messages', headers: [] });
  };
  const answer = (exchange: ExchangeAffinity | null, facts: AnswerFacts | null = says('Hi')): string => {
    const requestId = `req-${++count}`;
    exchange?.answerStarted({ statusCode: 200, requestId });
    exchange?.answerEnded(facts);
    return requestId;
  };
  return { begin, answer };
}

function says(text: string): AnswerFacts {
  return { items: [{ kind: 'text', text }], responseId: null, usage: null, tooLong: false };
}

const hello = [user('Hello')];
const next = [...hello, assistant('Hi'), user('More')];

describe('the affinity of an exchange', () => {
  test('adds the id of the request before, and says how it knows and which turn this is', () => {
    const { begin, answer } = start();
    const first = begin(hello);
    expect([first?.addedRequestId, first?.match]).toEqual([null, null]);
    const requestId = answer(first);
    const second = begin(next);
    expect(second?.addedRequestId).toBe(requestId);
    expect(second?.match).toEqual({ how: 'messages', turn: 2 });
  });

  test('adds nothing where the client names a request itself, be it ever so long or not its own', () => {
    const { begin, answer } = start();
    answer(begin(hello));
    for (const own of ['mine', '', 'x'.repeat(20_000)]) {
      const exchange = begin(next, { fields: { previous_request_id: own } });
      expect([exchange?.addedRequestId, exchange?.match]).toEqual([null, { how: 'client', turn: null }]);
    }
    expect(begin(next, { fields: { previous_request_id: null } })?.addedRequestId).toBe('req-1');
  });

  test('wants the words of an answer only where they tell conversations apart', () => {
    const { begin, answer } = start();
    const session = { fields: { prompt_cache_key: 's' } };
    const wants = (
      exchange: ExchangeAffinity | null,
      statusCode = 200,
      id: string | null = 'req',
    ): boolean => {
      exchange?.answerStarted({ statusCode, requestId: id });
      return exchange?.wantsWords ?? false;
    };
    expect(begin(hello)?.wantsWords).toBe(false);
    expect(wants(begin(hello))).toBe(true);
    expect(wants(begin(hello), 500)).toBe(false);
    expect(wants(begin(hello), 200, null)).toBe(false);
    expect(wants(begin(hello, session))).toBe(true);
    answer(begin(hello, session));
    expect(wants(begin(next, session))).toBe(false);
    expect(wants(begin(next, { fields: { previous_response_id: 'r' } }))).toBe(false);
    expect(wants(begin([]))).toBe(false);
  });

  test('remembers nothing of an answer that failed, had no id, or was not served to its end', () => {
    const { begin } = start();
    begin(hello)?.answerEnded(says('Hi'));
    const failed = begin(hello);
    failed?.answerStarted({ statusCode: 500, requestId: 'req-1' });
    failed?.answerEnded(says('Hi'));
    const nameless = begin(hello);
    nameless?.answerStarted({ statusCode: 200, requestId: null });
    nameless?.answerEnded(says('Hi'));
    expect(begin(next)?.match).toBeNull();
    begin(hello)?.answerStarted({ statusCode: 200, requestId: 'req-2' });
    expect(begin(next)?.match).toBeNull();
  });

  test('remembers an answer that could not be read by what was asked', () => {
    const { begin, answer } = start();
    const requestId = answer(begin(hello), null);
    expect(begin(next)?.addedRequestId).toBe(requestId);
  });

  test('begins again where the route comes to another group, which knows its own turns only', () => {
    const { begin, answer } = start();
    answer(begin(hello, { group: 'a' }));
    expect(begin(next, { group: 'a' })?.addedRequestId).toBe('req-1');
    const fallback = begin(next, { group: 'b' });
    expect(fallback?.match).toBeNull();
    answer(fallback);
    const third = [...next, assistant('Hi'), user('Again')];
    expect(begin(third, { group: 'b' })?.addedRequestId).toBe('req-2');
    expect(begin(third, { group: 'a' })?.addedRequestId).toBe('req-1');
  });

  test('is none while it is switched off', () => {
    let on = true;
    const { begin, answer } = start(() => on);
    answer(begin(hello));
    on = false;
    expect(begin(next)).toBeNull();
    on = true;
    expect(begin(next)?.addedRequestId).toBe('req-1');
  });
});

describe('an upstream that refuses the id', () => {
  test('is asked without it, and left alone for the rest of the run', () => {
    const { begin, answer } = start();
    answer(begin(hello));
    const exchange = begin(next);
    expect(exchange?.dropAfter(500)).toBe(false);
    expect(exchange?.dropAfter(400)).toBe(true);
    expect([exchange?.addedRequestId, exchange?.match]).toEqual([null, null]);
    expect(exchange?.dropAfter(400)).toBe(false);
    answer(exchange);
    expect(begin(next)).toBeNull();
  });

  test('is not left alone if it took an id before', () => {
    const { begin, answer } = start();
    answer(begin(hello));
    answer(begin(next));
    const exchange = begin([...next, assistant('Hi'), user('Again')]);
    expect(exchange?.dropAfter(404)).toBe(true);
    answer(exchange);
    expect(begin(next)).not.toBeNull();
  });

  test('is not asked again for what had no added id', () => {
    const { begin } = start();
    expect(begin(hello)?.dropAfter(400)).toBe(false);
    expect(begin(hello, { fields: { previous_request_id: 'mine' } })?.dropAfter(400)).toBe(false);
  });
});
