/** Pieces that several operations share. */
import { DigestSchema, Norm, Phase, Time, VERDICTS } from '@custos/core';
import { z } from 'zod';

export { DigestSchema, Time };

/** Ids that people choose: also parts of paths and names of logs. */
export const Slug = z
  .string()
  .regex(/^[a-z0-9][a-z0-9-]{1,62}$/, { error: 'must be 2–63 of a–z, 0–9 and -' });

/** A person is known by their e-mail address, in lower case. */
export const Email = z
  .email()
  .max(254)
  .transform((address) => address.toLowerCase());

export const OrganisationParams = z.strictObject({ organisation: Slug });
export const SystemParams = z.strictObject({ organisation: Slug, system: Slug });

export const Verdict = z.enum(VERDICTS);

export const VerdictCounts = z.strictObject({
  pass: z.int(),
  fail: z.int(),
  inconclusive: z.int(),
  not_applicable: z.int(),
  waived: z.int(),
});
export const Counts = z.strictObject({ shall: VerdictCounts, should: VerdictCounts });

/** Cursor pagination: `cursor` is opaque and comes from `next` of the page before. */
export const Paging = z.object({
  cursor: z.string().max(512).optional(),
  limit: z.coerce.number().int().min(1).max(200).default(50),
});

/** A page of items; `next` is absent on the last one. */
export function pageOf<T extends z.ZodType>(item: T) {
  return z.strictObject({ items: z.array(item), next: z.string().optional() });
}

export { Norm, Phase };
