/** Literals of a pickle, decoded from the opcode that pushed them. */
import type { Window } from './window.ts';

/** What a literal is. `none` for what is no string, bytes or number. */
export interface Literal {
  readonly kind: 'text' | 'bytes' | 'number' | 'other';
  /** Text of a string, digits of a number, a short name of anything else. Bytes are given as Latin-1. */
  readonly text: string;
  /** The value was longer than what was asked for. */
  readonly cut: boolean;
  /** Where the content of a string or bytes lies. */
  readonly from: number;
  /** Bytes of that content. */
  readonly length: number;
}

const OTHER: Readonly<Record<number, string>> = {
  78: 'None',
  136: 'True',
  137: 'False',
  93: '[…]',
  108: '[…]',
  125: '{…}',
  100: '{…}',
  41: '()',
  143: '{…}',
  145: 'frozenset(…)',
};

/** @param most bytes of content that are decoded */
export function literalAt(window: Window, offset: number, most = 256): Literal {
  const head = window.peek(offset, 9).slice();
  const view = new DataView(head.buffer, head.byteOffset, head.length);
  const opcode = head[0] ?? 0;
  const left = window.source.size - offset;
  const other = (kind: Literal['kind'], text: string): Literal => ({
    kind,
    text,
    cut: false,
    from: offset,
    length: 0,
  });
  const sized = (kind: 'text' | 'bytes', header: number, length: number): Literal => {
    const real = Math.min(Math.max(length, 0), Math.max(left - header, 0));
    const bytes = window.peek(offset + header, Math.min(real, most));
    return { kind, text: decode(bytes, kind), cut: real > most, from: offset + header, length: real };
  };
  const size8 = () => (head.length < 9 ? left : Number(view.getBigUint64(1, true)));
  const size4 = () => (head.length < 5 ? left : view.getUint32(1, true));
  switch (opcode) {
    case 0x8c: // SHORT_BINUNICODE
    case 0x55: // SHORT_BINSTRING
      return sized('text', 2, head[1] ?? 0);
    case 0x58: // BINUNICODE
    case 0x54: // BINSTRING
      return sized('text', 5, size4());
    case 0x8d: // BINUNICODE8
      return sized('text', 9, size8());
    case 0x43: // SHORT_BINBYTES
      return sized('bytes', 2, head[1] ?? 0);
    case 0x42: // BINBYTES
      return sized('bytes', 5, size4());
    case 0x8e: // BINBYTES8
    case 0x96: // BYTEARRAY8
      return sized('bytes', 9, size8());
    case 0x4b: // BININT1
      return other('number', String(head[1] ?? 0));
    case 0x4d: // BININT2
      return other('number', head.length < 3 ? '…' : String(view.getUint16(1, true)));
    case 0x4a: // BININT
      return other('number', head.length < 5 ? '…' : String(view.getInt32(1, true)));
    case 0x47: // BINFLOAT
      return other('number', head.length < 9 ? '…' : String(view.getFloat64(1)));
    case 0x8a: // LONG1
      return other('number', long(window.peek(offset + 2, head[1] ?? 0)));
    case 0x53: // STRING
      return { ...line(window, offset, most), kind: 'text', text: unquote(line(window, offset, most).text) };
    case 0x56: // UNICODE
      return {
        ...line(window, offset, most),
        kind: 'text',
        text: withoutEscapes(line(window, offset, most).text, false),
      };
    case 0x49: // INT
    case 0x4c: // LONG
    case 0x46: // FLOAT
      return { ...line(window, offset, most), kind: 'number' };
    default:
      return other('other', OTHER[opcode] ?? '…');
  }
}

function line(window: Window, offset: number, most: number): Literal {
  const bytes = window.peek(offset + 1, most);
  const end = bytes.indexOf(10);
  const text = decode(bytes.subarray(0, end < 0 ? bytes.length : end), 'bytes').trim();
  return { kind: 'text', text, cut: end < 0, from: offset + 1, length: end < 0 ? bytes.length : end };
}

function decode(bytes: Uint8Array, kind: 'text' | 'bytes'): string {
  return Buffer.from(bytes.buffer, bytes.byteOffset, bytes.length).toString(
    kind === 'text' ? 'utf8' : 'latin1',
  );
}

function long(bytes: Uint8Array): string {
  if (bytes.length > 32) return '…';
  let value = 0n;
  for (let index = bytes.length - 1; index >= 0; index--) value = (value << 8n) | BigInt(bytes[index] ?? 0);
  return String(BigInt.asIntN(Math.max(bytes.length, 1) * 8, value));
}

/** The repr of a Python 2 string, as STRING holds it. */
function unquote(text: string): string {
  const quote = text[0];
  const inner = text.length >= 2 && (quote === "'" || quote === '"') && text.endsWith(quote);
  return withoutEscapes(inner ? text.slice(1, -1) : text, true);
}

const SIMPLE: Readonly<Record<string, string>> = {
  n: '\n',
  t: '\t',
  r: '\r',
  a: '\x07',
  b: '\b',
  f: '\f',
  v: '\v',
};

/** Escapes of Python: all of them for STRING, `\u` and `\U` only for UNICODE. */
export function withoutEscapes(text: string, all: boolean): string {
  return text.replace(
    /\\(?:u([0-9a-fA-F]{4})|U([0-9a-fA-F]{8})|x([0-9a-fA-F]{2})|([0-7]{1,3})|(.))/gs,
    (whole, u?: string, long8?: string, x?: string, octal?: string, one?: string) => {
      if (u !== undefined || long8 !== undefined) {
        const code = Number.parseInt(u ?? long8 ?? '0', 16);
        return all || code > 0x10ffff ? whole : String.fromCodePoint(code);
      }
      if (!all) return whole;
      if (x !== undefined) return String.fromCharCode(Number.parseInt(x, 16));
      if (octal !== undefined) return String.fromCharCode(Number.parseInt(octal, 8) & 255);
      return one === undefined ? whole : (SIMPLE[one] ?? (one === '\n' ? '' : one));
    },
  );
}
