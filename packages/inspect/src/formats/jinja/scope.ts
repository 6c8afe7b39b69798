/** What the rules know of a template besides its tree: constants, macros, and variables that hold a message's content. */
import { type Constant, fold } from './folding.ts';
import { type Expression, everyExpression, everyStatement, type Statement, type Template } from './syntax.ts';

export interface Scope {
  /** Variables that have one constant value in the whole template. */
  readonly constants: ReadonlyMap<string, Constant>;
  readonly macros: ReadonlyMap<string, Extract<Statement, { type: 'macro' }>>;
  /** Variables that were set from what people or tools wrote. */
  readonly contents: ReadonlySet<string>;
  /** Variables that hold lists of the template's own macros and nothing else. */
  readonly macroLists: ReadonlySet<string>;
  /** What each variable is set to, in order of the text. */
  readonly assigned: ReadonlyMap<string, readonly Expression[]>;
  constant(expression: Expression): Constant | undefined;
}

const PASSES = 4;

export function scopeOf(template: Template): Scope {
  const macros = new Map<string, Extract<Statement, { type: 'macro' }>>();
  const assigned = new Map<string, Expression[]>();
  const assign = (target: Expression, value: Expression | undefined): void => {
    for (const name of everyExpression(target)) {
      if (name.type !== 'name') continue;
      const values = assigned.get(name.name) ?? [];
      // A value that is not known here makes a second one, so the name is no constant.
      if (value !== undefined && target.type === 'name') values.push(value);
      else values.push(UNKNOWN, UNKNOWN);
      assigned.set(name.name, values);
    }
  };
  for (const statement of everyStatement(template.body)) {
    if (statement.type === 'macro') {
      macros.set(statement.name, statement);
      for (const { name, value } of statement.parameters) {
        assign({ type: 'name', name, offset: statement.offset }, undefined);
        if (value !== undefined) assigned.get(name)?.push(value);
      }
    } else if (statement.type === 'for') assign(statement.target, undefined);
    else if (statement.type === 'set')
      for (const target of statement.targets)
        assign(target, statement.targets.length === 1 ? assignedValue(statement) : undefined);
  }
  const constants = constantsOf(assigned);
  return {
    constants,
    macros,
    contents: contentsOf(assigned),
    macroLists: macroListsOf(assigned, macros),
    assigned,
    constant: remembered((expression) => fold(expression, constants)),
  };
}

/** What `set` gives to its one name; a captured block of plain text is that text. */
function assignedValue(statement: Extract<Statement, { type: 'set' }>): Expression | undefined {
  if (statement.body.length === 0) return statement.value;
  const texts = statement.body.map((part) => (part.type === 'text' ? part.text : undefined));
  if (statement.value !== undefined || texts.includes(undefined)) return undefined;
  return { type: 'literal', value: texts.join('').trim(), offset: statement.offset };
}

/** Parts of a long row are asked for again and again. */
function remembered(
  constant: (expression: Expression) => Constant | undefined,
): (expression: Expression) => Constant | undefined {
  const known = new Map<Expression, Constant | undefined>();
  return (expression) => {
    if (known.has(expression)) return known.get(expression);
    const value = constant(expression);
    known.set(expression, value);
    return value;
  };
}

const UNKNOWN: Expression = { type: 'name', name: '', offset: 0 };

function constantsOf(assigned: ReadonlyMap<string, readonly Expression[]>): ReadonlyMap<string, Constant> {
  const constants = new Map<string, Constant>();
  for (let pass = 0; pass < PASSES; pass += 1)
    for (const [name, values] of assigned) {
      if (constants.has(name)) continue;
      const found = values.map((value) => fold(value, constants));
      const [first] = found;
      // The same text set twice is still one text.
      if (first !== undefined && found.every((value) => value === first || found.length === 1))
        constants.set(name, first);
    }
  return constants;
}

function contentsOf(assigned: ReadonlyMap<string, readonly Expression[]>): ReadonlySet<string> {
  const contents = new Set<string>();
  for (let pass = 0; pass < PASSES; pass += 1)
    for (const [name, values] of assigned)
      if (values.some((value) => holdsContent(value, contents))) contents.add(name);
  return contents;
}

function macroListsOf(
  assigned: ReadonlyMap<string, readonly Expression[]>,
  macros: ReadonlyMap<string, unknown>,
): ReadonlySet<string> {
  const lists = new Set<string>();
  for (const [name, values] of assigned) {
    const parts = values.flatMap((value) => [...everyExpression(value)]);
    const onlyMacros = parts.every(
      (part) =>
        part.type === 'list' ||
        (part.type === 'binary' && part.operator === '+') ||
        (part.type === 'name' && (macros.has(part.name) || part.name === name)),
    );
    if (onlyMacros && values[0]?.type === 'list') lists.add(name);
  }
  return lists;
}

/** Whether a value is made of what a message says. */
export function holdsContent(value: Expression, contents: ReadonlySet<string>): boolean {
  for (const part of everyExpression(value)) {
    if (part.type === 'attribute' && part.name === 'content') return true;
    if (part.type === 'name' && contents.has(part.name)) return true;
    if (part.type === 'subscript' && part.index.type === 'literal' && part.index.value === 'content')
      return true;
    if (part.type === 'call' && part.callee.type === 'attribute' && part.callee.name === 'get') {
      const key = part.args[0]?.value;
      if (key?.type === 'literal' && key.value === 'content') return true;
    }
  }
  return false;
}
