/**
 * The API: each operation mounted the same way, in the same order. Find out who calls, count the call, decide whether they
 * may, read the request within its limits, run the handler, check what it gives, and say it.
 */
import { randomUUID } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { isWrite, type Operation, openApiDocument } from '@custos/contract';
import { renderSmallPage } from '@custos/engine';
import type { HttpBindings } from '@hono/node-server';
import { serveStatic } from '@hono/node-server/serve-static';
import { type Context, Hono } from 'hono';
import { clientAddress, limitKey } from '../identity/client-address.ts';
import { SSO_CALLBACK, ssoCallback } from '../identity/sso.ts';
import { observed } from '../observability/http.ts';
import { HANDLERS } from '../operations/index.ts';
import type { Service } from '../service.ts';
import { accessLog } from './access-log.ts';
import { parseBody, readBody, refuseDoubleHeaders, refuseUnstorable } from './body.ts';
import { docsPage } from './docs-page.ts';
import { etagOf, isKnown, versionOf } from './etag.ts';
import type { Call, Mounted, Principal } from './handler.ts';
import { serveHealth } from './health.ts';
import { keyOf, once, requestDigest, type Written } from './idempotency.ts';
import { checkOrigin } from './origin.ts';
import { authorise, identify } from './principal.ts';
import { invalid, problemOf, Refusal, scimError } from './problem.ts';
import { publicPageHeaders, securityHeaders } from './security-headers.ts';

const DEFAULT_BODY = 256 << 10;
const DEFAULT_SECONDS = 30;
/** Browsers come here from the provider, so it is no operation; it is counted as one. */
const SSO_CALLBACK_CALL = { id: 'session.sso-callback', method: 'GET', limits: { perMinute: 30 } } as const;

/** What the parts of a request's way tell each other. */
export interface AppEnv {
  Bindings: Partial<HttpBindings>;
  Variables: {
    /** Names the request in answers and logs. */
    request: string;
    operation?: string;
    who?: Pick<Principal, 'person' | 'via'>;
  };
}
export type App = Hono<AppEnv>;
type Ctx = Context<AppEnv>;

export function createApp(service: Service): App {
  const app: App = new Hono<AppEnv>();
  app.use(async (c, next) => {
    c.set('request', randomUUID());
    await next();
    c.res.headers.set('x-request-id', c.get('request'));
    // A client that keeps its connection would keep the service from ending.
    if (service.lifecycle.closing) c.res.headers.set('connection', 'close');
  });
  app.use(observed(service.metrics, new Map(HANDLERS.map(({ operation: { id, path } }) => [id, path]))));
  app.use(accessLog(service.log));
  app.use('/p/*', publicPageHeaders);
  app.use(securityHeaders(service.baseUrl.startsWith('https:')));
  app.use(async (c, next) => {
    refuseDoubleHeaders(c.env?.incoming?.rawHeaders ?? []);
    await next();
  });
  app.get(SSO_CALLBACK, async (c) => {
    const address = addressOf(service, c);
    await service.limits.take(SSO_CALLBACK_CALL, limitKey(address));
    return ssoCallback(service, c.req.raw, address);
  });
  const document = openApiDocument(
    HANDLERS.map(({ operation }) => operation),
    service.version,
  );
  fixed(app, service, '/openapi.json', (c) => {
    c.header('cache-control', 'no-cache');
    return c.json(document);
  });
  const docs = docsPage(document);
  fixed(app, service, '/docs', (c) => {
    c.header('cache-control', 'no-cache');
    return c.html(docs);
  });
  serveHealth(app, service);
  for (const mounted of HANDLERS) mount(app, service, mounted);
  for (const [path, methods] of methodsByPath(HANDLERS))
    app.all(path, (c) => otherMethod(c, service, methods));
  app.all('/api/*', (c) => refuse(c, service, noOperation()));
  app.all('/scim/*', (c) => refuse(c, service, noOperation()));
  if (service.console !== undefined) serveConsole(app, service.console);
  app.notFound((c) => refuse(c, service, noOperation()));
  app.onError((error, c) => refuse(c, service, error));
  return app;
}

function noOperation(): Refusal {
  return new Refusal('NOT_FOUND', 'There is no such operation. See /openapi.json.');
}

/** A document of the service itself, for reading only. */
function fixed(app: App, service: Service, path: string, answer: (c: Ctx) => Response): void {
  app.get(path, answer);
  app.all(path, (c) => otherMethod(c, service, ['GET']));
}

function methodsByPath(handlers: readonly Mounted[]): Map<string, string[]> {
  const methods = new Map<string, string[]>();
  for (const { operation: op } of handlers)
    methods.set(routeOf(op), [...(methods.get(routeOf(op)) ?? []), op.method]);
  return methods;
}

function otherMethod(c: Ctx, service: Service, methods: readonly string[]): Response {
  const allow = [...new Set([...methods, ...(methods.includes('GET') ? ['HEAD'] : []), 'OPTIONS'])]
    .sort()
    .join(', ');
  // No other site is let in, so there is nothing to say about origins.
  if (c.req.method === 'OPTIONS') return new Response(null, { status: 204, headers: { allow } });
  return refuse(
    c,
    service,
    new Refusal('METHOD_NOT_ALLOWED', `${c.req.method} is not possible here, only ${allow}.`, {
      headers: { allow },
    }),
  );
}

/** The console's files; every other address is a page of it. */
function serveConsole(app: App, root: string): void {
  const page = readFileSync(join(root, 'index.html'), 'utf8');
  app.use('/assets/*', async (c, next) => {
    await next();
    // Names carry a digest of the content.
    if (c.res.ok) c.header('cache-control', 'public, max-age=31536000, immutable');
  });
  app.use('/assets/*', serveStatic({ root, precompressed: true }));
  // A file of another version of the console is gone, and no page.
  app.all('/assets/*', (c) => c.notFound());
  app.use('/icon.svg', async (c, next) => {
    await next();
    c.header('cache-control', 'no-cache');
    c.header('content-type', 'image/svg+xml; charset=utf-8');
  });
  app.get('/icon.svg', serveStatic({ root, path: 'icon.svg' }));
  app.get('*', (c) => {
    // Going back after signing out shows nothing of before.
    c.header('cache-control', 'no-store');
    return c.html(page);
  });
}

function routeOf(op: Operation): string {
  return op.path.replace(/\{(\w+)\}/g, ':$1');
}

function mount(app: App, service: Service, { operation: op, run }: Mounted): void {
  app.on(op.method, routeOf(op), async (c) => {
    c.set('operation', op.id);
    const { headers } = c.req.raw;
    const address = addressOf(service, c);
    const identity = op.access === 'public' ? undefined : await identify(service, headers);
    if (identity) c.set('who', identity);
    const counted = await service.limits.take(op, identity?.person ?? limitKey(address));
    for (const [name, value] of Object.entries(counted)) c.header(name, value);
    if (isWrite(op)) checkOrigin(service.baseUrl, headers, identity?.via);
    const params = parameters(c);
    const who = await authorise(service, op, identity, params);
    const bytes = isWrite(op)
      ? await readBody(c.req.raw, op.limits?.bodyBytes ?? DEFAULT_BODY)
      : new Uint8Array();
    const more = new Headers({ 'cache-control': 'no-store' });
    let version: number | undefined;
    const call: Call<Operation> = {
      service,
      who,
      headers,
      address,
      params: parse('params', op.params, params),
      query: op.query ? parse('query', op.query, queryOf(c)) : undefined,
      body: op.body
        ? parse('body', op.body, parseBody(bytes, headers.get('content-type'), op.format))
        : undefined,
      version: op.versioned ? versionOf(headers) : 0,
      setVersion: (given) => {
        version = given;
      },
      setHeader: (name, value) => more.set(name, value),
      setCookie: (cookie) => more.append('set-cookie', cookie),
    };
    const answer = async (): Promise<Response> => {
      if (!isWrite(op)) return read(op, await run(call), { headers, more, version: () => version });
      const work = async (): Promise<Written> => written(op, await run(call), version);
      // Nothing that was derived from a password is kept.
      const guarded = op.access === 'public' || (op.access === 'account' && op.confidential === true);
      const key = guarded ? undefined : keyOf(headers);
      const done =
        key === undefined
          ? await work()
          : await once(
              service,
              { organisation: organisationOf(call.params), person: who.person, key },
              { request: requestDigest(c.req.raw, bytes), confidential: op.confidential === true },
              work,
            );
      if (done.etag !== null) more.set('etag', done.etag);
      if (done.body !== null) more.set('content-type', typeOf(op));
      return new Response(done.body, { status: done.status, headers: more });
    };
    const response = await inTime(op, answer());
    for (const [name, value] of Object.entries(counted)) response.headers.set(name, value);
    return response;
  });
}

/** The answer to a read, or that the client has it already. */
function read(
  op: Operation,
  result: unknown,
  { headers, more, version }: { headers: Headers; more: Headers; version: () => number | undefined },
): Response {
  if (!more.has('content-type')) more.set('content-type', typeOf(op));
  if (op.stream) return new Response(streamOf(result), { status: 200, headers: more });
  const text = textOf(op, result);
  if (text === null) return new Response(null, { status: 204, headers: more });
  const etag = etagOf(text, version());
  more.set('etag', etag);
  if (!isKnown(headers.get('if-none-match'), etag)) return new Response(text, { status: 200, headers: more });
  more.delete('content-type');
  return new Response(null, { status: 304, headers: more });
}

function written(op: Operation, result: unknown, version: number | undefined): Written {
  const body = textOf(op, result);
  return {
    status: body === null ? 204 : (op.status ?? 200),
    etag: body === null || version === undefined ? null : etagOf(body, version),
    body,
  };
}

/** What goes over the wire has the declared form, or does not go. */
function textOf(op: Operation, result: unknown): string | null {
  if (!op.response) return null;
  const checked = op.response.parse(result);
  return op.mediaType === undefined ? JSON.stringify(checked) : String(checked);
}

function typeOf(op: Operation): string {
  if (op.format === 'scim') return 'application/scim+json; charset=utf-8';
  return op.mediaType ?? 'application/json; charset=utf-8';
}

function isPieces(value: unknown): value is AsyncIterable<string | Uint8Array> {
  return typeof value === 'object' && value !== null && Symbol.asyncIterator in value;
}

function streamOf(result: unknown): ReadableStream<Uint8Array> {
  if (!isPieces(result))
    throw new TypeError('a streaming operation gives an async iterable of text or bytes');
  const pieces = result[Symbol.asyncIterator]();
  const encoder = new TextEncoder();
  return new ReadableStream({
    pull: async (controller) => {
      const { done, value } = await pieces.next();
      if (done) controller.close();
      else controller.enqueue(typeof value === 'string' ? encoder.encode(value) : value);
    },
    cancel: async () => {
      await pieces.return?.();
    },
  });
}

/** @throws Refusal UNAVAILABLE when it takes longer than the operation may; what is under way then goes on */
async function inTime(op: Operation, answer: Promise<Response>): Promise<Response> {
  const seconds = op.limits?.seconds ?? DEFAULT_SECONDS;
  let timer: NodeJS.Timeout | undefined;
  const late = new Promise<never>((_, reject) => {
    timer = setTimeout(
      () =>
        reject(
          new Refusal(
            'UNAVAILABLE',
            `There was no answer within ${seconds} s.${isWrite(op) ? ' It may still be done: ask again with the same Idempotency-Key.' : ' Try again later.'}`,
            { code: 'TIMEOUT', headers: { 'retry-after': '5' } },
          ),
        ),
      seconds * 1000,
    );
    timer.unref();
  });
  try {
    return await Promise.race([answer, late]);
  } finally {
    clearTimeout(timer);
    // After the race is lost nobody else looks at it.
    answer.catch(() => undefined);
  }
}

/** Where a request comes from, as the connection and the proxies in front of it say. */
function addressOf(service: Service, c: Ctx): string {
  return clientAddress(
    service.trustedProxies,
    c.env?.incoming?.socket.remoteAddress,
    c.req.header('x-forwarded-for'),
  );
}

function organisationOf(params: unknown): string {
  return typeof params === 'object' && params !== null && 'organisation' in params
    ? String(params.organisation)
    : '';
}

function parse<T>(
  part: string,
  schema:
    | {
        safeParse(
          value: unknown,
        ): { success: true; data: T } | { success: false; error: Parameters<typeof invalid>[1] };
      }
    | undefined,
  value: unknown,
): T | undefined {
  if (!schema) return undefined;
  const parsed = schema.safeParse(value);
  if (parsed.success) return parsed.data;
  throw invalid(part, parsed.error);
}

function parameters(c: Ctx): Record<string, string> {
  const params: Record<string, string> = c.req.param();
  refuseUnstorable(params, '/params');
  return params;
}

function queryOf(c: Ctx): Record<string, string | string[]> {
  const query = Object.fromEntries(
    Object.entries(c.req.queries()).map(([name, values]) => [
      name,
      values.length === 1 ? (values[0] ?? '') : values,
    ]),
  );
  refuseUnstorable(query, '/query');
  return query;
}

function refuse(c: Ctx, service: Service, error: unknown): Response {
  const problem = problemOf(error, c.get('request'));
  if (problem.status >= 500)
    service.log.error(
      { request: problem.instance, operation: c.get('operation'), err: error },
      'request failed',
    );
  const headers = new Headers({
    ...(error instanceof Refusal ? error.headers : {}),
    'content-type': 'application/problem+json',
    'cache-control': 'no-store',
  });
  for (const name of ['ratelimit-limit', 'ratelimit-remaining', 'ratelimit-reset']) {
    const value = c.res.headers.get(name);
    if (value !== null && !headers.has(name)) headers.set(name, value);
  }
  if (c.req.path.startsWith('/scim/')) {
    headers.set('content-type', 'application/scim+json; charset=utf-8');
    return new Response(JSON.stringify(scimError(problem)), { status: problem.status, headers });
  }
  if (c.req.path.startsWith('/p/') && isBrowser(c.req.header('accept'))) {
    headers.set('content-type', 'text/html; charset=utf-8');
    const page = renderSmallPage({ title: problem.title, text: [problem.detail] });
    return new Response(page, { status: problem.status, headers });
  }
  return new Response(JSON.stringify(problem), { status: problem.status, headers });
}

/** Programs that read problem documents say so. */
function isBrowser(accept = ''): boolean {
  return accept.includes('text/html') && !accept.includes('application/problem+json');
}
