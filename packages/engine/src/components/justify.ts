/** The statements that a poorly documented component demands: a justification, a risk assessment with controls, an approval. */
import { saysSomething } from '@custos/conformity';
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

/** A text of a person: checks of duties don't count one that is padded. */
export const Said = z.string().trim().pipe(Prose).refine(saysSomething, {
  error: 'must say something: at least 20 characters and four different words',
});

/** What `custos component justify` asks for, or reads from a file. */
export const JustificationInput = z.strictObject({
  /** Why it is used nevertheless. */
  rationale: Said,
  /** What could go wrong, in words for End-users. */
  riskAssessment: Said,
  /** Ids of the controls that mitigate it; `control-status` shows whether they act. */
  controls: z.array(z.string().trim().min(1)).min(1),
  /** When it must be renewed. */
  expires: Time,
  /** The assessment of the component, for 5.1.2-4 and 5.2.3-2.1. */
  assessment: z
    .strictObject({
      aiRisks: Said,
      dueDiligence: Said,
      process: z.string().trim().min(1),
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

/** @throws CustosError JUSTIFICATION for an end that is past, or an assessment that nobody makes, or a component that names no version */
export function justificationStatements(input: JustificationInput, context: JustifyContext): Statement[] {
  const { asset, now, owner, assessor } = context;
  if (asset.digest === undefined && !asset.version?.trim())
    throw new CustosError(
      'JUSTIFICATION',
      `${asset.id} has no version, so no justification can be of the one in use. Pin it to an exact version first.`,
    );
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
