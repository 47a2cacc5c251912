import { describe, expect, test } from 'vitest';
import { AdmissionDesk } from './admission-desk.ts';

function repeat(count: number, atMs: number): number[] {
  return Array.from({ length: count }, () => atMs);
}

const oneASecond = { windows: [{ limit: 1, lengthMs: 950 }] };

describe('admission', () => {
  test('60 requests at once go out as 20, 20 a second later, and the rest exactly as the minute frees them', () => {
    const desk = new AdmissionDesk();
    desk.askMany(60, 'editor');
    expect(desk.startTimes).toEqual(repeat(20, 0));
    expect(desk.admission.waiting).toBe(40);
    desk.clock.advance(120_000);
    expect(desk.startTimes).toEqual([...repeat(20, 0), ...repeat(20, 1050), ...repeat(20, 60_050)]);
    expect(desk.clock.timerCount).toBe(0);
  });

  test('a request that finds a free start gets it at once, without a timer', () => {
    const desk = new AdmissionDesk();
    const visitor = desk.ask('editor');
    expect(visitor.slot).not.toBeNull();
    expect(visitor.ticket.waitedMs()).toBe(0);
    expect(visitor.ticket.ahead()).toBe(0);
    expect(desk.clock.timerCount).toBe(0);
  });

  test('a cancelled exchange does not eat a slot', () => {
    const desk = new AdmissionDesk(oneASecond);
    desk.uses = false;
    const first = desk.ask('a');
    const second = desk.ask('b');
    const third = desk.ask('c');
    second.ticket.cancel();
    expect(desk.admission.waiting).toBe(1);
    first.ticket.cancel();
    expect(desk.startedNames).toEqual(['a', 'c']);
    third.slot?.giveBack();
    desk.ask('d');
    expect(desk.startedNames).toEqual(['a', 'c', 'd']);
    expect(second.slot ?? second.refusal).toBeNull();
    expect(desk.clock.timerCount).toBe(0);
  });

  test('cancelling what was sent gives nothing back', () => {
    const desk = new AdmissionDesk(oneASecond);
    const first = desk.ask('a');
    first.ticket.cancel();
    first.slot?.giveBack();
    desk.ask('b');
    expect(desk.startedNames).toEqual(['a']);
  });

  test('Retry-After holds everybody, and a shorter one does not shorten it', () => {
    const desk = new AdmissionDesk();
    desk.admission.holdFor(7000);
    desk.admission.holdFor(2000);
    desk.ask('a');
    desk.ask('window', { lane: 'interactive' });
    desk.clock.advance(6999);
    desk.ask('b');
    expect(desk.startedNames).toEqual([]);
    desk.clock.advance(1);
    expect(desk.startedNames).toEqual(['window', 'a', 'b']);
  });

  test('a Retry-After is forgotten with the upstream that asked for it', () => {
    const desk = new AdmissionDesk();
    desk.admission.holdFor(7000);
    desk.ask('a');
    desk.admission.forgetUpstream();
    expect(desk.startedNames).toEqual(['a']);
  });

  test('a Retry-After that comes while others wait for a start holds them as well', () => {
    const desk = new AdmissionDesk(oneASecond);
    desk.askMany(3, 'a');
    desk.admission.holdFor(5000);
    desk.clock.advance(10_000);
    expect(desk.startTimes).toEqual([0, 5000, 6000]);
  });

  test('an exchange that the upstream refused goes before all of its lane, and its waiting clock runs on', () => {
    const desk = new AdmissionDesk(oneASecond);
    const [first, second] = desk.askMany(4, 'a');
    desk.clock.advance(1500);
    expect(desk.startedNames).toEqual(['a 0', 'a 1']);
    if (first === undefined || second === undefined) throw new Error('two have started');
    expect(second.ticket.waitedMs()).toBe(1000);
    desk.admission.requeueAtHead(second.ticket);
    desk.admission.requeueAtHead(first.ticket);
    desk.admission.requeueAtHead(first.ticket);
    expect(desk.admission.waiting).toBe(4);
    expect([first, second].map(({ ticket }) => ticket.ahead())).toEqual([0, 1]);
    desk.clock.advance(10_000);
    expect(desk.startedNames).toEqual(['a 0', 'a 1', 'a 0', 'a 1', 'a 2', 'a 3']);
    expect(second.ticket.waitedMs()).toBe(1000 + 1500);
  });

  test('an exchange that was put back is refused when it has waited as long as it may in all', () => {
    const desk = new AdmissionDesk({ ...oneASecond, waitLimitMs: 3000 });
    desk.ask('a');
    const second = desk.ask('b');
    desk.clock.advance(5000);
    expect(second.ticket.waitedMs()).toBe(1000);
    desk.admission.holdFor(60_000);
    desk.admission.requeueAtHead(second.ticket);
    desk.clock.advance(1999);
    expect(second.refusal).toBeNull();
    desk.clock.advance(1);
    expect(second.refusal).toEqual({ code: 'queue_timeout', retryAfterMs: 58_000 });
  });

  test('a full queue refuses at once and says when a place frees', () => {
    const desk = new AdmissionDesk({ ...oneASecond, queueLimit: 2 });
    const visitors = desk.askMany(4, 'a');
    expect(visitors[3]?.refusal).toEqual({ code: 'queue_full', retryAfterMs: 1000 });
    expect(desk.admission.waiting).toBe(2);
    desk.clock.advance(1000);
    expect(desk.ask('a').refusal).toBeNull();
  });

  test('tools that fill their queue do not lock the window out', () => {
    const desk = new AdmissionDesk({ ...oneASecond, queueLimit: 2 });
    desk.askMany(4, 'a');
    expect(desk.ask('window', { lane: 'interactive' }).refusal).toBeNull();
    desk.clock.advance(1000);
    expect(desk.startedNames).toEqual(['a 0', 'window']);
  });

  test('a client with a queue length of its own is measured by its own exchanges', () => {
    const desk = new AdmissionDesk({ ...oneASecond, queueLimit: 2 });
    desk.askMany(3, 'a');
    expect(desk.ask('b', { queueLimit: 1 }).refusal).toBeNull();
    expect(desk.ask('b', { queueLimit: 1 }).refusal?.code).toBe('queue_full');
    expect(desk.ask('c').refusal?.code).toBe('queue_full');
  });

  test('each exchange is refused exactly when it has waited as long as it may', () => {
    const desk = new AdmissionDesk({ windows: [{ limit: 1, lengthMs: 500_000 }] });
    desk.ask('a');
    const [patient, hasty] = [desk.ask('a'), desk.ask('a', { waitLimitMs: 5000 })];
    desk.clock.advance(4999);
    expect(hasty.refusal).toBeNull();
    desk.clock.advance(1);
    expect(hasty.refusal).toEqual({ code: 'queue_timeout', retryAfterMs: 495_050 });
    expect(hasty.ticket.waitedMs()).toBe(5000);
    desk.clock.advance(114_999);
    expect(patient.refusal).toBeNull();
    desk.clock.advance(1);
    expect(patient.refusal?.code).toBe('queue_timeout');
    expect(desk.clock.timerCount).toBe(0);
  });

  test('an exchange that may not wait is refused at once where nothing is free', () => {
    const desk = new AdmissionDesk(oneASecond);
    expect(desk.ask('a', { waitLimitMs: 0 }).slot).not.toBeNull();
    expect(desk.ask('a', { waitLimitMs: 0 }).refusal?.code).toBe('queue_timeout');
  });

  test('limits that are lifted let all go who wait', () => {
    const desk = new AdmissionDesk(oneASecond);
    desk.askMany(5, 'a');
    desk.settings = { ...desk.settings, windows: [{ limit: 0, lengthMs: 950 }] };
    desk.admission.settingsChanged();
    expect(desk.startTimes).toEqual(repeat(5, 0));
  });

  test('who asks, cancels and gives back from inside a callback is served as well', () => {
    const desk = new AdmissionDesk({ ...oneASecond, waitLimitMs: 500 });
    desk.uses = false;
    const holder = desk.ask('a');
    let asked = 0;
    desk.admission.request({
      clientId: 'b',
      lane: 'background',
      onAdmitted: () => undefined,
      onRefused: () => {
        holder.slot?.giveBack();
        desk.admission.request({
          clientId: 'b',
          lane: 'background',
          onAdmitted: () => void (asked += 1),
          onRefused: () => undefined,
        });
      },
    });
    const cancelled = desk.ask('c', { waitLimitMs: 2000 });
    desk.clock.advance(500);
    expect(cancelled.slot).not.toBeNull();
    expect(asked).toBe(0);
    cancelled.ticket.cancel();
    expect(asked).toBe(1);
  });

  test('the figures are those of the windows that have a limit', () => {
    const desk = new AdmissionDesk({
      windows: [
        { limit: 0, lengthMs: 5 },
        { limit: 3, lengthMs: 1000 },
      ],
    });
    desk.ask('a');
    desk.clock.advance(100);
    expect(desk.admission.figures(desk.clock.monotonicMs())).toEqual([
      { limit: 3, lengthMs: 1000, remaining: 2, resetMs: 950 },
    ]);
  });

  test('the minute is not forgotten on restart', () => {
    const before = new AdmissionDesk();
    before.askMany(20, 'a');
    before.clock.advance(1050);
    before.askMany(20, 'a');
    const after = new AdmissionDesk();
    after.clock.advance(11_050);
    after.admission.restoreStartTimes(before.admission.startTimes());
    after.askMany(21, 'a');
    expect(after.starts).toEqual([]);
    after.clock.advance(60_000);
    expect(after.startTimes).toEqual([...repeat(20, 60_050), 61_100]);
  });
});
