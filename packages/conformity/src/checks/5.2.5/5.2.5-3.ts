/** 5.2.5-3: every registered System Operator gets the report of each release in time. */
import { provisionChecks } from '../../kernel/check.ts';
import { expectInTime } from '../../kernel/deadlines.ts';
import { releasesInForce } from '../../kernel/releases.ts';
import { reportOf } from './release-reports.ts';

export const checks = provisionChecks('5.2.5-3', {
  a: [
    ['release', 'test-run', 'downstream-register', 'document-access'],
    (c) => {
      const register = c.newest('downstream-register', {
        maxAge: 'documentation.review_days',
        what: 'a register of downstream parties',
        step: 'record `downstream-register`',
      });
      if (register && register.content.operators.length === 0)
        c.unclear('NO_OPERATOR', 'The register names no System Operator. Next: register them.');
      for (const release of releasesInForce(c)) {
        const run = reportOf(c, release);
        if (!run) continue;
        for (const party of register?.content.operators ?? []) {
          const access = c.newest('document-access', {
            where: (content) => content.party === party && content.documents.includes(run.content.run),
            what: `access of ${party} to report ${run.content.run}`,
            step: `share the report and record \`document-access\``,
          });
          if (!access) continue;
          const what = `Report ${run.content.run} for ${party}`;
          c.expect(access.content.available, 'NOT_AVAILABLE', `${what} is not available.`);
          expectInTime(
            c,
            run.content.finishedAt,
            access.content.grantedAt,
            'findings.share_days',
            what,
            access,
          );
        }
      }
    },
  ],
});
