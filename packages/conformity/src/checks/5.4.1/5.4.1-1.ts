/** 5.4.1-1: security updates are made, told to System Operators and delivered, each within its term. */
import { millis, type PredicateName } from '@custos/core';
import { provisionChecks } from '../../kernel/check.ts';
import type { CheckContext } from '../../kernel/check-context.ts';
import { controlsActive } from '../../kernel/controls.ts';
import { expectInTime, inLookBack } from '../../kernel/deadlines.ts';
import type { Found } from '../../kernel/evidence-index.ts';
import { expectChannelWorks, expectReach, noticeAbout } from '../../kernel/notices.ts';
import { productionRelease } from '../../kernel/releases.ts';
import { saysSomething } from '../../kernel/settled-text.ts';
import { percent } from '../../kernel/shares.ts';

const TYPES = ['vulnerability', 'inspection', 'scan-result'] as const satisfies readonly PredicateName[];

export const checks = provisionChecks('5.4.1-1', {
  a: [
    [...TYPES, 'control-status'],
    (c) => {
      const inspection = searched(c);
      for (const found of vulnerabilities(c)) {
        const { content } = found;
        if (content.fixPossible) {
          expectInTime(
            c,
            content.knownAt,
            content.fixedAt,
            'update.fix_days',
            `The fix of ${content.id}`,
            found,
          );
          continue;
        }
        c.expect(
          saysSomething(content.notPossibleReason) && content.compensatingControl !== undefined,
          'NOT_POSSIBLE_UNEXPLAINED',
          `${content.id} can't be fixed, without a reason and a compensating control.`,
        );
        if (content.compensatingControl) controlsActive(c, [content.compensatingControl]);
      }
      const known = new Set(vulnerabilities(c).map(({ content }) => content.id));
      const untracked = (inspection?.content.findings ?? []).filter(
        (item) => !item.resolvedAt && !item.acceptedBy && !known.has(item.id),
      );
      c.none(
        untracked.filter((item) => !c.recent(item.openedAt, 'update.fix_days')).map((item) => item.id),
        'OVERDUE',
        'Findings of the inspection neither fixed, accepted nor tracked in time',
      );
    },
  ],
  b: [
    [...TYPES, 'notice', 'probe'],
    (c) => {
      searched(c);
      const fixed = vulnerabilities(c).filter(({ content }) => content.fixedAt !== undefined);
      if (fixed.length === 0) expectChannelWorks(c, 'system_operator');
      for (const { content } of fixed) {
        const notice = noticeAbout(c, {
          kind: 'security_update',
          audience: 'system_operator',
          about: content.id,
          from: ['developer'],
        });
        if (!notice || !content.fixedAt) continue;
        const told = notice.content.publishedAt;
        if (millis(told) > millis(content.fixedAt))
          expectInTime(c, content.fixedAt, told, 'update.notify_days', `The notice of ${content.id}`, notice);
        expectReach(c, notice.content);
      }
    },
  ],
  c: [
    [...TYPES, 'release', 'deployment-status'],
    (c) => {
      searched(c);
      for (const found of vulnerabilities(c)) {
        const { content } = found;
        if (content.fixedAt)
          expectInTime(
            c,
            content.fixedAt,
            content.deliveredAt,
            'update.deploy_days',
            `Delivery of the fix of ${content.id}`,
            found,
          );
      }
      expectAdopted(c);
    },
  ],
});

/** Somebody looks for weaknesses in the version in use, so that an empty list of them says something. */
function searched(c: CheckContext): Found<'inspection'> | undefined {
  const found = c.newest('inspection', {
    subject: c.fingerprint,
    maxAge: 'inventory.max_age_days',
    what: 'an inspection of the version in use for known vulnerabilities',
    step: `inspect it and record \`inspection\` with subject ${c.fingerprint ?? 'its fingerprint'}`,
  });
  if (found?.content.verdict === 'not_inspected')
    c.unclear('NOT_INSPECTED', `${found.content.asset} could not be inspected. Next: inspect it again.`);
  return found;
}

/** Open ones, and those of the look-back; the newest record of each. */
function vulnerabilities(c: CheckContext): Found<'vulnerability'>[] {
  const found = c
    .known('vulnerability', { key: (content) => content.id })
    .filter(({ content }) => !content.deliveredAt || inLookBack(c, content.knownAt));
  for (const item of found) c.use(item);
  return found;
}

function expectAdopted(c: CheckContext): void {
  const release = productionRelease(c);
  if (!release) return;
  const status = c.newest('deployment-status', {
    where: ({ environment, release: id }) => environment === 'production' && id === release.content.id,
    maxAge: 'inventory.max_age_days',
    what: `telemetry of release ${release.content.id}`,
    step: 'record `deployment-status` from telemetry',
  });
  if (!status || c.recent(release.content.releasedAt, 'update.deploy_days')) return;
  const needed = c.setting('update.adoption_share');
  c.expect(
    status.content.share >= needed,
    'NOT_DELIVERED',
    `Release ${release.content.id} runs on ${percent(status.content.share)} after its term; ${percent(needed)} is needed.`,
  );
}
