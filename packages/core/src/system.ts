/** What an organisation declares about its AI system: the content of `custos.yaml`, and of the `system-declaration` observation. */
import { z } from 'zod';
import { PersonId, Prose } from './schemas.ts';
import { Feature, Modality, Phase } from './words.ts';

export const SCENARIOS = [
  'hosted_chatbot',
  'fraud_detection',
  'platform_provider',
  'open_access_model',
] as const;

export const SystemDeclaration = z.strictObject({
  /** Stable id, also the subject name of observations about the system. */
  id: z.string().regex(/^[a-z0-9][a-z0-9-]{1,62}$/, { error: 'must be 2–63 of a–z, 0–9 and -' }),
  name: z.string().min(1),
  purpose: Prose,
  phase: Phase,
  scenario: z.enum(SCENARIOS).optional(),
  /** The approved use: everything the system is meant to do, and nothing else. */
  use: z.strictObject({
    inputs: z.array(Modality),
    outputs: z.array(Modality),
    /** Names of the tools that the approved use needs. */
    tools: z.array(z.string()).default([]),
    users: z.array(z.string()).default([]),
    exposure: z.enum(['internal', 'partners', 'public']),
    prohibited: z.array(z.string()).default([]),
  }),
  /** Who may speak in which role. An observation by somebody not named here carries no role. */
  roles: z.strictObject({
    developer: z.array(PersonId).default([]),
    system_operator: z.array(PersonId).default([]),
    data_custodian: z.array(PersonId).default([]),
    organisation: z.array(PersonId).default([]),
    auditor: z.array(PersonId).default([]),
  }),
  /** Facts that evidence cannot decide; the rest is derived. */
  features: z.partialRecord(Feature, z.boolean()).default({}),
  /** The organisation's own limits; names and defaults are in `standard/en-304-223/settings.yaml`. */
  thresholds: z.record(z.string(), z.number()).default({}),
  /**
   * `signed`: a measurement counts only when the tool it names signed it with a registered key (`custos keys add-producer`),
   * or Custos measured it itself. `named`, the default: a name without a registered key counts.
   */
  producers: z.enum(['named', 'signed']).optional(),
  /** Assets the organisation knows about beyond what scanning finds, and owners of those it finds. */
  assets: z
    .array(
      z.strictObject({
        id: z.string(),
        owner: PersonId.optional(),
        location: z.string().optional(),
        external: z.boolean().optional(),
        depends_on: z.array(z.string()).optional(),
      }),
    )
    .default([]),
});
export type SystemDeclaration = z.infer<typeof SystemDeclaration>;
