import type { TokenCounts } from '../../../shared/contract/activity.ts';
import { backslash, closeBrace, isWhitespace, openBrace, quote } from '../body/json-bytes.ts';
import { readTokenCounts } from './token-counts.ts';

/**
 * The counts of the last `usage` object in a part of an answer, JSON or events, without parsing the rest; null if there
 * is none. Where it does not count the input, as at the end of Anthropic's streams, an earlier one is asked for that;
 * `later` is what was found behind this part. A part may begin and end anywhere: an object that is not whole in it is
 * passed over, as are fields of that name that count no tokens, such as one in the schema of a tool.
 */
export function findUsage(part: Buffer, later: TokenCounts | null = null): TokenCounts | null {
  let found = later;
  let at = part.length;
  for (let looks = 0; looks < maxLooks && at > 0 && (found === null || found.input === null); looks++) {
    at = part.lastIndexOf(usageKey, at - 1);
    if (at < 0) break;
    const counts = part[at - 1] === backslash ? null : readUsageAt(part, at + usageKey.length);
    if (counts === null) continue;
    if (found === null) found = counts;
    else found = { ...found, input: counts.input, cached: found.cached ?? counts.cached };
  }
  return found;
}

/** Reads what stands behind the key, if it is a colon and an object of usual length. */
function readUsageAt(part: Buffer, behindKey: number): TokenCounts | null {
  const colon = skipWhitespace(part, behindKey);
  if (part[colon] !== 0x3a) return null;
  const start = skipWhitespace(part, colon + 1);
  if (part[start] !== openBrace) return null;
  const end = objectEnd(part, start);
  return end === null ? null : readTokenCounts(parseOrNull(part.toString('latin1', start, end)));
}

function skipWhitespace(part: Buffer, from: number): number {
  let at = from;
  while (at < part.length && isWhitespace(part[at] as number)) at++;
  return at;
}

/** Where an object ends that begins at `start`; null if that lies behind the part or too far away. */
function objectEnd(part: Buffer, start: number): number | null {
  const limit = Math.min(part.length, start + maxUsageBytes);
  let depth = 0;
  let inString = false;
  for (let at = start; at < limit; at++) {
    const byte = part[at];
    if (inString) {
      if (byte === backslash) at++;
      else if (byte === quote) inString = false;
    } else if (byte === quote) inString = true;
    else if (byte === openBrace) depth++;
    else if (byte === closeBrace && --depth === 0) return at + 1;
  }
  return null;
}

function parseOrNull(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return null;
  }
}

const usageKey = Buffer.from('"usage"');
/** Streams that say `"usage":null` with each event have many; the one that counts stands in the last events. */
const maxLooks = 64;
const maxUsageBytes = 4096;
