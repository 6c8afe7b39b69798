import { Phase, VERDICTS } from '@custos/core';
import { z } from 'zod';

/** Filters of the list of systems, as they stand in the address. */
export const SystemsSearch = z.object({
  search: z.string().max(200).optional().catch(undefined),
  phase: Phase.optional().catch(undefined),
  verdict: z.enum(VERDICTS).optional().catch(undefined),
});
export type SystemsSearch = z.infer<typeof SystemsSearch>;
