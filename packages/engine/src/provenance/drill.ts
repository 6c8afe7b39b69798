/** A look-back with a known answer, recorded as a drill: 5.2.4-2.1 wants to see that the question can be answered in time. */
import type { Statement, Subject } from '@custos/core';
import { PRODUCT, statementOf } from '../observations/new-observation.ts';
import type { LookBackAnswer } from './look-back.ts';

export interface DrillExpectation {
  readonly datasets: readonly string[];
  /** Models by name; any version of them counts. */
  readonly models: readonly string[];
}

export function drillStatement(
  answer: LookBackAnswer,
  expected: DrillExpectation,
  subject: Subject[],
): Statement {
  return statementOf({
    type: 'provenance-lookback',
    subject,
    producer: PRODUCT,
    observedAt: answer.answeredAt,
    content: {
      queried: [...answer.asked],
      datasets: answer.datasets.map(({ dataset }) => dataset),
      models: [...new Set(answer.models.map(({ model }) => model))],
      expectedDatasets: [...expected.datasets],
      expectedModels: [...expected.models],
      minutes: answer.minutes,
    },
  });
}
