/**
 * The pickle machine, without Python: it follows every opcode of protocols 0 to 5 as CPython's unpickler does, but what
 * would be imported is written down and what would be called is judged. The loop holds its state in locals and typed
 * arrays; whatever is rare is in rare.ts.
 *
 * Source of the semantics: PEP 307, PEP 3154, PEP 574 and the behaviour of CPython's `_pickle`.
 */
import type { Calls } from './calls.ts';
import { BrokenPickle, underflow } from './faults.ts';
import { nestable } from './nestable.ts';
import { type RareContext, runRare } from './rare.ts';
import { State } from './state.ts';
import { GLOBAL, LITERAL, OPAQUE, TUPLE, UNSET } from './values.ts';
import type { Window } from './window.ts';

export class Machine implements RareContext {
  readonly state: State;
  readonly window: Window;
  readonly calls: Calls;

  constructor(window: Window, calls: Calls) {
    this.window = window;
    this.calls = calls;
    this.state = new State(calls);
  }

  /**
   * Runs one pickle. @returns the offset after its STOP
   * @throws BrokenPickle where Python's unpickler would stop with an error
   * @throws LimitReached
   */
  run(start: number): number {
    const { window, calls, state } = this;
    const { memo } = state;
    const size = window.source.size;
    const buf = window.bytes;
    if (start < window.base || start >= window.base + window.soft) window.moveTo(start);
    let base = window.base;
    let soft = window.soft;
    let pos = (start - base) | 0;
    // Where an opcode ends that may end far away.
    let far = 0;
    let lit = LITERAL + base;
    let stack: Float64Array = state.stack;
    let sp = state.sp;
    for (;;) {
      if (pos >= soft) {
        const at = base + pos;
        if (at >= size || !window.moveTo(at))
          throw new BrokenPickle(
            at > size ? 'is cut off inside of a value' : 'ends without STOP',
            Math.min(at, size),
            true,
          );
        base = at;
        soft = window.soft;
        lit = LITERAL + base;
        pos = 0;
      }
      if (sp >= stack.length) {
        state.sp = sp;
        stack = state.grow();
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
            if (length > 20 && nestable(buf, pos + 1)) calls.embedded(base + at);
            pos += 1 + length;
            continue;
          }
        case 0x58: // BINUNICODE
        case 0x54: // BINSTRING
        case 0x42: // BINBYTES
          {
            const length = unsigned(buf, pos);
            if (base + pos + 4 + length > size) throw cut(base + at, length);
            if (length > 20 && nestable(buf, pos + 4)) calls.embedded(base + at);
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
            if (length > 20 && nestable(buf, pos + 8)) calls.embedded(base + at);
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
          if (sp <= state.fence) throw underflow(base + at);
          memo.put(memo.size, stack[sp - 1] ?? OPAQUE);
          continue;
        case 0x71: // BINPUT
          if (sp <= state.fence) throw underflow(base + at);
          memo.put(buf[pos++] ?? 0, stack[sp - 1] ?? OPAQUE);
          continue;
        case 0x72: // LONG_BINPUT
          if (sp <= state.fence) throw underflow(base + at);
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
            if (plain && opcode === 0x70 && number >= 0 && sp > state.fence)
              memo.put(number, stack[sp - 1] ?? OPAQUE);
            else if (plain && opcode === 0x67 && memo.get(number) !== UNSET) stack[sp++] = memo.get(number);
            else if (plain && opcode !== 0x70 && opcode !== 0x67) stack[sp++] = lit + at;
            else {
              state.sp = sp;
              far = runRare(this, opcode, base + at, base + pos);
              sp = state.sp;
              break;
            }
            pos = end + 1;
            continue;
          }
        case 0x28: // MARK
          state.mark(sp);
          continue;
        case 0x85: // TUPLE1
        case 0x86: // TUPLE2
        case 0x87: // TUPLE3
          {
            const count = opcode - 0x84;
            if (sp - count < state.fence) throw underflow(base + at);
            state.contain(stack, sp - count, sp, base + at);
            sp -= count;
            stack[sp] = calls.tuples.make(stack, sp, count);
            sp++;
            continue;
          }
        case 0x61: // APPEND
          if (sp - 2 < state.fence) throw underflow(base + at);
          sp--;
          if ((stack[sp] ?? 0) >= GLOBAL || (stack[sp - 1] ?? 0) >= GLOBAL)
            state.fill(stack, sp - 1, sp + 1, base + at);
          continue;
        case 0x65: // APPENDS
        case 0x90: // ADDITEMS
        case 0x75: // SETITEMS
          {
            const from = state.popMark(base + at);
            if (from - 1 < state.fence) throw underflow(base + at);
            state.fill(stack, from - 1, sp, base + at);
            if (opcode === 0x75) calls.setItems(stack, from, sp);
            sp = from;
            continue;
          }
        case 0x73: // SETITEM
          if (sp - 3 < state.fence) throw underflow(base + at);
          state.fill(stack, sp - 3, sp, base + at);
          calls.setItems(stack, sp - 2, sp);
          sp -= 2;
          continue;
        case 0x74: // TUPLE
          {
            const from = state.popMark(base + at);
            state.contain(stack, from, sp, base + at);
            const value = calls.tuples.make(stack, from, sp - from);
            sp = from;
            stack[sp++] = value;
            continue;
          }
        case 0x6c: // LIST
        case 0x64: // DICT
        case 0x91: // FROZENSET
          {
            const from = state.popMark(base + at);
            state.contain(stack, from, sp, base + at);
            sp = from;
            stack[sp++] = lit + at;
            continue;
          }
        case 0x2e: // STOP
          if (sp <= state.fence) throw underflow(base + at);
          return base + pos;
        case 0x95: // FRAME
          pos += 8;
          continue;
        default:
          state.sp = sp;
          far = runRare(this, opcode, base + at, base + pos);
          sp = state.sp;
      }
      // Here come only opcodes that may end anywhere; the position stays a small integer.
      if (far - base > soft) {
        if (far > size) throw new BrokenPickle('is cut off inside of a value', size, true);
        if (!window.moveTo(far)) throw new BrokenPickle('ends without STOP', size, true);
        base = far;
        soft = window.soft;
        lit = LITERAL + base;
        pos = 0;
      } else pos = (far - base) | 0;
    }
  }
}

function unsigned(buf: Uint8Array, at: number): number {
  return (
    ((buf[at] ?? 0) | ((buf[at + 1] ?? 0) << 8) | ((buf[at + 2] ?? 0) << 16) | ((buf[at + 3] ?? 0) << 24)) >>>
    0
  );
}

function cut(at: number, length: number): BrokenPickle {
  return new BrokenPickle(`declares a value of ${length} bytes, more than the file has`, at, true);
}
