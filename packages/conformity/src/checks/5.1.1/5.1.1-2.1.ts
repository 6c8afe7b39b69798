/** 5.1.1-2.1: security updates for staff go out through several channels, and arrive. */
import { type Content, millis } from '@custos/core';
import { provisionChecks } from '../../kernel/check.ts';
import type { CheckContext } from '../../kernel/check-context.ts';
import { percent } from '../../kernel/shares.ts';
import { recentBulletins } from './bulletins.ts';

/** True when there is nothing left to wait for: enough people reached, or the time for reaching them is over. */
function judge(c: CheckContext, bulletin: Content<'bulletin'>): boolean {
  const end = millis(bulletin.sentAt) + c.interval('awareness.reach_days');
  const inTime = bulletin.channels.filter((channel) => millis(channel.sentAt) <= end);
  const kinds = new Set(inTime.map((channel) => channel.kind));
  const reached = bulletin.reach >= c.setting('awareness.reach_share');
  const enough = kinds.size >= c.setting('awareness.channels');
  if (end >= c.now && !(reached && enough)) {
    c.holdsUntil(end);
    return false;
  }
  c.expect(
    enough,
    'TOO_FEW_CHANNELS',
    `Bulletin ${bulletin.id} went out through ${[...kinds].join(', ')} only; ${c.setting('awareness.channels')} channels are needed.`,
  );
  if (!reached)
    c.fail(
      'REACH_LOW',
      `Bulletin ${bulletin.id} reached ${percent(bulletin.reach)}; ${percent(c.setting('awareness.reach_share'))} is needed.`,
    );
  else if (millis(bulletin.reachMeasuredAt) > end)
    c.unclear(
      'REACH_MEASURED_LATE',
      `The reach of bulletin ${bulletin.id} was measured on ${bulletin.reachMeasuredAt}, later than ${c.setting('awareness.reach_days')} days after sending. Next: measure within that time.`,
    );
  return true;
}

export const checks = provisionChecks('5.1.1-2.1', {
  a: [
    ['bulletin'],
    (c) => {
      const bulletins = recentBulletins(c);
      if (bulletins.length === 0) return;
      const judged = bulletins.filter(({ content }) => judge(c, content));
      if (judged.length === 0)
        c.unclear(
          'REACH_PENDING',
          'Every recent bulletin is still on its way. Next: record its channels and reach again when they are measured.',
        );
    },
  ],
});
