/** One line a request: who asked for what, and how it ended. No bodies, no queries, no headers, and no path that could hold a secret. */
import type { MiddlewareHandler } from 'hono';
import type { Logger } from 'pino';
import type { AppEnv } from './app.ts';

/** Parts of paths that are names and no secrets. */
const NAMES = ['organisation', 'system'] as const;
const SLUG = /^[a-z0-9][a-z0-9-]{1,62}$/;

export function accessLog(log: Logger): MiddlewareHandler<AppEnv> {
  return async (c, next) => {
    const begun = performance.now();
    await next();
    const who = c.get('who');
    const names = NAMES.flatMap((name) => {
      const value: string | undefined = c.req.param(name);
      return value !== undefined && SLUG.test(value) ? [[name, value]] : [];
    });
    log.info(
      {
        request: c.get('request'),
        method: c.req.method,
        operation: c.get('operation'),
        ...Object.fromEntries(names),
        ...(who ? { person: who.person, via: who.via } : {}),
        status: c.res.status,
        ms: Math.round(performance.now() - begun),
      },
      'request',
    );
  };
}
