/** What somebody may be asked to decide on a system: the kinds of requests, and who may give the word that counts. */
import { z } from 'zod';
import { APPROVABLE } from './predicates/registry.ts';
import { DigestSchema, PersonId, Prose, Time } from './schemas.ts';
import { Role, SystemRole } from './words.ts';

const Name = z.string().trim().min(1).max(300);
const Names = z.array(Name).max(200);
const Text = Prose.max(10_000);

/** What an approval is sealed over. */
export const Sealable = z.discriminatedUnion('is', [
  /** One record, until a newer one takes its place. */
  z.strictObject({ is: z.literal('observation'), observation: DigestSchema }),
  /** The system as it is now, until its fingerprint changes. */
  z.strictObject({ is: z.literal('fingerprint'), target: Name }),
  /** What the system is declared to be, without who holds which role. */
  z.strictObject({ is: z.literal('declaration') }),
  /** Assets of the inventory with their content: for a transfer or disposal, `target` is the id of that event. */
  z.strictObject({ is: z.literal('assets'), target: Name, assets: z.array(Name).min(1).max(500) }),
  /** Words or figures given here; they can't change. */
  z.strictObject({ is: z.literal('content'), target: Name, content: z.json() }),
]);
export type Sealable = z.infer<typeof Sealable>;

export const Ask = z.discriminatedUnion('kind', [
  z.strictObject({
    kind: z.literal('approval'),
    of: z.enum(APPROVABLE).exclude(['waiver', 'risk_acceptance', 'provider', 'adequacy', 'dataset_use']),
    seal: Sealable,
  }),
  /** Time-boxed exception from one duty. */
  z.strictObject({ kind: z.literal('waiver'), duty: Name, expiresAt: Time }),
  /** One risk of the register, accepted until a date. */
  z.strictObject({ kind: z.literal('risk_acceptance'), risk: Name, until: Time }),
  /** Sensitivity of one dataset and its use by this system, by its Data Custodian. */
  z.strictObject({
    kind: z.literal('data_use'),
    /** Id or name of the dataset in the inventory. */
    dataset: Name,
    sensitivity: z.enum(['public', 'internal', 'confidential', 'restricted']),
    personalData: z.boolean(),
    requiredControls: Names,
  }),
  /** Due diligence on a provider. */
  z.strictObject({
    kind: z.literal('provider'),
    provider: Name,
    services: Names.min(1),
    conclusion: z.enum(['accepted', 'accepted_with_controls', 'rejected']),
    rationale: Text,
    adheresToStandard: z.enum(['yes', 'mapped', 'no', 'unknown']),
    adherenceEvidence: DigestSchema.optional(),
    adherenceScope: Names,
  }),
  /** Why a poor component is used nevertheless: who asks states it, somebody else approves the very words. */
  z.strictObject({
    kind: z.literal('justification'),
    component: Name,
    rationale: Text,
    riskAssessment: Text,
    controls: Names.min(1),
    expiresAt: Time,
  }),
  /** What the organisation is willing to bear. */
  z.strictObject({
    kind: z.literal('tolerance'),
    tolerance: z.number().min(0),
    statement: Text,
    costReasoning: Text,
  }),
  /** That a duty is met adequately, in the decider's own words. */
  z.strictObject({ kind: z.literal('adequacy'), duty: Name, scope: z.string().max(500).optional() }),
]);
export type Ask = z.infer<typeof Ask>;
export type AskKind = Ask['kind'];

/** Roles in which one decides. */
export const DeciderRole = Role.extract([...SystemRole.options, 'organisation']);
export type DeciderRole = z.infer<typeof DeciderRole>;

/** So many people of a role, or of those who are named and hold it. Steps are taken in order. */
export const AskedStep = z.strictObject({
  role: DeciderRole,
  needed: z.int().min(1).max(10),
  people: z.array(PersonId).min(1).max(50).optional(),
});
export type AskedStep = z.infer<typeof AskedStep>;

const BUILDERS = ['developer', 'system_operator', 'organisation'] as const;
const RUNNERS = ['system_operator', 'organisation'] as const;

/** Who may give the last word on an approval, so that it counts for the duties that read it. */
export const APPROVERS: Readonly<Record<(typeof APPROVABLE)[number], readonly DeciderRole[]>> = {
  release: RUNNERS,
  design_assessment: ['developer', 'system_operator', 'data_custodian'],
  prompt: BUILDERS,
  dataset_use: ['data_custodian'],
  transfer: ['data_custodian'],
  disposal: ['data_custodian'],
  inventory: BUILDERS,
  plan: RUNNERS,
  justification: RUNNERS,
  tolerance: ['organisation'],
  change: BUILDERS,
  // The duty says: its roles, or the organisation.
  waiver: DeciderRole.options,
  risk_acceptance: RUNNERS,
  provider: ['developer', 'system_operator'],
  adequacy: DeciderRole.options,
};

/** What an approval on a request is `of`. */
export function approvableOf(ask: Ask): (typeof APPROVABLE)[number] {
  if (ask.kind === 'approval') return ask.of;
  return ask.kind === 'data_use' ? 'dataset_use' : ask.kind;
}
