import type { Clock } from '../clock.ts';
import { Credits } from './account/credits.ts';
import { ProviderChoice } from './account/provider-choice.ts';
import { RateWindows, type DemoLimits } from './account/rate-windows.ts';
import { FaultQueue } from './http/faults.ts';
import { RequestLog } from './http/request-log.ts';
import { ResponseMemory } from './endpoints/response-memory.ts';

/** What all endpoints of one demo upstream share. */
export interface DemoState {
  readonly clock: Clock;
  readonly tokensPerSecond: number;
  readonly limits: () => DemoLimits;
  readonly acceptKey: (key: string) => boolean;
  readonly log: RequestLog;
  readonly faults: FaultQueue;
  readonly rates: RateWindows;
  readonly credits: Credits;
  readonly providers: ProviderChoice;
  readonly responses: ResponseMemory;
}

/** What the state is made of. */
export interface DemoStateOptions {
  readonly clock: Clock;
  readonly random: () => number;
  readonly tokensPerSecond: number;
  readonly limits: () => DemoLimits;
  readonly acceptKey: (key: string) => boolean;
  readonly credits: number;
}

/** A state without a past. */
export function createDemoState(options: DemoStateOptions): DemoState {
  return {
    clock: options.clock,
    tokensPerSecond: options.tokensPerSecond,
    limits: options.limits,
    acceptKey: options.acceptKey,
    log: new RequestLog(),
    faults: new FaultQueue(),
    rates: new RateWindows(),
    credits: new Credits(options.credits),
    providers: new ProviderChoice(options.random),
    responses: new ResponseMemory(),
  };
}

/** Seconds since 1970, as the API's `created` fields have it. */
export function createdSeconds(clock: Clock): number {
  return Math.floor(clock.wallMs() / 1000);
}
