import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { AdmissionDesk, type Visitor } from './admission-desk.ts';

const clientName = fc.constantFrom('a', 'b', 'c', 'd');
const laneName = fc.constantFrom('interactive' as const, 'background' as const);

const event = fc.oneof(
  {
    weight: 5,
    arbitrary: fc.record({ kind: fc.constant('ask' as const), client: clientName, lane: laneName }),
  },
  { weight: 2, arbitrary: fc.record({ kind: fc.constant('cancel' as const), which: fc.nat() }) },
  {
    weight: 2,
    arbitrary: fc.record({ kind: fc.constant('pass' as const), ms: fc.integer({ min: 0, max: 300 }) }),
  },
  { weight: 1, arbitrary: fc.record({ kind: fc.constant('back' as const), which: fc.nat() }) },
);

const windows = [
  { limit: 3, lengthMs: 100 },
  { limit: 8, lengthMs: 1000 },
];

function isWaiting(visitor: Visitor, cancelled: ReadonlySet<Visitor>): boolean {
  return visitor.slot === null && visitor.refusal === null && !cancelled.has(visitor);
}

describe('fairness of admission', () => {
  test('whatever comes and goes, no start is unused while someone waits, none is over a limit, and nobody is lost', () => {
    fc.assert(
      fc.property(fc.array(event, { maxLength: 120 }), (events) => {
        const desk = new AdmissionDesk({ windows, waitLimitMs: 1500, queueLimit: 20 });
        const visitors: Visitor[] = [];
        const cancelled = new Set<Visitor>();
        let back = 0;
        for (const happens of events) {
          if (happens.kind === 'ask') visitors.push(desk.ask(happens.client, { lane: happens.lane }));
          else if (happens.kind === 'pass') desk.clock.advance(happens.ms);
          else {
            const visitor = visitors[happens.which % visitors.length];
            if (visitor === undefined) continue;
            if (happens.kind === 'cancel') {
              visitor.ticket.cancel();
              if (isWaiting(visitor, cancelled)) cancelled.add(visitor);
            } else if (visitor.slot !== null && desk.admission.waiting === 0) {
              const startsBefore = desk.starts.length;
              desk.admission.requeueAtHead(visitor.ticket);
              back += desk.starts.length - startsBefore;
              if (desk.starts.length === startsBefore) visitor.ticket.cancel();
            }
          }
          const nowMs = desk.clock.monotonicMs();
          const free = desk.admission.figures(nowMs).every(({ remaining }) => remaining > 0);
          if (free) expect(desk.admission.waiting).toBe(0);
          expect(desk.admission.waiting).toBe(
            visitors.filter((visitor) => isWaiting(visitor, cancelled)).length,
          );
        }
        desk.clock.advance(10_000);
        expect(desk.admission.waiting).toBe(0);
        expect(desk.clock.timerCount).toBe(0);
        expect(visitors.filter((visitor) => isWaiting(visitor, cancelled))).toEqual([]);
        expect(new Set(desk.starts.map(({ visitor }) => visitor)).size + back).toBe(desk.starts.length);
        for (const { limit, lengthMs } of windows) {
          for (const [index, atMs] of desk.startTimes.entries()) {
            const next = desk.startTimes[index + limit];
            if (next !== undefined) expect(next - atMs).toBeGreaterThanOrEqual(lengthMs + 50);
          }
        }
      }),
    );
  });

  test('clients that are equally busy never differ by more than one start', () => {
    const arrivals = fc.shuffledSubarray(
      ['a', 'b', 'c', 'd', 'e'].flatMap((client) => Array.from({ length: 8 }, () => client)),
      { minLength: 40 },
    );
    fc.assert(
      fc.property(arrivals, laneName, (order, lane) => {
        const desk = new AdmissionDesk({ windows });
        desk.admission.holdFor(1000);
        for (const client of order) desk.ask(client, { lane });
        desk.clock.advance(20_000);
        const counts = new Map(order.map((client) => [client, 0]));
        for (const { visitor } of desk.starts) {
          counts.set(visitor.clientId, (counts.get(visitor.clientId) ?? 0) + 1);
          expect(Math.max(...counts.values()) - Math.min(...counts.values())).toBeLessThanOrEqual(1);
        }
        expect(desk.starts).toHaveLength(40);
      }),
    );
  });

  test('within a client, who came first goes first, whoever else leaves', () => {
    fc.assert(
      fc.property(fc.array(fc.tuple(clientName, laneName, fc.boolean()), { maxLength: 60 }), (asked) => {
        const desk = new AdmissionDesk({ windows });
        const visitors = asked.map(([client, lane], index) => desk.ask(`${client} ${index}`, { lane }));
        for (const [index, visitor] of visitors.entries()) if (asked[index]?.[2]) visitor.ticket.cancel();
        desk.clock.advance(60_000);
        for (const client of ['a', 'b', 'c', 'd']) {
          for (const lane of ['interactive', 'background']) {
            const mine = desk.starts.filter(
              ({ visitor }) => visitor.clientId === client && visitor.lane === lane,
            );
            const numbers = mine.map(({ visitor }) => Number(visitor.name.split(' ')[1]));
            expect(numbers).toEqual(numbers.toSorted((a, b) => a - b));
          }
        }
        expect(desk.admission.waiting).toBe(0);
      }),
    );
  });

  test('the window goes first, but the tools get every fourth start while they wait', () => {
    const desk = new AdmissionDesk({ windows });
    desk.admission.holdFor(1000);
    desk.askMany(4, 'tool');
    desk.askMany(10, 'window', { lane: 'interactive' });
    desk.clock.advance(20_000);
    const order = desk.starts.map(({ visitor }) => visitor.clientId[0]).join('');
    expect(order).toBe('wwwtwwwtwwwtwt');
  });

  test('the tools never wait for more than three of the window in a row, whoever comes in between', () => {
    fc.assert(
      fc.property(fc.array(fc.tuple(clientName, laneName, fc.nat(400)), { maxLength: 100 }), (asked) => {
        const desk = new AdmissionDesk({ windows: [{ limit: 1, lengthMs: 150 }] });
        const tools: Visitor[] = [];
        let checked = 0;
        let inARow = 0;
        const check = (): void => {
          for (const { visitor } of desk.starts.slice(checked)) {
            inARow = visitor.lane === 'interactive' && toolsWaited ? inARow + 1 : 0;
            expect(inARow).toBeLessThanOrEqual(3);
            toolsWaited = tools.some(({ slot }) => slot === null);
          }
          checked = desk.starts.length;
        };
        let toolsWaited = false;
        for (const [client, lane, passMs] of asked) {
          const visitor = desk.ask(client, { lane });
          if (lane === 'background') tools.push(visitor);
          check();
          toolsWaited = tools.some(({ slot }) => slot === null);
          // In steps shorter than the window, so that each start is seen by itself.
          for (let passedMs = 0; passedMs < passMs; passedMs += 100) {
            desk.clock.advance(100);
            check();
          }
        }
      }),
    );
  });

  test('the number ahead is the number that starts before, in both lanes', () => {
    const requests = fc.array(fc.tuple(clientName, laneName, fc.boolean()), { maxLength: 60 });
    fc.assert(
      fc.property(requests, fc.integer({ min: 0, max: 40 }), fc.boolean(), (asked, startedBefore, looks) => {
        const desk = new AdmissionDesk({ windows: [{ limit: 1, lengthMs: 950 }] });
        desk.admission.holdFor(1000);
        const visitors = asked.map(([client, lane]) => desk.ask(client, { lane }));
        // Looking counts the lines; it must come out the same after they have changed again.
        if (looks) for (const { ticket } of visitors) ticket.ahead();
        for (const [index, visitor] of visitors.entries()) if (asked[index]?.[2]) visitor.ticket.cancel();
        if (looks) for (const { ticket } of visitors) ticket.ahead();
        desk.clock.advance(startedBefore * 1000);
        const already = desk.starts.length;
        const ahead = new Map(visitors.map((visitor) => [visitor, visitor.ticket.ahead()]));
        desk.clock.advance(100_000);
        for (const [index, { visitor }] of desk.starts.slice(already).entries()) {
          expect(ahead.get(visitor)).toBe(index);
        }
        for (const { visitor } of desk.starts.slice(0, already)) expect(ahead.get(visitor)).toBe(0);
      }),
    );
  });

  test('deadlines of any order are each kept to the millisecond', () => {
    const limits = fc.array(fc.tuple(fc.integer({ min: 1, max: 5000 }), fc.boolean()), {
      minLength: 40,
      maxLength: 80,
    });
    fc.assert(
      fc.property(limits, (asked) => {
        const desk = new AdmissionDesk();
        desk.admission.holdFor(10_000);
        const visitors = asked.map(([waitLimitMs]) => desk.ask('a', { waitLimitMs }));
        for (const [index, visitor] of visitors.entries()) if (asked[index]?.[1]) visitor.ticket.cancel();
        desk.clock.advance(9999);
        for (const [index, visitor] of visitors.entries()) {
          const [waitLimitMs, cancelled] = asked[index] ?? [0, false];
          expect(visitor.refusal).toEqual(
            cancelled ? null : { code: 'queue_timeout', retryAfterMs: 10_000 - waitLimitMs },
          );
        }
      }),
    );
  });
});
