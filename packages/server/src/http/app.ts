/**
 * The API: each operation mounted the same way, in the same order. Read the request within its limits, find out who calls,
 * decide whether they may, run the handler, check what it gives, and say it.
 */
import { randomUUID } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { isWrite, type Operation, openApiDocument, PROBLEMS } from '@custos/contract';
import { serveStatic } from '@hono/node-server/serve-static';
import { type Context, Hono } from 'hono';
import { bodyLimit } from 'hono/body-limit';
import { secureHeaders } from 'hono/secure-headers';
import { AUTH_PATH } from '../identity/auth.ts';
import { HANDLERS } from '../operations/index.ts';
import type { Service } from '../service.ts';
import type { Call, Mounted } from './handler.ts';
import { authorise, identify } from './principal.ts';
import { invalid, problemOf, Refusal } from './problem.ts';

const DEFAULT_BODY = 256 << 10;

export function createApp(service: Service): Hono {
  const app = new Hono();
  app.use(
    secureHeaders({
      contentSecurityPolicy: {
        defaultSrc: ["'self'"],
        styleSrc: ["'self'", "'unsafe-inline'"],
        imgSrc: ["'self'", 'data:'],
        objectSrc: ["'none'"],
        baseUri: ["'none'"],
        formAction: ["'self'"],
        frameAncestors: ["'none'"],
      },
      referrerPolicy: 'no-referrer',
      xFrameOptions: 'DENY',
    }),
  );
  app.on(['GET', 'POST'], `${AUTH_PATH}/*`, (c) => service.auth.handler(c.req.raw));
  app.get('/openapi.json', (c) =>
    c.json(
      openApiDocument(
        HANDLERS.map(({ operation }) => operation),
        service.version,
      ),
    ),
  );
  app.get('/healthz', (c) => c.json({ status: 'ok' }));
  for (const mounted of HANDLERS) mount(app, service, mounted);
  app.all('/api/*', (c) =>
    refuse(c, service, new Refusal('NOT_FOUND', 'There is no such operation. See /openapi.json.')),
  );
  if (service.console !== undefined) serveConsole(app, service.console);
  app.onError((error, c) => refuse(c, service, error));
  return app;
}

/** The console's files; every other address is a page of it. */
function serveConsole(app: Hono, root: string): void {
  const page = readFileSync(join(root, 'index.html'), 'utf8');
  app.use('/assets/*', async (c, next) => {
    await next();
    // Names carry a digest of the content.
    if (c.res.ok) c.header('cache-control', 'public, max-age=31536000, immutable');
  });
  app.use('/assets/*', serveStatic({ root, precompressed: true }));
  app.get('/icon.svg', serveStatic({ root, path: 'icon.svg' }));
  app.get('*', (c) => {
    c.header('cache-control', 'no-cache');
    return c.html(page);
  });
}

function mount(app: Hono, service: Service, { operation: op, run }: Mounted): void {
  const path = op.path.replace(/\{(\w+)\}/g, ':$1');
  const limit = bodyLimit({
    maxSize: op.limits?.bodyBytes ?? DEFAULT_BODY,
    onError: (c) =>
      refuse(
        c,
        service,
        new Refusal('TOO_LARGE', `The body is larger than ${op.limits?.bodyBytes ?? DEFAULT_BODY} bytes.`),
      ),
  });
  app.on(op.method, path, limit, async (c) => {
    const { headers } = c.req.raw;
    const identity = op.access === 'public' ? undefined : await identify(service, headers);
    if (isWrite(op) && identity?.via === 'session') checkOrigin(service, headers);
    const who = await authorise(service, op, identity, c.req.param());
    const more = new Headers({ 'cache-control': 'no-store' });
    const call: Call<Operation> = {
      service,
      who,
      headers,
      params: parse('params', op.params, c.req.param()),
      query: parse('query', op.query, queryOf(c)),
      body: op.body ? parse('body', op.body, await json(c)) : undefined,
      version: op.versioned ? versionOf(headers) : 0,
      setVersion: (version) => more.set('etag', `"${version}"`),
      setHeader: (name, value) => more.set(name, value),
    };
    const result = await run(call);
    if (!op.response) return new Response(null, { status: 204, headers: more });
    const checked = op.response.parse(result);
    more.set('content-type', op.mediaType ?? 'application/json; charset=utf-8');
    const text = op.mediaType === undefined ? JSON.stringify(checked) : String(checked);
    return new Response(text, { status: op.status ?? 200, headers: more });
  });
}

/** Browsers say where a request comes from; a write by cookie from elsewhere is a forgery. @throws Refusal */
function checkOrigin(service: Service, headers: Headers): void {
  if (headers.get('origin') === new URL(service.baseUrl).origin) return;
  throw new Refusal('NOT_ALLOWED', 'The request comes from another site. Use the console, or an API key.', {
    code: 'CROSS_ORIGIN',
  });
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

function queryOf(c: Context): Record<string, string | string[]> {
  return Object.fromEntries(
    Object.entries(c.req.queries()).map(([name, values]) => [
      name,
      values.length === 1 ? (values[0] ?? '') : values,
    ]),
  );
}

async function json(c: Context): Promise<unknown> {
  const type = c.req.header('content-type') ?? '';
  if (!/^application\/json\s*(;|$)/i.test(type))
    throw new Refusal('UNSUPPORTED_MEDIA', 'Send JSON, with Content-Type: application/json.');
  try {
    return await c.req.json();
  } catch {
    throw new Refusal('BAD_REQUEST', 'The body is no JSON.');
  }
}

function versionOf(headers: Headers): number {
  const given = headers.get('if-match');
  if (given === null)
    throw new Refusal(
      'VERSION_REQUIRED',
      'Send If-Match with the ETag of what you read, so that no change is lost.',
    );
  const version = /^"(\d{1,15})"$/.exec(given)?.[1];
  if (version === undefined)
    throw new Refusal('VERSION_CHANGED', 'If-Match names no version of this. Read it again.');
  return Number(version);
}

function refuse(c: Context, service: Service, error: unknown): Response {
  const problem = problemOf(error, randomUUID());
  if (problem.status >= PROBLEMS.INTERNAL)
    service.log.error(
      { request: problem.instance, method: c.req.method, path: c.req.path, err: error },
      'request failed',
    );
  return c.body(JSON.stringify(problem), problem.status === 500 ? 500 : (problem.status as 400), {
    'content-type': 'application/problem+json',
    'cache-control': 'no-store',
  });
}
