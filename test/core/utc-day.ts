/** A calendar for tests, which is the same on every machine. */
export function utcDay(wallMs: number): string {
  return new Date(wallMs).toISOString().slice(0, 10);
}

export const dayMs = 86_400_000;

/** How long until that calendar's next day. */
export function msUntilUtcMidnight(wallMs: number): number {
  return dayMs - (wallMs % dayMs);
}
