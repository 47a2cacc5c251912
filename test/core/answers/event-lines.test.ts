import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { EventLines } from '../../../electron/core/answers/event-lines.ts';

/** The data of the events in texts that follow each other. */
function dataOf(texts: readonly string[], maxEventChars = 1000): string[] {
  const lines = new EventLines(maxEventChars);
  const events: string[] = [];
  for (const text of texts) {
    for (let at = 0; at < text.length && !lines.isTooLong;) {
      at = lines.read(text, at);
      const data = lines.takeData();
      if (data !== null) events.push(data);
    }
  }
  return lines.isTooLong ? [...events, 'too long'] : events;
}

const stream = '\xef\xbb\xbfdata: a\n\n: no\nevent: x\ndata:b\ndata:  c\nid: 1\n\n\n\ndata\n\ndata: d';

describe('taking the data of events out of a stream', () => {
  test('lines of data are joined, everything else is passed over', () => {
    expect(dataOf([`${stream}\n\n`])).toEqual(['a', 'b\n c', 'd']);
    expect(dataOf([stream])).toEqual(['a', 'b\n c']);
  });

  test('lines may end in any of three ways, and the stream may be cut anywhere', () => {
    fc.assert(
      fc.property(
        fc.constantFrom('\n', '\r\n', '\r'),
        fc.array(fc.nat({ max: 80 }), { maxLength: 20 }),
        (lineEnd, offsets) => {
          const text = `${stream}\n\n`.replaceAll('\n', lineEnd);
          const edges = [0, ...offsets.toSorted((a, b) => a - b), text.length];
          const texts = edges.slice(1).map((end, index) => text.slice(edges[index], end));
          expect(dataOf(texts)).toEqual(['a', 'b\n c', 'd']);
        },
      ),
    );
  });

  test('it is known whether something of an event is kept', () => {
    const lines = new EventLines(1000);
    const between: boolean[] = [];
    for (const text of ['data: a\n', '\r', '\n', 'dat', 'a: b\r\n\r\n']) {
      lines.read(text, 0);
      between.push(lines.isBetweenEvents);
    }
    expect(between).toEqual([false, false, true, false, true]);
  });

  test('an event that is too long ends the reading, of which nothing is kept', () => {
    expect(dataOf(['data: 123\n\n', 'data: 12', '3456\n\ndata: 7\n\n'], 10)).toEqual(['123', 'too long']);
    expect(dataOf(['data: 1234\n', 'data: 567\n\n'], 10)).toEqual(['too long']);
  });
});
