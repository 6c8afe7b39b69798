/**
 * Bills of 50,000 components: made, written, validated, merged and compared, beside the JavaScript library of CycloneDX doing
 * what it can (serialise and validate). Each task runs in a process of its own, so that its peak memory is its own; times are of
 * the processor (user and system), which others on the machine disturb least.
 *
 *     npx tsx bench/bom.ts [components]
 */
import { spawnSync } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import { diffBoms, mergeBoms, readBom, toCycloneDx, validateBom, writeBom } from '@custos/bom';
import type { Asset, Edge } from '@custos/core';
import { Enums, Models, Serialize, Spec, Validation } from '@cyclonedx/cyclonedx-library';

/** The peer compares every component with every other; it gets this long. */
const PATIENCE = 180_000;
const OPTIONS = { timestamp: '2026-06-01T12:00:00Z', tool: { name: 'custos', version: '0.1.0' } };
const hex = (i: number) => i.toString(16).padStart(64, '0');

function inventory(count: number): { assets: Asset[]; edges: Edge[] } {
  const assets = Array.from(
    { length: count },
    (_, i): Asset => ({
      id: `component:npm/package-${i}`,
      kind: 'component',
      name: `npm/package-${i}`,
      version: `1.${i % 50}.0`,
      origin: 'external',
      digest: `sha256:${hex(i)}`,
      properties: { license: 'MIT' },
      locations: [{ path: 'package-lock.json', line: i + 1 }],
    }),
  );
  const edges = assets.flatMap((asset, i): Edge[] =>
    [i * 2 + 1, i * 2 + 2].flatMap((to) => {
      const target = assets[to];
      return target ? [{ from: asset.id, to: target.id, kind: 'depends_on' }] : [];
    }),
  );
  return { assets, edges };
}

function ours(count: number) {
  return toCycloneDx({
    system: { id: 'bench', name: 'bench' },
    ...inventory(count),
    findings: [],
    ...OPTIONS,
  });
}

function peers(count: number): string {
  const bom = new Models.Bom();
  const components = Array.from({ length: count }, (_, i) => {
    const component = new Models.Component(Enums.ComponentType.Library, `package-${i}`, {
      bomRef: `component:npm/package-${i}`,
      version: `1.${i % 50}.0`,
      purl: `pkg:npm/package-${i}@1.${i % 50}.0`,
      hashes: new Models.HashDictionary([[Enums.HashAlgorithm['SHA-256'], hex(i)]]),
      licenses: new Models.LicenseRepository([new Models.SpdxLicense('MIT')]),
      evidence: new Models.ComponentEvidence({}),
    });
    bom.components.add(component);
    return component;
  });
  for (const [i, component] of components.entries())
    for (const to of [i * 2 + 1, i * 2 + 2]) {
      const target = components[to];
      if (target) component.dependencies.add(target.bomRef);
    }
  return new Serialize.JsonSerializer(new Serialize.JSON.Normalize.Factory(Spec.Spec1dot6)).serialize(bom, {
    sortLists: false,
    space: 2,
  });
}

const TASKS: Record<string, (count: number) => (() => unknown) | Promise<() => unknown>> = {
  'write, valid by construction': (count) => () => writeBom(ours(count)),
  'peer: serialise': (count) => () => peers(count),
  validate: (count) => {
    const text = Buffer.from(writeBom(ours(count)));
    return () => validateBom(JSON.parse(text.toString()), 'bench');
  },
  'peer: validate': (count) => {
    const text = peers(count);
    const validator = new Validation.JsonStrictValidator(Spec.Version.v1dot6);
    return () => validator.validate(text);
  },
  read: (count) => {
    const bytes = Buffer.from(writeBom(ours(count)));
    return () => readBom(bytes, 'bench');
  },
  'merge with itself': (count) => {
    const bom = ours(count);
    return () =>
      mergeBoms(
        [
          { name: 'a', bom },
          { name: 'b', bom },
        ],
        OPTIONS,
      );
  },
  'compare with itself': (count) => {
    const bom = ours(count);
    return () => diffBoms(bom, { ...bom, components: bom.components?.toReversed() ?? [] });
  },
};

async function child(task: string, count: number): Promise<void> {
  const warm = await TASKS[task]?.(100);
  await warm?.();
  const run = await TASKS[task]?.(count);
  const before = process.cpuUsage();
  await run?.();
  const { user, system } = process.cpuUsage(before);
  const ms = (user + system) / 1000;
  process.stdout.write(JSON.stringify({ ms, rss: process.resourceUsage().maxRSS / 1024 }));
}

function measure(task: string, count: number): { ms: number; rss: number } | undefined {
  const self = fileURLToPath(import.meta.url);
  const done = spawnSync(process.execPath, ['--import', 'tsx', self, task, String(count)], {
    timeout: PATIENCE,
    encoding: 'utf8',
  });
  if (done.status === 0) return JSON.parse(done.stdout);
  if (done.error === undefined && done.signal === null) process.stderr.write(done.stderr);
  return undefined;
}

const [first = '50000', second] = process.argv.slice(2);
if (second !== undefined) await child(first, Number(second));
else {
  const count = Number(first);
  process.stdout.write(`${count} components, Node ${process.version}\n`);
  const found = new Map<string, number>();
  let unfinished = false;
  for (const task of Object.keys(TASKS)) {
    const result = measure(task, count);
    if (result === undefined) unfinished = true;
    found.set(task, result?.ms ?? PATIENCE);
    process.stdout.write(
      result
        ? `${task.padEnd(32)} ${result.ms.toFixed(0).padStart(7)} ms  ${result.rss.toFixed(0).padStart(5)} MiB peak\n`
        : `${task.padEnd(32)} not done after ${PATIENCE / 1000} s\n`,
    );
  }
  const peer = (found.get('peer: serialise') ?? 0) + (found.get('peer: validate') ?? 0);
  for (const task of ['write, valid by construction', 'validate', 'merge with itself'])
    process.stdout.write(
      `${task}: ${unfinished ? 'at least ' : ''}${(peer / (found.get(task) ?? 1)).toFixed(1)} times as fast as the peer's serialise and validate\n`,
    );
}
