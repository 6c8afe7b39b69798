/** Jinja's expressions, by precedence. */
import { Malformed } from '../../bytes/malformed.ts';
import type { Cursor } from './cursor.ts';
import { callArguments, postfix, primary } from './operands.ts';
import type { Argument, Expression } from './syntax.ts';

/** Operators in one row, such as `'a' + 'b' + …`: a tree of them is as deep as the row is long. */
const LONGEST_ROW = 300;

/** `a if b else c` and everything that binds closer. */
export function expression(cursor: Cursor): Expression {
  return cursor.deeper(() => {
    let value = or(cursor);
    for (let row = 0; cursor.peek().kind === 'name' && cursor.peek().value === 'if'; row += 1) {
      bounded(cursor, row);
      const { offset } = cursor.next();
      const test = or(cursor);
      const otherwise = cursor.acceptName('else') ? expression(cursor) : undefined;
      value = { type: 'conditional', test, consequent: value, otherwise, offset };
    }
    return value;
  });
}

/** Filters as a filter block and a captured block have them: a name first. */
export function filterChain(cursor: Cursor): Expression {
  let value = oneFilter(cursor, undefined);
  for (let row = 0; cursor.accept('|'); row += 1) {
    bounded(cursor, row);
    value = oneFilter(cursor, value);
  }
  return value;
}

/** `a, b` as a list of both; a single expression as itself. Without `conditional`, `if` is left to be read. */
export function tuple(cursor: Cursor, conditional = true): Expression {
  const { offset } = cursor.peek();
  const one = () => (conditional ? expression(cursor) : cursor.deeper(() => or(cursor)));
  const first = one();
  if (cursor.peek().value !== ',' || cursor.peek().kind !== 'operator') return first;
  const items = [first];
  while (cursor.accept(',')) {
    if (endsList(cursor)) break;
    items.push(one());
  }
  return { type: 'list', items, offset };
}

/** What `for` assigns to: names, or several in parentheses. */
export function target(cursor: Cursor): Expression {
  const { offset } = cursor.peek();
  const items = targets(cursor);
  const [first] = items;
  return items.length === 1 && first !== undefined ? first : { type: 'list', items, offset };
}

/** What `set` assigns to: names, attributes of a namespace, several of them. */
export function targets(cursor: Cursor): Expression[] {
  const found: Expression[] = [];
  do {
    if (cursor.accept('(')) {
      found.push(...cursor.deeper(() => targets(cursor)));
      cursor.expectOperator(')');
      continue;
    }
    if (found.length > 0 && cursor.peek().kind !== 'name') break;
    const token = cursor.expect('name');
    let value: Expression = { type: 'name', name: token.value, offset: token.offset };
    while (cursor.accept('.')) {
      const name = cursor.expect('name');
      value = { type: 'attribute', object: value, name: name.value, offset: name.offset };
    }
    found.push(value);
  } while (cursor.accept(','));
  return found;
}

function endsList(cursor: Cursor): boolean {
  const token = cursor.peek();
  return token.kind === 'end' || token.kind === 'eof' || [')', ']', '}', '='].includes(token.value);
}

export function bounded(cursor: Cursor, row: number): void {
  if (row > LONGEST_ROW)
    throw new Malformed(`more than ${LONGEST_ROW} operators in a row`, cursor.peek().offset);
}

/** A row of operators that bind alike, from the left. */
function leftRow(
  cursor: Cursor,
  operand: (cursor: Cursor) => Expression,
  operator: () => string | undefined,
): Expression {
  let left = operand(cursor);
  for (let row = 0; ; row += 1) {
    bounded(cursor, row);
    const { offset } = cursor.peek();
    const found = operator();
    if (found === undefined) return left;
    left = { type: 'binary', operator: found, left, right: operand(cursor), offset };
  }
}

function oneOf(cursor: Cursor, operators: readonly string[]): string | undefined {
  return operators.find((operator) => cursor.accept(operator));
}

function or(cursor: Cursor): Expression {
  return leftRow(cursor, and, () => (cursor.acceptName('or') ? 'or' : undefined));
}

function and(cursor: Cursor): Expression {
  return leftRow(cursor, not, () => (cursor.acceptName('and') ? 'and' : undefined));
}

function not(cursor: Cursor): Expression {
  const { offset } = cursor.peek();
  if (cursor.acceptName('not'))
    return { type: 'unary', operator: 'not', operand: cursor.deeper(() => not(cursor)), offset };
  return leftRow(cursor, sum, () => {
    const compared = oneOf(cursor, ['==', '!=', '<=', '>=', '<', '>']);
    if (compared !== undefined) return compared;
    if (cursor.acceptName('in')) return 'in';
    if (cursor.peek().value === 'not' && cursor.peek(1).value === 'in') {
      cursor.next();
      cursor.next();
      return 'not in';
    }
    return undefined;
  });
}

function sum(cursor: Cursor): Expression {
  return leftRow(cursor, concatenation, () => oneOf(cursor, ['+', '-']));
}

function concatenation(cursor: Cursor): Expression {
  return leftRow(cursor, product, () => oneOf(cursor, ['~']));
}

function product(cursor: Cursor): Expression {
  return leftRow(cursor, power, () => oneOf(cursor, ['*', '//', '/', '%']));
}

function power(cursor: Cursor): Expression {
  return leftRow(cursor, unary, () => oneOf(cursor, ['**']));
}

function unary(cursor: Cursor): Expression {
  const { offset } = cursor.peek();
  const operator = oneOf(cursor, ['-', '+']);
  if (operator !== undefined)
    return {
      type: 'unary',
      operator,
      operand: cursor.deeper(() => unary(cursor)),
      offset,
    };
  return filtered(cursor, postfix(cursor, primary(cursor)));
}

/** Filters and tests bind closer than any operator. */
function filtered(cursor: Cursor, start: Expression): Expression {
  let value = start;
  for (let row = 0; ; row += 1) {
    bounded(cursor, row);
    if (cursor.accept('|')) value = postfix(cursor, oneFilter(cursor, value));
    else if (cursor.peek().kind === 'name' && cursor.peek().value === 'is') value = test(cursor, value);
    else return value;
  }
}

function dotted(cursor: Cursor): string {
  let name = cursor.expect('name').value;
  while (cursor.peek().value === '.' && cursor.peek(1).kind === 'name') {
    cursor.next();
    name += `.${cursor.next().value}`;
  }
  return name;
}

function oneFilter(cursor: Cursor, object: Expression | undefined): Expression {
  const { offset } = cursor.peek();
  const name = dotted(cursor);
  return { type: 'filter', object, name, args: cursor.accept('(') ? callArguments(cursor) : [], offset };
}

function test(cursor: Cursor, object: Expression): Expression {
  const { offset } = cursor.next();
  const negated = cursor.acceptName('not');
  const name = dotted(cursor);
  let args: Argument[] = [];
  if (cursor.accept('(')) args = callArguments(cursor);
  else if (startsOperand(cursor)) {
    const value = postfix(cursor, primary(cursor));
    args = [{ name: undefined, value }];
  }
  const value: Expression = { type: 'test', object, name, args, offset };
  return negated ? { type: 'unary', operator: 'not', operand: value, offset } : value;
}

function startsOperand(cursor: Cursor): boolean {
  const token = cursor.peek();
  if (token.kind === 'string' || token.kind === 'number') return true;
  if (token.kind === 'operator') return token.value === '[' || token.value === '{';
  return token.kind === 'name' && !['else', 'or', 'and', 'is', 'if', 'in', 'not'].includes(token.value);
}
