/** 5.2.1-3.1: a restore that really ran brought back the known good state, digest by digest. */
import { type Content, millis } from '@custos/core';
import { provisionChecks } from '../../kernel/check.ts';
import type { CheckContext } from '../../kernel/check-context.ts';
import { inventory } from '../../kernel/coverage.ts';

type Part = Content<'restore'>['covers'][number];

/** Parts that this system consists of; configuration always, an index where data are kept. */
function parts(c: CheckContext): Part[] {
  const has = (kind: 'model' | 'prompt' | 'dataset') => c.assets(kind).length > 0;
  return [
    'configuration',
    ...(has('model') ? (['model'] as const) : []),
    ...(has('prompt') ? (['prompt'] as const) : []),
    ...(has('dataset') ? (['index'] as const) : []),
  ];
}

export const checks = provisionChecks('5.2.1-3.1', {
  a: [
    ['restore', 'approval', 'scan-result'],
    (c) => {
      if (inventory(c).length === 0) return;
      const found = c.newest('restore', {
        subject: c.fingerprint,
        maxAge: 'restore.drill_days',
        what: 'a restore of the version in use',
        step: 'restore it from the backup, compare digests, run the smoke evaluation (`custos observe restore FILE`)',
      });
      const approved = c.newest('approval', {
        where: (content) => content.of === 'release',
        from: ['system_operator', 'organisation'],
        subject: c.fingerprint,
        what: 'an approval that calls the version in use good',
        step: 'approve the release with this fingerprint (`custos observe approval FILE`)',
      });
      if (approved)
        c.expect(
          approved.content.decision === 'approved',
          'NOT_KNOWN_GOOD',
          `The version in use was rejected: ${approved.content.reason}.`,
        );
      if (!found) return;
      const { expected, restored, covers, smokePassed, immutableBackup, backupTakenAt } = found.content;
      c.expect(
        expected === restored,
        'DIGEST_DIFFERS',
        `The restore gave ${restored} where ${expected} was expected.`,
      );
      c.none(
        parts(c).filter((part) => !covers.includes(part)),
        'NOT_RESTORED',
        'The restore does not bring back',
      );
      c.expect(smokePassed, 'SMOKE_FAILED', 'The restored system did not pass its smoke evaluation.');
      c.expect(
        immutableBackup,
        'BACKUP_MUTABLE',
        `Backup ${found.content.backup} can be changed or deleted.`,
      );
      const age = millis(found.observedAt) - millis(backupTakenAt);
      c.expect(
        age >= 0 && age <= c.interval('restore.backup_age_hours'),
        'BACKUP_OLD',
        `Backup ${found.content.backup} was taken on ${backupTakenAt}, ${age < 0 ? 'after the restore' : `more than ${c.setting('restore.backup_age_hours')} hours before the restore`}.`,
      );
    },
  ],
});
