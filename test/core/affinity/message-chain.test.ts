import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { readMessages } from '../../../electron/core/affinity/hashed-messages.ts';
import { KeyedHash } from '../../../electron/core/affinity/keyed-hash.ts';
import { MessageChain } from '../../../electron/core/affinity/message-chain.ts';
import { scanJsonBody } from '../../../electron/core/body/json-body.ts';
import { findField } from '../../../electron/core/body/json-elements.ts';
import { cutAt } from '../../support/cut-bytes.ts';

const keyed = new KeyedHash(Buffer.alloc(32, 1));

/** The hashes of all prefixes, the shortest first; null if the conversation has none. */
function prefixesOf(messages: unknown, cuts: readonly number[] = [], by = keyed): readonly string[] | null {
  const scanned = scanJsonBody(cutAt(Buffer.from(JSON.stringify({ model: 'm', messages })), cuts));
  if (!scanned.ok) throw new Error(scanned.message);
  const field = findField(scanned.body, 'messages');
  const read = field && readMessages(scanned.body, field);
  if (!read) return null;
  const chain = new MessageChain(read, by.name(['scope']), by);
  return Array.from({ length: read.count }, (_, index) => chain.keyOf(index + 1));
}

const message = fc.record({
  role: fc.constantFrom('user', 'assistant', 'tool'),
  content: fc.oneof(fc.string(), fc.constantFrom('A'.repeat(70_000), 'B'.repeat(70_000), 'ж"\\')),
});

describe('hashing a conversation message by message', () => {
  test('a conversation that goes on keeps the hashes it had, wherever its body is cut', () => {
    fc.assert(
      fc.property(
        fc.array(message, { minLength: 1, maxLength: 6 }),
        fc.array(message, { maxLength: 3 }),
        fc.array(fc.nat({ max: 100_000 }), { maxLength: 8 }),
        (messages, more, cuts) => {
          const before = prefixesOf(messages);
          expect(before).toHaveLength(messages.length);
          const after = prefixesOf([...messages, ...more], cuts);
          expect(after?.slice(0, messages.length)).toEqual(before);
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
          if (length < changed) expect(after[length]).toBe(hashed);
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

  test('a text instead of a list is one message of the user', () => {
    expect(prefixesOf('Hello\n"you"')).toEqual(prefixesOf([{ role: 'user', content: 'Hello\n"you"' }]));
  });

  test('what is neither a list nor a text, or too long a list, has no hashes', () => {
    expect(prefixesOf({})).toBeNull();
    expect(prefixesOf(5)).toBeNull();
    expect(prefixesOf(Array(4097).fill(1))).toBeNull();
  });

  test('with the key of another run the hashes are others', () => {
    const other = new KeyedHash(Buffer.alloc(32, 2));
    const messages = [{ role: 'user', content: 'Hello' }];
    expect(prefixesOf(messages, [], other)?.at(-1)).not.toBe(prefixesOf(messages)?.at(-1));
  });

  test('a key that is too short is refused', () => {
    expect(() => new KeyedHash(Buffer.alloc(16))).toThrow('32 bytes');
  });
});
