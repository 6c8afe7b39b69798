/**
 * What a constant expression comes to. Attackers write a name in pieces (`'__cla' ~ 'ss__'`, `'ssalc'[::-1]`,
 * `dict(__cl=1)|join`), so the pieces are put together before anything is judged.
 */
import type { Argument, Expression } from './syntax.ts';

export type Constant = string | number | boolean | null | readonly Constant[];

const LONGEST = 4096;

/** Constants that variables were set to: only those that have one value in the whole template. */
export type Variables = ReadonlyMap<string, Constant>;

/** @returns undefined where the value depends on the input, or is too long */
export function fold(expression: Expression, variables: Variables, depth = 0): Constant | undefined {
  if (depth > 200) return undefined;
  const inner = (part: Expression) => fold(part, variables, depth + 1);
  switch (expression.type) {
    case 'literal':
      return expression.value;
    case 'name':
      return variables.get(expression.name);
    case 'list': {
      const items = expression.items.map(inner);
      return items.every((item) => item !== undefined) ? items : undefined;
    }
    case 'dict': {
      // What a join or a loop sees of a dictionary is its keys.
      const keys = expression.entries.map(([key]) => inner(key));
      return keys.every((key) => key !== undefined) ? keys : undefined;
    }
    case 'call':
      if (expression.callee.type === 'name' && expression.callee.name === 'dict')
        return expression.args.flatMap(({ name }) => (name === undefined || name === '*' ? [] : [name]));
      return expression.callee.type === 'attribute'
        ? method(inner(expression.callee.object), expression.callee.name, argumentsOf(expression.args, inner))
        : undefined;
    case 'filter':
      return expression.object === undefined
        ? undefined
        : method(inner(expression.object), expression.name, argumentsOf(expression.args, inner));
    case 'binary':
      return binary(expression.operator, inner(expression.left), inner(expression.right));
    case 'unary': {
      const value = inner(expression.operand);
      return expression.operator === '-' && typeof value === 'number' ? -value : undefined;
    }
    case 'subscript':
      return subscript(inner(expression.object), expression.index, inner);
    default:
      return undefined;
  }
}

type Inner = (part: Expression) => Constant | undefined;

function argumentsOf(args: readonly Argument[], inner: Inner): (Constant | undefined)[] {
  return args.map(({ value }) => inner(value));
}

function text(value: Constant | undefined): string | undefined {
  if (value === undefined || isList(value)) return undefined;
  return value === null ? 'None' : String(value);
}

function isList(value: Constant | undefined): value is readonly Constant[] {
  return Array.isArray(value);
}

function binary(
  operator: string,
  left: Constant | undefined,
  right: Constant | undefined,
): Constant | undefined {
  if (left === undefined || right === undefined) return undefined;
  if (operator === '~' || (operator === '+' && typeof left === 'string' && typeof right === 'string')) {
    const joined = `${text(left) ?? ''}${text(right) ?? ''}`;
    return joined.length > LONGEST ? undefined : joined;
  }
  if (typeof left === 'number' && typeof right === 'number') return arithmetic(operator, left, right);
  if (operator === '*' && typeof left === 'string' && typeof right === 'number')
    return right >= 0 && left.length * right <= LONGEST ? left.repeat(Math.floor(right)) : undefined;
  if (operator === '%' && typeof left === 'string') return format(left, isList(right) ? right : [right]);
  return undefined;
}

function arithmetic(operator: string, left: number, right: number): number | undefined {
  switch (operator) {
    case '+':
      return left + right;
    case '-':
      return left - right;
    case '*':
      return left * right;
    case '**':
      return left ** right;
    default:
      return undefined;
  }
}

/** `%s`, `%c` and `%d` of Python, and nothing else. */
function format(pattern: string, values: readonly Constant[]): string {
  let next = 0;
  return pattern.replace(/%(%|[scd])/g, (_, kind: string) => {
    if (kind === '%') return '%';
    const value = values[next] ?? '';
    next += 1;
    return kind === 'c' && typeof value === 'number' ? character(value) : (text(value) ?? '');
  });
}

function character(code: number): string {
  return Number.isInteger(code) && code >= 0 && code <= 0x10ffff ? String.fromCodePoint(code) : '';
}

/** String methods and the filters of the same effect. */
function method(
  object: Constant | undefined,
  name: string,
  args: readonly (Constant | undefined)[],
): Constant | undefined {
  if (object === undefined) return undefined;
  const [first, second] = args;
  if (name === 'join') {
    // As a filter the list comes first, as a method the separator.
    const list = isList(object) ? object : first;
    const separator = isList(object) ? (text(first) ?? '') : (text(object) ?? '');
    const items = isList(list) ? list : typeof list === 'string' ? [...list] : undefined;
    const joined = items?.map((item) => text(item) ?? '').join(separator);
    return joined === undefined || joined.length > LONGEST ? undefined : joined;
  }
  if (isList(object)) {
    if (name === 'first') return object[0];
    if (name === 'last') return object.at(-1);
    return name === 'reverse' ? object.toReversed() : name === 'list' ? object : undefined;
  }
  if (typeof object !== 'string') return name === 'string' ? text(object) : undefined;
  switch (name) {
    case 'lower':
      return object.toLowerCase();
    case 'upper':
      return object.toUpperCase();
    case 'title':
    case 'capitalize':
      return object.slice(0, 1).toUpperCase() + object.slice(1).toLowerCase();
    case 'strip':
    case 'trim':
      return object.trim();
    case 'string':
    case 'safe':
      return object;
    case 'list':
      return object.length > 1000 ? undefined : [...object];
    case 'reverse':
      return [...object].reverse().join('');
    case 'replace':
      return typeof first === 'string' &&
        typeof second === 'string' &&
        object.length * (second.length + 1) <= LONGEST
        ? object.replaceAll(first, () => second)
        : undefined;
    case 'format':
      return args.every((arg) => arg !== undefined) ? braces(format(object, args), args) : undefined;
    default:
      return undefined;
  }
}

/** `'{}{1}'.format(a, b)` without attribute access. */
function braces(pattern: string, values: readonly Constant[]): string {
  let next = 0;
  return pattern.replace(/\{(\d*)\}/g, (_, index: string) => {
    const value = values[index === '' ? next++ : Number(index)];
    return text(value) ?? '';
  });
}

function subscript(object: Constant | undefined, index: Expression, inner: Inner): Constant | undefined {
  if (typeof object !== 'string' && !isList(object)) return undefined;
  const items = typeof object === 'string' ? [...object] : object;
  if (index.type !== 'slice') {
    const at = inner(index);
    return typeof at === 'number' ? items.at(at) : undefined;
  }
  const [from, to, step] = index.parts.map((part) => (part === undefined ? undefined : inner(part)));
  const stride = typeof step === 'number' && step !== 0 ? Math.trunc(step) : 1;
  const range = items.slice(
    ...(stride > 0 ? [typeof from === 'number' ? from : 0, typeof to === 'number' ? to : items.length] : [0]),
  );
  const ordered = stride < 0 ? range.toReversed() : range;
  const picked = ordered.filter((_, at) => at % Math.abs(stride) === 0);
  return typeof object === 'string' ? picked.join('') : picked;
}
