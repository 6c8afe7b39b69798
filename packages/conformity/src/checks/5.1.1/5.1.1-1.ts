/** 5.1.1-1: AI-security content in the training programme, kept current. */
import { millis } from '@custos/core';
import { provisionChecks } from '../../kernel/check.ts';
import { list } from '../../kernel/check-context.ts';

/** Threats that a programme must at least teach. */
export const MINIMUM_TOPICS = [
  'poisoning',
  'evasion',
  'prompt_injection',
  'inversion',
  'membership_inference',
  'extraction',
  'supply_chain',
  'agent_misuse',
] as const;

const programme = {
  what: 'a training programme',
  step: 'record `training-programme` from the learning system (`custos observe training-programme FILE`)',
} as const;

export const checks = provisionChecks('5.1.1-1', {
  a: [
    ['training-programme', 'training-completion', 'adequacy-attestation'],
    (c) => {
      const found = c.newest('training-programme', { ...programme, maxAge: 'training.review_days' });
      if (!found) return;
      const published = found.content.modules.filter((module) => module.publishedAt !== undefined);
      const taught = new Set(published.flatMap((module) => module.topics));
      c.none(
        MINIMUM_TOPICS.filter((topic) => !taught.has(topic)),
        'TOPIC_MISSING',
        'No published module covers',
      );
      const taken = c.every('training-completion', {
        where: (content) => content.passed && published.some((module) => module.id === content.module),
        maxAge: 'training.completion_valid_days',
        what: 'a passed completion of an AI-security module',
        step: 'import completions (`custos observe training-completion FILE`)',
      });
      if (taken.length > 0) c.adequacy();
    },
  ],
  b: [
    ['training-programme', 'threat-event', 'review-decision'],
    (c) => {
      const found = c.newest('training-programme', programme);
      if (!found) return;
      if (!c.recent(found.content.reviewedAt, 'training.review_days'))
        c.fail(
          'REVIEW_OVERDUE',
          `The programme was last reviewed on ${found.content.reviewedAt}; ${c.setting('training.review_days')} days are allowed.`,
        );
      const decided = new Set(
        c
          .known('review-decision', { where: (content) => content.kind === 'threat', from: c.duty.roles })
          .map((decision) => {
            c.use(decision);
            return decision.content.about;
          }),
      );
      const open = c.known('threat-event', {
        where: (content) =>
          content.substantial && millis(content.publishedAt) > millis(found.content.reviewedAt),
      });
      const undecided = open
        .filter((event) => !decided.has(event.content.id))
        .map((event) => event.content.id);
      if (undecided.length > 0)
        c.fail(
          'THREAT_NOT_REVIEWED',
          `No review decision for substantial threats since the last review: ${list(undecided)}.`,
        );
    },
  ],
});
