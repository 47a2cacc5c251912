/**
 * The day of a moment as a calendar on this machine shows it, such as `2026-11-25`: by the machine's time zone at that
 * moment. Days in this form can be compared as texts.
 */
export function localDay(wallMs: number): string {
  const date = new Date(wallMs);
  const month = String(date.getMonth() + 1).padStart(2, '0');
  const day = String(date.getDate()).padStart(2, '0');
  return `${date.getFullYear()}-${month}-${day}`;
}

/**
 * How long after that moment the machine's next day begins, in milliseconds; always more than 0. A day on which the clocks
 * are changed has 23 or 25 hours; where they are put forward at midnight itself, the day begins at one o'clock.
 */
export function msUntilMidnight(wallMs: number): number {
  const date = new Date(wallMs);
  return new Date(date.getFullYear(), date.getMonth(), date.getDate() + 1).getTime() - wallMs;
}
