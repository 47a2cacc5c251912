import { expect, test } from 'vitest';
import { HeldJson } from '../../../electron/core/files/held-json.ts';

test('a text that comes in very many small pieces is held in few, and is the same', () => {
  const text = Buffer.from(`{"a":"${'QUFB'.repeat(2500)}","n":1}`);
  const held = new HeldJson(text.length);
  for (let at = 0; at < text.length; at++) expect(held.write(text.subarray(at, at + 1))).toBe(true);
  const body = held.end();
  expect(body?.pieces.length).toBeLessThan(300);
  expect(body?.fields.length).toBe(2);
  expect(held.decodeString(5, 10_007)?.toString()).toBe('A'.repeat(7500));
  expect(held.takeBytes().equals(text)).toBe(true);
});

test('there is no use in holding what is no JSON, or longer than allowed, but it is not lost', () => {
  const wrong = new HeldJson(100);
  expect([wrong.write(Buffer.from('{"a":1')), wrong.write(Buffer.from('oops'))]).toEqual([true, false]);
  expect(wrong.takeBytes().toString()).toBe('{"a":1oops');
  const long = new HeldJson(8);
  expect([long.write(Buffer.from('{"a":123')), long.write(Buffer.from('}'))]).toEqual([true, false]);
  expect(long.takeBytes().toString()).toBe('{"a":123}');
});

test('a text that ends too early is none', () => {
  const held = new HeldJson(100);
  held.write(Buffer.from('{"a":1'));
  expect(held.end()).toBeNull();
  expect(held.takeBytes().toString()).toBe('{"a":1');
});
