/**
 * Operations as data. The server mounts them, the OpenAPI document and the typed client are made from them, and the
 * role matrix test walks them: whatever is not declared here does not exist.
 */
import type { z } from 'zod';
import { PEOPLE_ONLY, type Permission } from './permissions.ts';
import type { ProblemCode } from './problem.ts';

export type Method = 'GET' | 'POST' | 'PUT' | 'PATCH' | 'DELETE';

/**
 * Who may call:
 * - `public`: anybody, without signing in;
 * - `account`: anybody who is signed in, about themselves;
 * - a permission: see `PERMISSIONS`. The path then has `{organisation}`, and `{system}` where the right depends on one.
 */
export type Access = 'public' | 'account' | Permission;

export interface Operation {
  /** `<things>.<verb>`; also the name of the server's folder and the OpenAPI operationId. */
  readonly id: string;
  readonly method: Method;
  /** Path with `{name}` for each parameter; begins with /api/v1. */
  readonly path: string;
  readonly tag: string;
  readonly summary: string;
  readonly access: Access;
  readonly params?: z.ZodObject;
  readonly query?: z.ZodObject;
  readonly body?: z.ZodType;
  /** Undefined: 204 without content. */
  readonly response?: z.ZodType;
  /** Status on success; default 200, or 204 without a response. */
  readonly status?: 200 | 201 | 202;
  /** Media type of a response that is no JSON. */
  readonly mediaType?: string;
  /** The answer comes piece by piece, as the handler gives it. */
  readonly stream?: true;
  /** The answer holds a secret that is shown once: no copy of it is kept for a repeated request. */
  readonly confidential?: true;
  /** Problems beyond those that every operation of its access may give. */
  readonly problems?: readonly ProblemCode[];
  /** `If-Match` with the ETag of what was read is demanded. */
  readonly versioned?: boolean;
  /**
   * `session`: for people who signed in themselves, never for an API key. Default `session` where the access is `account` or
   * one of `PEOPLE_ONLY`, `any` elsewhere.
   */
  readonly via?: 'session' | 'any';
  /** `scim`: bodies are `application/scim+json`, and errors those of RFC 7644. `form`: bodies may be those of HTML forms. */
  readonly format?: 'scim' | 'form';
  /** The act that a write leaves in the ledger; reads have none. */
  readonly act?: string;
  readonly limits?: {
    /** Bytes of a request body; default 256 KiB. */
    readonly bodyBytes?: number;
    /** Requests a minute and person; default 600 for reads, 120 for writes. */
    readonly perMinute?: number;
    /** Until the client gets an answer in any case; default 30. */
    readonly seconds?: number;
  };
}

/** Keeps the literal types of a definition. */
export function operation<const O extends Operation>(definition: O): O {
  return definition;
}

type Parsed<T> = T extends z.ZodType ? z.output<T> : undefined;
type Given<T> = T extends z.ZodType ? z.input<T> : undefined;

/** What a handler receives. */
export interface RequestOf<O extends Operation> {
  params: Parsed<O['params']>;
  query: Parsed<O['query']>;
  body: Parsed<O['body']>;
}
/** What a handler gives back, before it is checked against the schema. */
export type ResponseOf<O extends Operation> = O['stream'] extends true
  ? AsyncIterable<string | Uint8Array>
  : Given<O['response']>;

/** What a client passes; parts that the operation lacks may be left out. */
export type CallOf<O extends Operation> = (O['params'] extends z.ZodType
  ? { params: Given<O['params']> }
  : { params?: undefined }) &
  (O['query'] extends z.ZodType ? { query?: Given<O['query']> } : { query?: undefined }) &
  (O['body'] extends z.ZodType ? { body: Given<O['body']> } : { body?: undefined });
/** What a client receives. */
export type ResultOf<O extends Operation> = Parsed<O['response']>;

/** Problems that an operation may give, by its declaration. */
export function problemsOf(op: Operation): ProblemCode[] {
  const codes = new Set<ProblemCode>(op.problems);
  for (const code of ['BAD_REQUEST', 'TOO_MANY_REQUESTS', 'INTERNAL', 'UNAVAILABLE'] as const)
    codes.add(code);
  if (op.params || op.query || op.body) codes.add('INVALID');
  if (op.body) for (const code of ['TOO_LARGE', 'UNSUPPORTED_MEDIA'] as const) codes.add(code);
  // A repeated request: while the first is under way, or with a key that belongs to another.
  if (isWrite(op) && op.access !== 'public')
    for (const code of ['CONFLICT', 'INVALID', 'NOT_ALLOWED'] as const) codes.add(code);
  if (op.access !== 'public') codes.add('NOT_SIGNED_IN');
  if (op.access !== 'public' && op.access !== 'account')
    for (const code of ['NOT_ALLOWED', 'NOT_FOUND'] as const) codes.add(code);
  if (op.versioned) for (const code of ['VERSION_CHANGED', 'VERSION_REQUIRED'] as const) codes.add(code);
  return [...codes].sort();
}

/** Who may call beside having the access: people who signed in, or API keys as well. */
export function viaOf({ access, via }: Operation): 'session' | 'any' {
  const peopleOnly = access === 'account' || PEOPLE_ONLY.some((permission) => permission === access);
  return via ?? (peopleOnly ? 'session' : 'any');
}

export function isWrite(op: Pick<Operation, 'method'>): boolean {
  return op.method !== 'GET';
}
