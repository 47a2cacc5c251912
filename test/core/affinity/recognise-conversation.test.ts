import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { conversationField } from '../../../electron/core/affinity/recognise-conversation.ts';
import { assistant, InMemoryProviders, type Message, user } from './in-memory-provider.ts';

const system: Message = { role: 'system', content: 'Be brief.' };
const hello = [system, user('Hello')];

describe('a plain client that knows nothing of affinity', () => {
  test('meets the same provider in all ten turns', () => {
    const upstream = new InMemoryProviders();
    const messages: Message[] = [system];
    const turns = Array.from({ length: 10 }, (_, index) => {
      messages.push(user(`Question ${index}`));
      const served = upstream.turn(messages, [assistant(`Answer ${index}`)]);
      messages.push(assistant(`Answer ${index}`));
      return served;
    });
    expect(turns.map(({ provider }) => provider)).toEqual(Array(10).fill(1));
    expect(turns.map(({ match }) => match?.turn ?? 1)).toEqual([1, 2, 3, 4, 5, 6, 7, 8, 9, 10]);
    expect(turns.at(-1)?.match).toEqual({ how: 'messages', previousRequestId: 'req-9', turn: 10 });
  });

  test('meets it too when it sends each answer back changed', () => {
    const upstream = new InMemoryProviders();
    const messages: Message[] = [];
    const providers = Array.from({ length: 10 }, (_, index) => {
      messages.push(user(`Question ${index}`));
      const { provider } = upstream.turn(messages, [assistant(`<think>hm</think>Answer ${index}`)]);
      messages.push(assistant(`Answer ${index}`));
      return provider;
    });
    expect(providers).toEqual(Array(10).fill(1));
  });

  test('meets it too when the answer could not be read', () => {
    const upstream = new InMemoryProviders();
    upstream.turn(hello, null);
    expect(upstream.turn([...hello, assistant('Hi'), user('More')], null).match?.turn).toBe(2);
  });

  test.each([
    ['empty fields added', { refusal: null, annotations: [], audio: null, tool_calls: null }],
    ['reasoning kept', { reasoning_content: 'Hmm.', name: 'bot' }],
  ])('is recognised by an answer with %s', (_name, more) => {
    const upstream = new InMemoryProviders();
    upstream.turn(hello, [assistant('Hi')]);
    upstream.turn(hello, [assistant('Good day')]);
    const next = [...hello, assistant('Hi', more), user('More')];
    expect(upstream.ask(next).match?.previousRequestId).toBe('req-1');
  });

  test('is recognised by an answer sent back as parts, in another key order, without its last line end', () => {
    const upstream = new InMemoryProviders();
    upstream.turn(hello, [assistant('Hi\n')]);
    upstream.turn(hello, [assistant('Good day')]);
    const back = { content: [{ text: 'Hi', type: 'text' }], role: 'assistant' };
    expect(upstream.ask([...hello, back, user('More')]).match?.previousRequestId).toBe('req-1');
  });

  test('goes on through tool calls, its arguments written anew', () => {
    const upstream = new InMemoryProviders();
    const call = (id: string, passed: string): Message =>
      assistant(null, {
        tool_calls: [{ id, type: 'function', function: { name: 'look', arguments: passed } }],
      });
    upstream.turn(hello, [call('call_1', '{"city": "Omsk", "days": 2}')]);
    upstream.turn(hello, [call('call_2', '{"city": "Omsk", "days": 2}')]);
    const result = { role: 'tool', tool_call_id: 'call_1', content: 'Snow' };
    const next = [...hello, { ...call('call_1', '{"city":"Omsk","days":2}'), content: '' }, result];
    const { match } = upstream.turn(next, [assistant('It snows')]);
    expect(match?.previousRequestId).toBe('req-1');
    const third = upstream.ask([...next, assistant('It snows'), user('And now?')]);
    expect(third.match).toEqual({ how: 'messages', previousRequestId: 'req-3', turn: 3 });
  });

  test('is recognised though it moves its cache marks with each turn', () => {
    const upstream = new InMemoryProviders();
    const marked = (text: string): Message =>
      user([{ type: 'text', text, cache_control: { type: 'ephemeral' } }]);
    upstream.turn([system, marked('One')], [assistant('1')]);
    const next = [system, user('One'), assistant('1'), marked('Two')];
    expect(upstream.ask(next).match?.turn).toBe(2);
  });

  test('is recognised in each turn though its marks move over texts, pictures and lists', () => {
    const upstream = new InMemoryProviders();
    const mark = { cache_control: { type: 'ephemeral' } };
    const text = (words: string, more: object = {}): object => ({ type: 'text', text: words, ...more });
    const picture = {
      type: 'image_url',
      image_url: { url: `data:image/png;base64,${'iVBORw0KG'.repeat(9000)}` },
    };
    const asked = (turn: number, more?: object): Message => {
      const words = `Question ${turn} ${'о '.repeat(turn * 60)}`;
      if (turn % 3 === 0) return user([text(words, more), picture]);
      return user(turn % 3 === 1 && !more ? words : [text(words, more)]);
    };
    const matches = Array.from({ length: 8 }, (_, last) => {
      const messages: Message[] = [{ role: 'system', content: [text('Be brief.', mark)] }];
      for (let turn = 0; turn <= last; turn++) {
        messages.push(asked(turn, turn >= last - 1 ? mark : undefined));
        if (turn < last) messages.push(assistant(`Answer ${turn}`));
      }
      return upstream.turn(messages, [assistant(`Answer ${last}`)]).match;
    });
    expect(matches.map((match) => match?.turn)).toEqual([undefined, 2, 3, 4, 5, 6, 7, 8]);
    expect(matches.at(-1)?.previousRequestId).toBe('req-7');
  });

  test.each([60_000, 65_430, 65_450, 65_480, 65_500, 65_530, 300_000])(
    'is recognised by a message of %i bytes that has a mark for one turn only',
    (bytes) => {
      const upstream = new InMemoryProviders();
      const marked = { ...system, cache_control: { type: 'ephemeral' } };
      const long = 'x'.repeat(bytes);
      const parts = [{ type: 'text', text: long, cache_control: { type: 'ephemeral' } }];
      upstream.turn([marked, user(parts)], [assistant('1')]);
      const next = [marked, user(long), assistant('1'), user('More')];
      expect(upstream.ask(next).match?.turn).toBe(2);
    },
  );

  test('is told apart by the end of a large message, marked or not', () => {
    const upstream = new InMemoryProviders();
    const marked = { ...system, cache_control: { type: 'ephemeral' } };
    const long = 'x'.repeat(300_000);
    upstream.turn([marked, user(`${long}a`)], [assistant('1')]);
    expect(upstream.ask([marked, user(`${long}b`), assistant('1'), user('More')]).match).toBeNull();
  });

  test('is recognised by its texts in lists or not, where only its first message of many is marked', () => {
    const upstream = new InMemoryProviders();
    const marked = { ...system, cache_control: { type: 'ephemeral' } };
    const asked = (turn: number): string => `Question ${turn} ${'word '.repeat(60)}`;
    const first = Array.from({ length: 20 }, (_, turn) => user([{ type: 'text', text: asked(turn) }]));
    upstream.turn([marked, ...first], [assistant('1')]);
    const next = first.map((_, turn) => user(asked(turn)));
    expect(upstream.ask([marked, ...next, assistant('1'), user('More')]).match?.turn).toBe(2);
  });

  test('is recognised through a hundred turns of tools with long results, and beside others like it', () => {
    const upstream = new InMemoryProviders();
    const talks = ['a', 'b', 'c'].map((name) => ({ name, messages: [...hello] }));
    for (let turn = 1; turn <= 100; turn++) {
      for (const { name, messages } of talks) {
        const { match } = upstream.turn(messages, [assistant(`${name} ${turn}`)]);
        expect(match?.turn ?? 1).toBe(turn);
        messages.push(assistant(`${name} ${turn}`), user('line\n'.repeat((turn % 7) * 200)));
      }
    }
  });

  test('with pictures of megabytes is recognised, and another picture is another conversation', () => {
    const upstream = new InMemoryProviders();
    const picture = (letter: string): Message =>
      user([{ type: 'image_url', image_url: { url: `data:image/png;base64,${letter.repeat(2_000_000)}` } }]);
    upstream.turn([picture('A')], [assistant('Nice')]);
    const next = (letter: string): Message[] => [picture(letter), assistant('Nice'), user('More')];
    expect(upstream.ask(next('A')).match?.turn).toBe(2);
    expect(upstream.ask(next('B')).match).toBeNull();
  });
});

describe('two conversations at once', () => {
  test.each(['one after the other', 'at the same time'])(
    'that begin with the same words, %s, do not mix',
    (order) => {
      const upstream = new InMemoryProviders();
      const histories = ['red', 'blue'].map((colour) => ({ colour, messages: [...hello] }));
      const met: number[][] = [[], []];
      for (let turn = 0; turn < 10; turn++) {
        const open = histories.map(({ colour, messages }, index) => {
          const served = upstream.ask(messages);
          const answer = assistant(`${colour} ${turn}`);
          met[index]?.push(served.provider);
          messages.push(answer, user('Go on'));
          const finish = (): void => served.finish([answer]);
          if (order === 'one after the other') finish();
          return finish;
        });
        if (order === 'at the same time') for (const finish of open) finish();
      }
      expect(met).toEqual([Array(10).fill(1), Array(10).fill(2)]);
    },
  );

  test('with equal beginnings and changed answers are not told apart, so neither is sent to the other', () => {
    const upstream = new InMemoryProviders();
    upstream.turn(hello, [assistant('<think/>Hi')]);
    upstream.turn(hello, [assistant('<think/>Good day')]);
    expect(upstream.ask([...hello, assistant('Hi'), user('More')]).match).toBeNull();
  });

  test('do not mix when one of them was cancelled in its first answer', () => {
    const upstream = new InMemoryProviders();
    upstream.turn(hello, [assistant('Hi')]);
    upstream.ask(hello);
    expect(upstream.ask([...hello, assistant('Goo'), user('Go on')]).match).toBeNull();
    expect(upstream.ask([...hello, assistant('Hi'), user('Go on')]).match?.previousRequestId).toBe('req-1');
  });

  test('a try that got no answer at all leaves no doubt', () => {
    const upstream = new InMemoryProviders();
    upstream.ask(hello, {}, false);
    upstream.turn(hello, [assistant('<think/>Hi')]);
    expect(upstream.ask([...hello, assistant('Hi'), user('More')]).match?.previousRequestId).toBe('req-2');
  });

  test('any two with other answers keep to their own, however their turns interleave', () => {
    fc.assert(
      fc.property(fc.array(fc.boolean(), { maxLength: 24 }), fc.boolean(), (order, changed) => {
        const upstream = new InMemoryProviders();
        const histories = { a: [...hello], b: [...hello] };
        const last: Record<string, string | undefined> = {};
        for (const first of order) {
          const name = first ? 'a' : 'b';
          const served = upstream.ask(histories[name]);
          const previous = served.match?.previousRequestId;
          if (changed) expect([last[name], undefined]).toContain(previous);
          else expect(previous).toBe(last[name]);
          served.finish([assistant(`<think/>${name}`)]);
          last[name] = served.requestId;
          histories[name].push(assistant(changed ? name : `<think/>${name}`), user('Go on'));
        }
      }),
    );
  });
});

describe('a conversation that does not simply go on', () => {
  test('starts anew when it is compacted', () => {
    const upstream = new InMemoryProviders();
    const messages = [...hello];
    for (let turn = 0; turn < 3; turn++) {
      upstream.turn(messages, [assistant(`Answer ${turn}`)]);
      messages.push(assistant(`Answer ${turn}`), user('Go on'));
    }
    expect(upstream.ask([system, user('Summary: hello'), user('Go on')]).match).toBeNull();
    expect(upstream.ask([...hello, user('Summary of the rest'), user('Go on')]).match).toBeNull();
  });

  test('goes on from the turn it branches off', () => {
    const upstream = new InMemoryProviders();
    upstream.turn(hello, [assistant('Hi')]);
    upstream.turn([...hello, assistant('Hi'), user('One')], [assistant('1')]);
    const branch = upstream.ask([...hello, assistant('Hi'), user('Another')]);
    expect(branch.match).toEqual({ how: 'messages', previousRequestId: 'req-1', turn: 2 });
  });

  test('goes on from the longest answer that is known, though somebody asked in the middle of it', () => {
    const upstream = new InMemoryProviders();
    const options = { field: 'input' } as const;
    const [one, two] = [assistant('One'), assistant('Two')];
    upstream.turn([user('Hello')], [one, two], options);
    upstream.turn([user('Hello'), one], [assistant('Three')], options);
    const next = [user('Hello'), one, two, user('More')];
    expect(upstream.ask(next, options).match?.previousRequestId).toBe('req-1');
    const other = [user('Hello'), one, assistant('Three'), user('More')];
    expect(upstream.ask(other, options).match?.previousRequestId).toBe('req-2');
  });

  test('goes on from a turn that began with words of the assistant, rather than from the one before', () => {
    const upstream = new InMemoryProviders();
    const begun = [user('Hello'), assistant('Once')];
    upstream.turn([user('Hello')], [assistant('Once')]);
    upstream.turn(begun, [assistant('<think/>upon a time')]);
    const next = [...begun, assistant('upon a time'), user('More')];
    expect(upstream.ask(next).match?.previousRequestId).toBe('req-2');
  });

  test('stays with its provider when steps of its earlier turns are left out later', () => {
    const upstream = new InMemoryProviders();
    const thought = (words: string): Message => assistant(words, { reasoning_content: 'Hmm.' });
    const first = upstream.turn(hello, [assistant('1')]);
    upstream.turn([...hello, thought('1'), user('Two')], [assistant('2')]);
    const third = [...hello, assistant('1'), user('Two'), thought('2'), user('Three')];
    expect(upstream.turn(third, [assistant('3')]).provider).toBe(first.provider);
  });

  test('starts anew with another client, model or group, and after an hour', () => {
    const upstream = new InMemoryProviders();
    upstream.turn(hello, [assistant('Hi')]);
    const next = [...hello, assistant('Hi'), user('More')];
    expect(upstream.ask(next, { clientId: 'other' }).match).toBeNull();
    expect(upstream.ask(next, { model: 'other' }).match).toBeNull();
    expect(upstream.ask(next, { group: 'openai' }).match).toBeNull();
    upstream.clock.advance(60 * 60 * 1000 - 1);
    expect(upstream.ask(next).match?.turn).toBe(2);
    upstream.clock.advance(1);
    expect(upstream.ask(next).match).toBeNull();
  });
});

describe('a client that says itself what it goes on from', () => {
  test('keeps its own previous_request_id', () => {
    const upstream = new InMemoryProviders();
    upstream.turn(hello, [assistant('Hi')]);
    const options = { fields: { previous_request_id: 'mine' }, headers: { 'x-session-id': 's' } };
    const served = upstream.turn([...hello, assistant('Hi'), user('More')], [assistant('2')], options);
    expect(served.match).toEqual({ how: 'client', previousRequestId: null, turn: null });
  });

  test('is recognised by previous_response_id, before its session name', () => {
    const upstream = new InMemoryProviders();
    const session = { field: 'input', headers: { 'x-session-id': 's' } } as const;
    upstream.ask('Hello', session).finish([assistant('Hi')], 'resp_1');
    upstream.turn('Something else', [assistant('Yes')], session);
    const next = upstream.ask('More', { ...session, fields: { previous_response_id: 'resp_1' } });
    expect(next.match).toEqual({
      how: 'previous_response_id',
      previousRequestId: 'req-1',
      turn: 2,
    });
  });

  test.each([
    ['x-session-affinity', { headers: { 'x-session-affinity': 's' } }],
    ['x-session-id', { headers: { 'x-session-id': 's' } }],
    ['session-id', { headers: { 'session-id': 's', 'thread-id': 't' } }],
    ['conversation', { fields: { conversation: { id: 's' } } }],
    ['prompt_cache_key', { fields: { prompt_cache_key: 's' } }],
    ['metadata.user_id', { fields: { metadata: { user_id: 's' } } }],
  ])('is recognised by %s, whatever it sends', (how, options) => {
    const upstream = new InMemoryProviders();
    upstream.turn([user('One')], [assistant('1')], options);
    expect(upstream.ask([user('Two')], options).match).toEqual({
      how,
      previousRequestId: 'req-1',
      turn: 2,
    });
    expect(upstream.ask([user('Two')]).match).toBeNull();
  });

  test('is not mixed with its other sessions by a name that all of them share', () => {
    const upstream = new InMemoryProviders();
    const options = (id: string): object => ({
      headers: { 'x-session-id': id },
      fields: { metadata: { user_id: 'me' } },
    });
    upstream.turn([user('One')], [assistant('1')], options('a'));
    expect(upstream.ask([user('Two')], options('b')).match).toBeNull();
  });

  test('is recognised by its messages when it gives itself a name later, and by that from then on', () => {
    const upstream = new InMemoryProviders();
    const options = { headers: { 'x-session-id': 's' } };
    upstream.turn(hello, [assistant('Hi')]);
    const next = [...hello, assistant('Hi'), user('More')];
    expect(upstream.turn(next, [assistant('2')], options).match?.how).toBe('messages');
    const compacted = upstream.turn([user('Summary')], [assistant('3')], options);
    expect(compacted.match).toEqual({ how: 'x-session-id', previousRequestId: 'req-2', turn: 3 });
  });

  test('has its session bound by served answers only, and not unbound by a cancel', () => {
    const upstream = new InMemoryProviders();
    const options = { headers: { 'x-session-id': 's' } };
    upstream.ask([user('One')], options);
    expect(upstream.turn([user('Two')], [assistant('2')], options).match).toBeNull();
    upstream.ask([user('Three')], options);
    expect(upstream.ask([user('Four')], options).match?.previousRequestId).toBe('req-2');
  });
});

describe('a client of the Responses API that sends everything again', () => {
  const reasoning = { type: 'reasoning', id: 'rs_1', summary: [] };
  const message = {
    type: 'message',
    id: 'msg_1',
    status: 'completed',
    role: 'assistant',
    content: [{ type: 'output_text', text: 'Let me see', annotations: [], logprobs: [] }],
  };
  const call = {
    type: 'function_call',
    id: 'fc_1',
    call_id: 'call_1',
    name: 'look',
    arguments: '{}',
    status: 'completed',
  };
  const output = { type: 'function_call_output', call_id: 'call_1', output: 'Snow' };

  test.each([
    ['as it came', [reasoning, message, call]],
    ['without the reasoning', [message, call]],
    ['as plain messages', [assistant('Let me see'), { ...call, id: undefined, status: undefined }]],
  ])('is recognised by its output %s', (_name, back) => {
    const upstream = new InMemoryProviders();
    const options = { field: 'input' } as const;
    upstream.turn('Hello', [reasoning, message, call], options);
    upstream.turn('Hello', [{ ...call, call_id: 'call_2' }], options);
    const { match } = upstream.ask([user('Hello'), ...back, output], options);
    expect(match?.previousRequestId).toBe('req-1');
  });
});

test('only chat completions and responses have conversations', () => {
  expect(conversationField('/chat/completions?x=1')).toBe('messages');
  expect(conversationField('/responses')).toBe('input');
  expect(conversationField('/responses/resp_1/cancel')).toBeNull();
  expect(conversationField('/embeddings')).toBeNull();
});
