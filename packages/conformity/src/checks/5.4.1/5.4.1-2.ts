/** 5.4.1-2: a major update is tested like a new model: security, evaluation, leakage and influence. */
import { millis } from '@custos/core';
import { provisionChecks } from '../../kernel/check.ts';
import { inLookBack } from '../../kernel/deadlines.ts';
import { digestsOf, isAbout, subjectsOf } from '../../kernel/subjects.ts';
import { expectNoSeriousFindings } from '../../kernel/test-runs.ts';

const SUITES = ['security_assessment', 'model_evaluation', 'leakage', 'influence'] as const;
const CHANGES: readonly string[] = [
  'prompt_change',
  'configuration_change',
  'training_run',
  'model_registered',
];

export const checks = provisionChecks('5.4.1-2', {
  a: [
    ['lifecycle-event', 'test-run'],
    (c) => {
      const events = c
        .known('lifecycle-event', { key: (content) => content.id })
        .filter(({ content }) => inLookBack(c, content.at));
      const open = events.filter(
        ({ content }) =>
          CHANGES.includes(content.event) &&
          content.major === undefined &&
          !c.recent(content.at, 'unclassified_change.days'),
      );
      if (open.length > 0)
        c.unclear(
          'UNCLASSIFIED',
          `Changes that nobody classified: ${open.map(({ content }) => content.id).join(', ')}. Next: record them with \`major\`.`,
        );
      const major = events.filter(({ content }) => content.major === true);
      if (major.length === 0)
        c.unclear(
          'NO_MAJOR_UPDATE',
          'No major update is recorded. Next: record it, or withdraw major_update.',
        );
      for (const event of major) {
        c.use(event);
        const outputs = digestsOf(event.content.outputs);
        for (const suite of SUITES) {
          const run = c.newest('test-run', {
            where: (content, found) =>
              content.suite === suite && outputs.some((digest) => isAbout(found, digest)),
            what: `a ${suite} run on what ${event.content.id} made`,
            step: `run the ${suite} suite with that version among the subjects of \`test-run\``,
          });
          if (!run) continue;
          if (!subjectsOf(run).includes(run.content.target))
            c.unclear(
              'TARGET_MISMATCH',
              `Run ${run.content.run} tested something else. Next: test the update.`,
            );
          c.expect(
            millis(run.content.startedAt) >= millis(event.content.at),
            'TESTED_BEFORE',
            `Run ${run.content.run} began before update ${event.content.id}.`,
          );
          expectNoSeriousFindings(c, [run]);
        }
      }
    },
  ],
});
