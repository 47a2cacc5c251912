/** `"` */
export const quote = 0x22;
/** `\` */
export const backslash = 0x5c;
/** `,` */
export const comma = 0x2c;
/** `{` */
export const openBrace = 0x7b;
/** `}` */
export const closeBrace = 0x7d;
/** `[` */
export const openBracket = 0x5b;
/** `]` */
export const closeBracket = 0x5d;

/** JSON's white space: space, tab, LF, CR. */
export function isWhitespace(byte: number): boolean {
  return byte === 0x20 || byte === 0x0a || byte === 0x0d || byte === 0x09;
}

/** Whether a byte may stand behind a backslash, `u` aside. */
export function isSimpleEscape(byte: number): boolean {
  switch (byte) {
    case 0x22:
    case 0x5c:
    case 0x2f:
    case 0x62:
    case 0x66:
    case 0x6e:
    case 0x72:
    case 0x74:
      return true;
    default:
      return false;
  }
}

/** Whether a byte is a hexadecimal digit. */
export function isHexDigit(byte: number): boolean {
  return (byte >= 0x30 && byte <= 0x39) || (byte >= 0x41 && byte <= 0x46) || (byte >= 0x61 && byte <= 0x66);
}
