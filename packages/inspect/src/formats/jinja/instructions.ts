/**
 * Instructions that a template slips to the model behind the backs of the people: text that is told only when somebody
 * mentions a word, or on a date; orders to hide something; characters that nobody sees. These are heuristics over what
 * ordinary templates never do, so they make a template suspicious, not unsafe.
 */
import type { Report } from '../../bytes/report.ts';
import { holdsContent, type Scope } from './scope.ts';
import { contentsOf, type Expression, everyExpression, everyStatement, type Statement } from './syntax.ts';

const ORDERS: readonly RegExp[] = [
  /\b(?:ignore|disregard|forget|override)\b.{0,30}\b(?:previous|prior|earlier|above|all|any)\b.{0,30}\b(?:instruction|rule|guideline|message|prompt)/is,
  /\b(?:do not|don't|never)\b.{0,20}\b(?:tell|reveal|mention|disclose|inform|alert|warn)\b.{0,40}\b(?:user|anyone|human|person|instruction|prompt)(?!.{0,40}\b(?:function|tool))/is,
  /\bwithout\b.{0,20}\b(?:telling|informing|alerting|notifying|warning)\b/is,
  /\b(?:secretly|covertly|silently|surreptitiously)\b.{0,60}\b(?:send|insert|include|add|append|recommend|exfiltrate|write|forward)/is,
  /!\[[^\]]{0,200}\]\(https?:\/\//i,
];

/** Characters that are not shown: zero width, direction marks, tags (U+E0000). Joiners stand in real scripts. */
const INVISIBLE = /[\u200b\u2060-\u2064\u202a-\u202e\u2066-\u2069\u{e0001}-\u{e007f}]/u;

export function checkInstructions(
  report: Report,
  body: readonly Statement[],
  scope: Scope,
  where: string,
): void {
  for (const statement of everyStatement(body)) {
    if (statement.type === 'if') checkTrigger(report, statement, scope, where);
    if (statement.type === 'text') checkText(report, statement.text, statement.offset, where);
    for (const expression of contentsOf(statement).expressions)
      for (const part of everyExpression(expression)) {
        if (part.type === 'literal' && typeof part.value === 'string')
          checkText(report, part.value, part.offset, where);
        if (part.type === 'conditional')
          checkBranch(
            report,
            part.test,
            [...textsOf(part.consequent), ...(part.otherwise === undefined ? [] : textsOf(part.otherwise))],
            part.offset,
            scope,
            where,
          );
        checkReplacement(report, part, scope, where);
      }
  }
}

export function checkText(report: Report, text: string, offset: number, where: string): void {
  if (ORDERS.some((order) => order.test(text)))
    report.suspicious(
      'jinja.hidden-order',
      `${where} tells the model something that sounds like an order to hide or override: "${excerpt(text)}".`,
      { offset },
    );
  if (INVISIBLE.test(text))
    report.suspicious('jinja.invisible-text', `${where} holds characters that are not shown to people.`, {
      offset,
    });
}

function checkTrigger(
  report: Report,
  branch: Extract<Statement, { type: 'if' }>,
  scope: Scope,
  where: string,
): void {
  const texts: string[] = [];
  for (const statement of everyStatement(branch.consequent)) {
    if (statement.type === 'text') texts.push(statement.text);
    for (const expression of contentsOf(statement).expressions) texts.push(...textsOf(expression));
  }
  checkBranch(report, branch.test, texts, branch.offset, scope, where);
}

function checkBranch(
  report: Report,
  test: Expression,
  texts: readonly string[],
  offset: number,
  scope: Scope,
  where: string,
): void {
  const prose = texts.find(isProse);
  if (prose === undefined) return;
  const words = triggerWords(test, scope);
  if (words.length > 0)
    report.suspicious(
      'jinja.content-trigger',
      `${where} adds text for the model only when somebody writes ${words.map((word) => `"${word}"`).join(', ')}: "${excerpt(prose)}".`,
      { offset, names: words },
    );
  else if (dependsOnDate(test))
    report.suspicious(
      'jinja.date-trigger',
      `${where} adds text for the model depending on the date: "${excerpt(prose)}".`,
      { offset },
    );
}

/** Words, as people write them, that a message's content is compared with. Tags such as `</think>` are no words. */
function triggerWords(test: Expression, scope: Scope): string[] {
  const words: string[] = [];
  const add = (side: Expression) => {
    for (const value of [scope.constant(side)].flat(2))
      if (typeof value === 'string' && isWord(value)) words.push(value);
  };
  for (const part of everyExpression(test)) {
    if (part.type === 'binary' && ['in', '==', 'not in', '!='].includes(part.operator)) {
      if (holdsContent(part.right, scope.contents)) add(part.left);
      if (holdsContent(part.left, scope.contents)) add(part.right);
    }
    if (
      part.type === 'call' &&
      part.callee.type === 'attribute' &&
      ['startswith', 'endswith', 'find', 'count', 'index'].includes(part.callee.name) &&
      holdsContent(part.callee.object, scope.contents)
    )
      for (const { value } of part.args) add(value);
  }
  return words;
}

function isWord(text: string): boolean {
  return /^[\p{L}\p{N}][\p{L}\p{N}\s'.,@:-]{2,}$/u.test(text.trim());
}

/** Whether the test compares a date; to ask whether the function is there is no comparison. */
function dependsOnDate(test: Expression): boolean {
  for (const part of everyExpression(test))
    if (part.type === 'call' && part.callee.type === 'name' && part.callee.name === 'strftime_now')
      return true;
  return false;
}

function textsOf(expression: Expression): string[] {
  const texts: string[] = [];
  for (const part of everyExpression(expression))
    if (part.type === 'literal' && typeof part.value === 'string') texts.push(part.value);
    else if (part.type === 'call' && part.callee.type === 'name' && part.callee.name === 'raise_exception')
      return [];
  return texts;
}

/** At least four words in a row, not markup. */
function isProse(text: string): boolean {
  return /(?<![\p{L}'-])(?:\p{L}[\p{L}'-]{0,40}[\s,.:;]{1,8}){3}\p{L}/u.test(
    text.replace(/<[^<>]*>/g, ' | '),
  );
}

/** What people wrote is changed before the model reads it. */
function checkReplacement(report: Report, part: Expression, scope: Scope, where: string): void {
  const object =
    part.type === 'filter'
      ? part.object
      : part.type === 'call' && part.callee.type === 'attribute'
        ? part.callee.object
        : undefined;
  const name =
    part.type === 'filter'
      ? part.name
      : part.type === 'call' && part.callee.type === 'attribute'
        ? part.callee.name
        : '';
  if (name !== 'replace' || object === undefined || (part.type !== 'filter' && part.type !== 'call')) return;
  if (!holdsContent(object, scope.contents)) return;
  const [from, to] = part.args.map(({ value }) => scope.constant(value));
  if (typeof from === 'string' && typeof to === 'string' && isWord(from) && isWord(to))
    report.suspicious(
      'jinja.rewrites-content',
      `${where} replaces "${excerpt(from)}" by "${excerpt(to)}" in what people wrote.`,
      { offset: part.offset, names: [from, to] },
    );
}

function excerpt(text: string): string {
  const line = text.replace(/\s+/g, ' ').trim();
  return line.length > 120 ? `${line.slice(0, 119)}…` : line;
}
