/** 5.2.4-1.1: the documentation carries the security-relevant facts and agrees with what is really there. */
import { type Content, DAY, millis } from '@custos/core';
import { provisionChecks } from '../../kernel/check.ts';
import type { CheckContext } from '../../kernel/check-context.ts';
import { isCalled } from '../../kernel/coverage.ts';
import { saysSomething } from '../../kernel/settled-text.ts';

export const checks = provisionChecks('5.2.4-1.1', {
  a: [
    ['model-card', 'runtime-state', 'scan-result', 'adequacy-attestation'],
    (c) => {
      const card = c.newest('model-card', {
        from: ['developer'],
        what: 'a model or system card',
        step: 'record `model-card` as developer',
      })?.content;
      if (!card) return;
      expectFields(c, card);
      const due = millis(card.reviewedAt) + card.reviewEveryDays * DAY;
      if (due < c.now) c.fail('REVIEW_OVERDUE', `The card's own review was due (${card.reviewedAt}).`);
      else c.holdsUntil(due);
      expectLineage(c, card);
      for (const guardrail of card.guardrails) expectGuardrail(c, guardrail);
      c.adequacy();
    },
  ],
});

function expectFields(c: CheckContext, card: Content<'model-card'>): void {
  const filled = {
    'data sources': card.dataSources.length > 0,
    scope: saysSomething(card.scope),
    limitations: card.limitations.some(saysSomething),
    guardrails: card.guardrails.length > 0,
    retention: card.retention.trim().length > 0,
    'failure modes': card.failureModes.some(saysSomething),
  };
  c.none(
    Object.entries(filled).flatMap(([field, ok]) => (ok ? [] : [field])),
    'FIELD_EMPTY',
    'The card says nothing of',
  );
}

function expectLineage(c: CheckContext, card: Content<'model-card'>): void {
  const datasets = c.assets('dataset');
  c.none(
    datasets.filter((asset) => !card.dataSources.some((name) => isCalled(asset, name))).map((a) => a.id),
    'SOURCE_NOT_ON_CARD',
    'Datasets of the inventory that the card leaves out',
  );
  c.none(
    card.dataSources.filter(
      (name) => name.startsWith('dataset:') && !datasets.some((asset) => isCalled(asset, name)),
    ),
    'SOURCE_UNKNOWN',
    'Data sources on the card that the inventory does not hold',
  );
}

function expectGuardrail(c: CheckContext, guardrail: Content<'model-card'>['guardrails'][number]): void {
  const step = `measure what runs (\`runtime-state\`, asset ${guardrail.name})`;
  const state = c.newest('runtime-state', {
    where: (content) => content.asset === guardrail.name && content.environment === 'production',
    maxAge: 'inventory.max_age_days',
    what: `a measurement of guardrail ${guardrail.name}`,
    step,
  });
  if (guardrail.digest === undefined)
    c.unclear('NO_DIGEST', `The card names guardrail ${guardrail.name} without a digest. Next: add it.`);
  else if (state)
    c.expect(
      state.content.running === guardrail.digest,
      'GUARDRAIL_DIFFERS',
      `Guardrail ${guardrail.name} runs as ${state.content.running}; the card says ${guardrail.digest}.`,
    );
}
