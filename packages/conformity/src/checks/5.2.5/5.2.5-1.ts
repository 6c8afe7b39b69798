import { provisionChecks } from '../../kernel/check.ts';
import { expectBy } from '../../kernel/recording.ts';
import { releasesInForce } from '../../kernel/releases.ts';
import { expectNoSeriousFindings } from '../../kernel/test-runs.ts';
import { reportOf } from './release-reports.ts';

export const checks = provisionChecks('5.2.5-1', {
  a: [
    ['release', 'test-run', 'threat-model', 'deployment-status'],
    (c) => {
      const releases = releasesInForce(c);
      if (releases.length === 0) return;
      const model = c.newest('threat-model', {
        maxAge: 'threat_model.review_days',
        what: 'a threat model',
        step: 'record the current `threat-model`',
      });
      const relevant = (model?.content.threats ?? []).filter((threat) => threat.decision !== 'not_relevant');
      if (model && relevant.length === 0)
        c.unclear('NO_THREATS', 'The threat model holds no relevant threat to test. Next: complete it.');
      releases.forEach((release, position) => {
        const run = reportOf(c, release);
        if (!run) return;
        expectBy(
          c,
          run,
          {
            at: run.content.finishedAt,
            limit: release.content.releasedAt,
            what: `The test of release ${release.content.id}`,
          },
          'TESTED_LATE',
          `Release ${release.content.id} (${release.content.releasedAt}) was tested after it was out (${run.content.finishedAt}).`,
        );
        expectNoSeriousFindings(c, [run]);
        const failed = run.content.results.filter((item) => item.successes < item.trials);
        c.expect(
          failed.length === 0 || run.content.findings.length > 0,
          'FAILED_CASES_WITHOUT_FINDING',
          `Run ${run.content.run} has failed cases that no finding follows up.`,
        );
        if (position === 0)
          c.none(
            relevant.filter((threat) => !run.content.threats.includes(threat.id)).map((threat) => threat.id),
            'THREAT_NOT_TESTED',
            `Threats that the assessment of release ${release.content.id} does not cover`,
          );
      });
      const released = new Map(c.past('release').map((release) => [release.content.id, release]));
      const running = c.known('deployment-status', { key: (content) => content.environment });
      for (const { content } of running) {
        const release = released.get(content.release);
        if (release) c.use(release);
      }
      c.none(
        running.map(({ content }) => content.release).filter((id) => !released.has(id)),
        'RUNS_UNRELEASED',
        'Deployed without having been released',
      );
    },
  ],
});
