import type { BodyName } from './bodies.ts';

/** One request as the load client is to send it, again and again. `head` has no content-length: the client adds it. */
export interface RequestShape {
  port: number;
  /** Request line and headers, each line ended by CR LF, without the empty line at the end. */
  head: string;
  body: BodyName;
}

/** Connections in closed loop: each sends its next request when the last one is answered. */
export interface LoopJob {
  kind: 'loop';
  request: RequestShape;
  connections: number;
  durationMs: number;
  maxRequests: number;
  /** How long each connection waits between an answer and its next request; none if absent. */
  pauseMs?: number;
}

export interface LoopResult {
  requests: number;
  failures: number;
  firstFailure: string | null;
  seconds: number;
  bodyBytes: number;
  p50Ms: number;
  p99Ms: number;
  firstByteP50Ms: number;
  firstByteP99Ms: number;
}

/** Streams of stamped events; measures how old an event is when it reaches the client. */
export interface TransitJob {
  kind: 'transit';
  request: RequestShape;
  streams: number;
  durationMs: number;
}

export interface TransitResult {
  events: number;
  p50Us: number;
  p99Us: number;
}

/** Opens streams and keeps them until a release job; with `stopReading` they are not read beyond their first bytes. */
export interface HoldJob {
  kind: 'hold';
  request: RequestShape;
  count: number;
  stopReading: boolean;
}

export interface HoldResult {
  established: number;
}

export interface ReleaseJob {
  kind: 'release';
}

/** Sends tracked requests and leaves: after a pause, or once the first byte of the body has come. */
export interface CancelJob {
  kind: 'cancel';
  request: RequestShape;
  leaveAt: 'before-answer' | 'mid-answer';
  count: number;
  idPrefix: string;
}

export interface CancelResult {
  /** Monotonic nanoseconds at which the client left, by request id. */
  leftNs: Record<string, string>;
}

/** Small requests at a steady pace on one connection; a late answer makes those behind it late too, as for a user. */
export interface ProbeJob {
  kind: 'probe';
  request: RequestShape;
  everyMs: number;
  durationMs: number;
}

export interface ProbeResult {
  answers: number;
  p50Ms: number;
  p99Ms: number;
  maxMs: number;
}

/** Which result each kind of job gives. */
export interface JobResults {
  loop: LoopResult;
  transit: TransitResult;
  hold: HoldResult;
  release: { released: number };
  cancel: CancelResult;
  probe: ProbeResult;
}

export type Job = LoopJob | TransitJob | HoldJob | ReleaseJob | CancelJob | ProbeJob;

/** The one line that the load client takes for each job. */
export interface JobOrder {
  number: number;
  job: Job;
}

/** The one line that the load client prints for each job, with the number of its order. */
export type JobReply = { number: number } & (
  | { ok: true; result: JobResults[Job['kind']] }
  | { ok: false; error: string }
);
