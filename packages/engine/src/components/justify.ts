/** The statements that a poorly documented component demands: a justification, a risk assessment with controls, an approval. */
import {
  type Actor,
  type Asset,
  type Content,
  CustosError,
  type Digest,
  hexOf,
  type Instant,
  MANUAL_PRODUCER,
  millis,
  Prose,
  type Statement,
  type Subject,
  Time,
} from '@custos/core';
import { z } from 'zod';
import { PRODUCT, statementOf } from '../observations/new-observation.ts';
import { subjectFor } from './score.ts';

/** What `custos component justify` asks for, or reads from a file. */
export const JustificationInput = z.strictObject({
  /** Why it is used nevertheless. */
  rationale: Prose,
  /** What could go wrong, in words for End-users. */
  riskAssessment: Prose,
  /** Ids of the controls that mitigate it; `control-status` shows whether they act. */
  controls: z.array(z.string().min(1)).min(1),
  /** When it must be renewed. */
  expires: Time,
  /** The assessment of the component, for 5.1.2-4 and 5.2.3-2.1. */
  assessment: z
    .strictObject({
      aiRisks: Prose,
      dueDiligence: Prose,
      process: z.string().min(1),
      conclusion: z.enum(['accepted', 'accepted_with_controls', 'rejected']),
    })
    .optional(),
});
export type JustificationInput = z.infer<typeof JustificationInput>;

const PERSON = { name: MANUAL_PRODUCER, version: PRODUCT.version };

export interface JustifyContext {
  readonly asset: Asset;
  /** The system at its fingerprint: the subject where the component has no digest of its own. */
  readonly system: Subject;
  readonly owner: Actor;
  /** Who assessed the component, where an assessment is given. */
  readonly assessor?: Actor;
  readonly now: Instant;
}

/** @throws CustosError JUSTIFICATION for an end that is past, or an assessment that nobody makes */
export function justificationStatements(input: JustificationInput, context: JustifyContext): Statement[] {
  const { asset, now, owner, assessor } = context;
  if (millis(input.expires) <= millis(now))
    throw new CustosError(
      'JUSTIFICATION',
      `The justification would have ended on ${input.expires}. Give a later end.`,
    );
  const shared = {
    subject: [subjectFor(asset, context.system)],
    producer: PERSON,
    observedAt: now,
    validUntil: input.expires,
  };
  const component = {
    component: asset.id,
    ...(asset.version === undefined ? {} : { version: asset.version }),
    controls: input.controls,
  };
  const justification = statementOf({
    ...shared,
    type: 'justification',
    actor: owner,
    content: { ...component, rationale: input.rationale, riskAssessment: input.riskAssessment },
  });
  if (!input.assessment) return [justification];
  if (!assessor)
    throw new CustosError(
      'JUSTIFICATION',
      'An assessment needs --assessor, a person named in custos.yaml as developer or system_operator.',
    );
  const content: Content<'component-assessment'> = { ...component, ...input.assessment };
  return [justification, statementOf({ ...shared, type: 'component-assessment', actor: assessor, content })];
}

/** The decision on exactly the words that were recorded. */
export function approvalStatement(
  asset: Asset,
  justification: Digest,
  decision: { readonly actor: Actor; readonly decision: 'approved' | 'rejected'; readonly reason: string },
  now: Instant,
): Statement {
  return statementOf({
    type: 'approval',
    subject: [{ name: asset.id, digest: { sha256: hexOf(justification) } }],
    producer: PERSON,
    actor: decision.actor,
    observedAt: now,
    content: { of: 'justification', target: asset.id, decision: decision.decision, reason: decision.reason },
  });
}
