/** Whose exchange it is: the app's own window, or a tool on this computer. */
export type AdmissionLane = 'interactive' | 'background';

/** Why an exchange may not start; `retryAfterMs` is when the next start frees, and with it a place in the queue. */
export interface AdmissionRefusal {
  readonly code: 'queue_full' | 'queue_timeout';
  readonly retryAfterMs: number;
}

/** An exchange that wants to start. Exactly one of the callbacks is called, unless it is cancelled first. */
export interface AdmissionRequest {
  /** Starts are shared out evenly between the clients of a lane. */
  readonly clientId: string;
  readonly lane: AdmissionLane;
  /** How long it may wait, instead of the setting. */
  readonly waitLimitMs?: number;
  /** How many exchanges of this client alone may wait in its lane, instead of the setting, which counts the whole lane. */
  readonly queueLimit?: number;
  /** The exchange may start now. Called before `request` returns where a start is free and nobody waits. */
  onAdmitted(slot: AdmissionSlot): void;
  /** The exchange will not start. Called before `request` returns where that is known at once, as with a full queue. */
  onRefused(refusal: AdmissionRefusal): void;
}

/**
 * Leave to start one exchange. `used` or `giveBack` must be called (or the ticket cancelled): until then it counts in every
 * window. Only the first call of the two does anything.
 */
export interface AdmissionSlot {
  /**
   * The request leaves for the upstream now. To be called when its first bytes are written, not while the connection is still
   * being opened.
   */
  used(): void;
  /**
   * The upstream has it: its answer begins. Until that is said, but for no longer than half a second after `used`, nobody
   * knows when it arrived: only from then on does it begin to leave the windows.
   */
  arrived(): void;
  /** The request was not sent and will not be: the next in the queue may have the slot. */
  giveBack(): void;
}

/** An exchange's place in the queue. */
export interface Ticket {
  /** Leaves the queue at once, or gives back a slot that was not used. No callback is called any more. */
  cancel(): void;
  /**
   * How many exchanges will start before this one if nobody comes or leaves: exact within its lane, and with the other
   * lane's share as the lanes stand now. 0 when it does not wait. Takes a step for each exchange of its client before it.
   */
  ahead(): number;
  /** How long it has waited in all, in milliseconds. Stands still while it does not wait. */
  waitedMs(): number;
}
