/** For whoever runs the service: is it alive, can it serve, how does it do. */
import { timingSafeEqual } from 'node:crypto';
import { sha256 } from '@custos/trust';
import type { Context } from 'hono';
import { sql } from 'kysely';
import type { Service } from '../service.ts';
import type { App, AppEnv } from './app.ts';

const PATIENCE = 2000;

export function serveHealth(app: App, service: Service): void {
  app.get('/healthz', (c) => {
    c.header('cache-control', 'no-store');
    return c.json({ status: 'ok' });
  });
  app.get('/readyz', async (c) => {
    c.header('cache-control', 'no-store');
    const checks = await readiness(service);
    const ready = Object.values(checks).every((check) => check !== 'failing');
    return c.json({ status: ready ? 'ready' : 'not ready', checks }, ready ? 200 : 503);
  });
  app.get('/metrics', async (c) => {
    if (!mayMeasure(c, service)) return c.notFound();
    c.header('cache-control', 'no-store');
    c.header('content-type', service.metrics.contentType);
    return c.body(await service.metrics.text());
  });
}

type Check = 'ok' | 'failing' | 'off';

/** Migrations are done when the service has opened its database; it does not listen before. */
async function readiness({ context, jobs, lifecycle }: Service): Promise<Record<string, Check>> {
  return {
    database: await reachable(context.database.within('', (control) => sql`select 1`.execute(control))),
    migrations: 'ok',
    jobs: jobs.started ? (jobs.alive ? 'ok' : 'failing') : 'off',
    accepting: lifecycle.closing ? 'failing' : 'ok',
  };
}

async function reachable(answer: Promise<unknown>): Promise<Check> {
  let timer: NodeJS.Timeout | undefined;
  const late = new Promise<Check>((resolve) => {
    timer = setTimeout(() => resolve('failing'), PATIENCE);
  });
  const here = answer.then(
    (): Check => 'ok',
    (): Check => 'failing',
  );
  const check = await Promise.race([here, late]);
  clearTimeout(timer);
  return check;
}

/**
 * With the token, or without one where none is set and the call comes from this machine itself: a call that a proxy on this
 * machine passes on says so, or names another host.
 */
function mayMeasure(c: Context<AppEnv>, { metricsToken }: Service): boolean {
  const given = /^Bearer (\S+)$/.exec(c.req.header('authorization') ?? '')?.[1];
  if (metricsToken !== undefined)
    return (
      given !== undefined && timingSafeEqual(Buffer.from(sha256(given)), Buffer.from(sha256(metricsToken)))
    );
  const address = c.env?.incoming?.socket.remoteAddress ?? '';
  const local = /^(::ffff:)?127\.|^::1$/.test(address);
  const passedOn = ['forwarded', 'x-forwarded-for', 'x-real-ip', 'via'].some((name) => c.req.header(name));
  return (
    local && !passedOn && /^(127\.\d+\.\d+\.\d+|localhost|\[::1\])(:\d+)?$/.test(c.req.header('host') ?? '')
  );
}
