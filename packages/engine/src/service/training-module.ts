/**
 * Training modules: Markdown with a head that says what it is, and a quiz beside it. Custos brings some; organisations add
 * their own in the same form. A version never changes: its digest goes into the ledger when a programme names it.
 */
import { readdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { CustosError, type Digest } from '@custos/core';
import { sha256 } from '@custos/trust';
import { parse, YAMLParseError } from 'yaml';
import { z } from 'zod';

const Slug = z.string().regex(/^[a-z0-9][a-z0-9-]{1,62}$/, { error: 'must be 2–63 of a–z, 0–9 and -' });

/** Between the lines of three dashes that begin a module. */
const Head = z.strictObject({
  id: Slug,
  version: z
    .string()
    .regex(/^\d{1,4}(\.\d{1,4}){0,2}$/, { error: 'must be a number such as "2" or "1.4", in quotes' }),
  title: z.string().trim().min(3).max(120),
  summary: z.string().trim().min(20).max(400),
  minutes: z.int().min(1).max(240),
  topics: z
    .array(z.string().regex(/^[a-z][a-z0-9_]{2,60}$/, { error: 'must be words of a–z, 0–9 and _' }))
    .min(1)
    .max(30),
  /** Day on which the text was last changed. */
  updated: z.iso.date({ error: 'must be a day such as 2026-01-31, in quotes' }),
});

const Question = z
  .strictObject({
    id: Slug,
    question: z.string().trim().min(10).max(1000),
    choices: z
      .array(z.strictObject({ text: z.string().trim().min(1).max(500), correct: z.boolean().default(false) }))
      .min(2)
      .max(8),
    /** Why the right answers are right; shown after grading. */
    explanation: z.string().trim().min(20).max(2000),
  })
  .refine(({ choices }) => choices.some(({ correct }) => correct), { error: 'no choice is correct' })
  .refine(({ choices }) => choices.some(({ correct }) => !correct), { error: 'every choice is correct' });
export type QuizQuestion = z.infer<typeof Question>;

export const Quiz = z.strictObject({
  questions: z
    .array(Question)
    .min(3)
    .max(30)
    .refine((all) => new Set(all.map(({ id }) => id)).size === all.length, {
      error: 'two questions have the same id',
    }),
});

export interface TrainingModule extends Omit<z.infer<typeof Head>, 'updated'> {
  /** Start of the day on which the text was last changed. */
  readonly updatedAt: string;
  /** Markdown without its head. */
  readonly body: string;
  readonly questions: readonly QuizQuestion[];
  /** SHA-256 over text and quiz. */
  readonly digest: Digest;
}

const MAX_BODY = 200_000;

/**
 * @param place names the module in messages, such as a folder
 * @throws CustosError INVALID naming file and field
 */
export function parseTrainingModule(markdown: string, quiz: string, place: string): TrainingModule {
  const text = markdown.replaceAll('\r\n', '\n');
  const parts = /^---\n([\s\S]*?)\n---\n([\s\S]*)$/.exec(text);
  if (!parts)
    throw new CustosError(
      'INVALID',
      `${place}, text: it has no head. Begin with a line of ---, then id, version, title, summary, minutes, topics and updated, then a line of --- again.`,
    );
  const head = parsed(Head, parts[1] ?? '', `${place}, head of the text`);
  const { questions } = parsed(Quiz, quiz, `${place}, quiz`);
  const body = (parts[2] ?? '').trim();
  if (body.length < 200)
    throw new CustosError(
      'INVALID',
      `${place}, text: it is shorter than 200 characters. Write what people are to learn.`,
    );
  if (body.length > MAX_BODY)
    throw new CustosError(
      'INVALID',
      `${place}, text: it is longer than ${MAX_BODY} characters. Split the module.`,
    );
  const { updated, ...rest } = head;
  return {
    ...rest,
    updatedAt: `${updated}T00:00:00.000Z`,
    body,
    questions,
    digest: sha256(JSON.stringify([text, quiz.replaceAll('\r\n', '\n')])),
  };
}

function parsed<T extends z.ZodType>(schema: T, text: string, place: string): z.output<T> {
  let value: unknown;
  try {
    value = parse(text, { maxAliasCount: 0 });
  } catch (error) {
    const why = error instanceof YAMLParseError ? (error.message.split('\n')[0] ?? '') : 'it is no YAML';
    throw new CustosError('INVALID', `${place}: ${why}`);
  }
  const result = schema.safeParse(value);
  if (result.success) return result.data;
  const issue = result.error.issues[0];
  const field = issue && issue.path.length > 0 ? `${issue.path.join('.')}: ` : '';
  throw new CustosError('INVALID', `${place}: ${field}${issue?.message ?? 'does not fit'}.`);
}

/** Reads `<dir>/<module>/module.md` and `quiz.yaml`, by id. @throws CustosError INVALID, INSTALLATION */
export async function loadTrainingModules(dir: string): Promise<readonly TrainingModule[]> {
  const folders = await readdir(dir).catch((cause: unknown) => {
    throw new CustosError(
      'INSTALLATION',
      `The training modules in ${dir} can't be read; install Custos again.`,
      {
        cause,
      },
    );
  });
  return Promise.all(
    folders.sort().map(async (folder) => {
      const [markdown, quiz] = await Promise.all([
        readFile(join(dir, folder, 'module.md'), 'utf8'),
        readFile(join(dir, folder, 'quiz.yaml'), 'utf8'),
      ]);
      const made = parseTrainingModule(markdown, quiz, folder);
      if (made.id === folder) return made;
      throw new CustosError('INVALID', `${folder}: its head names it ${made.id}. Name both alike.`);
    }),
  );
}

/** What somebody answered: for each question the numbers of the choices, from 0. */
export type QuizAnswers = Readonly<Record<string, readonly number[]>>;

export interface QuizResult {
  /** Share of the questions answered right: all right choices and no other. */
  readonly score: number;
  readonly right: ReadonlySet<string>;
}

/** @throws CustosError INVALID for a question or choice that is not there, or a question without an answer */
export function gradeQuiz(questions: readonly QuizQuestion[], answers: QuizAnswers): QuizResult {
  const known = new Set(questions.map(({ id }) => id));
  const stranger = Object.keys(answers).find((id) => !known.has(id));
  if (stranger !== undefined)
    throw new CustosError('INVALID', `The quiz has no question "${stranger}". Read the module again.`);
  const right = new Set<string>();
  for (const { id, choices } of questions) {
    const given = new Set(Object.hasOwn(answers, id) ? answers[id] : []);
    if (given.size === 0)
      throw new CustosError('INVALID', `Question "${id}" has no answer. Answer every question.`);
    if ([...given].some((choice) => choices[choice] === undefined))
      throw new CustosError('INVALID', `Question "${id}" has no such choice. Read the module again.`);
    if (choices.every(({ correct }, at) => given.has(at) === correct)) right.add(id);
  }
  return { score: right.size / questions.length, right };
}
