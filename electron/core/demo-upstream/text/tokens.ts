const tokenPattern = /\s*(?:[\p{L}\p{M}\p{N}_]{1,6}|[^\s])|\s+/gu;

/** Cuts a text into pieces like a model's tokens. Joined they are the text again. */
export function splitTokens(text: string): string[] {
  return text.match(tokenPattern) ?? [];
}

/** How many tokens a text of the user's is counted as: a quarter of its characters, rounded up. */
export function estimateTokens(text: string): number {
  return Math.ceil(text.length / 4);
}
