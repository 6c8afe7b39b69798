/** Values of the symbolic stack as a person would write them. */
import type { Calls } from './calls.ts';
import { literalAt } from './literals.ts';
import { ATTRIBUTE, DTYPE, EXTENSION, GLOBAL, kindOf, LITERAL, RESULT, TUPLE } from './values.ts';

const LONGEST = 80;
const DEEPEST = 3;

export function describe(value: number, calls: Calls, depth = 0): string {
  switch (kindOf(value)) {
    case LITERAL: {
      const literal = literalAt(calls.window, value - LITERAL, LONGEST + 1);
      if (literal.kind !== 'text' && literal.kind !== 'bytes') return literal.text;
      return `${literal.kind === 'bytes' ? 'b' : ''}${quoted(literal.text, literal.cut)}`;
    }
    case TUPLE: {
      const parts = calls.tuples.read(value);
      if (parts === undefined || depth >= DEEPEST) return '(…)';
      const shown = parts.map((part) => describe(part, calls, depth + 1));
      return `(${shown.join(', ')}${shown.length === 1 ? ',' : ''})`;
    }
    case GLOBAL:
      return calls.log.imports[value - GLOBAL]?.full ?? '…';
    case RESULT:
      return `${calls.log.imports[value - RESULT]?.full ?? '…'}(…)`;
    case DTYPE:
      return 'numpy.dtype(…)';
    case EXTENSION:
      return `extension ${value - EXTENSION}`;
    case ATTRIBUTE:
      return 'getattr(…)';
    default:
      return '…';
  }
}

/** As Python's repr: in single quotes, or in double quotes where that needs no escape. */
function quoted(text: string, cut: boolean): string {
  const inner = JSON.stringify(text.slice(0, LONGEST)).slice(1, -1).replaceAll('\\"', '"');
  const quote = inner.includes("'") && !inner.includes('"') ? '"' : "'";
  const shown = quote === "'" ? inner.replaceAll("'", "\\'") : inner;
  return `${quote}${shown}${quote}${cut || text.length > LONGEST ? '…' : ''}`;
}
