/**
 * The container files, as far as they can be checked without a container engine: their form, that every variable that they set
 * is one that Custos reads, and that no secret lies in them.
 */
import { execFileSync, spawnSync } from 'node:child_process';
import { chmodSync, mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { systemClock } from '@custos/core';
import { openStore } from '@custos/store';
import { createKey } from '@custos/trust';
import pg from 'pg';
import { describe, expect, test } from 'vitest';
import { parse } from 'yaml';
import { z } from 'zod';

const read = (name: string): string => readFileSync(new URL(`../deploy/${name}`, import.meta.url), 'utf8');
const Service = z.looseObject({
  image: z.string().optional(),
  build: z.strictObject({ context: z.string(), dockerfile: z.string() }).optional(),
  environment: z.record(z.string(), z.string()).default({}),
  volumes: z.array(z.string()).default([]),
  depends_on: z.record(z.string(), z.strictObject({ condition: z.literal('service_healthy') })).default({}),
  healthcheck: z.looseObject({ test: z.array(z.string()) }).optional(),
});
const Compose = z.strictObject({
  name: z.string(),
  services: z.record(z.string(), Service),
  volumes: z.record(z.string(), z.object({})),
});
const compose = Compose.parse(parse(read('compose.yaml')));
const environment = readFileSync(new URL('../packages/cli/src/environment.ts', import.meta.url), 'utf8');
const isKnown = (name: string): boolean => new RegExp(`^  ${name}: z\\.`, 'm').test(environment);

/** PostgreSQL does not run as root; a server of one's own is then that of the user `postgres`. */
const root = process.getuid?.() === 0;
function asServer(command: string, ...given: string[]) {
  const [program = '', ...rest] = [...(root ? ['runuser', '-u', 'postgres', '--'] : []), command, ...given];
  return spawnSync(program, rest, { encoding: 'utf8', stdio: ['ignore', 'ignore', 'pipe'] });
}
const canMakeCluster =
  asServer('initdb', '--version').status === 0 && spawnSync('psql', ['--version']).status === 0;

/** A PostgreSQL of this test alone, on a Unix socket only. */
function startCluster(): { host: string; port: string; stop: () => void } {
  const host = mkdtempSync(join(tmpdir(), 'custos-pg-'));
  chmodSync(host, 0o777);
  const [data, port] = [join(host, 'data'), '5432'];
  const must = ({ status, stderr }: ReturnType<typeof asServer>) => expect(status, stderr).toBe(0);
  must(asServer('initdb', '-D', data, '-U', 'postgres', '--auth=trust'));
  const options = `-p ${port} -k ${host} -c listen_addresses='' -c fsync=off`;
  must(asServer('pg_ctl', '-D', data, '-o', options, '-l', join(host, 'log'), '-w', 'start'));
  return {
    host,
    port,
    stop: () => {
      asServer('pg_ctl', '-D', data, '-m', 'immediate', '-w', 'stop');
      rmSync(host, { recursive: true, force: true });
    },
  };
}

describe('compose.yaml', () => {
  test('what a service waits for says when it is healthy', () => {
    for (const [name, { depends_on }] of Object.entries(compose.services))
      for (const needed of Object.keys(depends_on))
        expect(compose.services[needed]?.healthcheck, `${name} waits for ${needed}`).toBeDefined();
  });
  test('every named volume is declared', () => {
    const used = Object.values(compose.services).flatMap(({ volumes }) =>
      volumes.map((one) => one.split(':')[0]).filter((source) => !source?.startsWith('.')),
    );
    expect(new Set(used)).toEqual(new Set(Object.keys(compose.volumes)));
  });
  test('Custos reads each variable that it is given', () => {
    const names = Object.keys(compose.services.custos?.environment ?? {});
    expect(names.length).toBeGreaterThan(3);
    expect(names.filter((name) => !isKnown(name))).toEqual([]);
    expect(isKnown('CUSTOS_NO_SUCH')).toBe(false);
  });
  test('secrets come from outside, and must', () => {
    for (const { environment: set } of Object.values(compose.services))
      for (const [name, value] of Object.entries(set))
        if (/SECRET|PASSWORD/.test(name)) expect(value).toMatch(/^\$\{\w+:\?/);
  });
});

describe('the role that Custos has in PostgreSQL', () => {
  const { custos, postgres } = compose.services;
  const url = custos?.environment.CUSTOS_DATABASE_URL ?? '';
  const [, owner, variable] = /^postgres:\/\/(\w+):\$\{(\w+):/.exec(url) ?? [];
  test('is not the superuser, whose password Custos does not have', () => {
    expect(owner).toBe('custos');
    expect(postgres?.environment.POSTGRES_USER).toBe('postgres');
    expect(postgres?.environment.POSTGRES_PASSWORD).not.toContain(variable);
    expect(JSON.stringify(custos)).not.toContain('POSTGRES_PASSWORD');
    expect(Object.keys(postgres?.environment ?? {})).toContain(variable);
  });
  test.skipIf(!canMakeCluster)(
    'is made by the script that is mounted: the service opens with it, and it may pass no row-level security',
    async () => {
      const mounted = postgres?.volumes.map((one) => one.split(':')) ?? [];
      const [script] = mounted.find(([, to]) => to?.startsWith('/docker-entrypoint-initdb.d/')) ?? [];
      const cluster = startCluster();
      const password = "odd ' \\ $x";
      try {
        execFileSync('sh', [fileURLToPath(new URL(`../deploy/${script}`, import.meta.url))], {
          env: {
            PATH: process.env.PATH,
            PGHOST: cluster.host,
            PGPORT: cluster.port,
            POSTGRES_USER: 'postgres',
            CUSTOS_DATABASE_PASSWORD: password,
          },
        });
        const at = { host: cluster.host, port: Number(cluster.port), database: 'custos', user: 'custos' };
        const client = new pg.Client({ ...at, password });
        await client.connect();
        const { rows } = await client.query(
          'select rolsuper, rolbypassrls, rolcreaterole, rolcreatedb from pg_roles where rolname = current_user',
        );
        await client.end();
        expect(rows).toEqual([
          { rolsuper: false, rolbypassrls: false, rolcreaterole: false, rolcreatedb: false },
        ]);
        const store = await openStore({
          kind: 'postgres',
          url: `postgres://custos:${encodeURIComponent(password)}@/custos?host=${cluster.host}&port=${cluster.port}`,
          organisation: 'acme',
          signer: createKey('custos.local/test').signer,
          clock: systemClock,
        });
        await store.record([{ kind: 'act', act: { type: 'tried', actor: 'deploy.test', detail: {} } }]);
        await store.close();
      } finally {
        cluster.stop();
      }
    },
    60_000,
  );
});

describe('Containerfile', () => {
  const lines = read('Containerfile').split('\n');
  test('runs as nobody special, what the build makes', () => {
    expect(lines).toContain('USER node');
    expect(lines.at(-2)).toBe('CMD ["node", "packages/cli/dist/custos.mjs", "up"]');
    expect(read('Containerfile')).not.toMatch(/:latest/);
  });
  test('Custos reads each variable that it sets', () => {
    const names = [...read('Containerfile').matchAll(/\b(CUSTOS_\w+)=/g)].map(([, name = '']) => name);
    expect(names.filter((name) => !isKnown(name))).toEqual([]);
  });
});
