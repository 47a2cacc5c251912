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

  test('many messages keep their hashes as well, and each of them counts', () => {
    const messages = Array.from({ length: 400 }, (_, index) => ({
      role: 'user',
      content: `${index} ${'word '.repeat(index % 50)}`,
    }));
    const before = prefixesOf(messages) ?? [];
    expect(new Set(before).size).toBe(400);
    expect(prefixesOf(messages.slice(0, 250))).toEqual(before.slice(0, 250));
    for (const changed of [0, 57, 200, 399]) {
      const after = prefixesOf(messages.with(changed, { role: 'user', content: 'x' })) ?? [];
      expect(after.map((hashed, index) => hashed === before[index])).toEqual(
        before.map((_, index) => index < changed),
      );
    }
  });

  test('large messages of one length differ by their ends and by what lies between', () => {
    const picture = Buffer.alloc(500_000, 'base64').toString('base64');
    const large = (content: string): string | undefined => prefixesOf([{ role: 'user', content }])?.at(-1);
    const changed = (at: number, bytes: number): string =>
      picture.slice(0, at) + 'x'.repeat(bytes) + picture.slice(at + bytes);
    const all = [
      picture,
      changed(0, 1),
      changed(300_000, 20_000),
      changed(picture.length - 1, 1),
      `${picture}x`,
    ];
    expect(new Set(all.map(large)).size).toBe(all.length);
    expect(large('A'.repeat(500_000))).not.toBe(large('A'.repeat(500_001)));
  });

  test('prefixes of one size are known by it, whatever their contents', () => {
    const marks = (messages: unknown, scope = 'scope'): number[] => {
      const scanned = scanJsonBody([Buffer.from(JSON.stringify({ messages }))]);
      if (!scanned.ok) throw new Error(scanned.message);
      const field = findField(scanned.body, 'messages');
      const read = field && readMessages(scanned.body, field);
      if (!read) return [];
      const chain = new MessageChain(read, keyed.name([scope]), keyed);
      return Array.from({ length: read.count }, (_, index) => chain.sizeMarkOf(index + 1));
    };
    const two = [{ content: 'a' }, { content: 'bc' }];
    expect(marks(two)).toEqual(marks([{ content: 'x' }, { content: 'yz' }]));
    expect(marks([...two, 1]).slice(0, 2)).toEqual(marks(two));
    expect(marks([{ content: 'ab' }, { content: 'c' }])[0]).not.toBe(marks(two)[0]);
    expect(marks([{ content: 'a' }, { content: 'b' }])[1]).not.toBe(marks(two)[1]);
    expect(marks(two, 'other')[0]).not.toBe(marks(two)[0]);
    expect(marks('Hello')).toEqual(marks([{ role: 'user', content: 'Hello' }]));
  });

  test('a text instead of a list is one message of the user', () => {
    expect(prefixesOf('Hello\n"you"')).toEqual(prefixesOf([{ role: 'user', content: 'Hello\n"you"' }]));
  });

  test('what is neither a list nor a text, or too long a list, has no hashes', () => {
    expect(prefixesOf({})).toBeNull();
    expect(prefixesOf(5)).toBeNull();
    expect(prefixesOf(Array(4097).fill(1))).toBeNull();
  });
});
