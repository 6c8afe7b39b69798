/** Errors as RFC 9457 problem documents: a stable code, a sentence for people, never anything from inside. */
import { z } from 'zod';

/** HTTP status of each code that a client may see. */
export const PROBLEMS = {
  BAD_REQUEST: 400,
  NOT_SIGNED_IN: 401,
  NOT_ALLOWED: 403,
  NOT_FOUND: 404,
  METHOD_NOT_ALLOWED: 405,
  CONFLICT: 409,
  GONE: 410,
  /** The thing changed since it was read: `If-Match` names an older version. */
  VERSION_CHANGED: 412,
  TOO_LARGE: 413,
  UNSUPPORTED_MEDIA: 415,
  INVALID: 422,
  /** A write to something versioned has to say which version it saw. */
  VERSION_REQUIRED: 428,
  TOO_MANY_REQUESTS: 429,
  INTERNAL: 500,
  UNAVAILABLE: 503,
} as const;
export type ProblemCode = keyof typeof PROBLEMS;

export const Problem = z.strictObject({
  /** `urn:custos:problem:<code>` */
  type: z.string(),
  title: z.string(),
  status: z.int(),
  /** One of `PROBLEMS`, or a more exact code such as `SELF_APPROVAL`. */
  code: z.string(),
  detail: z.string(),
  /** Names the request in the server's log. */
  instance: z.string().optional(),
  /** Which fields are wrong, as JSON pointers into the request. */
  errors: z.array(z.strictObject({ pointer: z.string(), detail: z.string() })).optional(),
});
export type Problem = z.infer<typeof Problem>;
