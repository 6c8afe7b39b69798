/** Security reports of releases: runs on the very digest that was released. */
import type { Digest } from '@custos/core';
import type { CheckContext } from '../../kernel/check-context.ts';
import type { Found } from '../../kernel/evidence-index.ts';
import type { FoundRelease } from '../../kernel/releases.ts';
import { subjectsOf } from '../../kernel/subjects.ts';
import type { TestRun } from '../../kernel/test-runs.ts';

/** The newest run of a suite whose subject and target are the digest; an `inconclusive` reason when there is none. */
export function runOn(
  c: CheckContext,
  suite: TestRun['suite'],
  digest: Digest | undefined,
  what: string,
): Found<'test-run'> | undefined {
  const found = c.newest('test-run', {
    where: (content) => content.suite === suite,
    subject: digest,
    what: `a ${suite} run on ${what}`,
    step: `run the ${suite} suite and record \`test-run\` with subject and target ${digest ?? 'its digest'}`,
  });
  if (!found || found.content.target === digest) return found;
  c.unclear(
    'TARGET_MISMATCH',
    `Run ${found.content.run} tested ${found.content.target}, not ${digest}. Next: test ${what}.`,
  );
  return undefined;
}

/** The security assessment of a release. */
export function reportOf(c: CheckContext, release: FoundRelease): Found<'test-run'> | undefined {
  return runOn(c, 'security_assessment', subjectsOf(release)[0], `release ${release.content.id}`);
}
