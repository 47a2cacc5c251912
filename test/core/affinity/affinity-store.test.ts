import { describe, expect, test } from 'vitest';
import { AffinityStore } from '../../../electron/core/affinity/affinity-store.ts';
import { HandClock } from '../../support/hand-clock.ts';

const cursor = { requestId: 'req-1', turn: 1 };

describe('remembering conversations', () => {
  test('the one that was used longest ago is forgotten when there are too many', () => {
    const store = new AffinityStore(new HandClock(), 2);
    store.bind('a', cursor);
    store.bind('b', cursor);
    store.lookup('a');
    store.bind('c', cursor);
    expect([store.lookup('a'), store.lookup('b'), store.lookup('c')]).toEqual([cursor, null, cursor]);
    expect(store.size).toBe(2);
  });

  test('the newest request of a conversation is the one that counts', () => {
    const store = new AffinityStore(new HandClock());
    store.bind('a', cursor);
    store.bind('a', { requestId: 'req-2', turn: 2 });
    expect(store.lookup('a')?.requestId).toBe('req-2');
  });

  test('looking at it does not keep a conversation alive, its next turn does', () => {
    const clock = new HandClock();
    const store = new AffinityStore(clock);
    store.bind('a', cursor);
    store.bind('b', cursor);
    clock.advance(40 * 60_000);
    store.lookup('a');
    store.bind('b', cursor);
    clock.advance(40 * 60_000);
    expect([store.lookup('a'), store.lookup('b')]).toEqual([null, cursor]);
  });

  test('what is to be forgotten is forgotten', () => {
    const store = new AffinityStore(new HandClock());
    store.bind('a', cursor);
    store.bind('b', cursor);
    store.forget('a');
    expect([store.lookup('a'), store.lookup('b')]).toEqual([null, cursor]);
    store.clear();
    expect(store.lookup('b')).toBeNull();
  });

  test('an array that two exchanges sent leads to neither', () => {
    const store = new AffinityStore(new HandClock());
    const [one, two] = [{}, {}];
    const a = { key: 'a', sizeMark: 1 };
    expect(store.claimAsked(a, one)).toBe('mine');
    expect(store.claimAsked(a, one)).toBe('mine');
    store.bindAsked(a, one, cursor);
    expect(store.lookup('a')).toEqual(cursor);
    expect(store.claimAsked(a, two)).toBe('shared');
    store.bindAsked(a, two, cursor);
    store.bindAsked(a, one, cursor);
    expect(store.lookup('a')).toBeNull();
  });
});
