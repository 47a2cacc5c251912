/** Where a scanner stands in a JSON text (RFC 8259). Plain numbers, as the scanner looks at them for every byte. */
export type JsonState = number;
/** A value must begin. */
export const valueStart = 0;
/** Behind `[`: a value or `]`. */
export const firstElement = 1;
/** Behind `{`: a key or `}`. */
export const firstKey = 2;
/** Behind a comma in an object: a key. */
export const key = 3;
/** Behind a key: a colon. */
export const colon = 4;
/** Behind a value in a container: a comma or its end. */
export const afterValue = 5;
/** Behind the whole text: nothing but white space. */
export const done = 6;
/** Inside a string or key. */
export const inString = 7;
/** Behind a backslash. */
export const inEscape = 8;
/** Inside the four digits of a `\\u` escape. */
export const inHex = 9;
/** Inside `true`, `false` or `null`. */
export const inLiteral = 10;
/** Behind the minus of a number; all states from here on are inside a number (RFC 8259, section 6). */
export const inMinus = 11;
/** Behind a leading zero. */
export const inZero = 12;
/** Among the digits before the point. */
export const inInteger = 13;
/** Behind the point. */
export const inDot = 14;
/** Among the digits behind the point. */
export const inFraction = 15;
/** Behind `e` or `E`. */
export const inExponent = 16;
/** Behind the exponent's sign. */
export const inExponentSign = 17;
/** Among the exponent's digits. */
export const inExponentDigits = 18;

/** Whether a number may end in this state. */
export function endsNumber(state: JsonState): boolean {
  return state === inZero || state === inInteger || state === inFraction || state === inExponentDigits;
}

/** The state after a byte met inside a number; `afterValue` when the number ended before it; null if it does not fit. */
export function nextInNumber(state: JsonState, byte: number): JsonState | null {
  const isDigit = byte >= 0x30 && byte <= 0x39;
  if (isDigit) {
    if (state === inZero) return null;
    if (state === inMinus) return byte === 0x30 ? inZero : inInteger;
    if (state === inDot) return inFraction;
    if (state === inExponent || state === inExponentSign) return inExponentDigits;
    return state;
  }
  if (byte === 0x2e) return state === inZero || state === inInteger ? inDot : null;
  if (byte === 0x65 || byte === 0x45)
    return endsNumber(state) && state !== inExponentDigits ? inExponent : null;
  if (byte === 0x2b || byte === 0x2d) return state === inExponent ? inExponentSign : null;
  return endsNumber(state) ? afterValue : null;
}

/** Whether white space means nothing in this state. */
export function skipsWhitespace(state: JsonState): boolean {
  return state <= done;
}
