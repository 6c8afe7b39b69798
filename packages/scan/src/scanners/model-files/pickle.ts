/**
 * Whether bytes read as a pickle, of any protocol and with or without its header. Nothing is built or run: opcodes are
 * stepped over until the stream stops, breaks off or leaves what is at hand.
 */

/** Bytes that follow an opcode of fixed length. */
const FIXED = new Map<number, number>();
for (const char of '(.012NQRabd}el]ost)u\x85\x86\x87\x88\x89\x81\x8f\x90\x91\x92\x93\x94\x97\x98')
  FIXED.set(char.charCodeAt(0), 0);
for (const char of 'Khq\x82') FIXED.set(char.charCodeAt(0), 1);
for (const char of 'M\x83') FIXED.set(char.charCodeAt(0), 2);
for (const char of 'Jjr\x84') FIXED.set(char.charCodeAt(0), 4);
for (const char of 'G\x95') FIXED.set(char.charCodeAt(0), 8);

/** Bytes of the length that stands before an argument. */
const COUNTED = new Map<number, 1 | 4 | 8>();
for (const char of 'UC\x8a\x8c') COUNTED.set(char.charCodeAt(0), 1);
for (const char of 'TBX\x8b') COUNTED.set(char.charCodeAt(0), 4);
for (const char of '\x8d\x8e\x96') COUNTED.set(char.charCodeAt(0), 8);

const NAME = /^[A-Za-z_][\w.]*$/;
const NUMBER = /^[+-]?(?:\d[\d.eE+-]*L?|inf|nan)$/;
/** What the lines behind an opcode of protocol 0 look like. */
const LINES = new Map<string, readonly RegExp[]>([
  ['F', [NUMBER]],
  ['I', [NUMBER]],
  ['L', [NUMBER]],
  ['g', [/^\d+$/]],
  ['p', [/^\d+$/]],
  ['S', [/^(["']).*\1$/]],
  ['V', [/(?:)/]],
  ['P', [/(?:)/]],
  ['c', [NAME, NAME]],
  ['i', [NAME, NAME]],
]);
const PROTOCOL = 0x80;
const STOP = 0x2e;
const STACK_GLOBAL = 0x93;
/** A stream without a header that goes on beyond what is at hand must have made this much sense. Opcodes. */
const SURE = 8;
/** The number that PyTorch writes before all else, in protocols 0 and 1. */
const TORCH = 'L119547037146038801333356L\n';

/** Opcodes that take from the stack or the memo: where both are empty, unpickling ends at them and nothing has run. */
const TAKING = new Set(
  [...'.012abdegijloqrstuhpQR\x81\x85\x86\x87\x90\x91\x92\x93\x94\x98'].map((char) => char.charCodeAt(0)),
);

/** @param head the first bytes of a file of `size` bytes */
export function readsAsPickle(head: Buffer, size: number): boolean {
  const marked = head[0] === PROTOCOL && (head[1] ?? 9) <= 5;
  if (!marked && TAKING.has(head[0] ?? STOP)) return false;
  let named = false;
  let steps = 0;
  for (let at = marked ? 2 : 0; ; steps += 1) {
    const code = head[at];
    // The stream goes on beyond what is at hand, or the file was cut off.
    if (code === undefined) return named || (marked ? steps > 0 : at < size && steps >= SURE);
    if (code === STOP) return (steps > 0 && (marked || at + 1 === size || startsAsTorch(head))) || named;
    if (code === STACK_GLOBAL && marked) named = true;
    const next = nextOpcode(head, at);
    // What comes before the break has run by then.
    if (next === undefined) return named;
    if (code === 0x63 || code === 0x69) named = true;
    at = next;
  }
}

function startsAsTorch(head: Buffer): boolean {
  return head.toString('latin1', 0, TORCH.length) === TORCH;
}

/** Where the opcode behind the one at `at` stands, which may be beyond the head; undefined where this is none. */
function nextOpcode(head: Buffer, at: number): number | undefined {
  const code = head[at] ?? 0;
  const fixed = FIXED.get(code);
  if (fixed !== undefined) return at + 1 + fixed;
  const width = COUNTED.get(code);
  if (width !== undefined) {
    if (at + 1 + width > head.length) return head.length;
    const length = width === 8 ? Number(head.readBigUInt64LE(at + 1)) : head.readUIntLE(at + 1, width);
    return at + 1 + width + length;
  }
  let end = at + 1;
  const shapes = LINES.get(String.fromCharCode(code));
  if (shapes === undefined) return undefined;
  for (const shape of shapes) {
    const stop = head.indexOf(10, end);
    if (stop < 0) return undefined;
    if (!shape.test(head.toString('latin1', end, stop))) return undefined;
    end = stop + 1;
  }
  return end;
}
