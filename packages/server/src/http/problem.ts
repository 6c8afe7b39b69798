/** From errors to problem documents: what a client may know, and nothing from inside. */
import { PROBLEMS, type Problem, type ProblemCode, SCIM } from '@custos/contract';
import { CustosError } from '@custos/core';
import { isUnavailable } from '@custos/store';
import type { z } from 'zod';

/** A refusal with its exact code and place in the table. */
export class Refusal extends CustosError {
  readonly problem: ProblemCode;
  readonly errors: Problem['errors'];
  /** Said with the answer, such as Retry-After. */
  readonly headers: Readonly<Record<string, string>>;
  /** @param code more exact than the problem, such as `SELF_APPROVAL`; default the problem's own */
  constructor(
    problem: ProblemCode,
    message: string,
    options: { code?: string; errors?: Problem['errors']; headers?: Record<string, string> } = {},
  ) {
    super(options.code ?? problem, message);
    this.problem = problem;
    this.errors = options.errors;
    this.headers = options.headers ?? {};
  }
}

const TITLES: Record<ProblemCode, string> = {
  BAD_REQUEST: 'The request can not be read',
  NOT_SIGNED_IN: 'Not signed in',
  NOT_ALLOWED: 'Not allowed',
  NOT_FOUND: 'Not found',
  METHOD_NOT_ALLOWED: 'No such method here',
  CONFLICT: 'Conflict',
  GONE: 'Gone',
  VERSION_CHANGED: 'Changed in the meantime',
  TOO_LARGE: 'Too large',
  UNSUPPORTED_MEDIA: 'Unsupported media type',
  INVALID: 'Invalid',
  VERSION_REQUIRED: 'Version required',
  TOO_MANY_REQUESTS: 'Too many requests',
  INTERNAL: 'Internal error',
  UNAVAILABLE: 'Unavailable',
};

/** Codes of the inner packages that a client's own request causes. */
const FROM_INSIDE: Readonly<Record<string, ProblemCode>> = {
  OBSERVATION_TYPE: 'INVALID',
  OBSERVATION_CONTENT: 'INVALID',
  EVIDENCE_PRODUCER: 'INVALID',
  EVIDENCE_FUTURE: 'INVALID',
  EVIDENCE_OLD: 'INVALID',
  EVIDENCE_SOURCE: 'INVALID',
  EVIDENCE_UNMEASURED: 'INVALID',
  KEY_REFUSED: 'NOT_ALLOWED',
  ORGANISATION_EVIDENCE: 'INVALID',
  SYSTEM_EVIDENCE: 'INVALID',
  PRODUCER_KEY: 'INVALID',
  ACTOR: 'NOT_ALLOWED',
  DECLARATION_OLDER: 'CONFLICT',
  ENVELOPE_INVALID: 'INVALID',
  ENVELOPE_NOT_CANONICAL: 'INVALID',
  NOT_CANONICAL: 'INVALID',
  STATEMENT_INVALID: 'INVALID',
  PROOF_RANGE: 'NOT_FOUND',
  ABOVE_TOLERANCE: 'NOT_ALLOWED',
  ALREADY_DECIDED: 'CONFLICT',
  AUDITOR_INDEPENDENCE: 'CONFLICT',
  AXE_PAGE: 'INVALID',
  NOBODY_TO_ASK: 'INVALID',
  NOT_ASKED: 'NOT_ALLOWED',
  NOT_YOURS: 'NOT_ALLOWED',
  NOT_YOUR_TURN: 'NOT_ALLOWED',
  REQUEST_VOID: 'GONE',
  ROLE: 'NOT_ALLOWED',
  ROLE_CONFLICT: 'NOT_ALLOWED',
  SELF_APPROVAL: 'NOT_ALLOWED',
  TRAINING_EXPIRED: 'NOT_ALLOWED',
  STORE_FULL: 'UNAVAILABLE',
  STORE_CLOSED: 'UNAVAILABLE',
  STORE_UNREACHABLE: 'UNAVAILABLE',
};

function isProblemCode(code: string): code is ProblemCode {
  return Object.hasOwn(PROBLEMS, code);
}

/** @param instance names the request in the log */
export function problemOf(error: unknown, instance: string): Problem {
  if (error instanceof Refusal)
    return document(error.problem, error.message, { code: error.code, instance, errors: error.errors });
  if (isUnavailable(error)) return unavailable(instance);
  if (error instanceof CustosError) {
    const code = isProblemCode(error.code) ? error.code : FROM_INSIDE[error.code];
    if (code === 'UNAVAILABLE') return unavailable(instance);
    if (code !== undefined && code !== 'INTERNAL')
      return document(code, error.message, { code: error.code, instance });
  }
  return document(
    'INTERNAL',
    `Something went wrong inside. Tell your administrator the request id ${instance}.`,
    { instance },
  );
}

function unavailable(instance: string): Problem {
  return document('UNAVAILABLE', 'The service can not do this right now. Try again later.', { instance });
}

function document(
  problem: ProblemCode,
  detail: string,
  { code = problem, instance, errors }: { code?: string; instance: string; errors?: Problem['errors'] },
): Problem {
  return {
    type: `urn:custos:problem:${problem}`,
    title: TITLES[problem],
    status: PROBLEMS[problem],
    code,
    detail,
    instance,
    ...(errors ? { errors } : {}),
  };
}

/** The same as RFC 7644 section 3.12 has it. */
export function scimError(problem: Problem): Record<string, unknown> {
  const { status, code, detail } = problem;
  const scimType = { 409: 'uniqueness', 400: 'invalidSyntax', 422: 'invalidValue' }[status];
  return {
    schemas: [SCIM.error],
    status: String(status),
    ...(/^[a-z]/.test(code) ? { scimType: code } : scimType === undefined ? {} : { scimType }),
    detail,
  };
}

/** What is wrong with which field. @param part of the request: `params`, `query`, `body` */
export function invalid(part: string, error: z.ZodError): Refusal {
  const errors = error.issues.slice(0, 20).map((issue) => ({
    pointer: `/${[part, ...issue.path].map((step) => String(step).replace(/~/g, '~0').replace(/\//g, '~1')).join('/')}`,
    detail: issue.message,
  }));
  const first = errors[0];
  return new Refusal('INVALID', first ? `${first.pointer}: ${first.detail}` : 'The request is not valid.', {
    errors,
  });
}
