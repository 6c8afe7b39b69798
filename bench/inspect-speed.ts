/**
 * Speed and memory of inspection: pickles that are nothing but opcodes, and checkpoints that are nearly all tensors.
 * `npx tsx bench/inspect-speed.ts`. Limits: 100 MB/s, 1 GB/s, 250 MB.
 */
import { closeSync, ftruncateSync, mkdtempSync, openSync, rmSync, writeFileSync, writeSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { inspectSource } from '../packages/inspect/src/inspect.ts';
import { FileSource } from '../packages/inspect/src/sources.ts';
import { PickleWriter, pickle, stateDictionary } from '../packages/inspect/src/testing/pickle.ts';
import { zipOf } from '../packages/inspect/src/testing/zip.ts';

const folder = mkdtempSync(join(tmpdir(), 'custos-bench-'));
const MB = 2 ** 20;

/** A pickle of one list: `batch` is written again and again, 1,000 elements at a time. */
function listOf(batch: Buffer, bytes: number, version = 4, before: Buffer = Buffer.alloc(0)): Buffer {
  const body = Buffer.concat(Array.from({ length: Math.ceil(bytes / batch.length) }, () => batch));
  const start = version === 0 ? new PickleWriter().text('(l') : pickle(version).emptyList();
  return Buffer.concat([start.done(), before, body, Buffer.from('.')]);
}

function batchOf(write: (out: PickleWriter, index: number) => void): Buffer {
  const out = new PickleWriter().mark();
  for (let index = 0; index < 1_000; index++) write(out, index);
  return out.appends().done();
}

const cases: readonly [string, number, () => Buffer][] = [
  [
    'small integers',
    100,
    () =>
      listOf(
        batchOf((out, index) => out.int(index & 255)),
        64 * MB,
      ),
  ],
  [
    'floats',
    100,
    () =>
      listOf(
        batchOf((out, index) => out.float(index / 3)),
        64 * MB,
      ),
  ],
  [
    'short strings, memoised',
    100,
    () =>
      listOf(
        batchOf((out, index) => out.unicode(`token${index}`).memoize()),
        48 * MB,
      ),
  ],
  [
    'tuples of two',
    100,
    () =>
      listOf(
        batchOf((out, index) =>
          out
            .int(index & 255)
            .int(1)
            .tuple(2),
        ),
        32 * MB,
      ),
  ],
  [
    'dictionaries',
    100,
    () =>
      listOf(
        batchOf((out, index) =>
          out
            .emptyDict()
            .unicode('a')
            .int(index & 255)
            .setItem(),
        ),
        32 * MB,
      ),
  ],
  [
    'objects (NEWOBJ, BUILD)',
    100,
    () => {
      const first = new PickleWriter().stackGlobal('sklearn.tree._tree', 'Tree').put(0);
      const one = (out: PickleWriter) =>
        out.get(0).tuple(0).newObject().put(1).emptyDict().unicode('a').int(1).setItem().build();
      return listOf(batchOf(one), 32 * MB, 4, first.append().done());
    },
  ],
  ['protocol 0 integers', 100, () => listOf(new PickleWriter().text('I12345\na').done(), 32 * MB, 0)],
];

try {
  for (const [name, limit, make] of cases) {
    const path = join(folder, 'dense.pkl');
    const bytes = make();
    writeFileSync(path, bytes);
    report(name, limit, path);
  }
  const path = join(folder, 'tensors.pt');
  tensorZip(path, 4 * 1024 * MB);
  report('4 GiB checkpoint', 1_000, path);
} finally {
  rmSync(folder, { recursive: true, force: true });
}

/** Storages are holes in the file: what is measured is what inspection does, not the disk. */
function tensorZip(path: string, bytes: number): void {
  const storages = 16;
  const size = bytes / storages - 4_096;
  const data = stateDictionary(Array.from({ length: storages }, () => size / 4));
  const whole = zipOf([{ name: 'archive/data.pkl', content: data }]);
  const descriptor = openSync(path, 'w');
  const localEnd = 30 + 'archive/data.pkl'.length + data.length;
  let at = writeSync(descriptor, whole, 0, localEnd, 0);
  const central: Buffer[] = [whole.subarray(localEnd, -22)];
  for (let key = 0; key < storages; key++) {
    const one = zipOf([{ name: `archive/data/${key}`, content: Buffer.alloc(0) }]);
    const header = 30 + `archive/data/${key}`.length;
    const local = Buffer.from(one.subarray(0, header));
    local.writeUInt32LE(size, 18);
    local.writeUInt32LE(size, 22);
    writeSync(descriptor, local, 0, header, at);
    const entry = Buffer.from(one.subarray(header, -22));
    entry.writeUInt32LE(size, 20);
    entry.writeUInt32LE(size, 24);
    entry.writeUInt32LE(at, 42);
    central.push(entry);
    at += header + size;
  }
  const directory = Buffer.concat(central);
  const end = Buffer.from(whole.subarray(-22));
  end.writeUInt16LE(central.length, 8);
  end.writeUInt16LE(central.length, 10);
  end.writeUInt32LE(directory.length, 12);
  end.writeUInt32LE(at, 16);
  ftruncateSync(descriptor, at);
  writeSync(descriptor, Buffer.concat([directory, end]), 0, directory.length + 22, at);
  closeSync(descriptor);
}

function report(name: string, limit: number, path: string): void {
  let best = Number.POSITIVE_INFINITY;
  let verdict = '';
  let size = 0;
  for (let round = 0; round < 3; round++) {
    const source = new FileSource(path);
    size = source.size;
    // Time of this process's own work: the machine is shared.
    const start = process.cpuUsage();
    const result = inspectSource(source);
    const used = process.cpuUsage(start);
    best = Math.min(best, (used.user + used.system) / 1e3);
    verdict = result.verdict;
    source.close();
  }
  const speed = size / 1e6 / (best / 1e3);
  const peak = process.resourceUsage().maxRSS / 1_024;
  console.log(
    `${name.padEnd(26)} ${speed.toFixed(0).padStart(8)} MB/s  ${(speed / limit).toFixed(1).padStart(7)} x the limit of ${limit}  ${verdict}  peak ${peak.toFixed(0)} MB`,
  );
}
