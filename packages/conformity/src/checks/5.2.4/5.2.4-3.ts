/** 5.2.4-3: changes of prompts and configuration are logged, approved, and are what really runs. */
import { type Asset, type Content, millis } from '@custos/core';
import { provisionChecks } from '../../kernel/check.ts';
import type { CheckContext } from '../../kernel/check-context.ts';
import { inventory } from '../../kernel/coverage.ts';
import { saysSomething } from '../../kernel/settled-text.ts';
import { digestsOf } from '../../kernel/subjects.ts';

export const checks = provisionChecks('5.2.4-3', {
  a: [
    ['lifecycle-event', 'runtime-state', 'audit-trail', 'scan-result'],
    (c) => {
      for (const asset of inventory(c, 'prompt', 'configuration')) expectLogged(c, asset);
      const trail = c.newest('audit-trail', {
        where: (content) => content.scope.includes('prompts'),
        maxAge: 'monitoring.review_days',
        what: 'a verified audit trail of prompts',
        step: 'verify the log (`audit-trail`)',
      })?.content;
      if (!trail) return;
      c.expect(trail.chainVerified, 'CHAIN_BROKEN', 'The log of prompt changes does not verify.');
      c.expect(
        trail.longestGapHours <= c.setting('audit.gap_hours'),
        'LOG_GAP',
        `The log has a gap of ${trail.longestGapHours} hours; ${c.setting('audit.gap_hours')} are allowed.`,
      );
    },
  ],
});

function expectLogged(c: CheckContext, asset: Asset): void {
  const changes = c.every('lifecycle-event', {
    where: ({ event, asset: id }) =>
      (event === 'prompt_change' || event === 'configuration_change') && id === asset.id,
    what: `a logged change of ${asset.id}`,
    step: 'record `lifecycle-event` (prompt_change or configuration_change) for each revision',
  });
  const state = c.newest('runtime-state', {
    where: (content) => content.asset === asset.id && content.environment === 'production',
    maxAge: 'inventory.max_age_days',
    what: `a measurement of ${asset.id} as it runs`,
    step: `measure it in production (\`runtime-state\`)`,
  });
  c.none(
    changes.filter(({ content }) => !complete(c, content)).map(({ content }) => content.id),
    'CHANGE_INCOMPLETE',
    `Changes of ${asset.id} without a difference, a reason or an approval by a named role`,
  );
  const latest = changes.reduce<Content<'lifecycle-event'> | undefined>(
    (newest, { content }) => (newest && millis(newest.at) >= millis(content.at) ? newest : content),
    undefined,
  );
  if (latest && state)
    c.expect(
      digestsOf(latest.outputs).includes(state.content.running),
      'OUT_OF_BAND',
      `${asset.id} runs as ${state.content.running}, which is not the latest logged revision (${latest.id}).`,
    );
}

function complete(c: CheckContext, change: Content<'lifecycle-event'>): boolean {
  return (
    change.diff !== undefined &&
    saysSomething(change.reason) &&
    change.approvedBy !== undefined &&
    c.holder(change.approvedBy, ['developer', 'system_operator', 'organisation'])
  );
}
