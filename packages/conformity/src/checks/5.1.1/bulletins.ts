/** Awareness bulletins: which of them count now. */
import { millis } from '@custos/core';
import type { CheckContext } from '../../kernel/check-context.ts';
import type { Found } from '../../kernel/evidence-index.ts';

/** Bulletins sent within the allowed age; an `inconclusive` reason when the last one is older or there is none. */
export function recentBulletins(c: CheckContext): Found<'bulletin'>[] {
  const step = 'send a bulletin and record `bulletin` with its channels and reach';
  const all = c.every('bulletin', { what: 'an awareness bulletin', step }, (content) => content.id);
  if (all.length === 0) return [];
  const window = c.interval('awareness.bulletin_max_age_days');
  const recent = all.filter(
    ({ content }) => millis(content.sentAt) <= c.now && millis(content.sentAt) + window >= c.now,
  );
  if (recent.length === 0)
    c.unclear(
      'BULLETIN_OLD',
      `No bulletin was sent in the last ${c.setting('awareness.bulletin_max_age_days')} days. Next: ${step}.`,
    );
  else c.holdsUntil(Math.max(...recent.map(({ content }) => millis(content.sentAt))) + window);
  return recent;
}
