/** What the benches of the service share: a schema of its own, people who are signed in, instances in processes of their own. */
import { type ChildProcess, spawn } from 'node:child_process';
import { randomUUID } from 'node:crypto';
import { createInterface } from 'node:readline';
import { fileURLToPath } from 'node:url';
import pg from 'pg';
import { loadSpecification } from '../../packages/engine/src/index.ts';
import { createLog } from '../../packages/server/src/observability/log.ts';
import { openServiceContext, type Service } from '../../packages/server/src/service.ts';
import {
  insertMember,
  insertOrganisation,
  insertSystem,
  replaceSystemRoles,
} from '../../packages/store/src/index.ts';
import { createKey, Keyring } from '../../packages/trust/src/index.ts';

export const ROOT = fileURLToPath(new URL('../..', import.meta.url));
export const SECRET = 'only for benches, and long enough for them';

export interface Setting {
  readonly service: Service;
  readonly url: string;
  readonly schema: string;
  readonly key: string;
  readonly port: number;
  /** Runs SQL past row-level security. */
  sql(text: string, values?: unknown[]): Promise<Record<string, string | number>[]>;
  close(): Promise<void>;
}

export function declaration(system: string) {
  return {
    id: system,
    name: `System ${system}`,
    purpose: 'Counted 0 by versioned writes',
    phase: 'deployment' as const,
    use: { inputs: ['text' as const], outputs: ['text' as const], exposure: 'public' as const },
  };
}

/** The organisation `acme` with systems on which every person is a Developer. */
export async function openSetting(options: {
  url: string;
  port: number;
  systems: readonly string[];
  people: readonly string[];
}): Promise<Setting> {
  const { url, port, systems, people } = options;
  const schema = `custos_bench_${randomUUID().replaceAll('-', '')}`;
  const { signer, privateKeyPem } = createKey('custos.local/bench');
  const service = await openServiceContext({
    store: { kind: 'postgres', url, schema },
    signer,
    keyring: new Keyring([{ publicKey: signer.publicKey }]),
    specification: await loadSpecification(`${ROOT}/standard/en-304-223`),
    secret: SECRET,
    host: '127.0.0.1',
    port,
    version: '0.0.0',
    training: `${ROOT}/content/training`,
    examples: { dir: `${ROOT}/examples`, names: [] },
    log: createLog({ level: 'silent', readable: false }),
  });
  const { database, clock } = service.context;
  await database.ledger('acme');
  await database.within('acme', async (control) => {
    const at = clock.now();
    await insertOrganisation(control, { organisation: 'acme', name: 'Acme', created_at: at });
    for (const person of people)
      await insertMember(control, {
        organisation: 'acme',
        person,
        name: person,
        role: 'contributor',
        joined: true,
      });
    for (const system of systems) {
      const { name, purpose, phase } = declaration(system);
      const row = { organisation: 'acme', system, name, purpose, phase, created_at: at };
      await insertSystem(control, { ...row, declaration: JSON.stringify(declaration(system)) });
      await replaceSystemRoles(
        control,
        { organisation: 'acme', system },
        people.map((person) => ({ person, role: 'developer' })),
      );
    }
  });
  const admin = new pg.Pool({ connectionString: url, max: 2 });
  return {
    service,
    url,
    schema,
    key: privateKeyPem,
    port,
    sql: async (text, values = []) => {
      const client = await admin.connect();
      try {
        await client.query(`set search_path = ${schema}`);
        return (await client.query(text, values)).rows;
      } finally {
        client.release();
      }
    },
    close: async () => {
      service.events.close();
      await service.outbox.stop();
      await database.close();
      await admin.query(`drop schema if exists ${schema} cascade`);
      await admin.end();
    },
  };
}

export interface Instance {
  readonly process: ChildProcess;
  readonly url: string;
}

/** Starts an instance and waits until it listens. */
export async function startInstance(
  setting: Setting,
  options: { port: number; jobs: boolean; every?: number },
): Promise<Instance> {
  const child = spawn(process.execPath, ['--import', 'tsx', `${ROOT}/bench/service/instance.ts`], {
    cwd: ROOT,
    stdio: ['pipe', 'pipe', 'inherit'],
  });
  const { url, schema, key } = setting;
  child.stdin.end(`${JSON.stringify({ url, schema, key, root: ROOT, ...options })}\n`);
  const line = await new Promise<string>((resolve, reject) => {
    createInterface({ input: child.stdout }).once('line', resolve);
    child.once('exit', (code) => reject(new Error(`an instance ended with ${code} before it listened`)));
  });
  return { process: child, url: String(JSON.parse(line).url) };
}

export function ended({ process: child }: Instance): Promise<void> {
  if (child.exitCode !== null || child.signalCode !== null) return Promise.resolve();
  return new Promise((resolve) => child.once('exit', () => resolve()));
}
