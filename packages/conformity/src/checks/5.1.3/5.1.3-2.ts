/** 5.1.3-2: threats that the Developer can't resolve are passed on, first to System Operators, then to End-users. */
import { type Content, millis, type Role } from '@custos/core';
import { provisionChecks } from '../../kernel/check.ts';
import type { CheckContext } from '../../kernel/check-context.ts';
import type { Found } from '../../kernel/evidence-index.ts';
import { type UnresolvedThreat, unresolvedThreats } from './risk-records.ts';

type Audience = Content<'notice'>['audience'];

/** Shortest text that can describe a risk, an impact or an action. */
const TEXT_LENGTH = 20;

function noticeOf(
  c: CheckContext,
  threat: UnresolvedThreat,
  audience: Audience,
  from: Role,
): Found<'notice'> | undefined {
  const found = c
    .past('notice', {
      where: ({ kind, audience: to, about }) =>
        kind === 'unresolved_threat' && to === audience && about.some((id) => threat.ids.has(id)),
      from: [from],
    })
    .find(({ content }) => millis(content.publishedAt) <= c.now);
  if (found) c.use(found);
  return found;
}

function downstream(c: CheckContext): Found<'downstream-register'> | undefined {
  return c.newest('downstream-register', {
    maxAge: 'documentation.review_days',
    what: 'a register of System Operators and End-users',
    step: 'record who uses the system (`custos observe downstream-register FILE`)',
  });
}

function expectOperatorsTold(c: CheckContext, threat: UnresolvedThreat, operators: number): void {
  const notice = noticeOf(c, threat, 'system_operator', 'developer');
  if (
    !c.expect(
      notice !== undefined,
      'OPERATORS_NOT_TOLD',
      `No notice of a Developer tells System Operators of ${threat.name}.`,
    ) ||
    !notice
  )
    return;
  c.expect(
    notice.content.delivered >= operators,
    'NOT_DELIVERED',
    `Notice ${notice.content.id} on ${threat.name} reached ${notice.content.delivered} of ${operators} registered System Operators.`,
  );
}

function expectUsersTold(c: CheckContext, threat: UnresolvedThreat, users: number): void {
  const notice = noticeOf(c, threat, 'end_user', 'system_operator');
  if (!notice) {
    const told = noticeOf(c, threat, 'system_operator', 'developer');
    if (told && c.recent(told.content.publishedAt, 'notice.sla_hours'))
      c.unclear(
        'NOTICE_PENDING',
        `Operators know of ${threat.name} since ${told.content.publishedAt}. Next: tell End-users within ${c.setting('notice.sla_hours')} hours of that.`,
      );
    else c.fail('USERS_NOT_TOLD', `No notice of a System Operator tells End-users of ${threat.name}.`);
    return;
  }
  const { id, delivered, recipients, accessible } = notice.content;
  const addressed = Math.max(users, recipients);
  c.expect(
    delivered / addressed >= c.setting('notice.reach_share'),
    'REACH_TOO_LOW',
    `Notice ${id} on ${threat.name} reached ${delivered} of ${addressed} End-users; ${c.setting('notice.reach_share')} is required.`,
  );
  c.expect(accessible, 'NOT_ACCESSIBLE', `Notice ${id} on ${threat.name} is not accessible.`);
}

const NOTICE_EVIDENCE = ['threat-model', 'risk-register', 'notice'] as const;

export const checks = provisionChecks('5.1.3-2', {
  a: [
    [...NOTICE_EVIDENCE, 'downstream-register'],
    (c) => {
      const threats = unresolvedThreats(c);
      const register = downstream(c);
      if (!threats || !register) return;
      const operators = register.content.operators.length;
      if (operators === 0) {
        c.unclear('NO_OPERATORS', 'No System Operator is registered. Next: enter every operator downstream.');
        return;
      }
      for (const threat of threats) expectOperatorsTold(c, threat, operators);
    },
  ],
  b: [
    [...NOTICE_EVIDENCE, 'downstream-register'],
    (c) => {
      const threats = unresolvedThreats(c);
      const register = downstream(c);
      if (!threats || !register) return;
      if (register.content.users === 0) {
        c.unclear('NO_USERS', 'The register counts no End-user. Next: enter how many there are.');
        return;
      }
      for (const threat of threats) expectUsersTold(c, threat, register.content.users);
    },
  ],
  c: [
    [...NOTICE_EVIDENCE, 'adequacy-attestation'],
    (c) => {
      const threats = unresolvedThreats(c);
      if (!threats) return;
      for (const threat of threats) {
        const notices = [
          noticeOf(c, threat, 'system_operator', 'developer'),
          noticeOf(c, threat, 'end_user', 'system_operator'),
        ].filter((notice) => notice !== undefined);
        if (notices.length === 0)
          c.unclear(
            'NO_NOTICE',
            `No notice on ${threat.name} is recorded. Next: publish one and record it (\`custos observe notice FILE\`).`,
          );
        for (const { content } of notices)
          c.none(
            (['description', 'impact', 'action'] as const).filter(
              (field) => content[field].trim().length < TEXT_LENGTH,
            ),
            'NOTICE_INCOMPLETE',
            `Notice ${content.id} on ${threat.name} says too little in`,
          );
      }
      c.adequacy();
    },
  ],
});
