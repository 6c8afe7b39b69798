// @ts-check
/**
 * The thread in which PGlite runs, so that a heavy query does not stall the others. Plain JavaScript, because Node 20 starts
 * threads from JavaScript files only. PGlite as delivered never reaches fsync: it starts PostgreSQL with -F, its file
 * system has no fsync call, and the compiled fdatasync does nothing. All three are put right here, and opening
 * fails unless a probing commit is seen to reach fs.fsyncSync.
 */
import { fsyncSync } from 'node:fs';
import { parentPort, workerData } from 'node:worker_threads';
import { PGlite } from '@electric-sql/pglite';
import { NodeFS } from '@electric-sql/pglite/nodefs';

let fsyncs = 0;

/** int8[], bytea[] and text[] come in PostgreSQL's binary form already (sql/binary-array.ts). */
const BINARY_ARRAYS = Object.fromEntries([1016, 1001, 1009].map((type) => [type, asItIs]));

/** @param {unknown} value */
function asItIs(value) {
  return value;
}

class FsyncingNodeFS extends NodeFS {
  /** @override @type {NodeFS['init']} */
  async init(pg, options) {
    const { emscriptenOpts } = await super.init(pg, options);
    const hooks = emscriptenOpts.preRun ?? [];
    const all = Array.isArray(hooks) ? hooks : [hooks];
    emscriptenOpts.preRun = [
      /** @param {any} module */
      (module) => {
        module.NODEFS.stream_ops.fsync = (/** @type {{ nfd: number }} */ stream) => {
          if (workerData.breakFsync) return 0;
          fsyncs++;
          fsyncSync(stream.nfd);
          return 0;
        };
      },
      ...all,
    ];
    return { emscriptenOpts };
  }
}

async function open() {
  const startParams = [
    ...PGlite.defaultStartParams.filter((param) => param !== '-F'),
    '-c',
    'wal_sync_method=fsync',
  ];
  const db = new PGlite({
    fs: new FsyncingNodeFS(workerData.dir),
    startParams,
    relaxedDurability: false,
    parsers: { [workerData.int8]: int8 },
    serializers: BINARY_ARRAYS,
  });
  await db.waitReady;
  const before = fsyncs;
  await db.exec(
    'create table if not exists public.custos_probe (n int); insert into public.custos_probe values (1); delete from public.custos_probe',
  );
  return { db, reached: fsyncs - before };
}

/** @param {string} text */
function int8(text) {
  const value = Number(text);
  if (!Number.isSafeInteger(value)) throw new RangeError(`int8 ${text} does not fit a JavaScript number`);
  return value;
}

/** @param {PGlite} db @param {string} sql @param {unknown[]} params */
async function run(db, sql, params) {
  if (params.length === 0) {
    const results = await db.exec(sql);
    const last = results.at(-1);
    return { rows: last?.rows ?? [], rowCount: last?.affectedRows ?? 0 };
  }
  const { rows, affectedRows } = await db.query(sql, params);
  return { rows, rowCount: affectedRows ?? 0 };
}

/** @param {unknown} error */
function plain(error) {
  const { message, code } = /** @type {{ message?: string; code?: string }} */ (error ?? {});
  return { message: message ?? String(error), code };
}

const port = parentPort;
if (port === null) throw new Error('This file is started as a worker thread.');
try {
  const { db, reached } = await open();
  port.on('message', async ({ id, sql, params, close }) => {
    try {
      const result = close
        ? await db.close().then(() => ({ rows: [], rowCount: 0 }))
        : await run(db, sql, params);
      port.postMessage({ id, result });
      if (close) port.close();
    } catch (error) {
      port.postMessage({ id, error: plain(error) });
    }
  });
  port.postMessage({ id: 0, result: { rows: [{ reached }], rowCount: 0 } });
} catch (error) {
  port.postMessage({ id: 0, error: plain(error) });
}
