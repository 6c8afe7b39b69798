/** 5.3.1-2.1: the guidance covers appropriate use, limitations and failure modes, as the card states them. */
import type { Content } from '@custos/core';
import { type CheckRule, provisionChecks } from '../../kernel/check.ts';
import type { CheckContext } from '../../kernel/check-context.ts';
import { expectReachable, expectTopics, publicationOf } from '../../kernel/publications.ts';

type Facts = (card: Content<'model-card'>, c: CheckContext) => readonly string[];

export const checks = provisionChecks('5.3.1-2.1', {
  a: covers('appropriate use', (_, c) => c.system.use.prohibited),
  b: covers('limitations', (card) => card.limitations),
  c: covers('failure modes', (card) => card.failureModes),
});

/** The page has the section, and each fact of the card or the declaration is a section or a statement of it. */
function covers(section: string, facts: Facts): CheckRule {
  return [
    ['publication', 'model-card', 'adequacy-attestation'],
    (c) => {
      const page = publicationOf(c, 'user_guidance');
      const card = c.newest('model-card', {
        from: ['developer'],
        maxAge: 'documentation.review_days',
        what: 'a model or system card',
        step: 'record `model-card` as developer',
      });
      if (!page || !card) return;
      expectReachable(c, page);
      const wanted = facts(card.content, c);
      if (wanted.length === 0)
        c.unclear('NOTHING_TO_SAY', `Card and declaration name nothing for ${section}. Next: complete them.`);
      expectTopics(c, page, [section], 'SECTION_MISSING');
      expectTopics(c, page, wanted, 'FACT_MISSING');
      c.adequacy();
    },
  ];
}
