import { Admission, type AdmissionSettings } from '../../../electron/core/traffic/admission.ts';
import type {
  AdmissionRefusal,
  AdmissionRequest,
  AdmissionSlot,
  Ticket,
} from '../../../electron/core/traffic/admission-request.ts';
import { HandClock } from '../../support/hand-clock.ts';

/** An exchange as a test sees it. */
export interface Visitor {
  readonly name: string;
  readonly clientId: string;
  readonly lane: AdmissionRequest['lane'];
  readonly ticket: Ticket;
  slot: AdmissionSlot | null;
  refusal: AdmissionRefusal | null;
}

export const codyWindows = [
  { limit: 40, lengthMs: 60_000 },
  { limit: 20, lengthMs: 1000 },
];

type Wishes = Partial<Pick<AdmissionRequest, 'lane' | 'waitLimitMs' | 'queueLimit'>>;

/** An admission under a clock moved by hand, and what it said to whom, and when. */
export class AdmissionDesk {
  readonly clock = new HandClock();
  readonly admission: Admission;
  settings: AdmissionSettings;
  /** Who started, in order, and when after the beginning. */
  readonly starts: { readonly visitor: Visitor; readonly atMs: number }[] = [];
  /** Off: starts are held until the test uses them or gives them back. */
  uses = true;
  /** Off: the upstream does not begin to answer what was used. */
  answers = true;
  readonly #beganMs = this.clock.monotonicMs();

  constructor(settings: Partial<AdmissionSettings> = {}) {
    this.settings = { windows: codyWindows, queueLimit: 200, waitLimitMs: 120_000, ...settings };
    this.admission = new Admission({ clock: this.clock, settings: () => this.settings });
  }

  get nowMs(): number {
    return this.clock.monotonicMs() - this.#beganMs;
  }

  get startedNames(): string[] {
    return this.starts.map(({ visitor }) => visitor.name);
  }

  get startTimes(): number[] {
    return this.starts.map(({ atMs }) => atMs);
  }

  /** Asks for `CLIENT` or `CLIENT NUMBER`; the first word is the client. */
  ask(name: string, wishes: Wishes = {}): Visitor {
    const lane = wishes.lane ?? 'background';
    const clientId = name.split(' ')[0] ?? name;
    const said: Pick<Visitor, 'slot' | 'refusal'> = { slot: null, refusal: null };
    const early: (() => void)[] = [];
    let visitor: Visitor | null = null;
    const tell = (change: (visitor: Visitor) => void): void => {
      if (visitor === null) early.push(() => visitor && change(visitor));
      else change(visitor);
    };
    const ticket = this.admission.request({
      ...wishes,
      clientId,
      lane,
      onAdmitted: (slot) => {
        const atMs = this.nowMs;
        if (this.uses) slot.used();
        if (this.uses && this.answers) slot.arrived();
        tell((visitor) => {
          visitor.slot = slot;
          this.starts.push({ visitor, atMs });
        });
      },
      onRefused: (refusal) => tell((visitor) => void (visitor.refusal = refusal)),
    });
    visitor = { name, clientId, lane, ticket, ...said };
    for (const change of early) change();
    return visitor;
  }

  askMany(count: number, client: string, wishes: Wishes = {}): Visitor[] {
    return Array.from({ length: count }, (_, index) => this.ask(`${client} ${index}`, wishes));
  }
}
