/** 5.2.4-2.1: source and time of public training data are recorded row by row, and can be searched in an emergency. */
import { millis } from '@custos/core';
import { provisionChecks } from '../../kernel/check.ts';
import type { CheckContext } from '../../kernel/check-context.ts';
import { percent } from '../../kernel/shares.ts';
import { isPublicSource } from './5.2.4-2.ts';
import { PUBLIC_DATASET_TYPES, publicDatasets } from './public-datasets.ts';

export const checks = provisionChecks('5.2.4-2.1', {
  a: [
    [...PUBLIC_DATASET_TYPES, 'provenance-lookback'],
    (c) => {
      for (const { content } of publicDatasets(c)) {
        expectRows(c, content.dataset, content.rowsWithSource, content.rows, 'source');
        c.expect(
          content.sources.length > 0 && content.sources.every(({ uri }) => isPublicSource(uri)),
          'SOURCE_INVALID',
          `${content.dataset} has no source, or one that is no valid address.`,
        );
      }
      expectLookback(c);
    },
  ],
  b: [
    PUBLIC_DATASET_TYPES,
    (c) => {
      for (const { content } of publicDatasets(c)) {
        expectRows(c, content.dataset, content.rowsWithTime, content.rows, 'time');
        c.none(
          content.sources
            .filter(({ acquiredAt }) => !acquiredAt || millis(acquiredAt) > c.now)
            .map(({ uri }) => uri),
          'TIME_INVALID',
          `Sources of ${content.dataset} without a time of acquisition in the past`,
        );
        c.expect(content.sources.length > 0, 'NO_SOURCE', `${content.dataset} names no source.`);
      }
    },
  ],
});

function expectRows(c: CheckContext, dataset: string, having: number, rows: number, what: string): void {
  const needed = c.setting('provenance.coverage_share');
  c.expect(
    having <= rows && having / rows >= needed,
    'COVERAGE_LOW',
    `${having} of ${rows} rows of ${dataset} have a ${what}; ${percent(needed)} is needed.`,
  );
}

function expectLookback(c: CheckContext): void {
  const drill = c.newest('provenance-lookback', {
    maxAge: 'test.max_age_days',
    what: 'a look-back drill',
    step: 'ask for the datasets and models touched by known addresses (`custos provenance look-back`) and record it',
  })?.content;
  if (!drill) return;
  if (drill.expectedDatasets.length === 0)
    c.unclear(
      'DRILL_EMPTY',
      'The drill expected no dataset, so it shows nothing. Next: use addresses in use.',
    );
  const missed = [
    ...drill.expectedDatasets.filter((id) => !drill.datasets.includes(id)),
    ...drill.expectedModels.filter((id) => !drill.models.includes(id)),
  ];
  c.none(missed, 'LOOKBACK_MISSED', 'The look-back drill did not find');
  c.expect(
    drill.minutes <= c.setting('provenance.lookback_minutes'),
    'LOOKBACK_SLOW',
    `The look-back took ${drill.minutes} minutes; ${c.setting('provenance.lookback_minutes')} are allowed.`,
  );
}
