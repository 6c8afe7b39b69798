/** What every store promises, run on all three. */
import { spawn } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { digestBytes, leafHash, verifyConsistency, verifyInclusion } from '@custos/trust';
import { sql } from 'kysely';
import pg from 'pg';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { copyEntries } from './copy.ts';
import { openStore } from './open.ts';
import {
  act,
  collect,
  filesTarget,
  findServer,
  key,
  observation,
  observations,
  type PgliteTarget,
  type Place,
  pgliteTarget,
  postgresTarget,
  reportOf,
  SUBJECT,
  type Target,
  tickingClock,
} from './testing.fixture.ts';

const server = await findServer();
if (server === undefined)
  console.warn('PostgreSQL is not reachable: its contract tests are SKIPPED, not passed.');

const makers: { kind: Target['kind']; make: () => Promise<Target>; skip: boolean }[] = [
  { kind: 'files', make: async () => filesTarget(), skip: false },
  { kind: 'pglite', make: pgliteTarget, skip: false },
  { kind: 'postgres', make: async () => postgresTarget(server ?? ''), skip: server === undefined },
];

for (const { kind, make, skip } of makers) {
  describe.skipIf(skip)(`evidence store: ${kind}`, () => {
    let target: Target;
    let place: Place;
    beforeAll(async () => {
      target = await make();
    });
    afterAll(() => target.cleanUp());

    async function withStore(
      work: (store: Awaited<ReturnType<Place['open']>>) => Promise<void>,
    ): Promise<void> {
      place = target.place();
      const store = await place.open();
      try {
        await work(store);
      } finally {
        if (kind !== 'pglite') await store.close();
      }
    }

    it('finds observations by id and entries by kind', () =>
      withStore(async (store) => {
        const [one, two, never] = [await observation(1), await observation(2), await observation(3)];
        await store.record([one, act(1), two]);
        const found = await collect(store.query({ ids: [two.id, never.id, one.id, two.id] }));
        expect(found.map(({ index }) => index)).toEqual([0, 2]);
        expect(found[1]).toMatchObject({ id: two.id });
        expect((await collect(store.query({ ids: [one.id, two.id], since: 1 }))).map((e) => e.index)).toEqual(
          [2],
        );
        expect((await collect(store.query({ ids: [one.id, two.id], limit: 1 }))).map((e) => e.index)).toEqual(
          [0],
        );
        expect(await collect(store.query({ ids: [] }))).toEqual([]);
        expect((await collect(store.query({ kind: 'act' }))).map((e) => e.index)).toEqual([1]);
        expect((await collect(store.query({ kind: 'observation' }))).map((e) => e.index)).toEqual([0, 2]);
        expect(await collect(store.query({ kind: 'act', subjectDigest: `sha256:${SUBJECT}` }))).toEqual([]);
      }));

    it('records observations and acts in order and gives them back', () =>
      withStore(async (store) => {
        const one = await observation(1);
        const two = await observation(2, 'urn:custos:predicate:drill:v1', 'cd'.repeat(32));
        const recorded = await store.record([one, act(1), two]);
        expect(recorded.map((entry) => [entry.kind, entry.index, entry.existing])).toEqual([
          ['observation', 0, false],
          ['act', 1, false],
          ['observation', 2, false],
        ]);
        const entries = await collect(store.query());
        expect(entries[0]).toMatchObject({
          index: 0,
          id: one.id,
          envelope: one.kind === 'observation' ? one.envelope : null,
        });
        expect(entries[1]).toMatchObject({ index: 1, act: { type: 'test.done', detail: { n: 1 } } });
        expect(
          (await collect(store.query({ types: ['urn:custos:predicate:drill:v1'] }))).map((e) => e.index),
        ).toEqual([2]);
        expect(
          (await collect(store.query({ subjectDigest: `sha256:${SUBJECT}` }))).map((e) => e.index),
        ).toEqual([0]);
        expect((await collect(store.query({ since: 1, limit: 1 }))).map((e) => e.index)).toEqual([1]);
        expect(await collect(store.query({ types: [] }))).toEqual([]);
      }));

    it('returns the existing entry for an observation that is there', () =>
      withStore(async (store) => {
        const one = await observation(1);
        const [first, twin] = await store.record([one, one]);
        const [again] = await store.record([one]);
        expect(first).toMatchObject({ index: 0, existing: false });
        expect(twin).toMatchObject({ index: 0, existing: true });
        expect(again).toMatchObject({ index: 0, existing: true, at: first?.at });
        expect((await store.ledger.checkpoint()).size).toBe(1);
      }));

    it('refuses a wrong id and records nothing of that call, but what others asked for', () =>
      withStore(async (store) => {
        const [good, bad, other] = [await observation(1), await observation(2), await observation(3)];
        const wrong = store.record([good, { ...bad, id: other.id }]);
        const right = store.record([other]);
        await expect(wrong).rejects.toMatchObject({ code: 'WRONG_ID' });
        await expect(right).resolves.toMatchObject([{ index: 0 }]);
        expect((await collect(store.query())).length).toBe(1);
      }));

    it('proves inclusion of every entry and consistency of every size', () =>
      withStore(async (store) => {
        const roots = [];
        for (let n = 0; n < 9; n++) {
          await store.record([await observation(n)]);
          roots.push(await store.ledger.checkpoint());
        }
        await store.record(await observations(520, 9));
        const last = await store.ledger.checkpoint();
        if (last.root === null) throw new Error('no root');
        let index = 0;
        for await (const leaf of store.ledger.leaves(0, last.size)) {
          if (index % 37 === 0 || index > 510) {
            const { size, proof, leafHash: stored } = await store.ledger.inclusion(index);
            expect(Buffer.compare(stored, leafHash(leaf))).toBe(0);
            verifyInclusion(leafHash(leaf), index, size, proof, digestBytes(last.root));
          }
          index++;
        }
        expect(index).toBe(529);
        for (const { size, root } of roots) {
          if (root === null) throw new Error('no root');
          const proof = await store.ledger.consistency(size, last.size);
          verifyConsistency(size, last.size, proof, digestBytes(root), digestBytes(last.root));
        }
        await expect(store.ledger.inclusion(529)).rejects.toMatchObject({ code: 'PROOF_RANGE' });
        await expect(store.ledger.consistency(0, 3)).rejects.toMatchObject({ code: 'PROOF_RANGE' });
      }));

    it('exports what verifies offline with the public key, and an edit is located', () =>
      withStore(async (store) => {
        await store.record([...(await observations(5)), act(1)]);
        expect(await reportOf(store.export())).toMatchObject({ ok: true, size: 6, observations: 5, acts: 1 });
        const lines = await collect(store.export());
        const forged = lines.map((line) => line.replace('"n":1', '"n":7'));
        async function* again() {
          yield* forged;
        }
        expect(await reportOf(again())).toMatchObject({ ok: false, problems: [{ code: 'EDITED', from: 5 }] });
      }));

    it('keeps everything over closing and opening again', () =>
      withStore(async (store) => {
        await store.record(await observations(300));
        await store.setState(
          'assessment',
          { verdict: 'pass' },
          { type: 'assessed', actor: 'cli', detail: null },
        );
        const before = await store.ledger.checkpoint();
        if (kind !== 'pglite') await store.close();
        const again = await place.open();
        expect(await again.ledger.checkpoint()).toEqual(before);
        expect(await again.state('assessment')).toEqual({ verdict: 'pass' });
        expect(
          (await again.record(await observations(301))).map((entry) => entry.existing).indexOf(false),
        ).toBe(300);
        expect(await reportOf(again.export())).toMatchObject({ ok: true, size: 302 });
        if (kind !== 'pglite') await again.close();
      }));

    it('sets a state together with the act that witnesses it', () =>
      withStore(async (store) => {
        expect(await store.state('a/b')).toBeUndefined();
        const who = { type: 'assessed', actor: 'cli', detail: { run: 1 } };
        await store.setState('a/b', [1], who);
        const second = await store.setState('a/b', [2], who);
        expect(await store.state('a/b')).toEqual([2]);
        expect(await collect(store.states())).toEqual([{ key: 'a/b', value: [2], index: second.index }]);
        expect((await store.ledger.checkpoint()).size).toBe(2);
      }));

    it('gives many callers at once an index each', () =>
      withStore(async (store) => {
        const entries = await observations(200);
        const recorded = await Promise.all(entries.map((entry) => store.record([entry])));
        expect(recorded.map(([entry]) => entry?.index)).toEqual(entries.map((_, i) => i));
      }));

    it('two writers: either both append to one log, or the second is told who has it', () =>
      withStore(async (store) => {
        if (kind === 'files') {
          await expect(place.open()).rejects.toMatchObject({
            code: 'STORE_LOCKED',
            message: expect.stringContaining(`process ${process.pid}`),
          });
          return;
        }
        const other = await place.open();
        await Promise.all(
          (await observations(100)).map((entry, i) => (i % 2 === 0 ? store : other).record([entry])),
        );
        expect(await reportOf(store.export())).toMatchObject({ ok: true, size: 100 });
        if (kind === 'postgres') await other.close();
      }));

    it('shows another organisation nothing', () =>
      withStore(async (store) => {
        await store.record(await observations(3));
        const other = await target.place().open();
        expect(await collect(other.query())).toEqual([]);
        expect((await other.ledger.checkpoint()).size).toBe(0);
        if (kind !== 'pglite') await other.close();
      }));

    it('refuses to work after closing', async () => {
      if (kind === 'pglite') return;
      const store = await target.place().open();
      await store.close();
      await expect(store.record([act(1)])).rejects.toMatchObject({ code: 'STORE_CLOSED' });
    });
  });
}

describe('copying', () => {
  const targets: Target[] = [];
  afterAll(async () => {
    for (const target of targets) await target.cleanUp();
  });

  it.skipIf(server === undefined)(
    'files → PGlite → PostgreSQL keeps every leaf, index and root',
    async () => {
      targets.push(filesTarget(), await pgliteTarget(), postgresTarget(server ?? ''));
      const stores = [];
      for (const target of targets) stores.push(await target.place().open());
      const [files, embedded, postgres] = stores;
      if (files === undefined || embedded === undefined || postgres === undefined)
        throw new Error('no stores');
      await files.record(await observations(1500));
      await files.setState('k', { v: 1 }, { type: 'set', actor: 'x', detail: null });
      expect(await copyEntries(files, embedded)).toMatchObject({ copied: 1501, existing: 0 });
      await files.record([act(5)]);
      expect(await copyEntries(files, embedded)).toMatchObject({ copied: 1, existing: 1501 });
      await copyEntries(embedded, postgres);
      for (const store of stores) {
        const { size, root } = await store.ledger.checkpoint();
        expect({ size, root }).toEqual({ size: 1502, root: (await files.ledger.checkpoint()).root });
        expect(await collect(store.ledger.leaves(0, size))).toEqual(
          await collect(files.ledger.leaves(0, size)),
        );
        expect(await store.state('k')).toEqual({ v: 1 });
        expect(await reportOf(store.export())).toMatchObject({ ok: true, size: 1502 });
      }
      await postgres.record([act(6)]);
      await files.record([act(7)]);
      await expect(copyEntries(files, postgres)).rejects.toMatchObject({ code: 'STORE_DIVERGED' });
      await files.record(await observations(1, 5000));
      expect(await copyEntries(files, postgres, { mode: 'merge', actor: 'cli' })).toMatchObject({
        copied: 1,
        existing: 1500,
        actsLeft: 3,
      });
      await files.close();
      await postgres.close();
    },
  );
});

describe('row-level security and append-only tables', () => {
  it('holds in PGlite', async () => {
    const target: PgliteTarget = await pgliteTarget();
    try {
      const { database } = target;
      const store = await target.place().open();
      await store.record(await observations(2));
      const { db } = database;
      const { rows: open } = await sql<{ name: string }>`select c.relname as name
        from pg_class c join pg_namespace s on s.oid = c.relnamespace
        join pg_attribute a on a.attrelid = c.oid and a.attname = 'organisation'
        where s.nspname = 'custos' and c.relkind = 'r' and not (c.relrowsecurity and c.relforcerowsecurity)
          -- What custos_app has no right on at all, as the tables of sign-in, needs no rows kept from it.
          and has_any_column_privilege('custos_app', c.oid, 'select, insert, update')`.execute(db);
      expect(open).toEqual([]);
      await expect(sql.raw('update custos.ledger_entries set act = act').execute(db)).rejects.toThrow(
        /append-only/,
      );
      await expect(sql.raw('delete from custos.ledger_subjects').execute(db)).rejects.toThrow(/append-only/);
      await expect(
        db.transaction().execute(async (trx) => {
          await sql.raw('set local role custos_app').execute(trx);
          await sql.raw('delete from custos.ledger_entries').execute(trx);
        }),
      ).rejects.toThrow(/permission denied/);
      const unseen = await db.transaction().execute(async (trx) => {
        await sql.raw('set local role custos_app').execute(trx);
        return sql<{ n: number }>`select count(*) as n from custos.ledger_entries`.execute(trx);
      });
      expect(unseen.rows[0]?.n).toBe(0);
    } finally {
      await target.cleanUp();
    }
  });

  it.skipIf(server === undefined)('holds in PostgreSQL, for a role that is no superuser', async () => {
    const target = postgresTarget(server ?? '');
    const client = new pg.Client({ connectionString: server ?? '' });
    await client.connect();
    try {
      const place = target.place();
      const store = await place.open();
      await store.record(await observations(2));
      const { rows } = await client.query(
        "select rolsuper, rolbypassrls, rolcanlogin from pg_roles where rolname = 'custos_app'",
      );
      expect(rows).toEqual([{ rolsuper: false, rolbypassrls: false, rolcanlogin: false }]);
      await client.query(`set search_path = "${target.schema}"`);
      await expect(client.query('update ledger_entries set act = act')).rejects.toThrow(/append-only/);
      await expect(client.query('truncate ledger_subjects')).rejects.toThrow(/append-only/);
      await client.query('set role custos_app');
      await client.query("select set_config('custos.organisation', 'somebody-else', false)");
      expect((await client.query('select * from ledger_entries')).rows).toEqual([]);
      await expect(client.query('update ledger_entries set act = act')).rejects.toThrow(/permission denied/);
      await expect(
        client.query(
          "insert into ledger_entries (organisation, idx, at, leaf_hash, act) values ($1, 99, 'x', sha256('x'), '{}')",
          [place.organisation],
        ),
      ).rejects.toThrow(/row-level security/);
      await client.query("select set_config('custos.organisation', $1, false)", [place.organisation]);
      expect((await client.query('select * from ledger_entries')).rows.length).toBe(2);
      await store.close();
    } finally {
      await client.end();
      await target.cleanUp();
    }
  });
});

describe('a query by subject', () => {
  it.skipIf(server === undefined)('is served by an index, also under row-level security', async () => {
    const target = postgresTarget(server ?? '');
    const client = new pg.Client({ connectionString: server ?? '' });
    await client.connect();
    try {
      const place = target.place();
      const store = await place.open();
      await store.record(await observations(50));
      await store.close();
      await client.query(
        `set search_path = "${target.schema}"; set role custos_app; set enable_seqscan = off`,
      );
      await client.query("select set_config('custos.organisation', $1, false)", [place.organisation]);
      const { rows } = await client.query(
        'explain (format json) select idx from ledger_subjects where subject = $1 and idx >= 7 order by idx limit 9',
        [Buffer.from(SUBJECT, 'hex')],
      );
      const plan = JSON.stringify(rows);
      expect(plan).toMatch(/"Index Cond":"[^"]*organisation = [^"]*subject = [^"]*idx >= /);
      expect(plan).not.toContain('"Sort"');
    } finally {
      await client.end();
      await target.cleanUp();
    }
  });
});

describe('a store that another live process has open', () => {
  for (const kind of ['files', 'pglite'] as const) {
    it(`${kind}: STORE_LOCKED names the process, and a dead owner's lock is taken over`, async () => {
      const dir = mkdtempSync(join(tmpdir(), 'custos-'));
      const url = new URL('./lock.ts', import.meta.url).href;
      const script = `import(${JSON.stringify(url)}).then((m) => { m.LockFile.acquire(${JSON.stringify(join(dir, 'lock'))}); console.log('held'); setInterval(() => {}, 1000); });`;
      const child = spawn(process.execPath, ['--import', 'tsx', '-e', script], {
        stdio: ['ignore', 'pipe', 'inherit'],
      });
      try {
        await new Promise<void>((resolve, reject) => {
          child.stdout.once('data', () => resolve());
          child.once('exit', () => reject(new Error('the child ended before it held the lock')));
        });
        const options = { kind, dir, signer: key.signer, clock: tickingClock(), organisation: 'o' };
        await expect(openStore(options)).rejects.toMatchObject({
          code: 'STORE_LOCKED',
          message: expect.stringContaining(`process ${child.pid} `),
        });
        const gone = new Promise((resolve) => child.once('exit', resolve));
        child.kill('SIGKILL');
        await gone;
        const store = await openStore(options);
        await store.record([act(1)]);
        await store.close();
      } finally {
        child.kill('SIGKILL');
        rmSync(dir, { recursive: true, force: true });
      }
    });
  }
});
