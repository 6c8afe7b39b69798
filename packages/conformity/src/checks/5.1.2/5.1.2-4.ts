/** 5.1.2-4: each external component is risk-assessed for AI and goes through the organisation's supply process. */
import { type Instant, millis } from '@custos/core';
import { provisionChecks } from '../../kernel/check.ts';
import type { CheckContext } from '../../kernel/check-context.ts';
import type { Found } from '../../kernel/evidence-index.ts';
import { expectRecordedBy } from '../../kernel/recording.ts';
import { saysSomething } from '../../kernel/settled-text.ts';
import {
  type AssessedComponent,
  assessedComponents,
  COMPONENT_TYPES,
  expectAccepted,
} from './external-components.ts';

type Policy = Found<'policy'>;

export const checks = provisionChecks('5.1.2-4', {
  a: [
    COMPONENT_TYPES,
    (c) => {
      for (const component of assessedComponents(c)) {
        c.expect(
          saysSomething(component.assessment.content.aiRisks),
          'AI_RISKS_EMPTY',
          `The assessment of ${component.asset.id} says nothing of risks that are specific to AI.`,
        );
        expectAccepted(c, component);
      }
    },
  ],
  b: [
    [...COMPONENT_TYPES, 'policy'],
    (c) => {
      const policies = supplyPolicies(c);
      for (const component of assessedComponents(c)) {
        c.expect(
          saysSomething(component.assessment.content.dueDiligence),
          'DUE_DILIGENCE_EMPTY',
          `The assessment of ${component.asset.id} does not say what due diligence found.`,
        );
        expectAccepted(c, component);
        if (policies.length > 0) expectByProcess(c, component, policies);
      }
    },
  ],
});

/** Every version of the supply-chain policy that is or was in force, latest first; a reason when none is current. */
function supplyPolicies(c: CheckContext): Policy[] {
  const from = [...c.duty.roles, 'organisation'] as const;
  const where: (content: Policy['content']) => boolean = ({ kind, inForceFrom }) =>
    kind === 'supply_chain' && millis(inForceFrom) <= c.now;
  const current = c.newest('policy', {
    where,
    from,
    maxAge: 'documentation.review_days',
    what: 'a supply-chain policy in force',
    step: 'record the policy that external components go through (`custos observe policy FILE`, kind: supply_chain)',
  });
  if (!current) return [];
  const approver = current.content.approvedBy;
  c.expect(
    c.holder(approver, from),
    'NOT_APPROVED',
    `${approver} approved supply-chain policy ${current.content.version} without holding a responsible role.`,
  );
  return c
    .past('policy', { where, from })
    .sort((a, b) => millis(b.content.inForceFrom) - millis(a.content.inForceFrom));
}

/** The process that was followed is the one of the policy that was in force then. */
function expectByProcess(
  c: CheckContext,
  { asset, assessment }: AssessedComponent,
  policies: readonly Policy[],
): void {
  const policy = inForceAt(policies, assessment.observedAt);
  if (!policy) {
    c.fail(
      'TIME_ORDER',
      `${asset.id} was assessed on ${assessment.observedAt}, before any supply-chain policy was in force.`,
    );
    return;
  }
  c.use(policy);
  expectRecordedBy(c, policy, assessment.observedAt, `Supply-chain policy ${policy.content.version}`);
  const { version, url, sections } = policy.content;
  const names = [version, `supply_chain ${version}`, ...(url === undefined ? [] : [url]), ...sections];
  c.expect(
    names.map(plain).includes(plain(assessment.content.process)),
    'OTHER_PROCESS',
    `${asset.id} was assessed by "${assessment.content.process}", which supply-chain policy ${version} does not know by version, address or section.`,
  );
}

function inForceAt(policies: readonly Policy[], at: Instant): Policy | undefined {
  return policies.find(({ content }) => millis(content.inForceFrom) <= millis(at));
}

function plain(text: string): string {
  return text.trim().toLowerCase();
}
