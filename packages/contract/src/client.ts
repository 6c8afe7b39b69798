/** The typed client: what an operation takes and gives follows from its definition. For the console, the CLI and others. */
import { z } from 'zod';
import { type CallOf, isWrite, type Operation, type ResultOf } from './operation.ts';
import { Problem } from './problem.ts';

/** An answer that was no success. */
export class ProblemError extends Error {
  readonly problem: Problem;
  constructor(problem: Problem) {
    super(problem.detail);
    this.name = 'ProblemError';
    this.problem = problem;
  }
}

export interface ClientOptions {
  /** Origin, such as `http://127.0.0.1:7223`; empty: the page's own. */
  readonly baseUrl: string;
  readonly fetch?: typeof fetch;
  /** Sent with each request, such as `{ authorization: 'Bearer …' }`. */
  readonly headers?: Readonly<Record<string, string>>;
}

export interface CallOptions {
  /** ETag of what was read, for versioned operations. */
  readonly ifMatch?: string;
  /** Makes a write safe to repeat: the same key gives the first answer again. */
  readonly idempotencyKey?: string;
  readonly signal?: AbortSignal;
}

/** An answer with its version. */
export interface Answer<T> {
  readonly value: T;
  readonly etag: string | undefined;
}

export interface Client {
  /** @throws ProblemError */
  call<O extends Operation>(op: O, call: CallOf<O>, options?: CallOptions): Promise<ResultOf<O>>;
  /** As `call`, with the ETag. @throws ProblemError */
  ask<O extends Operation>(op: O, call: CallOf<O>, options?: CallOptions): Promise<Answer<ResultOf<O>>>;
  /** The answer as it comes, for files and streams. @throws ProblemError */
  open<O extends Operation>(op: O, call: CallOf<O>, options?: CallOptions): Promise<Response>;
}

/** @example createClient({ baseUrl: '' }).call(listSystems, { params: { organisation: 'acme' } }) */
export function createClient(options: ClientOptions): Client {
  const send = options.fetch ?? fetch;
  const open = async <O extends Operation>(
    op: O,
    call: CallOf<O>,
    { ifMatch, idempotencyKey, signal }: CallOptions = {},
  ): Promise<Response> => {
    const headers: Record<string, string> = {
      accept: `${op.mediaType ?? 'application/json'}, application/problem+json`,
      ...options.headers,
    };
    if (op.body)
      headers['content-type'] = op.format === 'scim' ? 'application/scim+json' : 'application/json';
    if (ifMatch !== undefined) headers['if-match'] = ifMatch;
    if (isWrite(op)) headers['idempotency-key'] = idempotencyKey ?? freshKey();
    const response = await send(options.baseUrl + urlOf(op, call), {
      method: op.method,
      headers,
      credentials: 'same-origin',
      redirect: 'error',
      ...(op.body ? { body: JSON.stringify(call.body) } : {}),
      ...(signal ? { signal } : {}),
    });
    if (!response.ok) throw new ProblemError(await problemOf(response));
    return response;
  };
  const ask = async <O extends Operation>(
    op: O,
    call: CallOf<O>,
    more: CallOptions = {},
  ): Promise<Answer<ResultOf<O>>> => {
    const response = await open(op, call, more);
    const etag = response.headers.get('etag') ?? undefined;
    return { value: (await read(op, response)) as ResultOf<O>, etag };
  };
  return { open, ask, call: async (op, call, more) => (await ask(op, call, more)).value };
}

/** Browsers have no `crypto.randomUUID` on a page that came by plain http. */
function freshKey(): string {
  return [...crypto.getRandomValues(new Uint8Array(16))]
    .map((byte) => byte.toString(16).padStart(2, '0'))
    .join('');
}

async function read(op: Operation, response: Response): Promise<unknown> {
  if (!op.response) return undefined;
  if (op.mediaType !== undefined) return op.response.parse(await response.text());
  return op.response.parse(await response.json());
}

/** @throws ProblemError when the answer is no problem document either */
async function problemOf(response: Response): Promise<Problem> {
  const answer: unknown = await response.json().catch(() => undefined);
  const parsed = Problem.safeParse(answer);
  if (parsed.success) return parsed.data;
  const scim = ScimError.safeParse(answer).data;
  return {
    type: 'urn:custos:problem:UNAVAILABLE',
    title: 'No usable answer',
    status: response.status,
    code: scim?.scimType ?? 'UNAVAILABLE',
    detail:
      scim?.detail ??
      `The server answered with status ${response.status} and nothing that explains it. Try again later.`,
  };
}

/** How SCIM says what is wrong (RFC 7644, 3.12). */
const ScimError = z.object({ detail: z.string(), scimType: z.string().optional() });

/** Path and query of a call. */
export function urlOf(op: Operation, call: { params?: unknown; query?: unknown }): string {
  const values = new Map(Object.entries(call.params ?? {}));
  const path = op.path.replace(/\{(\w+)\}/g, (_, name: string) =>
    encodeURIComponent(String(values.get(name))),
  );
  const query = new URLSearchParams();
  for (const [name, value] of Object.entries(call.query ?? {}))
    for (const item of Array.isArray(value) ? value : [value])
      if (item !== undefined) query.append(name, String(item));
  const text = query.toString();
  return text === '' ? path : `${path}?${text}`;
}
