/**
 * Taking a quiz: graded here, for oneself only. Each attempt is a completion in the ledger, passed or not; attempts are few
 * and spaced, so that nobody guesses their way through.
 */
import { addDays, CustosError, DAY, type Instant, millis } from '@custos/core';
import { type Control, insertCompletions, quizAttempts } from '@custos/store';
import type { ServiceContext } from './context.ts';
import { moduleInForce, type ProgrammeSettings } from './people-programme.ts';
import { peopleEntry } from './people-record.ts';
import { gradeQuiz, type QuizAnswers, type QuizQuestion, type QuizResult } from './training-module.ts';

export interface AttemptsLeft {
  /** In the 24 hours that end now. */
  readonly left: number;
  /** The next one is allowed from then on; undefined: now. */
  readonly from: Instant | undefined;
}

export async function attemptsLeft(
  control: Control,
  settings: ProgrammeSettings,
  of: { person: string; module: string; now: Instant },
): Promise<AttemptsLeft> {
  const { attemptsPerDay, pauseMinutes } = settings;
  const attempts = await quizAttempts(control, { ...of, since: addDays(of.now, -1) });
  const left = Math.max(0, attemptsPerDay - attempts.length);
  const oldest = attempts[attemptsPerDay - 1];
  const [last] = attempts;
  const from = Math.max(
    left === 0 && oldest ? millis(oldest.completed_at) + DAY : 0,
    last && !last.passed ? millis(last.completed_at) + pauseMinutes * 60_000 : 0,
  );
  return { left, from: from > millis(of.now) ? new Date(from).toISOString() : undefined };
}

export interface QuizOutcome extends QuizResult {
  readonly passed: boolean;
  readonly at: Instant;
  readonly questions: readonly QuizQuestion[];
}

/**
 * Grades an attempt of `person` and records it.
 * @param version of the module that was read
 * @throws CustosError NOT_FOUND, CONFLICT when the module has another version by now, INVALID for an incomplete attempt,
 *   TOO_MANY_REQUESTS
 */
export async function takeQuiz(
  context: ServiceContext,
  organisation: string,
  {
    person,
    module,
    version,
    answers,
  }: { person: string; module: string; version: string; answers: QuizAnswers },
): Promise<QuizOutcome> {
  const { programme, row, questions } = await context.database.within(organisation, (control) =>
    moduleInForce(control, module),
  );
  if (row.version !== version)
    throw new CustosError(
      'CONFLICT',
      `${row.title} is now at version ${row.version}. Read it again, then take the quiz.`,
    );
  const result = gradeQuiz(questions, answers);
  const passed = result.score >= programme.passShare;
  const at = context.clock.now();
  const entry = await peopleEntry(context, organisation, {
    type: 'training-completion',
    content: { person, module, moduleVersion: version, completedAt: at, passed },
    observedAt: at,
    source: 'quiz',
  });
  const ledger = await context.database.ledger(organisation);
  await ledger.recordWith([entry], async (control, recorded) => {
    const { from } = await attemptsLeft(control, programme, { person, module, now: at });
    if (from !== undefined || recorded[0]?.existing)
      throw new CustosError(
        'TOO_MANY_REQUESTS',
        `The next attempt is possible from ${from ?? at} on. Read the module again until then.`,
      );
    await insertCompletions(control, [
      {
        organisation,
        person,
        module,
        module_version: version,
        completed_at: at,
        passed,
        source: 'quiz',
        score: result.score,
      },
    ]);
  });
  return { ...result, passed, at, questions };
}
