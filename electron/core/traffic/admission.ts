import type { Clock } from '../clock.ts';
import type { AdmissionRefusal, AdmissionRequest, Ticket } from './admission-request.ts';
import { Alarm } from './alarm.ts';
import { AnnouncedLimits, type AnnouncedLimit } from './announced-limits.ts';
import { Deadlines } from './deadlines.ts';
import { RateWindows, type RateSlot, type RateWindow } from './rate-windows.ts';
import { UnderWay } from './under-way.ts';
import { Waiter, type WaiterDesk } from './waiter.ts';
import { WaitingQueue } from './waiting-queue.ts';

/** What admission goes by; read anew at each decision. */
export interface AdmissionSettings {
  readonly windows: readonly RateWindow[];
  /** How many exchanges may wait in a lane (the tools cannot lock the app's window out). */
  readonly queueLimit: number;
  /** How long an exchange may wait. */
  readonly waitLimitMs: number;
}

/** How a window that has a limit stands. */
export interface WindowFigures extends RateWindow {
  /** Starts left. */
  readonly remaining: number;
  /** Milliseconds until its oldest start leaves it; 0 when it is empty. */
  readonly resetMs: number;
}

/**
 * Decides when an exchange may start: at once while all windows have a start free and nobody waits, otherwise in its turn.
 * No start stays free while somebody waits, unless the upstream asked to be left alone (`holdFor`).
 *
 * Callbacks are called outside any decision half made, and may ask, cancel and give back as they like.
 */
export class Admission {
  readonly #clock: Clock;
  readonly #settings: () => AdmissionSettings;
  readonly #rateWindows: RateWindows;
  readonly #underWay: UnderWay;
  readonly #announced = new AnnouncedLimits();
  readonly #queue = new WaitingQueue();
  readonly #deadlines = new Deadlines();
  readonly #slotAlarm: Alarm;
  readonly #deadlineAlarm: Alarm;
  readonly #desk: WaiterDesk;
  #heldUntilMs = -Infinity;
  #requests = 0;
  #deciding = false;
  #decideAgain = false;

  /** `safetyMs` is that of `RateWindows`. */
  constructor(options: {
    readonly clock: Clock;
    readonly settings: () => AdmissionSettings;
    readonly safetyMs?: number;
    /** Called whenever a request leaves for the upstream. */
    readonly onStart?: () => void;
  }) {
    this.#clock = options.clock;
    this.#settings = options.settings;
    this.#rateWindows = new RateWindows([], options.safetyMs);
    this.#underWay = new UnderWay(this.#rateWindows);
    this.#slotAlarm = new Alarm(this.#clock, () => this.#decide());
    this.#deadlineAlarm = new Alarm(this.#clock, () => this.#decide());
    this.#desk = {
      cancel: (waiter) => this.#cancel(waiter),
      used: (waiter) => {
        if (waiter.slot?.state !== 'held' || waiter.start !== null) return;
        waiter.start = this.#underWay.left(waiter.slot, this.#clock.monotonicMs());
        options.onStart?.();
      },
      arrived: ({ start }) => {
        if (start !== null) this.#underWay.arrived(start, this.#clock.monotonicMs());
      },
      giveBack: (waiter) => this.#giveBack(waiter),
      ahead: (waiter) => this.#queue.ahead(waiter),
      monotonicMs: () => this.#clock.monotonicMs(),
    };
  }

  /** How many exchanges wait. */
  get waiting(): number {
    return this.#queue.waiting;
  }

  /** Asks for a start; see `AdmissionRequest` for what follows. */
  request(request: AdmissionRequest): Ticket {
    const nowMs = this.#clock.monotonicMs();
    const settings = this.#settings();
    const waiter = new Waiter(request, this.#requests++, this.#desk);
    // Whoever waits although a start has just freed (its alarm is late) goes first.
    if (this.waiting > 0) this.#decide();
    if (this.waiting === 0) {
      const slot = this.#takeSlot(nowMs);
      if (slot !== null) {
        admit(waiter, slot);
        return waiter;
      }
    }
    const lane = this.#queue.lane(request.lane);
    const full =
      request.queueLimit === undefined
        ? lane.waiting >= settings.queueLimit
        : lane.waitingOf(request.clientId) >= request.queueLimit;
    if (full) {
      request.onRefused(this.#refusal('queue_full', nowMs));
      return waiter;
    }
    waiter.startWaiting(nowMs, request.waitLimitMs ?? settings.waitLimitMs);
    lane.append(waiter);
    this.#deadlines.add(waiter);
    this.#decide();
    return waiter;
  }

  /**
   * Puts an exchange whose slot was used back to the head of its lane, because the upstream refused it. Its ticket holds
   * on, its waiting clock runs on from where it stopped, and its callbacks are called again, possibly before this returns.
   * A ticket that waits, or that still has its slot, is left alone, and false returned. A full queue takes it too.
   */
  requeueAtHead(ticket: Ticket): boolean {
    if (!(ticket instanceof Waiter) || ticket.start === null || ticket.waits) return false;
    ticket.slot = null;
    ticket.start = null;
    ticket.startWaiting(
      this.#clock.monotonicMs(),
      ticket.request.waitLimitMs ?? this.#settings().waitLimitMs,
    );
    this.#queue.lane(ticket.request.lane).putBack(ticket);
    this.#deadlines.add(ticket);
    this.#decide();
    return true;
  }

  /** Lets nothing start for `delayMs` (the upstream's Retry-After). A hold is never shortened by another. */
  holdFor(delayMs: number): void {
    this.#heldUntilMs = Math.max(this.#heldUntilMs, this.#clock.monotonicMs() + delayMs);
  }

  /** Takes the limits that came with the answer to an exchange's last start; they count where they are lower than ours. */
  announced(ticket: Ticket, limit: AnnouncedLimit): void {
    if (!(ticket instanceof Waiter) || ticket.start === null) return;
    this.#announced.announce(ticket.start.order, limit, this.#clock.monotonicMs());
  }

  /** Forgets what the upstream announced and asked for: it is another one now, or the key is. */
  forgetUpstream(): void {
    this.#announced.forget();
    this.#heldUntilMs = -Infinity;
    this.#decide();
  }

  /** To be called when the settings have changed, so that those who wait have the good of it at once. */
  settingsChanged(): void {
    this.#decide();
  }

  /** How each window that has a limit stands, in the order of the settings. */
  figures(nowMs: number): WindowFigures[] {
    const rateWindows = this.#windows;
    const remaining = rateWindows.remaining(nowMs);
    const resetMs = rateWindows.resetMs(nowMs);
    const announced = this.#announced.remaining(rateWindows.startedCount, nowMs);
    return rateWindows.windows
      .map((window, index) => ({
        ...window,
        remaining: Math.min(remaining[index] ?? 0, announced),
        resetMs: resetMs[index] ?? 0,
      }))
      .filter((window) => window.limit > 0);
  }

  /** When the exchanges started that still count, in wall-clock milliseconds, oldest first: to outlive a restart. */
  startTimes(): number[] {
    const wallMs = this.#clock.wallMs();
    return this.#windows.snapshot(this.#clock.monotonicMs()).map((ageMs) => wallMs - ageMs);
  }

  /** Counts the starts of an earlier run as well; times in the future (the clock was set back) count as now. */
  restoreStartTimes(times: readonly number[]): void {
    const wallMs = this.#clock.wallMs();
    this.#windows.restore(
      this.#clock.monotonicMs(),
      times.map((timeMs) => wallMs - timeMs),
    );
  }

  /** The windows as the settings have them now, and the one that was announced, if any. */
  get #windows(): RateWindows {
    const { windows } = this.#settings();
    const nowMs = this.#clock.monotonicMs();
    this.#underWay.settle(nowMs);
    const announced = this.#announced.window(nowMs);
    this.#rateWindows.windows = announced === null ? windows : [...windows, announced];
    return this.#rateWindows;
  }

  #takeSlot(nowMs: number): RateSlot | null {
    if (nowMs < this.#heldUntilMs) return null;
    const windows = this.#windows;
    const isAllowed = this.#announced.earliestStartMs(windows.startedCount, nowMs) <= nowMs;
    return isAllowed ? windows.take(nowMs) : null;
  }

  /** Lets start who may, refuses who has waited too long, and sets the alarms for the rest. */
  #decide(): void {
    this.#decideAgain = true;
    if (this.#deciding) return;
    this.#deciding = true;
    try {
      while (this.#decideAgain) {
        this.#decideAgain = false;
        this.#admitWaiting();
        this.#refuseOverdue();
      }
    } finally {
      this.#deciding = false;
      this.#setAlarms();
    }
  }

  #admitWaiting(): void {
    while (this.waiting > 0) {
      const nowMs = this.#clock.monotonicMs();
      const slot = this.#takeSlot(nowMs);
      if (slot === null) return;
      const waiter = this.#queue.takeNext();
      if (waiter === null) return this.#rateWindows.release(slot);
      this.#deadlines.remove(waiter);
      waiter.stopWaiting(nowMs);
      admit(waiter, slot);
    }
  }

  #refuseOverdue(): void {
    for (;;) {
      const nowMs = this.#clock.monotonicMs();
      const waiter = this.#deadlines.nearest;
      if (waiter === undefined || waiter.deadlineMs > nowMs) return;
      this.#leaveQueue(waiter, nowMs);
      waiter.request.onRefused(this.#refusal('queue_timeout', nowMs));
    }
  }

  #setAlarms(): void {
    const waiter = this.#deadlines.nearest;
    if (waiter === undefined) {
      this.#slotAlarm.cancel();
      this.#deadlineAlarm.cancel();
      return;
    }
    const nowMs = this.#clock.monotonicMs();
    this.#slotAlarm.setBy(this.#earliestStartMs(nowMs), nowMs);
    if (waiter.deadlineMs < Infinity) this.#deadlineAlarm.setBy(waiter.deadlineMs, nowMs);
  }

  #earliestStartMs(nowMs: number): number {
    const windows = this.#windows;
    return Math.max(
      this.#heldUntilMs,
      windows.earliestStartMs(nowMs),
      this.#announced.earliestStartMs(windows.startedCount, nowMs),
    );
  }

  #refusal(code: AdmissionRefusal['code'], nowMs: number): AdmissionRefusal {
    return { code, retryAfterMs: Math.max(0, this.#earliestStartMs(nowMs) - nowMs) };
  }

  #cancel(waiter: Waiter): void {
    if (!waiter.waits) return this.#giveBack(waiter);
    this.#leaveQueue(waiter, this.#clock.monotonicMs());
    if (this.waiting === 0) this.#setAlarms();
  }

  #giveBack(waiter: Waiter): void {
    if (waiter.slot?.state !== 'held' || waiter.start !== null) return;
    this.#rateWindows.release(waiter.slot);
    if (this.waiting > 0) this.#decide();
  }

  #leaveQueue(waiter: Waiter, nowMs: number): void {
    this.#queue.lane(waiter.request.lane).remove(waiter);
    this.#deadlines.remove(waiter);
    waiter.stopWaiting(nowMs);
  }
}

function admit(waiter: Waiter, slot: RateSlot): void {
  waiter.slot = slot;
  waiter.request.onAdmitted(waiter);
}
