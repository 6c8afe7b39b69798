/** 5.2.5-2.1: those who really ran the security assessment are independent of the builders and competent. */
import { type Content, millis, type PredicateName } from '@custos/core';
import { provisionChecks } from '../../kernel/check.ts';
import type { CheckContext } from '../../kernel/check-context.ts';
import { saysSomething } from '../../kernel/settled-text.ts';
import { runOn } from './release-reports.ts';

type Tester = Content<'tester-declaration'>['testers'][number];

const TYPES = ['tester-declaration', 'test-run', 'scan-result'] as const satisfies readonly PredicateName[];

export const checks = provisionChecks('5.2.5-2.1', {
  a: [
    TYPES,
    (c) => {
      const found = testing(c);
      if (!found) return;
      const { tester, declaration } = found;
      const { buildTeam } = declaration;
      c.expect(declaration.noConflict, 'CONFLICT', 'The testers declare a conflict of interest.');
      c.expect(
        !buildTeam.members.includes(tester.person) && !c.holder(tester.person, ['developer']),
        'TESTED_OWN_WORK',
        `${tester.person} tested what they help to build.`,
      );
      c.expect(
        tester.organisation !== buildTeam.organisation || tester.reportsTo !== buildTeam.reportsTo,
        'SAME_LINE',
        `${tester.person} reports to ${tester.reportsTo}, as the builders do.`,
      );
    },
  ],
  b: [
    TYPES,
    (c) => {
      const tester = testing(c)?.tester;
      if (!tester) return;
      c.expect(
        saysSomething(tester.competence),
        'COMPETENCE_EMPTY',
        `Nothing shows the skills of ${tester.person}.`,
      );
      if (millis(tester.competenceUntil) < c.now)
        c.fail('COMPETENCE_LAPSED', `The proof of ${tester.person} lapsed on ${tester.competenceUntil}.`);
      else c.holdsUntil(millis(tester.competenceUntil));
    },
  ],
});

/** The declaration, and the tester in it who ran the assessment of the version in use. */
function testing(
  c: CheckContext,
): { tester: Tester; declaration: Content<'tester-declaration'> } | undefined {
  const declaration = c.newest('tester-declaration', {
    from: c.duty.roles,
    maxAge: 'assessment.review_days',
    what: 'a declaration of the testers',
    step: 'record `tester-declaration`',
  })?.content;
  const run = runOn(c, 'security_assessment', c.fingerprint, 'the version in use');
  if (!declaration || !run) return undefined;
  const actor = run.evidence.statement.predicate.actor;
  const tester = declaration.testers.find(({ person }) => person === actor?.id);
  if (tester) return { tester, declaration };
  const step = 'record who ran the assessment (actor) and declare them as tester';
  c.unclear(
    'TESTER_UNKNOWN',
    `Run ${run.content.run} was made by ${actor?.id ?? 'nobody by name'}, who is not declared. Next: ${step}.`,
  );
  return undefined;
}
