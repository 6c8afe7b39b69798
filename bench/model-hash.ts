/**
 * Hashing of models against `openssl dgst -sha256` on one thread, in one run over the same files (in the page cache).
 * Bars: one thread at 0.85 of openssl or better, two threads at 1.7 times one thread or better.
 *
 *     npx tsx bench/model-hash.ts [--mib 512] [--rounds 7]
 */
import { spawnSync } from 'node:child_process';
import { closeSync, mkdtempSync, openSync, rmSync, writeSync } from 'node:fs';
import { cpus, tmpdir } from 'node:os';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { hashRanges } from '../packages/trust/src/model-signing/hash-pool.ts';
import type { HashType } from '../packages/trust/src/model-signing/hash-types.ts';

const { values } = parseArgs({
  options: { mib: { type: 'string', default: '512' }, rounds: { type: 'string', default: '7' } },
});
const size = Number(values.mib) * 1024 * 1024;
const folder = mkdtempSync(join(tmpdir(), 'custos-bench-'));
const files = ['a.bin', 'b.bin'].map((name, seed) => {
  const path = join(folder, name);
  const fd = openSync(path, 'w');
  const piece = Buffer.alloc(1 << 20);
  for (let at = 0; at < size; at += piece.length) {
    piece.writeUInt32LE(at / piece.length + seed, 0);
    writeSync(fd, piece);
  }
  closeSync(fd);
  return path;
});

const seconds = async (run: () => unknown) => {
  const start = performance.now();
  await run();
  return (performance.now() - start) / 1000;
};
const openssl = () => spawnSync('openssl', ['dgst', '-sha256', '-r', ...files]).stdout.toString();
const whole = (threads: number, algorithm: HashType = 'sha256') =>
  hashRanges(
    files.map((path) => ({ path, start: 0, end: undefined, algorithm, bytes: size })),
    { threads },
  );
/** One large file in two shards. */
const shards = (threads: number) =>
  hashRanges(
    [0, size / 2].map((start) => ({
      path: files[0] ?? '',
      start,
      end: start + size / 2,
      algorithm: 'sha256' as const,
      bytes: size / 2,
    })),
    { threads },
  );
/** The fastest of several rounds: what other programs take away only ever makes a round slower. */
const best = (list: number[]) => Math.min(...list);
const gb = (time: number, bytes = 2 * size) => `${(bytes / time / 1e9).toFixed(2)} GB/s`;

try {
  const expected = openssl()
    .split('\n')
    .map((line) => line.slice(0, 64))
    .filter(Boolean);
  const got = (await whole(2)).map((outcome) => ('digests' in outcome ? outcome.digests[0] : outcome.fault));
  if (expected.join() !== got.join()) throw new Error('the digests differ from those of openssl');
  const rows: Record<'openssl' | 'one' | 'two' | 'shardsOne' | 'shardsTwo', number>[] = [];
  for (let round = 0; round < Number(values.rounds); round++)
    rows.push({
      openssl: await seconds(openssl),
      one: await seconds(() => whole(1)),
      two: await seconds(() => whole(2)),
      shardsOne: await seconds(() => shards(1)),
      shardsTwo: await seconds(() => shards(2)),
    });
  const of = (key: keyof (typeof rows)[number]) => best(rows.map((row) => row[key]));
  console.log(
    `2 files of ${values.mib} MiB, ${rows.length} rounds, the best of each; ${cpus().length} cores, Node ${process.version}`,
  );
  console.log(`openssl dgst -sha256   ${gb(of('openssl'))}`);
  console.log(`one thread             ${gb(of('one'))}`);
  console.log(`two threads            ${gb(of('two'))}`);
  console.log(
    `one file in 2 shards   ${gb(of('shardsOne'), size)} on one thread, ${gb(of('shardsTwo'), size)} on two`,
  );
  console.log(
    `blake2b, blake3        ${gb(await seconds(() => whole(1, 'blake2b')))}, ${gb(await seconds(() => whole(1, 'blake3')))} on one thread`,
  );
  console.log(`one thread / openssl   ${(of('openssl') / of('one')).toFixed(2)}  (bar 0.85)`);
  console.log(`two threads / one      ${(of('one') / of('two')).toFixed(2)}  (bar 1.70)`);
  console.log(`two shards / one       ${(of('shardsOne') / of('shardsTwo')).toFixed(2)}  (bar 1.70)`);
} finally {
  rmSync(folder, { recursive: true });
}
