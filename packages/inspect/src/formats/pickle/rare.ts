/** Opcodes that a pickle has few of: each is one case, none is in the loop of the machine. */
import type { Calls } from './calls.ts';
import { BrokenPickle, underflow } from './faults.ts';
import { readLine, skipLine } from './lines.ts';
import { nestable } from './nestable.ts';
import type { State } from './state.ts';
import { EXTENSION, LITERAL, OPAQUE, UNSET } from './values.ts';
import type { Window } from './window.ts';

export interface RareContext {
  readonly state: State;
  readonly window: Window;
  readonly calls: Calls;
}

/** Runs one opcode that stands at `at`. @returns the offset of the next one @throws BrokenPickle */
export function runRare(machine: RareContext, opcode: number, at: number, next: number): number {
  const { state, calls, window } = machine;
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
        state.push(calls.importGlobal(first.text, second.text, at));
        return second.next;
      }
    case 0x93: // STACK_GLOBAL
      {
        const name = state.pop(at);
        const module = state.pop(at);
        state.push(calls.importFromStack(module, name, at));
        return next;
      }
    case 0x52: // REDUCE
      {
        const args = state.pop(at);
        const callee = state.pop(at);
        state.push(calls.reduce(callee, args, at));
        return next;
      }
    case 0x81: // NEWOBJ
      {
        const args = state.pop(at);
        const type = state.pop(at);
        state.push(calls.construct(type, args, at));
        return next;
      }
    case 0x92: // NEWOBJ_EX
      {
        const keywords = state.pop(at);
        const args = state.pop(at);
        const type = state.pop(at);
        calls.hold(keywords, at);
        state.push(calls.construct(type, args, at));
        return next;
      }
    case 0x62: // BUILD
      {
        const content = state.pop(at);
        const object = state.top(at);
        calls.hold(content, at);
        return calls.build(object, content, at, next);
      }
    case 0x6f: // OBJ
      {
        const from = state.popMark(at);
        if (state.sp <= from) throw underflow(at);
        const type = state.stack[from] ?? OPAQUE;
        state.contain(state.stack, from + 1, state.sp, at);
        const args = calls.tuples.make(state.stack, from + 1, state.sp - from - 1);
        state.sp = from;
        state.push(calls.instantiate(type, args, at));
        return next;
      }
    case 0x69: // INST
      {
        const first = readLine(window, next, at);
        const second = readLine(window, first.next, at);
        const from = state.popMark(at);
        state.contain(state.stack, from, state.sp, at);
        const args = calls.tuples.make(state.stack, from, state.sp - from);
        state.sp = from;
        const type = calls.importGlobal(first.text, second.text, at);
        state.push(calls.instantiate(type, args, at));
        return second.next;
      }
    case 0x82: // EXT1
    case 0x83: // EXT2
    case 0x84: // EXT4
      return extension(machine, 1 << (opcode - 0x82), at, next);
    case 0x50: // PERSID
      {
        const line = readLine(window, next, at);
        state.push(calls.persistent(OPAQUE));
        return line.next;
      }
    case 0x51: // BINPERSID
      state.push(calls.persistent(state.pop(at)));
      return next;
    case 0x49: // INT
    case 0x4c: // LONG
    case 0x46: // FLOAT
    case 0x56: // UNICODE
    case 0x53: // STRING
      {
        const end = skipLine(window, next, at);
        state.push(LITERAL + at);
        // The quote of STRING stands before the content.
        if (end - next > 20 && nestable(window.peek(next, 3), opcode === 0x53 ? 1 : 0)) calls.embedded(at);
        return end;
      }
    case 0x70: // PUT
      {
        const line = readLine(window, next, at);
        state.memo.put(index(line.text, at), state.top(at));
        return line.next;
      }
    case 0x67: // GET
      {
        const line = readLine(window, next, at);
        const value = state.memo.get(index(line.text, at));
        if (value === UNSET) throw new BrokenPickle(`reads memo ${line.text}, which is empty`, at);
        state.push(value);
        return line.next;
      }
    case 0x30: // POP
      if (state.onMark) state.popMark(at);
      else state.pop(at);
      return next;
    case 0x31: // POP_MARK
      state.sp = state.popMark(at);
      return next;
    case 0x32: // DUP
      state.push(state.top(at));
      return next;
    case 0x97: // NEXT_BUFFER
      state.push(OPAQUE);
      return next;
    case 0x98: // READONLY_BUFFER
      state.top(at);
      return next;
    default:
      throw new BrokenPickle(`has the unknown opcode 0x${opcode.toString(16).padStart(2, '0')}`, at);
  }
}

function extension({ state, window, calls }: RareContext, width: number, at: number, next: number): number {
  let code = 0;
  const bytes = window.peek(next, width);
  for (let shift = 0; shift < width; shift++) code += (bytes[shift] ?? 0) * 2 ** (8 * shift);
  if (code === 0 || code > 0x7fffffff) throw new BrokenPickle('has an extension code that can not exist', at);
  calls.extension(code, at);
  state.push(EXTENSION + code);
  return next + width;
}

/** A memo index as protocol 0 writes it. */
function index(text: string, at: number): number {
  const value = Number(text.trim());
  if (!Number.isInteger(value) || value < 0) throw new BrokenPickle('has a memo index that is no number', at);
  return value;
}
