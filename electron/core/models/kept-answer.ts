import type { Clock } from '../clock.ts';
import type { Refusal } from '../proxy/refusal.ts';
import type { RawAnswer, RawOutcome } from '../upstream/ask-raw.ts';
import { isKeyRefused, judgeAnswer, type Look } from './judge-answer.ts';
import { untilAborted } from './until-aborted.ts';

/** What keeping an answer needs of the rest of the core. */
export interface KeptAnswerPorts {
  readonly clock: Clock;
  /** Asks the upstream of the moment for a path behind its base path. Never rejects. */
  readonly ask: (path: string) => Promise<RawOutcome>;
  /** Called after each look at the upstream that still counts. */
  readonly onLook?: (look: Look) => void;
}

/** What an asker gets: an answer, or why there is none. */
export type Given = GivenAnswer | { readonly kind: 'failed'; readonly failure: Refusal };

/** An answer, and how it was come by. */
export interface GivenAnswer {
  /**
   * `hit`: kept and fresh; `miss`: from the upstream just now, which may be its own error; `stale`: kept and old, because
   * the upstream has no good answer now.
   */
  readonly kind: 'hit' | 'miss' | 'stale';
  readonly answer: RawAnswer;
  /** How long ago the answer came. */
  readonly ageMs: number;
  /** Why the upstream has no good answer now, in words; null if it has, or was not asked. */
  readonly trouble: string | null;
}

/**
 * The upstream's answer to one question that costs nothing and whose answer seldom changes, such as `/models`. An answer
 * is good if it has status 200 and is JSON; it is fresh for five minutes, and kept for as long as the upstream has no
 * newer one. Many who ask at once make one call.
 *
 * Where the upstream fails, or answers with anything else, those who ask get the good answer of before, however old, and
 * the upstream is left alone for ten seconds. Without one they get the failure or the upstream's own error as it is. 401
 * and 403 always pass, and so does the lack of a key: no old answer may hide that the key is refused.
 */
export class KeptAnswer {
  readonly #path: string;
  readonly #ports: KeptAnswerPorts;
  #kept: { readonly answer: RawAnswer; readonly atMs: number } | null = null;
  /** Why the last look gave nothing to keep; null if it did, or there was none yet. */
  #trouble: { readonly text: string; readonly atMs: number; readonly passes: boolean } | null = null;
  #look: Promise<Given> | null = null;
  /** Counts up with `forget`, so that what was asked before is not kept. */
  #generation = 0;

  constructor(path: string, ports: KeptAnswerPorts) {
    this.#path = path;
    this.#ports = ports;
  }

  /** Whether the upstream is to be asked: nothing fresh is kept, nobody asks just now, and it did not fail just now. */
  get isDue(): boolean {
    return this.#look === null && !this.#isFresh() && !this.#isResting();
  }

  /**
   * The kept answer if it is fresh, or else what the upstream says now. Rejects only if `signal` aborts, with its reason;
   * the call to the upstream goes on for the others, and its answer is kept.
   */
  get(signal?: AbortSignal): Promise<Given> {
    const now = this.#givenNow();
    return untilAborted(now === null ? this.#ask() : Promise.resolve(now), signal);
  }

  /** What the upstream says now, whatever is kept; joins a call that is under way. Rejects as `get` does. */
  refresh(signal?: AbortSignal): Promise<Given> {
    return untilAborted(this.#ask(), signal);
  }

  /**
   * Forgets the answer, because upstream or key are others now. Who waits for a call from before still gets its answer,
   * but it is not kept.
   */
  forget(): void {
    this.#generation += 1;
    this.#kept = null;
    this.#trouble = null;
    this.#look = null;
  }

  #givenNow(): Given | null {
    if (this.#isFresh()) return this.#giveKept('hit', null);
    const trouble = this.#trouble;
    if (trouble === null || trouble.passes || !this.#isResting()) return null;
    return this.#giveKept('stale', trouble.text);
  }

  #giveKept(kind: 'hit' | 'stale', trouble: string | null): GivenAnswer | null {
    if (this.#kept === null) return null;
    return { kind, answer: this.#kept.answer, ageMs: this.#since(this.#kept.atMs), trouble };
  }

  #ask(): Promise<Given> {
    this.#look ??= this.#lookNow();
    return this.#look;
  }

  async #lookNow(): Promise<Given> {
    const generation = this.#generation;
    const outcome = await this.#ports.ask(this.#path);
    const look = judgeAnswer(this.#path, outcome);
    if (generation !== this.#generation) return passOn(outcome, look);
    this.#look = null;
    this.#remember(outcome, look);
    this.#ports.onLook?.(look);
    return this.#trouble === null || this.#trouble.passes
      ? passOn(outcome, look)
      : (this.#giveKept('stale', this.#trouble.text) ?? passOn(outcome, look));
  }

  #remember(outcome: RawOutcome, look: Look): void {
    const atMs = this.#ports.clock.monotonicMs();
    if ('answer' in look) {
      this.#kept = { answer: look.answer, atMs };
      this.#trouble = null;
    } else {
      this.#trouble = { text: look.trouble, atMs, passes: isKeyRefused(outcome) };
    }
  }

  /** A key that was refused since then makes every answer old. */
  #isFresh(): boolean {
    return this.#kept !== null && this.#trouble?.passes !== true && this.#since(this.#kept.atMs) < freshMs;
  }

  /** Whether the upstream failed so short a time ago that it is not asked again. */
  #isResting(): boolean {
    return this.#trouble !== null && this.#since(this.#trouble.atMs) < restMs;
  }

  #since(atMs: number): number {
    return this.#ports.clock.monotonicMs() - atMs;
  }
}

const freshMs = 5 * 60_000;
const restMs = 10_000;

function passOn(outcome: RawOutcome, look: Look): Given {
  if ('failed' in outcome) return { kind: 'failed', failure: outcome.failed };
  return { kind: 'miss', answer: outcome, ageMs: 0, trouble: 'trouble' in look ? look.trouble : null };
}
