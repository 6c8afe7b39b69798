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

export const Duty = z.strictObject({
  id: z.string(),
  norm: Norm,
  roles: z.array(Role).min(1),
  text: z.string(),
  /** All of these features must be on for the duty to apply. */
  when: z.array(Feature),
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
