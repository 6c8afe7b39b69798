/** 5.1.2-3: an audit trail that verifies, is documented, and follows models, datasets and prompts without a break. */
import type { Asset, PredicateName } from '@custos/core';
import { provisionChecks } from '../../kernel/check.ts';
import type { CheckContext } from '../../kernel/check-context.ts';
import { eachCurrent, inventory } from '../../kernel/coverage.ts';
import type { Found } from '../../kernel/evidence-index.ts';
import { saysSomething } from '../../kernel/settled-text.ts';
import { digestsOf } from '../../kernel/subjects.ts';
import { concerns, expectUnbroken, isDataStep, type LifeEvent, recordedEvents } from './lineage.ts';

/** What a trail must reach for each kind of asset in use. */
const SCOPES = { model: 'models', dataset: 'datasets', prompt: 'prompts' } as const;

const TYPES = ['audit-trail', 'lifecycle-event', 'scan-result'] as const satisfies readonly PredicateName[];

export const checks = provisionChecks('5.1.2-3', {
  a: [
    ['audit-trail', 'adequacy-attestation'],
    (c) => {
      for (const { content } of soundTrails(c)) {
        const name = content.scope.join(', ');
        c.expect(
          content.documentedAt.trim() !== '',
          'NOT_DOCUMENTED',
          `The trail of ${name} does not say where its form is documented.`,
        );
        c.expect(
          saysSomething(content.retention),
          'NO_RETENTION',
          `The trail of ${name} does not say how long it is kept.`,
        );
      }
      c.adequacy();
    },
  ],
  b: [
    TYPES,
    (c) => {
      const assets = inventory(c, 'model', 'dataset', 'prompt');
      const reached = new Set(soundTrails(c).flatMap(({ content }) => content.scope));
      if (reached.size > 0) {
        const needed = new Set([
          'operation' as const,
          ...assets.flatMap(({ kind }) =>
            kind === 'model' || kind === 'dataset' || kind === 'prompt' ? [SCOPES[kind]] : [],
          ),
        ]);
        c.none(
          [...needed].filter((scope) => !reached.has(scope)),
          'SCOPE_MISSING',
          'No audit trail covers',
        );
      }
      const events = recordedEvents(c);
      for (const asset of assets) expectLife(c, events, asset);
    },
  ],
});

/** The newest state of every trail; fails for one that does not verify or has a hole. */
function soundTrails(c: CheckContext): Found<'audit-trail'>[] {
  const trails = eachCurrent(
    c,
    'audit-trail',
    {
      maxAge: 'monitoring.review_days',
      what: 'a verified audit trail',
      step: 'verify the chain of the trail and record `audit-trail`',
    },
    (content) => `${[...content.scope].sort().join('+')} at ${content.documentedAt}`,
  );
  for (const { content } of trails) {
    const name = content.scope.join(', ');
    c.expect(content.chainVerified, 'CHAIN_INVALID', `The audit trail of ${name} does not verify.`);
    c.expect(
      content.longestGapHours <= c.setting('audit.gap_hours'),
      'TRAIL_GAP',
      `The audit trail of ${name} has a gap of ${content.longestGapHours} hours; ${c.setting('audit.gap_hours')} are allowed.`,
    );
  }
  return trails;
}

function expectLife(c: CheckContext, events: readonly LifeEvent[], asset: Asset): void {
  if (asset.kind === 'model') expectUnbroken(c, events, asset);
  if (asset.kind === 'dataset') expectOrigin(c, events, asset);
  if (asset.kind === 'prompt') expectRevision(c, events, asset);
}

function expectOrigin(c: CheckContext, events: readonly LifeEvent[], dataset: Asset): void {
  const origin = events.filter((event) => isDataStep(event.content.event) && concerns(event, dataset)).at(-1);
  if (origin) c.use(origin);
  else
    c.unclear(
      'CHAIN_BROKEN',
      `No event says how ${dataset.id} came to its present content. Next: record \`lifecycle-event\` (data_acquired or data_checked) with ${dataset.digest ?? 'it'} among the outputs.`,
    );
}

/** What is in use is what the newest change made, and every change kept its difference. */
function expectRevision(c: CheckContext, events: readonly LifeEvent[], prompt: Asset): void {
  const changes = events.filter(
    ({ content }) => content.event === 'prompt_change' && content.asset === prompt.id,
  );
  const newest = changes.at(-1);
  if (!newest || prompt.digest === undefined) {
    c.unclear(
      'CHAIN_BROKEN',
      `${newest ? 'No digest' : 'No change'} of ${prompt.id} is recorded. Next: ${newest ? 'scan where its text is kept' : 'record `lifecycle-event` (prompt_change) for each revision'}.`,
    );
    return;
  }
  for (const change of changes) c.use(change);
  c.expect(
    digestsOf(newest.content.outputs).includes(prompt.digest),
    'OUTSIDE_TRAIL',
    `${prompt.id} is in use as ${prompt.digest}, which its newest recorded change ${newest.content.id} did not make.`,
  );
  c.none(
    changes.filter(({ content }) => content.diff === undefined).map(({ content }) => content.id),
    'NO_DIFFERENCE',
    `Changes of ${prompt.id} recorded without their difference`,
  );
}
