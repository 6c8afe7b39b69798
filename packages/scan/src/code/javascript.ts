/** JavaScript, TypeScript and TSX syntax trees → facts. */
import type { Node } from 'web-tree-sitter';
import { type Call, type CodeFacts, type Entry, type Import, noFacts, type Value } from './facts.ts';

const MAX_DEPTH = 200;

export function javascriptFacts(root: Node): CodeFacts {
  const facts = noFacts();
  visit(root, facts, 0);
  return facts;
}

const lineOf = (node: Node): number => node.startPosition.row + 1;

function visit(node: Node, facts: CodeFacts, depth: number): void {
  if (depth > MAX_DEPTH) return;
  switch (node.type) {
    // Types name models ("gpt-4" | "gpt-3.5") without using them.
    case 'comment':
    case 'type_annotation':
    case 'type_alias_declaration':
    case 'interface_declaration':
    case 'type_arguments':
      return;
    case 'import_statement': {
      const found = importOf(node);
      if (found !== undefined) facts.imports.push(found);
      return;
    }
    case 'call_expression':
    case 'new_expression':
      call(node, facts);
      break;
    case 'variable_declarator':
      assign(node.childForFieldName('name'), node.childForFieldName('value'), facts);
      break;
    case 'assignment_expression':
    case 'assignment_pattern':
      assign(node.childForFieldName('left'), node.childForFieldName('right'), facts);
      break;
    case 'object_assignment_pattern':
      assign(node.childForFieldName('left'), node.childForFieldName('right'), facts);
      break;
    case 'required_parameter':
      assign(node.childForFieldName('pattern'), node.childForFieldName('value'), facts);
      break;
    case 'public_field_definition':
    case 'field_definition':
      assign(
        node.childForFieldName('name') ?? node.childForFieldName('property'),
        node.childForFieldName('value'),
        facts,
      );
      break;
    case 'object': {
      const value = readValue(node);
      if (value.kind === 'object') facts.objects.push(value);
      break;
    }
    case 'string':
    case 'template_string':
      if (node.text.includes('://')) facts.urls.push({ text: node.text.slice(0, 2_000), line: lineOf(node) });
      if (node.type === 'string') return;
      break;
    default:
  }
  for (const child of node.namedChildren) visit(child, facts, depth + 1);
}

function call(node: Node, facts: CodeFacts): void {
  const found = callOf(node);
  facts.calls.push(found);
  const first = found.positional[0];
  if ((found.callee === 'require' || found.callee === 'import') && first?.kind === 'string') {
    facts.imports.push({ module: first.text, names: requiredNames(node), line: found.line });
  }
}

function requiredNames(node: Node): { local: string; imported: string }[] {
  const target = node.parent?.type === 'variable_declarator' ? node.parent.childForFieldName('name') : null;
  if (target?.type !== 'object_pattern') return [];
  return target.namedChildren.map((child) => ({ local: child.text, imported: child.text }));
}

function importOf(node: Node): Import | undefined {
  const source = node.childForFieldName('source');
  if (source === null || node.child(1)?.type === 'type') return undefined;
  const names: { local: string; imported: string }[] = [];
  for (const specifier of node.descendantsOfType('import_specifier')) {
    const imported = specifier.childForFieldName('name')?.text ?? '';
    names.push({ local: specifier.childForFieldName('alias')?.text ?? imported, imported });
  }
  return { module: stringOf(source).text, names, line: lineOf(node) };
}

function assign(target: Node | null, value: Node | null, facts: CodeFacts): void {
  if (target === null || value === null) return;
  const name = target.type === 'member_expression' ? target.childForFieldName('property')?.text : target.text;
  if (name === undefined || target.type === 'object_pattern' || target.type === 'array_pattern') return;
  facts.assignments.push({ name, value: readValue(value), line: lineOf(target) });
}

function callOf(node: Node): Call {
  const callee = dotted(node.childForFieldName('function') ?? node.childForFieldName('constructor'));
  const positional: Value[] = [];
  const named: Entry[] = [];
  const args = node.childForFieldName('arguments');
  for (const child of args?.type === 'arguments' ? args.namedChildren : []) {
    if (child.type === 'comment') continue;
    const value = readValue(child);
    positional.push(value);
    if (value.kind === 'object') named.push(...value.entries);
  }
  return { callee, positional, named, line: lineOf(node) };
}

function dotted(node: Node | null): string {
  if (node === null) return '';
  switch (node.type) {
    case 'identifier':
    case 'property_identifier':
    case 'import':
    case 'this':
      return node.text;
    case 'member_expression': {
      const object = dotted(node.childForFieldName('object'));
      const property = node.childForFieldName('property')?.text ?? '';
      return object === '' ? property : `${object}.${property}`;
    }
    case 'call_expression':
      return dotted(node.childForFieldName('function'));
    case 'new_expression':
      return dotted(node.childForFieldName('constructor'));
    case 'await_expression':
    case 'parenthesized_expression':
    case 'non_null_expression':
    case 'as_expression':
      return dotted(node.namedChild(0));
    default:
      return '';
  }
}

function stringOf(node: Node): { text: string; partial: boolean } {
  let text = '';
  let partial = false;
  for (const child of node.namedChildren) {
    if (child.type === 'string_fragment') text += child.text;
    else if (child.type === 'escape_sequence') text += child.text === '\\n' ? '\n' : child.text.slice(1);
    else if (child.type === 'template_substitution') {
      partial = true;
      text += '{}';
    }
  }
  return { text, partial };
}

function readValue(node: Node): Value {
  const line = lineOf(node);
  switch (node.type) {
    case 'string':
    case 'template_string': {
      const { text, partial } = stringOf(node);
      return { kind: 'string', text, line, partial };
    }
    case 'identifier':
      return { kind: 'name', name: node.text, line };
    case 'member_expression':
    case 'subscript_expression':
      return memberOf(node, line);
    case 'true':
    case 'false':
      return { kind: 'boolean', value: node.type === 'true', line };
    case 'parenthesized_expression':
    case 'await_expression':
    case 'as_expression':
    case 'satisfies_expression':
    case 'non_null_expression': {
      const inner = node.namedChild(0);
      return inner === null ? { kind: 'other', line } : readValue(inner);
    }
    case 'binary_expression':
    case 'ternary_expression':
      return eitherOf(node, line);
    case 'call_expression':
    case 'new_expression':
      return { kind: 'call', call: callOf(node), line };
    case 'object':
      return { kind: 'object', entries: entriesOf(node), line };
    case 'array':
      return { kind: 'list', items: node.namedChildren.slice(0, 200).map(readValue), line };
    default:
      return { kind: 'other', line };
  }
}

function memberOf(node: Node, line: number): Value {
  const env = /^(?:process\.env|import\.meta\.env|Deno\.env|Bun\.env|env)(?:\.|\[['"])(\w+)/.exec(
    node.text.slice(0, 200),
  );
  if (env?.[1] !== undefined) return { kind: 'env', name: env[1], line };
  return { kind: 'name', name: dotted(node), line };
}

function eitherOf(node: Node, line: number): Value {
  const parts =
    node.type === 'ternary_expression'
      ? [node.childForFieldName('consequence'), node.childForFieldName('alternative')]
      : [node.childForFieldName('left'), node.childForFieldName('right')];
  const operator = node.childForFieldName('operator')?.text;
  if (node.type === 'binary_expression' && operator !== '||' && operator !== '??')
    return { kind: 'other', line };
  return { kind: 'either', options: parts.flatMap((one) => (one === null ? [] : [readValue(one)])), line };
}

function entriesOf(node: Node): Entry[] {
  const entries: Entry[] = [];
  for (const pair of node.namedChildren) {
    if (pair.type === 'shorthand_property_identifier') {
      entries.push({ key: pair.text, value: { kind: 'name', name: pair.text, line: lineOf(pair) } });
    }
    if (pair.type !== 'pair') continue;
    const key = pair.childForFieldName('key');
    const value = pair.childForFieldName('value');
    if (key === null || value === null) continue;
    entries.push({ key: key.type === 'string' ? stringOf(key).text : key.text, value: readValue(value) });
  }
  return entries;
}
