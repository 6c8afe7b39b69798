/** 5.1.4-2: outputs carry what helps a person to judge them, citations lead somewhere, and reviewers come to one view. */
import { provisionChecks } from '../../kernel/check.ts';
import type { CheckContext } from '../../kernel/check-context.ts';
import type { Found } from '../../kernel/evidence-index.ts';
import { expectAtLeast, percent } from '../../kernel/shares.ts';

const STEP = 'sample outputs of the version in use and record `output-sample`';

function expectCitationsResolve(c: CheckContext, { content }: Found<'output-sample'>): void {
  if (!content.declaredArtefacts.includes('citations')) return;
  if (content.citationsChecked === 0)
    c.unclear(
      'CITATIONS_NOT_CHECKED',
      `Outputs are declared to carry citations, but none was followed. Next: ${STEP}.`,
    );
  else
    expectAtLeast(c, {
      hits: content.citationsResolved,
      trials: content.citationsChecked,
      limit: c.setting('explainability.artefact_share'),
      code: 'CITATION_BROKEN',
      what: 'Citations that lead to a retrieved source',
    });
}

function expectAgreement(c: CheckContext, { content }: Found<'output-sample'>): void {
  const limit = c.setting('oversight.agreement_share');
  if (content.reviewerAgreement === undefined)
    c.unclear(
      'AGREEMENT_UNKNOWN',
      'Whether reviewers come to the same view is not tracked. Next: let two people judge the sample and record their agreement.',
    );
  else
    c.expect(
      content.reviewerAgreement >= limit,
      'REVIEWERS_DISAGREE',
      `Reviewers agreed on ${percent(content.reviewerAgreement)} of the sample; ${percent(limit)} is needed.`,
    );
}

export const checks = provisionChecks('5.1.4-2', {
  a: [
    ['output-sample', 'scan-result', 'adequacy-attestation'],
    (c) => {
      const sample = c.newest('output-sample', {
        subject: c.fingerprint,
        maxAge: 'test.max_age_days',
        what: 'a sample of outputs',
        step: STEP,
      });
      if (!sample) return;
      expectAtLeast(c, {
        hits: sample.content.withArtefacts,
        trials: sample.content.sampled,
        limit: c.setting('explainability.artefact_share'),
        code: 'ARTEFACT_MISSING',
        what: `Outputs with ${sample.content.declaredArtefacts.join(', ')}`,
      });
      expectCitationsResolve(c, sample);
      expectAgreement(c, sample);
      c.adequacy();
    },
  ],
});
