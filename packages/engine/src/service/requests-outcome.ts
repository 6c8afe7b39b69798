/** What a decision leaves in the ledger: the approval, and with the last one what was asked for itself. */
import {
  type Actor,
  approvableOf,
  type Content,
  CustosError,
  type Instant,
  MANUAL_PRODUCER,
  type PredicateName,
  type Statement,
  type Subject,
} from '@custos/core';
import type { RequestRow } from '@custos/store';
import { sha256 } from '@custos/trust';
import { z } from 'zod';
import { PRODUCT, statementOf, subject } from '../observations/new-observation.ts';
import { newestReliable, riskRegisters, type SystemFacts } from './requests-facts.ts';
import { assetOf, digestInUse, type StoredAsk, toleranceOf } from './requests-seal.ts';

const PERSON = { name: MANUAL_PRODUCER, version: PRODUCT.version };

export interface Decided {
  readonly row: RequestRow;
  readonly ask: StoredAsk;
  readonly subjects: readonly Subject[];
  readonly facts: SystemFacts;
  readonly by: Actor;
  readonly decision: 'approved' | 'rejected';
  readonly reason: string;
  readonly at: Instant;
  readonly step: number;
  /** Who was asked and delegated to the decider; undefined where they were asked themselves. */
  readonly onBehalfOf: string | undefined;
  /** How many more have to approve after this one. */
  readonly outstanding: number;
  /** How many have to approve in all steps together. */
  readonly needed: number;
  /** Controls that a Data Custodian asks for beyond those proposed. */
  readonly requiredControls: readonly string[];
}

/** The approval first, then what follows from it. */
export function decisionStatements(decided: Decided): Statement[] {
  const { row, ask, subjects, by, decision, reason, at, step, outstanding, needed, onBehalfOf } = decided;
  const content: Content<'approval'> = {
    of: approvableOf(ask),
    target: row.target,
    decision,
    reason,
    request: {
      id: row.request,
      step,
      outstanding,
      needed,
      ...(onBehalfOf === undefined ? {} : { onBehalfOf }),
    },
  };
  const approval = statementOf({
    type: 'approval',
    content,
    subject: [...subjects],
    producer: PERSON,
    actor: by,
    observedAt: at,
    source: `request ${row.request}`,
  });
  const last = decision === 'rejected' || outstanding === 0;
  return last ? [approval, ...consequences(decided)] : [approval];
}

function consequences(decided: Decided): Statement[] {
  const { ask, decision } = decided;
  if (ask.kind === 'data_use') return dataUse(decided, ask);
  if (decision === 'rejected') return [];
  switch (ask.kind) {
    case 'waiver':
      return [
        say(
          decided,
          'waiver',
          {
            duty: ask.duty,
            owner: decided.row.requested_by,
            reason: decided.row.note,
            expiresAt: ask.expiresAt,
          },
          { validUntil: ask.expiresAt },
        ),
      ];
    case 'risk_acceptance':
      return [acceptance(decided, ask)];
    case 'provider': {
      const { kind: _, ...assessment } = ask;
      return [say(decided, 'provider-assessment', assessment)];
    }
    case 'tolerance': {
      const { kind: _, ...tolerance } = ask;
      return [say(decided, 'risk-tolerance', tolerance)];
    }
    case 'adequacy':
      return [
        say(decided, 'adequacy-attestation', {
          duty: ask.duty,
          statement: decided.reason,
          ...(ask.scope === undefined ? {} : { scope: ask.scope }),
        }),
      ];
    default:
      return [];
  }
}

/** An observation in the decider's name, about the system as it is. */
function say<N extends PredicateName>(
  { facts, by, at, row }: Decided,
  type: N,
  content: Content<N>,
  more: { subject?: Subject[]; validUntil?: Instant } = {},
): Statement {
  const self = facts.fingerprint ?? sha256(facts.ref.system);
  return statementOf({
    type,
    content,
    subject: more.subject ?? [subject(facts.ref.system, self)],
    producer: PERSON,
    actor: by,
    observedAt: at,
    validUntil: more.validUntil,
    source: `request ${row.request}`,
  });
}

/** The register as it stands, with this risk accepted until the date. @throws CustosError ABOVE_TOLERANCE */
function acceptance(decided: Decided, ask: Extract<StoredAsk, { kind: 'risk_acceptance' }>): Statement {
  const { facts, by, row } = decided;
  const register = riskRegisters(facts)[0]?.content;
  const risk = register?.risks.find(({ id }) => id === ask.risk);
  if (register === undefined || risk === undefined)
    throw new CustosError('INVALID', `The risk register holds no risk "${ask.risk}" any more.`);
  refuseAboveTolerance(risk.residual, toleranceOf(facts), by.role);
  const accepted = { ...risk, treatment: 'accept' as const, acceptedBy: by.id, dueAt: ask.until };
  return say({ ...decided, row }, 'risk-register', {
    ...register,
    risks: register.risks.map((one) => (one.id === ask.risk ? accepted : one)),
  });
}

/** @throws CustosError ABOVE_TOLERANCE when only the organisation may bear a risk */
export function refuseAboveTolerance(residual: number, tolerance: number | undefined, role: string): void {
  if (role === 'organisation' || (tolerance !== undefined && residual <= tolerance)) return;
  throw new CustosError(
    'ABOVE_TOLERANCE',
    tolerance === undefined
      ? 'The organisation has declared no risk tolerance, so only somebody who speaks for the organisation can accept a risk.'
      : `The residual risk of ${residual} is above the declared tolerance of ${tolerance}. Only somebody who speaks for the organisation can accept it.`,
  );
}

/** The custodian's classification, where it is not in force already, and the decision on the use. */
function dataUse(decided: Decided, ask: Extract<StoredAsk, { kind: 'data_use' }>): Statement[] {
  const { facts, decision, reason } = decided;
  const asset = assetOf(facts, ask.dataset);
  const about = { subject: [subject(asset.id, digestInUse(asset, facts))] };
  const { sensitivity, personalData } = z
    .looseObject({
      sensitivity: z.enum(['public', 'internal', 'confidential', 'restricted']),
      personalData: z.boolean(),
    })
    .parse(JSON.parse(decided.row.sealed));
  const inForce = newestReliable(
    facts,
    'data-classification',
    ({ dataset }) => dataset === asset.id || dataset === asset.name,
  );
  const known =
    inForce?.content.sensitivity === sensitivity &&
    inForce.content.personalData === personalData &&
    inForce.evidence.statement.predicate.actor?.role === 'data_custodian';
  const requiredControls = [...new Set([...ask.requiredControls, ...decided.requiredControls])];
  const use = say(
    decided,
    'data-use-decision',
    {
      dataset: asset.id,
      use: facts.ref.system,
      exposure: facts.system.use.exposure,
      decision:
        decision === 'rejected'
          ? 'refused'
          : requiredControls.length > 0
            ? 'allowed_with_controls'
            : 'allowed',
      requiredControls,
      reason,
    },
    about,
  );
  if (known || decision === 'rejected') return [use];
  return [say(decided, 'data-classification', { dataset: asset.id, sensitivity, personalData }, about), use];
}
