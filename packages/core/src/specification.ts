/** A standard as data: principles, provisions, duties. EN 304 223 is one; users add their own in the same form. */
import { z } from 'zod';
import { Feature, Norm, Phase, Role, Trigger } from './words.ts';

export const RELATIONS = ['equal', 'subset', 'superset', 'overlap', 'supports'] as const;

export const Reference = z.strictObject({
  framework: z.enum(['atlas', 'owasp_llm', 'aisvs', 'nist_ai_rmf', 'iso_42001', 'eu_ai_act']),
  id: z.string(),
  relation: z.enum(RELATIONS),
});
export type Reference = z.infer<typeof Reference>;

const Scalar = z.union([z.string(), z.number(), z.boolean()]);

/** One thing that shows a duty, written as data. Duties of EN 304 223 have code instead. */
export const Proof = z.union([
  /** Whatever shows this duty of EN 304 223, with the roles of the duty that says so. */
  z.strictObject({ duty: z.string() }),
  /** The newest observation of a type. */
  z.strictObject({
    evidence: z.string(),
    /** Fields (`a.b`) that select which observation is meant. */
    where: z.record(z.string(), Scalar).optional(),
    /** Fields (`a.b`) that must have these values. */
    expect: z.record(z.string(), Scalar).optional(),
    from: z.array(Role).min(1).optional(),
    /** It must be about the system as it is now: its subject is the fingerprint. */
    current: z.literal(true).optional(),
    /** Setting that says how old it may be. */
    max_age: z.string().optional(),
  }),
  /** A person with one of the duty's roles states that it is met adequately. */
  z.strictObject({ attested: z.literal(true) }),
]);
export type Proof = z.infer<typeof Proof>;

export const Duty = z.strictObject({
  id: z.string(),
  norm: Norm,
  roles: z.array(Role).min(1),
  text: z.string(),
  /** All of these features must be on for the duty to apply. */
  when: z.array(Feature),
  /** All of these together show the duty. */
  shown_by: z.array(Proof).min(1).optional(),
});
export type Duty = z.infer<typeof Duty>;

export const Provision = z.strictObject({
  id: z.string(),
  uk: z.string().optional(),
  principle: z.int(),
  phase: Phase,
  norm: Norm,
  title: z.string(),
  roles: z.array(Role).min(1),
  automation: z.enum(['machine', 'hybrid', 'attested']),
  duties: z.array(Duty).min(1),
  triggers: z.array(Trigger),
  /** IXIT tables (numbers of `ixit.yaml`) that inform the test of this provision. */
  ixit: z.array(z.int()).default([]),
  references: z.array(Reference).default([]),
});
export type Provision = z.infer<typeof Provision>;

export const Setting = z.strictObject({
  id: z.string(),
  default: z.number(),
  unit: z.enum(['days', 'hours', 'minutes', 'share', 'count']),
  /** Which values ask for more; lower ones where it is absent. */
  stricter: z.literal('higher').optional(),
  /** Why this default is safe; the standard itself has no numbers. */
  reason: z.string(),
});
export type Setting = z.infer<typeof Setting>;

export const Specification = z.strictObject({
  standard: z.string(),
  version: z.string(),
  principles: z.array(
    z.strictObject({ number: z.int(), clause: z.string(), title: z.string(), phase: Phase }),
  ),
  features: z.partialRecord(Feature, z.string()),
  triggers: z.partialRecord(Trigger, z.string()),
  ixit: z.array(z.strictObject({ number: z.int(), title: z.string() })).default([]),
  settings: z.array(Setting),
  provisions: z.array(Provision),
});
export type Specification = z.infer<typeof Specification>;
