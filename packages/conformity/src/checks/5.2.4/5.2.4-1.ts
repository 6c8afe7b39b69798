/** 5.2.4-1: design and maintenance plans with an audit trail, linked to releases, open to downstream parties. */
import { provisionChecks } from '../../kernel/check.ts';
import { releasesInForce } from '../../kernel/releases.ts';
import { expectAuditTrail, PLAN_KINDS, planOf, planReference } from './plans.ts';

export const checks = provisionChecks('5.2.4-1', {
  a: [
    ['plan', 'release', 'adequacy-attestation'],
    (c) => {
      const releases = releasesInForce(c);
      for (const kind of PLAN_KINDS) {
        const plan = planOf(c, kind);
        if (!plan) continue;
        expectAuditTrail(c, plan);
        c.none(
          releases
            .filter(({ content }) => !plan.content.releases.includes(content.id))
            .map((r) => r.content.id),
          'RELEASE_NOT_LINKED',
          `Releases that the ${kind} plan does not cover`,
        );
      }
      c.adequacy();
    },
  ],
  b: [
    ['plan', 'downstream-register', 'document-access'],
    (c) => {
      const register = c.newest('downstream-register', {
        maxAge: 'documentation.review_days',
        what: 'a register of downstream parties',
        step: 'record `downstream-register`',
      });
      if (!register) return;
      const parties = [...register.content.operators, ...register.content.custodians];
      if (parties.length === 0)
        c.unclear(
          'NO_DOWNSTREAM',
          'The register names no System Operator and no Data Custodian. Next: register who uses the system or its data.',
        );
      for (const kind of PLAN_KINDS) {
        const plan = planOf(c, kind);
        if (!plan) continue;
        const document = planReference(plan);
        for (const party of parties) {
          const access = c.newest('document-access', {
            where: (content) => content.party === party && content.documents.includes(document),
            what: `access of ${party} to ${document}`,
            step: `give access and record \`document-access\` for ${document}`,
          });
          if (access)
            c.expect(access.content.available, 'NOT_AVAILABLE', `${document} is not available to ${party}.`);
        }
      }
    },
  ],
});
