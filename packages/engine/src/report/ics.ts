/** The implementation conformance statement (ICS) and the information for testing (IXIT) as one JSON document. */
import type { Assessment } from '@custos/core';
import { buildModel, type ReportContext } from './model.ts';

const ANSWER = { Applies: 'yes', 'Does not apply': 'no', Undecided: 'undecided' } as const;

/** @returns JSON text with a final line break. Same input, same bytes. */
export function renderIcs(assessment: Assessment, context: ReportContext): string {
  const model = buildModel(assessment, context);
  const document = {
    format: 'custos-ics/1',
    system: model.system,
    standard: model.standard,
    evaluatedAt: model.evaluatedAt,
    features: model.features,
    ics: model.principles.flatMap(({ provisions }) =>
      provisions.map(({ id, title, shall, should, duties }) => ({
        provision: id,
        title,
        shall,
        should,
        duties: duties.map((duty) => ({
          duty: duty.id,
          verb: duty.norm,
          applies: ANSWER[duty.applies.word],
          because: duty.applies.reason,
          verdict: duty.verdict,
        })),
      })),
    ),
    ixit: model.ixit,
  };
  return `${JSON.stringify(document, undefined, 2)}\n`;
}
