/**
 * Jinja templates to a syntax tree: statements here, expressions in expressions.ts. Written for templates of strangers:
 * bounded depth and size, and a tag that is not known is an error, never passed over.
 * Source: https://jinja.palletsprojects.com/en/stable/templates/ and the tags that chat templates add
 * (`generation`, `break`, `continue`).
 */
import { Malformed } from '../../bytes/malformed.ts';
import { Cursor } from './cursor.ts';
import { expression, filterChain, target, targets, tuple } from './expressions.ts';
import { tokens } from './lexer.ts';
import type { Expression, Statement, Template } from './syntax.ts';

/** Longest template that is parsed, in characters. The longest of real models has some 40,000. */
const LONGEST_TEMPLATE = 1024 * 1024;

/**
 * @throws Malformed with the offset of what could not be understood
 * @example parseTemplate('{% for m in messages %}{{ m.content }}{% endfor %}')
 */
export function parseTemplate(text: string): Template {
  if (text.length > LONGEST_TEMPLATE)
    throw new Malformed(`a template of more than ${LONGEST_TEMPLATE} characters`);
  const cursor = new Cursor(tokens(text));
  const body = block(cursor, []);
  if (cursor.peek().kind !== 'eof') throw cursor.unexpected();
  return { body };
}

/** Statements up to one of the tags `ends`, which is left to be read, or the end of the template. */
function block(cursor: Cursor, ends: readonly string[]): Statement[] {
  const body: Statement[] = [];
  for (;;) {
    const token = cursor.peek();
    if (token.kind === 'eof') {
      if (ends.length > 0) throw new Malformed(`"${ends.at(-1)}" is missing`, token.offset);
      return body;
    }
    if (token.kind === 'statement') {
      const tag = cursor.peek(1);
      if (tag.kind === 'name' && ends.includes(tag.value)) return body;
      cursor.deeper(() => body.push(statement(cursor)));
      continue;
    }
    cursor.next();
    if (token.kind === 'text') body.push({ type: 'text', text: token.value, offset: token.offset });
    else if (token.kind === 'output') {
      const value = tuple(cursor);
      cursor.expectEnd();
      body.push({ type: 'output', value, offset: token.offset });
    } else throw cursor.unexpected(token);
  }
}

/** `{% name`, read up to the name; returns the name. */
function openTag(cursor: Cursor): string {
  cursor.expect('statement');
  return cursor.expect('name').value;
}

function closing(cursor: Cursor, tag: string): void {
  const name = openTag(cursor);
  if (name !== tag) throw cursor.unexpected();
  // `endblock` and `endmacro` may repeat the name.
  if (cursor.peek().kind === 'name') cursor.next();
  cursor.expectEnd();
}

function statement(cursor: Cursor): Statement {
  const { offset } = cursor.peek();
  const tag = openTag(cursor);
  switch (tag) {
    case 'for':
      return loop(cursor, offset);
    case 'if':
      return condition(cursor, offset);
    case 'set':
      return assignment(cursor, offset);
    case 'macro':
      return macro(cursor, offset);
    case 'call': {
      const names = cursor.accept('(') ? parameters(cursor) : [];
      const value = expression(cursor);
      return scope(cursor, tag, [value, ...defaults(names)], offset);
    }
    case 'filter':
      return scope(cursor, tag, [filterChain(cursor)], offset);
    case 'with':
      return scope(cursor, tag, withValues(cursor), offset);
    case 'block': {
      cursor.expect('name');
      while (cursor.acceptName('scoped') || cursor.acceptName('required'));
      return scope(cursor, tag, [], offset);
    }
    case 'autoescape':
      return scope(cursor, tag, [expression(cursor)], offset);
    case 'generation':
      return scope(cursor, tag, [], offset);
    case 'include':
    case 'import':
    case 'from':
    case 'extends':
      return load(cursor, tag, offset);
    case 'do': {
      const value = tuple(cursor);
      cursor.expectEnd();
      return { type: 'do', value, offset };
    }
    case 'break':
    case 'continue':
      cursor.expectEnd();
      return { type: 'jump', tag, offset };
    default:
      throw new Malformed(`the tag "${tag.slice(0, 40)}" is not known`, offset);
  }
}

function loop(cursor: Cursor, offset: number): Statement {
  const names = target(cursor);
  if (!cursor.acceptName('in')) throw cursor.unexpected();
  const items = tuple(cursor, false);
  const filter = cursor.acceptName('if') ? expression(cursor) : undefined;
  cursor.acceptName('recursive');
  cursor.expectEnd();
  const body = block(cursor, ['else', 'endfor']);
  let otherwise: Statement[] = [];
  if (cursor.peek(1).value === 'else') {
    closing(cursor, 'else');
    otherwise = block(cursor, ['endfor']);
  }
  closing(cursor, 'endfor');
  return { type: 'for', target: names, items, filter, body, otherwise, offset };
}

function condition(cursor: Cursor, offset: number): Statement {
  // Branches of a chain are collected first: a chain of `elif` is long, not deep.
  const branches: { test: Expression; consequent: Statement[]; offset: number }[] = [];
  let otherwise: Statement[] = [];
  let at = offset;
  for (;;) {
    const test = tuple(cursor);
    cursor.expectEnd();
    branches.push({ test, consequent: block(cursor, ['elif', 'else', 'endif']), offset: at });
    at = cursor.peek().offset;
    const next = cursor.peek(1).value;
    if (next !== 'elif') break;
    openTag(cursor);
  }
  if (cursor.peek(1).value === 'else') {
    closing(cursor, 'else');
    otherwise = block(cursor, ['endif']);
  }
  closing(cursor, 'endif');
  for (const branch of branches.slice(1).reverse()) otherwise = [{ type: 'if', ...branch, otherwise }];
  const [first] = branches;
  if (first === undefined) throw cursor.unexpected();
  return { type: 'if', ...first, otherwise };
}

function assignment(cursor: Cursor, offset: number): Statement {
  const names = targets(cursor);
  if (cursor.accept('=')) {
    const value = tuple(cursor);
    cursor.expectEnd();
    return { type: 'set', targets: names, value, body: [], offset };
  }
  // A block is captured, through filters if there are any.
  const value = cursor.accept('|') ? filterChain(cursor) : undefined;
  cursor.expectEnd();
  const body = block(cursor, ['endset']);
  closing(cursor, 'endset');
  return { type: 'set', targets: names, value, body, offset };
}

type Parameter = { name: string; value: Expression | undefined };

/** Names with defaults up to the closing parenthesis; the opening one is read. */
function parameters(cursor: Cursor): Parameter[] {
  const found: Parameter[] = [];
  while (!cursor.accept(')')) {
    if (found.length > 0) cursor.expectOperator(',');
    if (cursor.accept(')')) break;
    const { value: name } = cursor.expect('name');
    found.push({ name, value: cursor.accept('=') ? expression(cursor) : undefined });
  }
  return found;
}

function defaults(names: readonly Parameter[]): Expression[] {
  return names.flatMap(({ value }) => (value === undefined ? [] : [value]));
}

function macro(cursor: Cursor, offset: number): Statement {
  const { value: name } = cursor.expect('name');
  cursor.expectOperator('(');
  const names = parameters(cursor);
  cursor.expectEnd();
  const body = block(cursor, ['endmacro']);
  closing(cursor, 'endmacro');
  return { type: 'macro', name, parameters: names, body, offset };
}

function scope(cursor: Cursor, tag: string, values: readonly Expression[], offset: number): Statement {
  cursor.expectEnd();
  const body = block(cursor, [`end${tag}`]);
  closing(cursor, `end${tag}`);
  return { type: 'scope', tag, values, body, offset };
}

function withValues(cursor: Cursor): Expression[] {
  const values: Expression[] = [];
  while (cursor.peek().kind !== 'end') {
    if (values.length > 0) cursor.expectOperator(',');
    target(cursor);
    cursor.expectOperator('=');
    values.push(expression(cursor));
  }
  return values;
}

function load(cursor: Cursor, tag: string, offset: number): Statement {
  const file = expression(cursor);
  // `ignore missing`, `with context`, `as x`, `import a as b, c`: names only.
  while (cursor.peek().kind !== 'end') {
    const token = cursor.next();
    if (token.kind !== 'name' && token.value !== ',') throw cursor.unexpected(token);
  }
  cursor.expectEnd();
  return { type: 'load', tag, target: file, offset };
}
