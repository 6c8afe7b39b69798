/**
 * The pickle machine, without Python: it follows every opcode of protocols 0 to 5 as CPython's unpickler does, but what
 * would be imported is written down and what would be called is judged. The loop holds its state in locals and typed
 * arrays; whatever is rare is a method.
 *
 * Source of the semantics: PEP 307, PEP 3154, PEP 574 and the behaviour of CPython's `_pickle`.
 */
import { LimitReached } from '../../limits.ts';
import type { Calls } from './calls.ts';
import { BrokenPickle } from './faults.ts';
import { readLine, skipLine } from './lines.ts';
import { Memo } from './memo.ts';
import { EXTENSION, GLOBAL, LITERAL, OPAQUE, TUPLE, UNSET } from './values.ts';
import type { Window } from './window.ts';

/** Values on the stack at once: more than real tuples hold, 64 MiB. */
const MAX_STACK = 8 * 2 ** 20;
const MAX_MARKS = 2 ** 20;

export class Machine {
  private stack: Float64Array = new Float64Array(1024);
  private sp = 0;
  private marks: Int32Array = new Int32Array(64);
  private depth = 0;
  /** Values below belong to what stands before the last mark. */
  private fence = 0;
  private readonly memo = new Memo();
  private readonly window: Window;
  private readonly calls: Calls;

  constructor(window: Window, calls: Calls) {
    this.window = window;
    this.calls = calls;
  }

  /**
   * Runs one pickle. @returns the offset after its STOP
   * @throws BrokenPickle where Python's unpickler would stop with an error
   * @throws LimitReached
   */
  run(start: number): number {
    const { window, memo } = this;
    const size = window.source.size;
    const buf = window.bytes;
    if (start < window.base || start >= window.base + window.soft) window.moveTo(start);
    let base = window.base;
    let soft = window.soft;
    let pos = (start - base) | 0;
    // Where an opcode ends that may end far away.
    let far = 0;
    let lit = LITERAL + base;
    let stack: Float64Array = this.stack;
    let sp = this.sp;
    for (;;) {
      if (pos >= soft) {
        const at = base + pos;
        if (at >= size || !window.moveTo(at))
          throw new BrokenPickle(
            at > size ? 'is cut off inside of a value' : 'ends without STOP',
            Math.min(at, size),
          );
        base = at;
        soft = window.soft;
        lit = LITERAL + base;
        pos = 0;
      }
      if (sp >= stack.length) {
        this.sp = sp;
        stack = this.grow();
      }
      const at = pos;
      const opcode = buf[pos++] ?? 0;
      switch (opcode) {
        case 0x4b: // BININT1
          stack[sp++] = lit + at;
          pos += 1;
          continue;
        case 0x4d: // BININT2
          stack[sp++] = lit + at;
          pos += 2;
          continue;
        case 0x4a: // BININT
          stack[sp++] = lit + at;
          pos += 4;
          continue;
        case 0x47: // BINFLOAT
          stack[sp++] = lit + at;
          pos += 8;
          continue;
        case 0x4e: // NONE
        case 0x88: // NEWTRUE
        case 0x89: // NEWFALSE
        case 0x5d: // EMPTY_LIST
        case 0x7d: // EMPTY_DICT
        case 0x8f: // EMPTY_SET
          stack[sp++] = lit + at;
          continue;
        case 0x29: // EMPTY_TUPLE
          stack[sp++] = TUPLE;
          continue;
        case 0x8c: // SHORT_BINUNICODE
        case 0x55: // SHORT_BINSTRING
        case 0x43: // SHORT_BINBYTES
          {
            const length = buf[pos] ?? 0;
            stack[sp++] = lit + at;
            if (length > 20 && nestable(buf, pos + 1)) this.calls.embedded(base + at);
            pos += 1 + length;
            continue;
          }
        case 0x58: // BINUNICODE
        case 0x54: // BINSTRING
        case 0x42: // BINBYTES
          {
            const length = unsigned(buf, pos);
            if (base + pos + 4 + length > size) throw cut(base + at, length);
            if (length > 20 && nestable(buf, pos + 4)) this.calls.embedded(base + at);
            stack[sp++] = lit + at;
            pos += 4 + length;
            continue;
          }
        case 0x8d: // BINUNICODE8
        case 0x8e: // BINBYTES8
        case 0x96: // BYTEARRAY8
          {
            const length = unsigned(buf, pos) + unsigned(buf, pos + 4) * 2 ** 32;
            if (base + pos + 8 + length > size) throw cut(base + at, length);
            if (length > 20 && nestable(buf, pos + 8)) this.calls.embedded(base + at);
            stack[sp++] = lit + at;
            pos += 8 + length;
            continue;
          }
        case 0x8a: // LONG1
          stack[sp++] = lit + at;
          pos += 1 + (buf[pos] ?? 0);
          continue;
        case 0x8b: // LONG4
          {
            const length = unsigned(buf, pos);
            if (length > 0x7fffffff) throw new BrokenPickle('LONG4 has a negative length', base + at);
            stack[sp++] = lit + at;
            pos += 4 + length;
            continue;
          }
        case 0x94: // MEMOIZE
          if (sp <= this.fence) throw underflow(base + at);
          memo.put(memo.size, stack[sp - 1] ?? OPAQUE);
          continue;
        case 0x71: // BINPUT
          if (sp <= this.fence) throw underflow(base + at);
          memo.put(buf[pos++] ?? 0, stack[sp - 1] ?? OPAQUE);
          continue;
        case 0x72: // LONG_BINPUT
          if (sp <= this.fence) throw underflow(base + at);
          memo.put(unsigned(buf, pos), stack[sp - 1] ?? OPAQUE);
          pos += 4;
          continue;
        case 0x68: // BINGET
        case 0x6a: // LONG_BINGET
          {
            const index = opcode === 0x68 ? (buf[pos] ?? 0) : unsigned(buf, pos);
            const value = memo.get(index);
            if (value === UNSET) throw new BrokenPickle(`reads memo ${index}, which is empty`, base + at);
            stack[sp++] = value;
            pos += opcode === 0x68 ? 1 : 4;
            continue;
          }
        case 0x49: // INT
        case 0x46: // FLOAT
        case 0x4c: // LONG
        case 0x70: // PUT
        case 0x67: // GET
          {
            // Short lines inside of the window; the rest is rare.
            let end = pos;
            let number = 0;
            const reach = Math.min(pos + 24, window.length);
            for (let byte = buf[end] ?? 10; end < reach && byte !== 10; byte = buf[++end] ?? 10)
              number = byte >= 48 && byte < 58 ? number * 10 + byte - 48 : Number.NaN;
            const plain = end < reach && end > pos;
            if (plain && opcode === 0x70 && number >= 0 && sp > this.fence)
              memo.put(number, stack[sp - 1] ?? OPAQUE);
            else if (plain && opcode === 0x67 && memo.get(number) !== UNSET) stack[sp++] = memo.get(number);
            else if (plain && opcode !== 0x70 && opcode !== 0x67) stack[sp++] = lit + at;
            else {
              this.sp = sp;
              far = this.rare(opcode, base + at, base + pos);
              sp = this.sp;
              break;
            }
            pos = end + 1;
            continue;
          }
        case 0x28: // MARK
          if (this.depth >= this.marks.length) this.growMarks();
          this.marks[this.depth++] = sp;
          this.fence = sp;
          continue;
        case 0x85: // TUPLE1
        case 0x86: // TUPLE2
        case 0x87: // TUPLE3
          {
            const count = opcode - 0x84;
            if (sp - count < this.fence) throw underflow(base + at);
            this.contain(stack, sp - count, sp, base + at);
            sp -= count;
            stack[sp] = this.calls.tuples.make(stack, sp, count);
            sp++;
            continue;
          }
        case 0x61: // APPEND
          if (sp - 2 < this.fence) throw underflow(base + at);
          sp--;
          if ((stack[sp] ?? 0) >= GLOBAL || (stack[sp - 1] ?? 0) >= GLOBAL)
            this.fill(stack, sp - 1, sp + 1, base + at);
          continue;
        case 0x65: // APPENDS
        case 0x90: // ADDITEMS
        case 0x75: // SETITEMS
          {
            const from = this.popMark(base + at);
            if (from - 1 < this.fence) throw underflow(base + at);
            this.fill(stack, from - 1, sp, base + at);
            if (opcode === 0x75) this.calls.setItems(stack, from, sp);
            sp = from;
            continue;
          }
        case 0x73: // SETITEM
          if (sp - 3 < this.fence) throw underflow(base + at);
          this.fill(stack, sp - 3, sp, base + at);
          this.calls.setItems(stack, sp - 2, sp);
          sp -= 2;
          continue;
        case 0x74: // TUPLE
          {
            const from = this.popMark(base + at);
            this.contain(stack, from, sp, base + at);
            const value = this.calls.tuples.make(stack, from, sp - from);
            sp = from;
            stack[sp++] = value;
            continue;
          }
        case 0x6c: // LIST
        case 0x64: // DICT
        case 0x91: // FROZENSET
          {
            const from = this.popMark(base + at);
            this.contain(stack, from, sp, base + at);
            sp = from;
            stack[sp++] = lit + at;
            continue;
          }
        case 0x2e: // STOP
          if (sp <= this.fence) throw underflow(base + at);
          return base + pos;
        case 0x95: // FRAME
          pos += 8;
          continue;
        default:
          this.sp = sp;
          far = this.rare(opcode, base + at, base + pos);
          sp = this.sp;
      }
      // Here come only opcodes that may end anywhere; the position stays a small integer.
      if (far - base > soft) {
        if (far > size) throw new BrokenPickle('is cut off inside of a value', size);
        if (!window.moveTo(far)) throw new BrokenPickle('ends without STOP', size);
        base = far;
        soft = window.soft;
        lit = LITERAL + base;
        pos = 0;
      } else pos = (far - base) | 0;
    }
  }

  /** @returns the offset of the next opcode */
  private rare(opcode: number, at: number, next: number): number {
    const { calls, window } = this;
    switch (opcode) {
      case 0x80: // PROTO
        {
          const protocol = window.peek(next, 1)[0] ?? 0;
          if (protocol > 5) throw new BrokenPickle(`claims protocol ${protocol}; there are 0 to 5`, at);
          return next + 1;
        }
      case 0x63: // GLOBAL
        {
          const first = readLine(window, next, at);
          const second = readLine(window, first.next, at);
          this.push(calls.importGlobal(first.text, second.text, at));
          return second.next;
        }
      case 0x93: // STACK_GLOBAL
        {
          const name = this.pop(at);
          const module = this.pop(at);
          this.push(calls.importFromStack(module, name, at));
          return next;
        }
      case 0x52: // REDUCE
        {
          const args = this.pop(at);
          const callee = this.pop(at);
          this.push(calls.reduce(callee, args, at));
          return next;
        }
      case 0x81: // NEWOBJ
        {
          const args = this.pop(at);
          const type = this.pop(at);
          this.push(calls.construct(type, args, at));
          return next;
        }
      case 0x92: // NEWOBJ_EX
        {
          const keywords = this.pop(at);
          const args = this.pop(at);
          const type = this.pop(at);
          calls.hold(keywords, at);
          this.push(calls.construct(type, args, at));
          return next;
        }
      case 0x62: // BUILD
        {
          const state = this.pop(at);
          const object = this.top(at);
          calls.hold(state, at);
          return calls.build(object, state, at, next);
        }
      case 0x6f: // OBJ
        {
          const from = this.popMark(at);
          if (this.sp <= from) throw underflow(at);
          const type = this.stack[from] ?? OPAQUE;
          this.contain(this.stack, from + 1, this.sp, at);
          const args = calls.tuples.make(this.stack, from + 1, this.sp - from - 1);
          this.sp = from;
          this.push(calls.instantiate(type, args, at));
          return next;
        }
      case 0x69: // INST
        {
          const first = readLine(window, next, at);
          const second = readLine(window, first.next, at);
          const from = this.popMark(at);
          this.contain(this.stack, from, this.sp, at);
          const args = calls.tuples.make(this.stack, from, this.sp - from);
          this.sp = from;
          const type = calls.importGlobal(first.text, second.text, at);
          this.push(calls.instantiate(type, args, at));
          return second.next;
        }
      case 0x82: // EXT1
      case 0x83: // EXT2
      case 0x84: // EXT4
        return this.extension(1 << (opcode - 0x82), at, next);
      case 0x50: // PERSID
        {
          const line = readLine(window, next, at);
          this.push(calls.persistent(OPAQUE));
          return line.next;
        }
      case 0x51: // BINPERSID
        this.push(calls.persistent(this.pop(at)));
        return next;
      case 0x49: // INT
      case 0x4c: // LONG
      case 0x46: // FLOAT
      case 0x56: // UNICODE
      case 0x53: // STRING
        {
          const end = skipLine(window, next, at);
          this.push(LITERAL + at);
          // The quote of STRING stands before the content.
          if (end - next > 20 && nestable(window.peek(next, 3), opcode === 0x53 ? 1 : 0)) calls.embedded(at);
          return end;
        }
      case 0x70: // PUT
        {
          const line = readLine(window, next, at);
          this.memo.put(index(line.text, at), this.top(at));
          return line.next;
        }
      case 0x67: // GET
        {
          const line = readLine(window, next, at);
          const value = this.memo.get(index(line.text, at));
          if (value === UNSET) throw new BrokenPickle(`reads memo ${line.text}, which is empty`, at);
          this.push(value);
          return line.next;
        }
      case 0x30: // POP
        if (this.depth > 0 && this.marks[this.depth - 1] === this.sp) this.popMark(at);
        else this.pop(at);
        return next;
      case 0x31: // POP_MARK
        this.sp = this.popMark(at);
        return next;
      case 0x32: // DUP
        this.push(this.top(at));
        return next;
      case 0x97: // NEXT_BUFFER
        this.push(OPAQUE);
        return next;
      case 0x98: // READONLY_BUFFER
        this.top(at);
        return next;
      default:
        throw new BrokenPickle(`has the unknown opcode 0x${opcode.toString(16).padStart(2, '0')}`, at);
    }
  }

  private extension(width: number, at: number, next: number): number {
    let code = 0;
    const bytes = this.window.peek(next, width);
    for (let shift = 0; shift < width; shift++) code += (bytes[shift] ?? 0) * 2 ** (8 * shift);
    if (code === 0 || code > 0x7fffffff)
      throw new BrokenPickle('has an extension code that can not exist', at);
    this.calls.extension(code, at);
    this.push(EXTENSION + code);
    return next + width;
  }

  private push(value: number): void {
    if (this.sp >= this.stack.length) this.grow();
    this.stack[this.sp++] = value;
  }

  private pop(at: number): number {
    if (this.sp <= this.fence) throw underflow(at);
    return this.stack[--this.sp] ?? OPAQUE;
  }

  private top(at: number): number {
    if (this.sp <= this.fence) throw underflow(at);
    return this.stack[this.sp - 1] ?? OPAQUE;
  }

  private popMark(at: number): number {
    if (this.depth === 0) throw new BrokenPickle('has no mark where one is needed', at);
    this.depth--;
    this.fence = this.depth > 0 ? (this.marks[this.depth - 1] ?? 0) : 0;
    return this.marks[this.depth] ?? 0;
  }

  /** Values that go into a container: an import that may only be called in a known way must not hide there. */
  private contain(stack: Float64Array, from: number, to: number, at: number): void {
    for (let index = from; index < to; index++) {
      const value = stack[index] ?? 0;
      if (value >= GLOBAL) this.calls.hold(value, at);
    }
  }

  /** The same, with the container itself below. */
  private fill(stack: Float64Array, container: number, to: number, at: number): void {
    const target = stack[container] ?? 0;
    if (target >= GLOBAL) this.calls.change(target, at);
    this.contain(stack, container + 1, to, at);
  }

  private grow(): Float64Array {
    if (this.stack.length >= MAX_STACK) throw new LimitReached('memory');
    const larger = new Float64Array(this.stack.length * 2);
    larger.set(this.stack);
    this.stack = larger;
    return larger;
  }

  private growMarks(): void {
    if (this.marks.length >= MAX_MARKS) throw new LimitReached('memory');
    const larger = new Int32Array(this.marks.length * 2);
    larger.set(this.marks);
    this.marks = larger;
  }
}

function unsigned(buf: Uint8Array, at: number): number {
  return (
    ((buf[at] ?? 0) | ((buf[at + 1] ?? 0) << 8) | ((buf[at + 2] ?? 0) << 16) | ((buf[at + 3] ?? 0) << 24)) >>>
    0
  );
}

/** A memo index as protocol 0 writes it. */
function index(text: string, at: number): number {
  const value = Number(text.trim());
  if (!Number.isInteger(value) || value < 0) throw new BrokenPickle('has a memo index that is no number', at);
  return value;
}

/** Content that may be a pickle again: PROTO, or PROTO in base64 or in hexadecimal digits. */
function nestable(buf: Uint8Array, at: number): boolean {
  const first = buf[at];
  const second = buf[at + 1] ?? 255;
  return (
    (first === 0x80 && second < 6) ||
    (first === 0x67 && second === 0x41) ||
    (first === 0x38 && second === 0x30)
  );
}

function underflow(at: number): BrokenPickle {
  return new BrokenPickle('takes more from the stack than there is', at);
}

function cut(at: number, length: number): BrokenPickle {
  return new BrokenPickle(`declares a value of ${length} bytes, more than the file has`, at);
}
