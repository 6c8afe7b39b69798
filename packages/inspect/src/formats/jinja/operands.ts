/** What Jinja's operators stand between: names, literals, calls, attributes, subscripts. */
import type { Cursor } from './cursor.ts';
import { bounded, expression, tuple } from './expressions.ts';
import type { Argument, Expression } from './syntax.ts';

export function postfix(cursor: Cursor, start: Expression): Expression {
  let value = start;
  for (let row = 0; ; row += 1) {
    bounded(cursor, row);
    const { offset } = cursor.peek();
    if (cursor.accept('.')) {
      const token = cursor.next();
      if (token.kind === 'number')
        value = {
          type: 'subscript',
          object: value,
          index: { type: 'literal', value: Number(token.value), offset: token.offset },
          offset,
        };
      else if (token.kind === 'name') value = { type: 'attribute', object: value, name: token.value, offset };
      else throw cursor.unexpected(token);
    } else if (cursor.accept('['))
      value = { type: 'subscript', object: value, index: subscript(cursor), offset };
    else if (cursor.accept('(')) value = { type: 'call', callee: value, args: callArguments(cursor), offset };
    else return value;
  }
}

/** An index or a slice; the opening bracket is read. */
function subscript(cursor: Cursor): Expression {
  const { offset } = cursor.peek();
  const items: Expression[] = [];
  do {
    const parts: (Expression | undefined)[] = [];
    let slice = false;
    for (;;) {
      const token = cursor.peek();
      if (token.value === ':' && token.kind === 'operator') parts.push(undefined);
      else if (token.value === ']' || token.value === ',') parts.push(undefined);
      else parts.push(expression(cursor));
      if (!cursor.accept(':')) break;
      slice = true;
    }
    const [first] = parts;
    if (slice) items.push({ type: 'slice', parts, offset });
    else if (first !== undefined) items.push(first);
    else throw cursor.unexpected();
  } while (cursor.accept(','));
  cursor.expectOperator(']');
  const [only] = items;
  return items.length === 1 && only !== undefined ? only : { type: 'list', items, offset };
}

/** Arguments up to the closing parenthesis; the opening one is read. */
export function callArguments(cursor: Cursor): Argument[] {
  const args: Argument[] = [];
  while (!cursor.accept(')')) {
    if (args.length > 0) cursor.expectOperator(',');
    if (cursor.accept(')')) break;
    if (cursor.accept('**') || cursor.accept('*')) args.push({ name: '*', value: expression(cursor) });
    else if (
      cursor.peek().kind === 'name' &&
      cursor.peek(1).kind === 'operator' &&
      cursor.peek(1).value === '='
    ) {
      const name = cursor.next().value;
      cursor.next();
      args.push({ name, value: expression(cursor) });
    } else args.push({ name: undefined, value: expression(cursor) });
  }
  return args;
}

const CONSTANTS: ReadonlyMap<string, boolean | null> = new Map([
  ['true', true],
  ['True', true],
  ['false', false],
  ['False', false],
  ['none', null],
  ['None', null],
]);

export function primary(cursor: Cursor): Expression {
  const token = cursor.next();
  const { offset } = token;
  switch (token.kind) {
    case 'name': {
      const constant = CONSTANTS.get(token.value);
      return constant === undefined
        ? { type: 'name', name: token.value, offset }
        : { type: 'literal', value: constant, offset };
    }
    case 'string': {
      let { value } = token;
      while (cursor.peek().kind === 'string') value += cursor.next().value;
      return { type: 'literal', value, offset };
    }
    case 'number':
      return { type: 'literal', value: Number(token.value.replaceAll('_', '')), offset };
    case 'operator':
      if (token.value === '(') return parenthesised(cursor, offset);
      if (token.value === '[') return { type: 'list', items: items(cursor, ']'), offset };
      if (token.value === '{') return dictionary(cursor, offset);
      break;
    default:
  }
  throw cursor.unexpected(token);
}

function parenthesised(cursor: Cursor, offset: number): Expression {
  if (cursor.accept(')')) return { type: 'list', items: [], offset };
  const value = tuple(cursor);
  cursor.expectOperator(')');
  return value;
}

function items(cursor: Cursor, close: string): Expression[] {
  const found: Expression[] = [];
  while (!cursor.accept(close)) {
    if (found.length > 0) cursor.expectOperator(',');
    if (cursor.accept(close)) break;
    found.push(expression(cursor));
  }
  return found;
}

function dictionary(cursor: Cursor, offset: number): Expression {
  const entries: (readonly [Expression, Expression])[] = [];
  while (!cursor.accept('}')) {
    if (entries.length > 0) cursor.expectOperator(',');
    if (cursor.accept('}')) break;
    const key = expression(cursor);
    cursor.expectOperator(':');
    entries.push([key, expression(cursor)]);
  }
  return { type: 'dict', entries, offset };
}
