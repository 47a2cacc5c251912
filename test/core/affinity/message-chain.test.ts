import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { MessageHasher } from '../../../electron/core/affinity/message-chain.ts';
import { scanJsonBody } from '../../../electron/core/body/json-body.ts';
import { findField } from '../../../electron/core/body/json-elements.ts';
import { cutAt } from '../../support/cut-bytes.ts';

const hasher = new MessageHasher(Buffer.alloc(32, 1));

function prefixesOf(messages: unknown, cuts: readonly number[] = [], by = hasher): readonly string[] | null {
  const scanned = scanJsonBody(cutAt(Buffer.from(JSON.stringify({ model: 'm', messages })), cuts));
  if (!scanned.ok) throw new Error(scanned.message);
  const field = findField(scanned.body, 'messages');
  return (field && by.chain(by.name(['scope']), scanned.body, field)?.prefixes) ?? null;
}

const message = fc.record({
  role: fc.constantFrom('user', 'assistant', 'tool'),
  content: fc.oneof(fc.string(), fc.constantFrom('A'.repeat(70_000), 'B'.repeat(70_000), 'ж"\\')),
});

describe('hashing a conversation message by message', () => {
  test('a conversation that goes on keeps the hashes it had, wherever its body is cut', () => {
    fc.assert(
      fc.property(
        fc.array(message, { maxLength: 6 }),
        fc.array(message, { maxLength: 3 }),
        fc.array(fc.nat({ max: 100_000 }), { maxLength: 8 }),
        (messages, more, cuts) => {
          const before = prefixesOf(messages);
          expect(before).toHaveLength(messages.length + 1);
          const after = prefixesOf([...messages, ...more], cuts);
          expect(after?.slice(0, messages.length + 1)).toEqual(before);
        },
      ),
    );
  });

  test('another message anywhere makes every later hash another one', () => {
    fc.assert(
      fc.property(fc.array(message, { minLength: 1, maxLength: 6 }), fc.nat(), (messages, at) => {
        const changed = at % messages.length;
        const before = prefixesOf(messages) ?? [];
        const after = prefixesOf(messages.with(changed, { role: 'user', content: 'Quite another' })) ?? [];
        for (const [length, hashed] of before.entries()) {
          if (length <= changed) expect(after[length]).toBe(hashed);
          else expect(after[length]).not.toBe(hashed);
        }
      }),
    );
  });

  test('the order of messages, and where one ends and the next begins, count', () => {
    const say = (...texts: string[]): string | undefined =>
      prefixesOf(texts.map((content) => ({ role: 'assistant', content })))?.at(-1);
    expect(new Set([say('a', 'b'), say('b', 'a'), say('ab'), say('ab', ''), say('', 'ab')]).size).toBe(5);
  });

  test('an answer added to the chain hashes as when the client sends it back, however long', () => {
    for (const text of ['Hi', 'ж'.repeat(20_000), 'x'.repeat(60_000)]) {
      const asked = prefixesOf([{ role: 'user', content: 'Hello' }])?.at(-1) ?? '';
      const back = [
        { role: 'user', content: 'Hello' },
        { role: 'assistant', content: text },
      ];
      expect(hasher.extend(asked, [{ kind: 'text', text }])).toBe(prefixesOf(back)?.at(-1));
    }
  });

  test('a text instead of a list is one message of the user', () => {
    expect(prefixesOf('Hello\n"you"')).toEqual(prefixesOf([{ role: 'user', content: 'Hello\n"you"' }]));
  });

  test('what is neither a list nor a text, or too long a list, has no hashes', () => {
    expect(prefixesOf({})).toBeNull();
    expect(prefixesOf(5)).toBeNull();
    expect(prefixesOf(Array(4097).fill(1))).toBeNull();
  });

  test('with the key of another run the hashes are others', () => {
    const other = new MessageHasher(Buffer.alloc(32, 2));
    const messages = [{ role: 'user', content: 'Hello' }];
    expect(prefixesOf(messages, [], other)?.at(-1)).not.toBe(prefixesOf(messages)?.at(-1));
  });

  test('a key that is too short is refused', () => {
    expect(() => new MessageHasher(Buffer.alloc(16))).toThrow('32 bytes');
  });
});
