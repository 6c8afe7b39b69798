/** Assets, findings and unknowns: what scanning leaves. */
import { z } from 'zod';
import { DigestSchema, PersonId } from './schemas.ts';
import { AssetKind, EdgeKind } from './words.ts';

/** Where something stands. `path` is relative to the root that was scanned, with `/`; lines count from 1. */
export const Location = z.strictObject({ path: z.string(), line: z.int().min(1).optional() });
export type Location = z.infer<typeof Location>;

export const Asset = z.strictObject({
  /** Stable over versions: `<kind>:<name>`, e.g. `model:gpt-4o`, `component:pypi/torch`. */
  id: z.string().regex(/^[a-z_]+:.+/),
  kind: AssetKind,
  name: z.string(),
  /** Version or revision as declared; absent when none is. */
  version: z.string().optional(),
  /** Digest of the content where there is content to hash. */
  digest: DigestSchema.optional(),
  /** `external` comes from another organisation (package, hosted model, public data). */
  origin: z.enum(['own', 'external']).optional(),
  provider: z.string().optional(),
  owner: z.string().optional(),
  /** Facts a scanner read: modalities, formats, whether a reference floats, … */
  properties: z.record(z.string(), z.union([z.string(), z.number(), z.boolean()])).optional(),
  locations: z.array(Location),
});
export type Asset = z.infer<typeof Asset>;

export const Edge = z.strictObject({ from: z.string(), to: z.string(), kind: EdgeKind });
export type Edge = z.infer<typeof Edge>;

export const Finding = z.strictObject({
  /** Stable rule id, `<scanner>/<rule>`. */
  rule: z.string(),
  severity: z.enum(['info', 'low', 'medium', 'high', 'critical']),
  /** 0 to 1: how sure the rule is. */
  confidence: z.number().min(0).max(1),
  message: z.string(),
  location: Location,
  /** The asset it is about, when there is one. */
  asset: z.string().optional(),
});
export type Finding = z.infer<typeof Finding>;

/** Something that could not be read or decided. Never clean, always counted. */
export const Unknown = z.strictObject({
  scanner: z.string(),
  code: z.string(),
  message: z.string(),
  location: Location,
});
export type Unknown = z.infer<typeof Unknown>;

/** An asset as the approved inventory holds it: who answers for it, and which version was approved. */
export const RegisteredAsset = z.strictObject({
  id: z.string(),
  owner: PersonId,
  /** The organisation's own class, such as `internal`. */
  class: z.string(),
  version: z.string().optional(),
  /** Digest of the content that was approved; other content is a change. */
  digest: DigestSchema.optional(),
  location: z.string(),
  dependsOn: z.array(z.string()),
});
export type RegisteredAsset = z.infer<typeof RegisteredAsset>;
