/** 5.2.5-2: the System Operator tests the exact configuration before deploying it, with the Developer's support. */
import type { PredicateName } from '@custos/core';
import { provisionChecks } from '../../kernel/check.ts';
import type { CheckContext } from '../../kernel/check-context.ts';
import type { Found } from '../../kernel/evidence-index.ts';
import { expectReach, noticeAbout } from '../../kernel/notices.ts';
import { expectBy } from '../../kernel/recording.ts';
import { type FoundRelease, productionRelease } from '../../kernel/releases.ts';
import { expectAtLeast } from '../../kernel/shares.ts';
import { subjectsOf } from '../../kernel/subjects.ts';
import { expectNoSeriousFindings, total } from '../../kernel/test-runs.ts';

const TYPES = ['release', 'test-run'] as const satisfies readonly PredicateName[];

export const checks = provisionChecks('5.2.5-2', {
  a: [
    [...TYPES, 'deployment-status'],
    (c) => {
      const release = productionRelease(c);
      const run = release && acceptance(c, release);
      if (!release || !run) return;
      const deployment = c.newest('deployment-status', {
        where: (content) => content.environment === 'production' && content.release === release.content.id,
        what: `the deployment of release ${release.content.id}`,
        step: 'record `deployment-status` from telemetry',
      });
      if (deployment)
        expectBy(
          c,
          run,
          {
            at: run.content.finishedAt,
            limit: deployment.content.deployedAt,
            what: `The operator's test of release ${release.content.id}`,
          },
          'TESTED_LATE',
          `Release ${release.content.id} was deployed on ${deployment.content.deployedAt}, before the operator's test ended (${run.content.finishedAt}).`,
        );
      const { trials, successes } = total(run.content);
      expectAtLeast(c, {
        hits: successes,
        trials,
        limit: c.setting('evaluation.pass_share'),
        code: 'ACCEPTANCE_FAILED',
        what: `Cases passed in run ${run.content.run}`,
      });
      expectNoSeriousFindings(c, [run]);
    },
  ],
  b: [
    [...TYPES, 'notice', 'adequacy-attestation'],
    (c) => {
      const release = productionRelease(c);
      const run = release && acceptance(c, release);
      if (!run) return;
      const support = noticeAbout(c, {
        kind: 'test_support',
        audience: 'system_operator',
        about: run.content.run,
        from: ['developer'],
      });
      if (!support) return;
      expectReach(c, support.content);
      expectBy(
        c,
        support,
        {
          at: support.content.publishedAt,
          limit: run.content.finishedAt,
          what: `Support for ${run.content.run}`,
        },
        'SUPPORT_LATE',
        `Support came on ${support.content.publishedAt}, after the test ended (${run.content.finishedAt}).`,
      );
      c.adequacy(['system_operator']);
    },
  ],
});

/** The operator's own acceptance run on the released fingerprint. */
function acceptance(c: CheckContext, release: FoundRelease): Found<'test-run'> | undefined {
  const digest = subjectsOf(release)[0];
  const found = c.newest('test-run', {
    where: (content) => content.suite === 'operator_acceptance' && content.runBy === 'system_operator',
    from: ['system_operator'],
    subject: digest,
    what: `an acceptance test of release ${release.content.id}`,
    step: `test it as system_operator and record \`test-run\` with subject and target ${digest ?? 'its fingerprint'}`,
  });
  if (!found || found.content.target === digest) return found;
  c.unclear(
    'TARGET_MISMATCH',
    `Run ${found.content.run} tested ${found.content.target}, not release ${release.content.id}. Next: test it.`,
  );
  return undefined;
}
