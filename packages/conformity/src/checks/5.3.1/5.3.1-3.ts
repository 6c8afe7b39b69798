/** 5.3.1-3: End-users and Affected Entities are supported in incidents, by a process agreed in contracts. */
import { millis } from '@custos/core';
import { provisionChecks } from '../../kernel/check.ts';
import { inLookBack } from '../../kernel/deadlines.ts';
import { expectProbe } from '../../kernel/notices.ts';
import { saysSomething } from '../../kernel/settled-text.ts';
import { percent } from '../../kernel/shares.ts';

export const checks = provisionChecks('5.3.1-3', {
  a: [
    ['incident', 'drill', 'probe', 'adequacy-attestation'],
    (c) => {
      expectProbe(c, 'report_channel', 'affected_entity', 'a test of the contact path for Affected Entities');
      const incidents = c
        .known('incident', { key: (content) => content.id })
        .filter(({ content }) => content.aiRelated && (!content.closedAt || inLookBack(c, content.openedAt)));
      for (const incident of incidents) c.use(incident);
      c.none(
        incidents
          .filter((i) => !saysSomething(i.content.userGuidance) || !i.content.affectedEntityContact?.trim())
          .map(({ content }) => content.id),
        'NO_SUPPORT',
        'Incidents without guidance for users or a contact for Affected Entities',
      );
      if (incidents.length === 0) {
        const drill = c.newest('drill', {
          where: (content) => content.drill === 'incident_plan',
          maxAge: 'incident.exercise_days',
          what: 'an exercise of the incident process',
          step: 'exercise the incident plan and record `drill` (incident_plan)',
        });
        if (drill)
          c.expect(
            drill.content.succeeded && drill.content.minutes <= drill.content.limitMinutes,
            'DRILL_FAILED',
            `The exercise "${drill.content.scenario}" did not succeed in time.`,
          );
      }
      c.adequacy();
    },
  ],
  b: [
    ['contract-register', 'plan'],
    (c) => {
      const plan = c.newest('plan', {
        where: (content) => content.kind === 'incident',
        from: c.duty.roles,
        maxAge: 'documentation.review_days',
        what: 'an incident plan',
        step: 'record `plan` (incident)',
      })?.content;
      const register = c.newest('contract-register', {
        maxAge: 'contract.review_days',
        what: 'a register of contracts',
        step: 'record `contract-register`',
      })?.content;
      if (plan) {
        c.expect(plan.contacts.length > 0, 'NO_CONTACT', 'The incident plan names no contact.');
        if (millis(plan.nextReviewAt) < c.now)
          c.fail('REVIEW_OVERDUE', `The review of the incident plan was due on ${plan.nextReviewAt}.`);
        else c.holdsUntil(millis(plan.nextReviewAt));
      }
      if (!register) return;
      c.expect(register.templateHasClause, 'NO_CLAUSE', 'The contract template has no incident clause.');
      if (register.active === 0) {
        c.unclear('NO_CONTRACTS', 'No contract is active. Next: record `contract-register` once there is.');
        return;
      }
      const needed = c.setting('contract.clause_share');
      c.expect(
        register.withIncidentClause <= register.active &&
          register.withIncidentClause / register.active >= needed,
        'CLAUSE_RARE',
        `${register.withIncidentClause} of ${register.active} contracts have the incident clause; ${percent(needed)} is needed.`,
      );
    },
  ],
});
