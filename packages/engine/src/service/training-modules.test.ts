/** The modules that come with Custos: complete, in form, and on every topic that the checks ask for. */
import { readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { describe, expect, test } from 'vitest';
import { DEFAULT_CURRICULA } from './people-programme.ts';
import { gradeQuiz, loadTrainingModules, parseTrainingModule } from './training-module.ts';

const DIR = fileURLToPath(new URL('../../../../content/training', import.meta.url));
const modules = await loadTrainingModules(DIR);
const ids = modules.map(({ id }) => id);

test('the default curricula name modules that are there, and no module is left out', () => {
  const named = new Set(DEFAULT_CURRICULA.flatMap(({ modules: of }) => of));
  expect([...named].sort()).toEqual(ids);
});

describe.each(modules.map((module) => [module.id, module] as const))('%s', (_, module) => {
  test('has 600 to 1,200 words', () => {
    const words = module.body.split(/\s+/).length;
    expect(words).toBeGreaterThanOrEqual(600);
    expect(words).toBeLessThanOrEqual(1200);
  });
  test('asks 5 to 8 questions, and choosing always the same place does not pass', () => {
    expect(module.questions.length).toBeGreaterThanOrEqual(5);
    expect(module.questions.length).toBeLessThanOrEqual(8);
    for (const place of [0, 1, 2]) {
      const answers = Object.fromEntries(module.questions.map(({ id }) => [id, [place]]));
      expect(gradeQuiz(module.questions, answers).score).toBeLessThan(0.8);
    }
  });
  test('contains no HTML', () => {
    const text = module.body.replaceAll(/`[^`]*`/g, '');
    expect(text).not.toMatch(/<[a-z/!]/i);
  });
});

describe('a module that does not fit', () => {
  const markdown = readFileSync(`${DIR}/poisoning/module.md`, 'utf8');
  const quiz = readFileSync(`${DIR}/poisoning/quiz.yaml`, 'utf8');
  test.each([
    ['no head', '# Only text', quiz, /Module, text: it has no head/],
    ['a missing key', markdown.replace('minutes:', 'hours:'), quiz, /Module, head of the text: minutes/],
    ['no title', markdown.replace(/^title:.*$/m, ''), quiz, /head of the text: title/],
    ['a broken quiz', markdown, 'questions: [', /Module, quiz: /],
    [
      'a question without a right choice',
      markdown,
      quiz.replaceAll(', correct: true', ''),
      /questions\.0: no choice is correct/,
    ],
    [
      'two questions of one id',
      markdown,
      quiz.replace('id: amount', 'id: quiet'),
      /two questions have the same id/,
    ],
    ['an alias bomb', markdown, 'a: &a [x]\nquestions: [*a, *a, *a]', /Module, quiz: /],
  ])('%s is told with its place', (_, text, questions, message) => {
    expect(() => parseTrainingModule(text, questions, 'Module')).toThrow(message);
  });
  test('the same text has the same digest, and another text another', () => {
    const digest = (text: string) => parseTrainingModule(text, quiz, 'Module').digest;
    expect(digest(markdown)).toBe(digest(markdown.replaceAll('\n', '\r\n')));
    expect(digest(markdown)).not.toBe(digest(`${markdown} `));
  });
});

describe('grading', () => {
  const [module] = modules;
  const right = Object.fromEntries(
    (module?.questions ?? []).map(({ id, choices }) => [
      id,
      choices.flatMap(({ correct }, at) => (correct ? [at] : [])),
    ]),
  );
  const questions = module?.questions ?? [];
  test('all right choices and no other', () => {
    expect(gradeQuiz(questions, right).score).toBe(1);
    const [first] = questions;
    const all = { ...right, [first?.id ?? '']: first?.choices.map((_, at) => at) ?? [] };
    expect(gradeQuiz(questions, all).right.has(first?.id ?? '')).toBe(false);
  });
  test.each([
    ['no answer', { ...right, [questions[0]?.id ?? '']: [] }, /has no answer/],
    ['a choice that is not there', { ...right, [questions[0]?.id ?? '']: [9] }, /no such choice/],
    ['a question that is not there', { ...right, ghost: [0] }, /no question "ghost"/],
    ['a name of the prototype', { ...right, constructor: [0] }, /no question "constructor"/],
  ])('%s is refused', (_, answers, message) => {
    expect(() => gradeQuiz(questions, answers)).toThrow(message);
  });
});
