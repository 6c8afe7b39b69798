/** 5.1.1-1: AI-security content in the training programme, kept current. */
import { millis } from '@custos/core';
import { provisionChecks } from '../../kernel/check.ts';
import { currentProgramme, passedModules, publishedModules } from './training.ts';

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

export const checks = provisionChecks('5.1.1-1', {
  a: [
    ['training-programme', 'training-completion', 'adequacy-attestation'],
    (c) => {
      const programme = currentProgramme(c);
      if (!programme) return;
      const published = publishedModules(c, programme);
      const taught = new Set(published.flatMap((module) => module.topics));
      const untaught = MINIMUM_TOPICS.filter((topic) => !taught.has(topic));
      c.none(untaught, 'TOPIC_MISSING', 'No published module covers');
      const ids = new Set(published.map((module) => module.id));
      const passed = new Set([...passedModules(c, ids).values()].flatMap((modules) => [...modules]));
      const taken = new Set(
        published.filter((module) => passed.has(module.id)).flatMap((module) => module.topics),
      );
      const untaken = MINIMUM_TOPICS.filter((topic) => taught.has(topic) && !taken.has(topic));
      if (untaken.length > 0)
        c.unclear(
          'TOPIC_NOT_TAKEN',
          `Nobody has a valid completion of a module on ${untaken.join(', ')}. Next: hold the training and import completions.`,
        );
      c.adequacy();
    },
  ],
  b: [
    ['training-programme', 'threat-event', 'review-decision'],
    (c) => {
      const programme = currentProgramme(c);
      if (!programme) return;
      const { reviewedAt } = programme.content;
      c.expect(
        c.recent(reviewedAt, 'training.review_days'),
        'REVIEW_OVERDUE',
        `The programme was last reviewed on ${reviewedAt}; every ${c.setting('training.review_days')} days is needed.`,
      );
      const decisions = c.past('review-decision', {
        where: (content) => content.kind === 'threat',
        from: c.duty.roles,
      });
      const undecided = c
        .known('threat-event', { key: (content) => content.id })
        .filter(({ content }) => content.substantial && millis(content.publishedAt) > millis(reviewedAt))
        .filter((event) => {
          c.use(event);
          const decision = decisions.find(
            ({ content }) =>
              content.about === event.content.id &&
              millis(content.decidedAt) >= millis(event.content.publishedAt) &&
              millis(content.decidedAt) <= c.now,
          );
          if (decision) c.use(decision);
          return !decision;
        })
        .map((event) => event.content.id);
      c.none(
        undecided,
        'THREAT_NOT_REVIEWED',
        'No review decision since they appeared, for substantial threats',
      );
    },
  ],
});
