/** The records that risk management rests on, and how they are joined: threat model, risk register, tolerance. */
import { type Content, millis, type Role } from '@custos/core';
import type { CheckContext } from '../../kernel/check-context.ts';
import type { Found } from '../../kernel/evidence-index.ts';

/** Who may speak for threats and risks. */
export const RISK_ROLES: readonly Role[] = ['developer', 'system_operator'];

/** Whose risk register counts. The organisation may state it too: what is above tolerance is accepted by nobody else. */
export const RISK_REGISTER_ROLES: readonly Role[] = [...RISK_ROLES, 'organisation'];

export type Risk = Content<'risk-register'>['risks'][number];

/** The newest threat model by somebody responsible, not older than a setting allows. */
export function threatModel(c: CheckContext, maxAge: string): Found<'threat-model'> | undefined {
  return c.newest('threat-model', {
    from: RISK_ROLES,
    maxAge,
    what: 'a threat model',
    step: 'record the reviewed threat model as Developer or System Operator (`custos observe threat-model FILE`)',
  });
}

/** The newest risk register, reviewed within the interval; a register without risks decides nothing. */
export function riskRegister(c: CheckContext): Found<'risk-register'> | undefined {
  const found = c.newest('risk-register', {
    from: RISK_REGISTER_ROLES,
    maxAge: 'risk.review_days',
    what: 'a risk register',
    step: 'record the register as Developer or System Operator (`custos observe risk-register FILE`)',
  });
  if (!found) return undefined;
  if (found.content.risks.length === 0) {
    c.unclear(
      'NO_RISKS',
      'The risk register is empty; a system with assets has risks. Next: enter the risks that the threat model names.',
    );
    return undefined;
  }
  c.expect(
    c.recent(found.content.reviewedAt, 'risk.review_days'),
    'REVIEW_OVERDUE',
    `The risk register was last reviewed on ${found.content.reviewedAt}; ${c.setting('risk.review_days')} days are allowed.`,
  );
  return found;
}

/** Risk appetite in force: stated by the organisation's management. */
export function riskTolerance(c: CheckContext): Found<'risk-tolerance'> | undefined {
  return c.newest('risk-tolerance', {
    from: ['organisation'],
    maxAge: 'documentation.review_days',
    what: 'a risk tolerance approved by management',
    step: 'state tolerance and cost reasoning as the organisation (`custos observe risk-tolerance FILE`)',
  });
}

/** The register must be measured with the tolerance that management approved. */
export function expectSameTolerance(
  c: CheckContext,
  register: Found<'risk-register'>,
  tolerance: Found<'risk-tolerance'>,
): boolean {
  return c.expect(
    register.content.tolerance === tolerance.content.tolerance,
    'TOLERANCE_DIFFERS',
    `The register compares with a tolerance of ${register.content.tolerance}; management approved ${tolerance.content.tolerance}.`,
  );
}

/** A signed exception with an end: accepted by somebody entitled, and its date is still ahead. */
export function isAccepted(c: CheckContext, risk: Risk): boolean {
  if (risk.treatment !== 'accept' || !risk.acceptedBy || !risk.dueAt) return false;
  if (millis(risk.dueAt) < c.now || !c.holder(risk.acceptedBy, ['organisation', 'system_operator']))
    return false;
  c.holdsUntil(millis(risk.dueAt));
  return true;
}

/** True while the date for a treatment is ahead; the verdict then lapses on it. */
export function isOnTime(c: CheckContext, risk: Risk): boolean {
  if (!risk.dueAt || millis(risk.dueAt) < c.now) return false;
  c.holdsUntil(millis(risk.dueAt));
  return true;
}

/** One threat that the Developer can't resolve, with every id it goes by. */
export interface UnresolvedThreat {
  readonly name: string;
  readonly ids: ReadonlySet<string>;
}

/** Threats marked unresolved in the threat model or in the register; undefined with a reason when that can't be told. */
export function unresolvedThreats(c: CheckContext): UnresolvedThreat[] | undefined {
  const model = threatModel(c, 'documentation.review_days');
  const register = riskRegister(c);
  if (!model || !register) return undefined;
  const threats = model.content.threats
    .filter((threat) => threat.decision === 'unresolved')
    .map((threat) => ({
      name: threat.id,
      ids: new Set(threat.risk ? [threat.id, threat.risk] : [threat.id]),
    }));
  const linked = new Set(threats.flatMap((threat) => [...threat.ids]));
  const risks = register.content.risks
    .filter((risk) => risk.treatment === 'unresolved' && !linked.has(risk.id))
    .map((risk) => ({ name: risk.id, ids: new Set([risk.id]) }));
  const all = [...threats, ...risks];
  if (all.length > 0) return all;
  c.unclear(
    'NO_UNRESOLVED_THREAT',
    'custos.yaml says that an unresolved threat exists, but neither threat model nor register marks one. Next: mark it `unresolved`, or declare features.unresolved_threat_exists: false.',
  );
  return undefined;
}
