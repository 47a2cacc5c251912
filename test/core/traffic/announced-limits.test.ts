import { describe, expect, test } from 'vitest';
import { readResetMs } from '../../../electron/core/traffic/announced-limits.ts';
import { AdmissionDesk, codyWindows } from './admission-desk.ts';

describe('limits that the upstream announces', () => {
  test('count where they are lower than ours', () => {
    const desk = new AdmissionDesk({ windows: [{ limit: 40, lengthMs: 60_000 }] });
    const first = desk.ask('a');
    desk.admission.announced(first.ticket, { limit: 3, remaining: null, resetMs: null });
    desk.askMany(5, 'b');
    expect(desk.starts.length).toBe(3);
    expect(desk.admission.figures(desk.clock.monotonicMs()).map(({ limit }) => limit)).toEqual([40, 3]);
  });

  test('change nothing where they are higher', () => {
    const desk = new AdmissionDesk({ windows: [{ limit: 2, lengthMs: 60_000 }] });
    const first = desk.ask('a');
    desk.admission.announced(first.ticket, { limit: 10_000, remaining: 9_999, resetMs: 10 });
    desk.askMany(5, 'b');
    expect(desk.starts.length).toBe(2);
  });

  test('are kept to by what is left of them, until they are free again', () => {
    const desk = new AdmissionDesk({ windows: codyWindows });
    const first = desk.ask('a');
    desk.admission.announced(first.ticket, { limit: null, remaining: 2, resetMs: 5_000 });
    desk.askMany(4, 'b');
    expect(desk.starts.length).toBe(3);
    expect(desk.admission.figures(desk.clock.monotonicMs()).map(({ remaining }) => remaining)).toEqual([
      0, 0,
    ]);
    desk.clock.advance(4_999);
    expect(desk.starts.length).toBe(3);
    desk.clock.advance(1);
    expect(desk.starts.length).toBe(5);
  });

  test('count what was sent after the request whose answer announced them', () => {
    const desk = new AdmissionDesk({ windows: codyWindows });
    const first = desk.ask('a');
    desk.askMany(3, 'b');
    desk.admission.announced(first.ticket, { limit: null, remaining: 4, resetMs: 5_000 });
    desk.askMany(4, 'c');
    expect(desk.starts.length).toBe(5);
  });

  test('are those of the newest request, in whatever order the answers come', () => {
    const desk = new AdmissionDesk({ windows: codyWindows });
    const first = desk.ask('a');
    const second = desk.ask('a');
    desk.admission.announced(second.ticket, { limit: null, remaining: 0, resetMs: 5_000 });
    desk.admission.announced(first.ticket, { limit: null, remaining: 9, resetMs: 5_000 });
    desk.ask('b');
    expect(desk.starts.length).toBe(2);
  });

  test('are forgotten after a minute in which nothing was announced, and with the upstream', () => {
    const desk = new AdmissionDesk({ windows: [{ limit: 40, lengthMs: 60_000 }] });
    const first = desk.ask('a');
    desk.admission.announced(first.ticket, { limit: 1, remaining: 0, resetMs: 3_600_000 });
    desk.askMany(2, 'b', { waitLimitMs: 600_000 });
    desk.clock.advance(60_050);
    expect(desk.starts.length).toBe(1);
    desk.clock.advance(60_000);
    expect(desk.starts.length).toBe(3);
    const last = desk.ask('c');
    desk.admission.announced(last.ticket, { limit: 1, remaining: 0, resetMs: 60_000 });
    desk.ask('d');
    expect(desk.starts.length).toBe(4);
    desk.admission.forgetUpstream();
    expect(desk.starts.length).toBe(5);
  });
});

describe('the time after which limits are free again', () => {
  test.each([
    ['1s', 1_000],
    ['20ms', 20],
    ['6m0s', 360_000],
    ['1h2m3.5s', 3_723_500],
    ['0.5', 500],
    ['12', 12_000],
    ['soon', null],
    ['', null],
    ['5 s', null],
  ])('%s is %s ms', (text, expected) => {
    expect(readResetMs(text)).toBe(expected);
  });
});
