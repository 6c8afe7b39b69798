import { RequestStatus } from '@custos/contract';
import { z } from 'zod';

/** Filters of the list of requests, as they stand in the address. */
export const RequestsSearch = z.object({
  /** Default: those that wait for me. */
  show: z.enum(['made', 'all']).optional().catch(undefined),
  status: RequestStatus.optional().catch(undefined),
  system: z.string().max(63).optional().catch(undefined),
});
export type RequestsSearch = z.infer<typeof RequestsSearch>;

/** What a link to a new request says already: the duty that it is for, and what is asked. */
export const NewRequestSearch = z.object({
  duty: z.string().max(40).optional().catch(undefined),
  of: z.string().max(40).optional().catch(undefined),
});
