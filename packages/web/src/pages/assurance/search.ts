/** Filters of these pages, as they stand in the address. */
import { FindingState } from '@custos/contract';
import { z } from 'zod';

export const TriageSearch = z.object({
  state: z
    .enum(['shadow', 'changed', 'approved', 'rejected', 'dismissed', 'vanished'])
    .optional()
    .catch(undefined),
});

export const AuditSearch = z.object({
  seed: z.string().min(1).max(100).optional().catch(undefined),
  count: z.int().min(1).max(100).optional().catch(undefined),
  size: z.int().min(0).optional().catch(undefined),
});

export const FindingsSearch = z.object({ status: FindingState.optional().catch(undefined) });

export const LookBackSearch = z.object({ source: z.string().max(2000).optional().catch(undefined) });

export const SettingsSearch = z.object({ show: z.enum(['own', 'proposed']).optional().catch(undefined) });
