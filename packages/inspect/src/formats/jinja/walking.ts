/** Attribute walking and calls: how a template gets from a string to the operating system. */
import type { Report } from '../../bytes/report.ts';
import type { Scope } from './scope.ts';
import { type Argument, type Expression, everyExpression } from './syntax.ts';
import { CODE, FILTERS, FOREIGN, FUNCTIONS, isWalking, METHODS, walkingNames } from './vocabulary.ts';

/** Filters that take the name of an attribute. */
const BY_ATTRIBUTE = new Set([
  'map',
  'selectattr',
  'rejectattr',
  'sort',
  'groupby',
  'sum',
  'unique',
  'min',
  'max',
]);

/** @param where what the template is called in messages */
export function checkExpression(report: Report, expression: Expression, scope: Scope, where: string): void {
  for (const part of everyExpression(expression)) {
    switch (part.type) {
      case 'attribute':
        checkName(report, part.name, part.offset, where, false);
        break;
      case 'subscript':
        checkSubscript(report, part, scope, where);
        break;
      case 'filter':
        checkFilter(report, part, scope, where);
        break;
      case 'call':
        checkCall(report, part, scope, where);
        break;
      case 'name':
        checkFreeName(report, part, scope, where);
        break;
      case 'literal':
      case 'binary':
        checkConstant(report, part, scope, where);
        break;
      default:
    }
  }
}

function walking(
  report: Report,
  names: readonly string[],
  offset: number,
  where: string,
  hidden: boolean,
): void {
  report.unsafe(
    hidden ? 'jinja.hidden-attribute-walking' : 'jinja.attribute-walking',
    `${where} reaches for ${names.join(', ')}: a way from a template to running any Python code${hidden ? ', written so that a search does not find it' : ''}.`,
    { offset, names },
  );
}

function checkName(report: Report, name: string, offset: number, where: string, hidden: boolean): void {
  if (isWalking(name)) walking(report, [name], offset, where, hidden);
  else if (name.startsWith('_'))
    report.suspicious('jinja.private-attribute', `${where} reads the private attribute ${name}.`, {
      offset,
      names: [name],
    });
}

function checkSubscript(
  report: Report,
  part: Extract<Expression, { type: 'subscript' }>,
  scope: Scope,
  where: string,
): void {
  if (part.index.type === 'slice') return;
  const index = scope.constant(part.index);
  if (typeof index === 'string') {
    if (isWalking(index)) walking(report, [index], part.offset, where, part.index.type !== 'literal');
    return;
  }
  if (index === undefined && buildsText(part.index, scope))
    report.suspicious(
      'jinja.computed-name',
      `${where} takes an attribute or item whose name it puts together while running: it can not be told which.`,
      { offset: part.offset },
    );
}

/** Whether a text is put together from pieces, as an index or an attribute's name never is in an ordinary template. */
function buildsText(index: Expression, scope: Scope, depth = 0): boolean {
  for (const part of everyExpression(index)) {
    if (part.type === 'name' && depth < 3 && part === index) {
      const values = scope.assigned.get(part.name) ?? [];
      if (values.some((value) => value.type !== 'name' && buildsText(value, scope, depth + 1))) return true;
    }
    if (part.type === 'binary' && part.operator === '~') return true;
    if (part.type === 'binary' && (part.operator === '+' || part.operator === '%')) {
      if (typeof scope.constant(part.left) === 'string' || typeof scope.constant(part.right) === 'string')
        return true;
    }
    if (part.type === 'filter' && ['join', 'format', 'replace', 'reverse'].includes(part.name)) return true;
    if (
      part.type === 'call' &&
      part.callee.type === 'attribute' &&
      ['join', 'format', 'replace'].includes(part.callee.name)
    )
      return true;
  }
  return false;
}

function checkFilter(
  report: Report,
  part: Extract<Expression, { type: 'filter' }>,
  scope: Scope,
  where: string,
): void {
  const attribute = attributeArgument(part);
  const constants = part.args.map(({ value }) => scope.constant(value));
  const names = constants.flatMap((value) => (typeof value === 'string' ? value.split('.') : []));
  const walked = names.filter(isWalking);
  if ((attribute !== undefined || part.name === 'attr') && walked.length > 0)
    walking(report, walked, part.offset, where, true);
  if (part.name === 'attr' || constants[0] === 'attr') {
    if (walked.length === 0)
      report.suspicious(
        'jinja.attr-filter',
        `${where} takes an attribute by the filter "attr"${names.length > 0 ? ` (${names.join(', ')})` : ' and a name that is not written out'}, which ordinary chat templates do not need.`,
        { offset: part.offset, names },
      );
  } else if (!FILTERS.has(part.name))
    report.suspicious(
      'jinja.unknown-filter',
      `${where} uses the filter "${part.name}", which Jinja does not have.`,
      {
        offset: part.offset,
        names: [part.name],
        severity: 'low',
      },
    );
}

function attributeArgument(part: Extract<Expression, { type: 'filter' }>): Argument | undefined {
  if (!BY_ATTRIBUTE.has(part.name)) return undefined;
  return part.args.find(({ name }) => name === 'attribute') ?? part.args.at(0);
}

function checkCall(
  report: Report,
  part: Extract<Expression, { type: 'call' }>,
  scope: Scope,
  where: string,
): void {
  const { callee } = part;
  const name = calledName(callee, scope);
  if (name === undefined) {
    if (
      callee.type === 'subscript' &&
      callee.object.type === 'name' &&
      scope.macroLists.has(callee.object.name)
    )
      return;
    report.suspicious('jinja.computed-call', `${where} calls something that it finds out while running.`, {
      offset: part.offset,
    });
    return;
  }
  if (CODE.has(name) && !scope.macros.has(name)) {
    report.unsafe('jinja.code-call', `${where} calls ${name}, which runs code or reaches the machine.`, {
      offset: part.offset,
      names: [name],
    });
    return;
  }
  if (callee.type === 'name') {
    // A name that the template itself sets can hold a macro of another file; what it may be is judged there.
    if (!FUNCTIONS.has(name) && !scope.macros.has(name))
      report.suspicious(
        'jinja.unknown-function',
        `${where} calls ${name}, which loaders of chat templates do not provide.`,
        { offset: part.offset, names: [name], severity: 'low' },
      );
  } else if (name === 'format' || name === 'format_map') checkFormat(report, part, scope, where);
  else if (!METHODS.has(name) && !isWalking(name))
    report.suspicious(
      'jinja.unknown-method',
      `${where} calls the method ${name}, which texts, lists and dictionaries do not have.`,
      {
        offset: part.offset,
        names: [name],
        severity: 'low',
      },
    );
}

function calledName(callee: Expression, scope: Scope): string | undefined {
  if (callee.type === 'name' || callee.type === 'attribute') return callee.name;
  if (callee.type === 'subscript') {
    const index = scope.constant(callee.index);
    return typeof index === 'string' ? index : undefined;
  }
  return undefined;
}

/** `'{0.__class__}'.format(x)` walks attributes inside a string. */
function checkFormat(
  report: Report,
  part: Extract<Expression, { type: 'call' }>,
  scope: Scope,
  where: string,
): void {
  const pattern = part.callee.type === 'attribute' ? scope.constant(part.callee.object) : undefined;
  if (typeof pattern !== 'string') {
    report.suspicious('jinja.computed-format', `${where} formats with a pattern that is not written out.`, {
      offset: part.offset,
    });
    return;
  }
  const fields = [...pattern.matchAll(/\{[^{}.[]{0,100}[.[][^{}]{0,500}\}/g)].map(([field]) => field);
  const names = fields.flatMap(walkingNames);
  if (names.length > 0) walking(report, names, part.offset, where, true);
}

function checkFreeName(
  report: Report,
  part: Extract<Expression, { type: 'name' }>,
  scope: Scope,
  where: string,
): void {
  if (isWalking(part.name)) walking(report, [part.name], part.offset, where, false);
  else if (FOREIGN.has(part.name) && !scope.constants.has(part.name) && !scope.contents.has(part.name))
    report.suspicious(
      'jinja.foreign-variable',
      `${where} uses ${part.name}, which belongs to web frameworks or to Jinja itself and is where attacks begin.`,
      { offset: part.offset, names: [part.name], severity: 'low' },
    );
}

/** A special name that stands, or comes together, as a text: it is there to be used. */
function checkConstant(report: Report, part: Expression, scope: Scope, where: string): void {
  const value = scope.constant(part);
  if (typeof value !== 'string') return;
  const names = walkingNames(value);
  if (names.length === 0) return;
  if (part.type === 'binary') {
    const sides = [scope.constant(part.left), scope.constant(part.right)];
    if (sides.some((side) => typeof side === 'string' && walkingNames(side).length > 0)) return;
    walking(report, names, part.offset, where, true);
  } else
    report.suspicious('jinja.special-name', `${where} holds the text ${names.join(', ')}.`, {
      offset: part.offset,
      names,
    });
}
