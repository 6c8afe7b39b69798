/** 5.1.1-2: all staff must stay aware of AI threats, with mitigations where they are known. */
import { millis } from '@custos/core';
import { provisionChecks } from '../../kernel/check.ts';
import { saysSomething } from '../../kernel/settled-text.ts';
import { recentBulletins } from './bulletins.ts';
import { activeStaff, expectShare, pastGrace } from './training.ts';

export const checks = provisionChecks('5.1.1-2', {
  a: [
    ['policy', 'acknowledgement', 'staff-register'],
    (c) => {
      const policy = c.newest('policy', {
        where: (content) => content.kind === 'awareness',
        maxAge: 'documentation.review_days',
        what: 'a policy that requires awareness of AI threats',
        step: 'record `policy` of kind awareness, approved by the organisation',
      });
      const staff = activeStaff(c);
      if (!policy || !staff) return;
      const { version, inForceFrom, approvedBy } = policy.content;
      c.expect(
        millis(inForceFrom) <= c.now,
        'NOT_IN_FORCE',
        `Version ${version} of the awareness policy is in force only from ${inForceFrom}.`,
      );
      if (!c.holder(approvedBy, c.duty.roles))
        c.unclear(
          'WRONG_APPROVER',
          `The awareness policy is approved by ${approvedBy}, who does not speak for the organisation in custos.yaml. Next: have it approved by one of roles.organisation.`,
        );
      const acknowledged = new Set(
        c
          .every('acknowledgement', {
            where: (content) => content.policy === 'awareness' && content.version === version,
            what: `an acknowledgement of version ${version} of the awareness policy`,
            step: 'record `acknowledgement` (policy: awareness) from the staff portal',
          })
          .filter(({ content }) => millis(content.at) <= c.now)
          .map(({ content }) => content.person),
      );
      const due = pastGrace(c, staff).map((person) => person.person);
      if (due.length === 0)
        c.unclear(
          'NOBODY_DUE',
          'All staff joined within the grace, so nothing shows that the policy binds them. Next: record acknowledgements when it ends.',
        );
      expectShare(c, {
        people: due,
        done: (person) => acknowledged.has(person),
        setting: 'awareness.acknowledgement_share',
        code: 'NOT_ACKNOWLEDGED',
        what: `Active staff have acknowledged version ${version} of the awareness policy`,
      });
    },
  ],
  b: [
    ['bulletin', 'threat-event'],
    (c) => {
      const bulletins = recentBulletins(c);
      if (bulletins.length === 0) return;
      const threats = c.known('threat-event', { key: (content) => content.id });
      const known = new Set(
        threats.filter(({ content }) => content.mitigationKnown).map(({ content }) => content.id),
      );
      const mitigated = new Set(
        bulletins
          .filter(({ content }) => saysSomething(content.mitigation))
          .flatMap(({ content }) => content.threats),
      );
      const bare = bulletins
        .filter(({ content }) => !saysSomething(content.mitigation))
        .filter(
          ({ content }) =>
            (content.mitigationKnown &&
              (content.threats.length === 0 || content.threats.some((id) => !mitigated.has(id)))) ||
            content.threats.some((id) => known.has(id) && !mitigated.has(id)),
        )
        .map(({ content }) => content.id);
      c.none(bare, 'MITIGATION_MISSING', 'Bulletins that leave out a known mitigation');
      const window = c.interval('awareness.bulletin_max_age_days');
      const spread = c.interval('awareness.reach_days');
      const untold = threats
        .filter(({ content }) => content.substantial && content.mitigationKnown)
        .filter(({ content }) => {
          const published = millis(content.publishedAt);
          if (published + spread >= c.now && !mitigated.has(content.id)) c.holdsUntil(published + spread);
          return published + spread < c.now && published + window >= c.now && !mitigated.has(content.id);
        })
        .map(({ content }) => content.id);
      c.none(untold, 'THREAT_NOT_TOLD', 'Substantial threats with a known mitigation that no bulletin tells');
    },
  ],
});
