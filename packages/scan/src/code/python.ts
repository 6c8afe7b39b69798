/** Python syntax trees → facts. */
import type { Node } from 'web-tree-sitter';
import { type Call, type CodeFacts, type Entry, type Import, noFacts, type Value } from './facts.ts';

/** Deeper nesting than this is left unread; no hand-written file comes near. */
const MAX_DEPTH = 200;
const ENV_CALL =
  /(?:^|\.)(?:getenv|environ\.get|environ\.setdefault|env\.get|env\.str|get_env|secrets\.get)$/;

export function pythonFacts(root: Node): CodeFacts {
  const facts = noFacts();
  visit(root, facts, 0);
  return facts;
}

const lineOf = (node: Node): number => node.startPosition.row + 1;

function visit(node: Node, facts: CodeFacts, depth: number): void {
  if (depth > MAX_DEPTH) return;
  switch (node.type) {
    case 'comment':
      return;
    case 'expression_statement':
      // A bare string is a docstring or a comment.
      if (node.namedChildCount === 1 && /string$/.test(node.namedChild(0)?.type ?? '')) return;
      break;
    case 'import_statement':
      facts.imports.push(...plainImports(node));
      return;
    case 'import_from_statement':
      facts.imports.push(fromImport(node));
      return;
    case 'call':
      facts.calls.push(callOf(node));
      break;
    case 'assignment':
    case 'named_expression':
      assignment(node, facts);
      break;
    case 'default_parameter':
    case 'typed_default_parameter':
      parameter(node, facts);
      break;
    case 'dictionary': {
      const value = readValue(node);
      if (value.kind === 'object') facts.objects.push(value);
      break;
    }
    case 'decorated_definition':
      decorated(node, facts);
      break;
    case 'string':
      url(node, facts);
      return;
    default:
  }
  for (const child of node.namedChildren) visit(child, facts, depth + 1);
}

function plainImports(node: Node): Import[] {
  const found: Import[] = [];
  for (const child of node.namedChildren) {
    const module = child.type === 'aliased_import' ? child.childForFieldName('name')?.text : child.text;
    const local = child.type === 'aliased_import' ? child.childForFieldName('alias')?.text : undefined;
    if (module === undefined) continue;
    found.push({ module, names: [{ local: local ?? module, imported: module }], line: lineOf(node) });
  }
  return found;
}

function fromImport(node: Node): Import {
  const module = node.childForFieldName('module_name');
  const names: { local: string; imported: string }[] = [];
  for (const child of node.namedChildren) {
    if (module !== null && child.id === module.id) continue;
    const imported = child.type === 'aliased_import' ? child.childForFieldName('name')?.text : child.text;
    const local = child.type === 'aliased_import' ? child.childForFieldName('alias')?.text : imported;
    if (imported !== undefined && local !== undefined) names.push({ local, imported });
  }
  return { module: module?.text ?? '', names, line: lineOf(node) };
}

function assignment(node: Node, facts: CodeFacts): void {
  const target = node.childForFieldName('left') ?? node.childForFieldName('name');
  const right = node.childForFieldName('right') ?? node.childForFieldName('value');
  if (target === null || right === null) return;
  const name = nameOfTarget(target);
  if (name !== undefined) facts.assignments.push({ name, value: readValue(right), line: lineOf(node) });
}

function nameOfTarget(target: Node): string | undefined {
  if (target.type === 'identifier') return target.text;
  if (target.type === 'attribute') return target.childForFieldName('attribute')?.text;
  if (target.type === 'subscript') {
    const key = target.childForFieldName('subscript');
    if (key?.type === 'string') return stringOf(key).text;
  }
  return undefined;
}

function parameter(node: Node, facts: CodeFacts): void {
  const name = node.childForFieldName('name');
  const value = node.childForFieldName('value');
  if (name !== null && value !== null) {
    facts.assignments.push({ name: name.text, value: readValue(value), line: lineOf(node) });
  }
}

function decorated(node: Node, facts: CodeFacts): void {
  const name = node.childForFieldName('definition')?.childForFieldName('name')?.text;
  if (name === undefined) return;
  const decorators = node.namedChildren
    .filter((child) => child.type === 'decorator')
    .map((child) => child.text.slice(1).replace(/\(.*$/s, '').trim());
  facts.decorated.push({ name, decorators, line: lineOf(node) });
}

function url(node: Node, facts: CodeFacts): void {
  const text = node.text;
  if (text.includes('://')) facts.urls.push({ text: text.slice(0, 2_000), line: lineOf(node) });
}

function callOf(node: Node): Call {
  const positional: Value[] = [];
  const named: Entry[] = [];
  for (const child of node.childForFieldName('arguments')?.namedChildren ?? []) {
    if (child.type === 'comment') continue;
    if (child.type !== 'keyword_argument') positional.push(readValue(child));
    else {
      const key = child.childForFieldName('name')?.text;
      const value = child.childForFieldName('value');
      if (key !== undefined && value !== null) named.push({ key, value: readValue(value) });
    }
  }
  return { callee: dotted(node.childForFieldName('function')), positional, named, line: lineOf(node) };
}

/** `a.b(…).c` → `a.b.c`; parts that have no name vanish. */
function dotted(node: Node | null): string {
  if (node === null) return '';
  if (node.type === 'identifier') return node.text;
  if (node.type === 'attribute') {
    const object = dotted(node.childForFieldName('object'));
    const attribute = node.childForFieldName('attribute')?.text ?? '';
    return object === '' ? attribute : `${object}.${attribute}`;
  }
  if (node.type === 'call') return dotted(node.childForFieldName('function'));
  if (node.type === 'subscript') return dotted(node.childForFieldName('value'));
  if (node.type === 'await') return dotted(node.namedChild(0));
  return '';
}

function stringOf(node: Node): { text: string; partial: boolean } {
  let text = '';
  let partial = false;
  const parts = node.type === 'concatenated_string' ? node.namedChildren : [node];
  for (const part of parts) {
    for (const child of part.namedChildren) {
      if (child.type === 'string_content') text += child.text;
      else if (child.type === 'interpolation') {
        partial = true;
        text += '{}';
      }
    }
  }
  return { text, partial };
}

function readValue(node: Node): Value {
  const line = lineOf(node);
  switch (node.type) {
    case 'string':
    case 'concatenated_string': {
      const { text, partial } = stringOf(node);
      return { kind: 'string', text, line, partial };
    }
    case 'identifier':
    case 'attribute':
      return { kind: 'name', name: dotted(node), line };
    case 'true':
    case 'false':
      return { kind: 'boolean', value: node.type === 'true', line };
    case 'parenthesized_expression':
    case 'await':
      return node.namedChild(0) === null ? { kind: 'other', line } : readValue(node.namedChild(0) ?? node);
    case 'boolean_operator':
    case 'conditional_expression': {
      const children = node.namedChildren;
      const options = node.type === 'conditional_expression' ? [children[0], children[2]] : children;
      return { kind: 'either', options: options.flatMap((one) => (one ? [readValue(one)] : [])), line };
    }
    case 'subscript':
      return subscriptOf(node, line);
    case 'call':
      return callValue(node, line);
    case 'dictionary':
      return { kind: 'object', entries: entriesOf(node), line };
    case 'list':
    case 'tuple':
    case 'set':
      return { kind: 'list', items: node.namedChildren.slice(0, 200).map(readValue), line };
    default:
      return { kind: 'other', line };
  }
}

function subscriptOf(node: Node, line: number): Value {
  const object = dotted(node.childForFieldName('value'));
  const key = node.childForFieldName('subscript');
  if (/environ$/.test(object) && key?.type === 'string')
    return { kind: 'env', name: stringOf(key).text, line };
  // `models[0]`: the first of a list is what is chosen.
  if (key?.type === 'integer' && key.text === '0') return { kind: 'name', name: object, line };
  return { kind: 'other', line };
}

function callValue(node: Node, line: number): Value {
  const call = callOf(node);
  const first = call.positional[0];
  if (ENV_CALL.test(call.callee) && first?.kind === 'string') {
    const fallback = call.positional[1] ?? call.named.find((one) => one.key === 'default')?.value;
    return { kind: 'env', name: first.text, line, ...(fallback === undefined ? {} : { fallback }) };
  }
  return { kind: 'call', call, line };
}

function entriesOf(node: Node): Entry[] {
  const entries: Entry[] = [];
  for (const pair of node.namedChildren) {
    if (pair.type !== 'pair') continue;
    const key = pair.childForFieldName('key');
    const value = pair.childForFieldName('value');
    if (key?.type === 'string' && value !== null)
      entries.push({ key: stringOf(key).text, value: readValue(value) });
  }
  return entries;
}
