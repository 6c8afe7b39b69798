/** Work without end: a template that stops the process that renders it. */
import type { Report } from '../../bytes/report.ts';
import type { Scope } from './scope.ts';
import { contentsOf, type Expression, everyExpression, everyStatement, type Statement } from './syntax.ts';

/** Turns of nested loops over ranges, or characters of one text, beyond which a template is a load and no text. */
const MOST_TURNS = 1e7;

export function checkLoops(report: Report, body: readonly Statement[], scope: Scope, where: string): void {
  for (const { statement, turns } of withTurns(body, scope)) {
    if (turns > MOST_TURNS && statement.type === 'for')
      report.suspicious('jinja.endless-loop', `${where} loops about ${turns.toExponential(0)} times.`, {
        offset: statement.offset,
      });
    if (statement.type === 'for') checkGrowing(report, statement, where);
    for (const expression of contentsOf(statement).expressions) checkSize(report, expression, scope, where);
  }
  for (const macro of scope.macros.values())
    if (callsItself(macro))
      report.suspicious(
        'jinja.endless-recursion',
        `${where} has the macro ${macro.name}, which always calls itself.`,
        {
          offset: macro.offset,
          names: [macro.name],
        },
      );
}

function* withTurns(
  body: readonly Statement[],
  scope: Scope,
): Generator<{ statement: Statement; turns: number }> {
  const stack = body.map((statement) => ({ statement, turns: 1 }));
  for (let next = stack.pop(); next !== undefined; next = stack.pop()) {
    const { statement } = next;
    const turns = statement.type === 'for' ? next.turns * turnsOf(statement.items, scope) : next.turns;
    yield { statement, turns };
    for (const inner of contentsOf(statement).bodies)
      for (const child of inner) stack.push({ statement: child, turns });
  }
}

/** How long a range with constant bounds is; 1 for what depends on the input. */
function turnsOf(items: Expression, scope: Scope): number {
  if (items.type !== 'call' || items.callee.type !== 'name' || items.callee.name !== 'range') return 1;
  const bounds = items.args.map(({ value }) => scope.constant(value));
  const numbers = bounds.filter((bound) => typeof bound === 'number');
  if (numbers.length !== bounds.length) return 1;
  const [first = 0, second, step = 1] = numbers;
  const length = second === undefined ? first : (second - first) / (step || 1);
  return Math.max(1, length);
}

/** A list that grows in a loop over itself. */
function checkGrowing(report: Report, loop: Extract<Statement, { type: 'for' }>, where: string): void {
  if (loop.items.type !== 'name') return;
  const { name } = loop.items;
  for (const statement of everyStatement(loop.body))
    for (const expression of contentsOf(statement).expressions)
      for (const part of everyExpression(expression))
        if (
          part.type === 'call' &&
          part.callee.type === 'attribute' &&
          ['append', 'extend', 'insert'].includes(part.callee.name) &&
          part.callee.object.type === 'name' &&
          part.callee.object.name === name
        )
          report.suspicious('jinja.endless-loop', `${where} lengthens the list ${name} in a loop over it.`, {
            offset: part.offset,
            names: [name],
          });
}

function checkSize(report: Report, expression: Expression, scope: Scope, where: string): void {
  for (const part of everyExpression(expression)) {
    const size = sizeOf(part, scope);
    if (size > MOST_TURNS)
      report.suspicious(
        'jinja.exhausting',
        `${where} makes a value of about ${size.toExponential(0)} parts.`,
        {
          offset: part.offset,
        },
      );
  }
}

function sizeOf(part: Expression, scope: Scope): number {
  if (part.type === 'binary' && (part.operator === '*' || part.operator === '**')) {
    const left = scope.constant(part.left);
    const right = scope.constant(part.right);
    if (part.operator === '**') {
      if (typeof left !== 'number' || typeof right !== 'number') return 0;
      // Digits of the power, not its value.
      return Math.abs(right) * Math.log10(Math.max(1, Math.abs(left)));
    }
    if (typeof left === 'number' && typeof right === 'number') return 0;
    const times = typeof right === 'number' ? right : typeof left === 'number' ? left : 0;
    return times;
  }
  if (part.type === 'filter' && ['center', 'indent', 'wordwrap', 'truncate', 'batch'].includes(part.name)) {
    const width = part.args[0] === undefined ? undefined : scope.constant(part.args[0].value);
    return typeof width === 'number' && part.name === 'center' ? width : 0;
  }
  if (
    part.type === 'call' &&
    part.callee.type === 'attribute' &&
    ['center', 'ljust', 'rjust', 'zfill'].includes(part.callee.name)
  ) {
    const width = part.args[0] === undefined ? undefined : scope.constant(part.args[0].value);
    return typeof width === 'number' ? width : 0;
  }
  if (part.type === 'call' && part.callee.type === 'name' && part.callee.name === 'lipsum') return 0;
  return 0;
}

/** Whether a macro calls itself outside of every condition and loop. */
function callsItself(macro: Extract<Statement, { type: 'macro' }>): boolean {
  return macro.body.some((statement) => {
    if (statement.type !== 'output' && statement.type !== 'set' && statement.type !== 'do') return false;
    return contentsOf(statement).expressions.some((expression) => {
      for (const part of everyExpression(expression)) {
        if (part.type === 'conditional') return false;
        if (part.type === 'call' && part.callee.type === 'name' && part.callee.name === macro.name)
          return true;
      }
      return false;
    });
  });
}
