/**
 * A message as it would be without its cache marks, for clients that move these from message to message with each turn
 * (https://platform.claude.com/docs/en/build-with-claude/prompt-caching), and turn the text of a message into a list of
 * one part to hang a mark on it, and back. So `cache_control` fields are left out, and the one text of a list is written
 * as a text. Takes and gives JSON, one character a byte, and leaves every other character as it is.
 *
 * Of a list of several parts its ends are left out alike if it begins and ends with a text. That is no JSON any more, but
 * neither is it equal to another message.
 */
export function withoutMarks(message: string): string {
  const unmarked = withoutMarkFields(message);
  const opening = findOpening(unmarked);
  const closing = opening && findClosing(unmarked, opening.end);
  return opening && closing ? leaveOut(leaveOut(unmarked, closing), opening) : unmarked;
}

/**
 * The same for a message that is too long to be read: takes and gives its first and its last characters, between which
 * the rest stays as it is. A mark that is not whole in either stays too.
 */
export function withoutMarksAtEnds(head: string, tail: string): readonly [string, string] {
  const [start, end] = [withoutMarkFields(head), withoutMarkFields(tail)];
  const opening = findOpening(start);
  const closing = findClosing(end, 0);
  return opening && closing ? [leaveOut(start, opening), leaveOut(end, closing)] : [start, end];
}

/** Whether there may be a cache mark in a part of a list of messages. */
export function mayHaveMarks(part: string): boolean {
  // The underscore is rare, so that a text is skipped to it fast.
  return part.includes('_control"');
}

interface Cut {
  readonly start: number;
  readonly end: number;
}

function leaveOut(text: string, { start, end }: Cut): string {
  return text.slice(0, start) + text.slice(end);
}

/** What stands before the text of a list that begins with one. */
function findOpening(text: string): Cut | null {
  const found = listOpening.exec(text);
  if (found === null) return null;
  const end = found[0].length;
  return { start: end - (found[1] ?? '').length, end };
}

/** What stands behind the text of a list that ends with one. */
function findClosing(text: string, openingEnd: number): Cut | null {
  const from = Math.max(openingEnd, text.length - endChars);
  const found = listClosing.exec(text.slice(from));
  if (found === null) return null;
  const start = from + found.index + 1;
  return { start, end: start + (found[1] ?? '').length };
}

/** Leaves out the first 16 mark fields; no API takes so many. */
function withoutMarkFields(message: string): string {
  let text = message;
  let from = 0;
  for (let looks = 0; looks < maxMarks; looks++) {
    const at = text.indexOf(markName, from);
    if (at < 0) return text;
    from = at + 1;
    markField.lastIndex = at;
    const field = markField.exec(text);
    if (field === null) continue;
    // Of the commas around it one goes with it.
    const [written, comma = ''] = field;
    const before = /\s*,\s*$/.exec(text.slice(Math.max(0, at - separatorChars), at))?.[0] ?? '';
    const end = at + written.length - (before === '' ? 0 : comma.length);
    from = at - before.length;
    text = leaveOut(text, { start: from, end });
  }
  return text;
}

const markName = '"cache_control"';
const markField = /"cache_control"\s*:\s*(?:\{[^{}]*\}|null)(\s*,\s*)?/y;
const maxMarks = 16;
const separatorChars = 64;
const simpleField = '"(?!content")\\w+"\\s*:\\s*"[^"\\\\]{0,200}"';
const textType = '"type"\\s*:\\s*"text"';
const listOpening = new RegExp(
  `^\\{(?:\\s*${simpleField}\\s*,)*\\s*"content"\\s*:\\s*(\\[\\s*\\{\\s*(?:${textType}\\s*,\\s*)?"text"\\s*:\\s*)(?=")`,
);
const listClosing = new RegExp(
  `"((?:\\s*,\\s*${textType})?\\s*\\}\\s*\\])(?:\\s*,\\s*${simpleField})*\\s*\\}$`,
);
const endChars = 256;
