/** Character codes and classes that the readers of programs share. */
export const LF = 10;
export const SPACE = 32;
export const DOUBLE = 34;
export const SINGLE = 39;
export const BACKTICK = 96;
export const BACKSLASH = 92;
export const OPEN = 40;
export const CLOSE = 41;
export const STAR = 42;
export const COMMA = 44;
export const DOT = 46;
export const SLASH = 47;
export const COLON = 58;
export const SEMICOLON = 59;
export const LESS = 60;
export const EQUALS = 61;
export const GREATER = 62;
export const QUESTION = 63;
export const AT = 64;
export const OPEN_SQUARE = 91;
export const CLOSE_SQUARE = 93;
export const OPEN_CURLY = 123;
export const BAR = 124;
export const CLOSE_CURLY = 125;

const WORD = 1;
const DIGIT = 2;
const CLASSES = new Uint8Array(128);
for (const char of 'ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz_$')
  CLASSES[char.charCodeAt(0)] = WORD;
for (const char of '0123456789') CLASSES[char.charCodeAt(0)] = DIGIT;

/** Letters, `_`, `$`, and everything beyond ASCII except its blanks. */
export function startsWord(code: number): boolean {
  return code < 128 ? CLASSES[code] === WORD : !isWideBlank(code);
}

/** What may follow the start of a word. */
export function isWordPart(code: number): boolean {
  return code < 128 ? (CLASSES[code] ?? 0) !== 0 : !isWideBlank(code);
}

export function isDigit(code: number): boolean {
  return code >= 48 && code <= 57;
}

/** Blanks beyond ASCII: no-break space, the spaces of U+2000, line separators, byte order mark. */
export function isWideBlank(code: number): boolean {
  return (
    code === 0xa0 ||
    (code >= 0x2000 && code <= 0x200a) ||
    code === 0x2028 ||
    code === 0x2029 ||
    code === 0xfeff
  );
}
