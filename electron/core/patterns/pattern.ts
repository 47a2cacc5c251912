/**
 * Makes one test of a list of patterns: whether any of them fits a whole name. `*` stands for any run of characters, also
 * an empty one, `?` for one character; case does not matter; there is no way to write a literal `*`. An empty list fits
 * every name. However a pattern is made, the test takes no longer than the length of the name times that of the patterns.
 */
export function compilePatterns(patterns: readonly string[]): (name: string) => boolean {
  const lower = patterns.map((pattern) => pattern.toLowerCase());
  if (lower.length === 0 || lower.includes('*')) return () => true;
  const plain = new Set(lower.filter((pattern) => !hasWildcard(pattern)));
  const wild = lower.filter(hasWildcard);
  return (name) => {
    const lowerName = name.toLowerCase();
    return plain.has(lowerName) || wild.some((pattern) => fits(pattern, lowerName));
  };
}

function hasWildcard(pattern: string): boolean {
  return pattern.includes('*') || pattern.includes('?');
}

/**
 * Walks along both; at a mismatch the last `*` takes one more character. Earlier ones need not be looked at again, for
 * the last can take whatever they could. Half of a character counts for `?` as the whole does, so it may end anywhere.
 */
function fits(pattern: string, name: string): boolean {
  let at = 0;
  let inName = 0;
  let star = -1;
  let starEnd = 0;
  while (inName < name.length) {
    const wanted = pattern[at];
    if (wanted === '*') {
      star = at;
      starEnd = inName;
      at += 1;
    } else if (wanted === '?') {
      at += 1;
      inName += characterLength(name, inName);
    } else if (wanted === name[inName]) {
      at += 1;
      inName += 1;
    } else if (star !== -1) {
      starEnd += 1;
      inName = starEnd;
      at = star + 1;
    } else {
      return false;
    }
  }
  while (pattern[at] === '*') at += 1;
  return at === pattern.length;
}

/** How many UTF-16 units the character takes that begins there. */
function characterLength(text: string, at: number): number {
  return (text.codePointAt(at) ?? 0) > 0xff_ff ? 2 : 1;
}
