/** Notices that reached people: sent to the right audience about the right thing, delivered, understandable, accessible. */
import type { Content, Role } from '@custos/core';
import type { CheckContext } from './check-context.ts';
import type { Found } from './evidence-index.ts';
import { saysSomething } from './settled-text.ts';
import { percent } from './shares.ts';

type Notice = Content<'notice'>;

export interface NoticeQuery {
  kind: Notice['kind'];
  audience: Notice['audience'];
  /** Id of the release, vulnerability, run, … that the notice must be about. */
  about: string;
  from: readonly Role[];
  maxAge?: string;
}

/** The first notice about something; people are told when it is first published, and later repeats change nothing. */
export function noticeAbout(c: CheckContext, query: NoticeQuery): Found<'notice'> | undefined {
  const { kind, audience, about, from, maxAge } = query;
  const found = c.every('notice', {
    where: (content) =>
      content.kind === kind && content.audience === audience && content.about.includes(about),
    from,
    ...(maxAge ? { maxAge } : {}),
    what: `a notice (${kind}) to the ${audience} about ${about}`,
    step: `send it and record \`notice\` with its delivery receipts`,
  });
  return found.reduce<Found<'notice'> | undefined>(
    (first, item) =>
      first === undefined || Date.parse(item.content.publishedAt) < Date.parse(first.content.publishedAt)
        ? item
        : first,
    undefined,
  );
}

/** Enough of those addressed received it. `atLeast` is how many people there are by another register. */
export function expectReach(c: CheckContext, notice: Notice, atLeast = 0): boolean {
  const addressed = Math.max(notice.recipients, atLeast);
  if (addressed === 0 || notice.delivered > notice.recipients) {
    c.unclear(
      'REACH_UNKNOWN',
      `Notice ${notice.id} counts ${notice.delivered} deliveries to ${notice.recipients} recipients. Next: record its delivery receipts.`,
    );
    return false;
  }
  return c.expect(
    notice.delivered / addressed >= c.setting('notice.reach_share'),
    'REACH_LOW',
    `Notice ${notice.id} reached ${notice.delivered} of ${addressed}; ${percent(c.setting('notice.reach_share'))} is needed.`,
  );
}

/** It says what happened, what it means and what to do. */
export function expectExplained(c: CheckContext, notice: Notice): boolean {
  const empty = (['description', 'impact', 'action'] as const).filter(
    (field) => !saysSomething(notice[field]),
  );
  return c.none(empty, 'NOT_EXPLAINED', `Notice ${notice.id} does not explain itself in`);
}

/** It is accessible by a measurement of the published text, not by its sender's word alone. Reads `probe`. */
export function expectAccessible(c: CheckContext, notice: Notice): void {
  const place = notice.url ?? notice.id;
  c.expect(notice.accessible, 'NOT_ACCESSIBLE', `Notice ${notice.id} is marked as not accessible.`);
  expectProbe(c, 'accessibility', place, `an accessibility check of notice ${notice.id} (${place})`);
}

/** Nothing had to be announced yet, so the channel itself must be shown to work. Reads `probe`. */
export function expectChannelWorks(c: CheckContext, audience: Notice['audience']): void {
  expectProbe(c, 'user_notice', audience, `a test notice sent to the ${audience}`);
}

/** The newest probe of a kind on a target must be fresh and have held. */
export function expectProbe(
  c: CheckContext,
  probe: Content<'probe'>['probe'],
  target: string,
  what: string,
): Found<'probe'> | undefined {
  const found = c.newest('probe', {
    where: (content) => content.probe === probe && content.target === target,
    maxAge: 'probe.max_age_days',
    what,
    step: `run the ${probe} probe on ${target} and record \`probe\``,
  });
  if (!found) return undefined;
  c.expect(found.content.held, 'PROBE_FAILED', `Probe ${probe} on ${target}: ${found.content.detail}.`);
  return found;
}
