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

  test('of what was asked the sizes are known as long as it is', () => {
    const clock = new HandClock();
    const store = new AffinityStore(clock, 3);
    const asked = (key: string, sizeMark: number): void => {
      store.claimAsked({ key, sizeMark }, {});
      store.bindAsked({ key, sizeMark }, {}, cursor);
    };
    const known = (): boolean[] => [1, 2, 3].map((mark) => store.mayHaveAsked(mark));
    asked('a', 1);
    asked('a', 1);
    asked('b', 1);
    asked('c', 2);
    expect(known()).toEqual([true, true, false]);
    store.forget('a');
    expect(known()).toEqual([true, true, false]);
    store.spendAsked('b');
    store.bind('d', cursor);
    asked('e', 3);
    expect(known()).toEqual([true, false, true]);
    clock.advance(60 * 60 * 1000);
    expect(store.find('b')).toBeUndefined();
    expect(known()).toEqual([false, false, true]);
    store.clear();
    expect(known()).toEqual([false, false, false]);
  });

  test('an array that leads nowhere is known all the same', () => {
    const store = new AffinityStore(new HandClock());
    const [one, two] = [{}, {}];
    const a = { key: 'a', sizeMark: 1 };
    expect(store.find('a')).toBeUndefined();
    store.claimAsked(a, one);
    expect(store.find('a')?.cursor).toBeNull();
    store.bindAsked(a, one, cursor);
    expect(store.find('a')?.cursor).toEqual(cursor);
    store.spendAsked('a');
    expect(store.find('a')?.cursor).toBeNull();
    expect(store.claimAsked(a, two)).toBe('shared');
  });
});
