import { createHash, timingSafeEqual } from 'node:crypto';
import type { Clock } from '../../core/clock.ts';

/** How long a one-time link can be used. */
export const linkLifetimeMs = 10 * 60 * 1_000;

const linkTokenBytes = 24;
const sessionTokenBytes = 32;
const keptLinks = 32;
const keptSessions = 256;

/**
 * Who may use the control server. A link token is good for one session and for ten minutes; a session lasts as long as
 * the program. Only hashes are kept, compared in constant time. The oldest give way beyond 32 links and 256 sessions.
 */
export class Sessions {
  readonly #clock: Clock;
  readonly #randomBytes: (size: number) => Uint8Array;
  #links: { digest: Buffer; endsAtMs: number }[] = [];
  #sessions: { digest: Buffer }[] = [];

  constructor(options: { clock: Clock; randomBytes: (size: number) => Uint8Array }) {
    this.#clock = options.clock;
    this.#randomBytes = options.randomBytes;
  }

  /** A fresh link token (192 bits, base64url). Earlier ones stay good until they are used or expire. */
  createLinkToken(): string {
    const token = this.#createToken(linkTokenBytes);
    const endsAtMs = this.#clock.monotonicMs() + linkLifetimeMs;
    this.#links = [...this.#links, { digest: digestOf(token), endsAtMs }].slice(-keptLinks);
    return token;
  }

  /** Spends a link token. The new session's token (256 bits, base64url), or null if the link is unknown, used or old. */
  enter(linkToken: string): string | null {
    const nowMs = this.#clock.monotonicMs();
    const usable = this.#links.filter((link) => link.endsAtMs > nowMs);
    const spent = findMatching(usable, linkToken);
    this.#links = usable.filter((link) => link !== spent);
    if (!spent) return null;
    const token = this.#createToken(sessionTokenBytes);
    this.#sessions = [...this.#sessions, { digest: digestOf(token) }].slice(-keptSessions);
    return token;
  }

  /** Whether one of these tokens is that of a session. */
  holds(sessionTokens: readonly string[]): boolean {
    return sessionTokens.some((token) => findMatching(this.#sessions, token) !== undefined);
  }

  #createToken(byteCount: number): string {
    return Buffer.from(this.#randomBytes(byteCount)).toString('base64url');
  }
}

function digestOf(token: string): Buffer {
  return createHash('sha256').update(token).digest();
}

/** Looks at every entry, so that the time taken does not tell which one matched. */
function findMatching<T extends { digest: Buffer }>(entries: readonly T[], token: string): T | undefined {
  const digest = digestOf(token);
  return entries.filter((entry) => timingSafeEqual(entry.digest, digest))[0];
}
