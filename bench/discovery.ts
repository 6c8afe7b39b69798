/**
 * Precision and recall of discovery on public repositories that were labelled by hand (`bench/labels/*.yaml`), for each
 * kind and for the repositories that nothing was tuned on.
 *
 *   npx tsx bench/discovery.ts REPOS_DIR [--errors]
 *
 * REPOS_DIR holds a checkout of each repository at the labelled commit as `owner+name` (`git archive COMMIT`). The unit is a
 * distinct name of a kind in a repository. Instruction files of coding assistants (AGENTS.md and the like) are found by their
 * file names and not counted as agents here.
 */
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Asset } from '@custos/core';
import { directoryResolver, scan } from '@custos/scan';
import { parse } from 'yaml';
import { z } from 'zod';

const Label = z.strictObject({ name: z.string(), path: z.string(), line: z.int().min(1) });
const Labels = z.strictObject({
  repository: z.string(),
  commit: z.string().regex(/^[0-9a-f]{40}$/),
  split: z.enum(['tuning', 'held-out']),
  /** Where present, only these folders were labelled, and only what was found in them counts. */
  folders: z.array(z.string()).optional(),
  models: z.array(Label),
  datasets: z.array(Label),
  endpoints: z.array(Label),
  mcp: z.array(Label),
  agents: z.array(Label),
});
type Labels = z.infer<typeof Labels>;

const KINDS = ['models', 'datasets', 'endpoints', 'mcp', 'agents'] as const;
type Kind = (typeof KINDS)[number];

interface Count {
  labelled: number;
  found: number;
  right: number;
}

function kindOf(asset: Asset): Kind | undefined {
  switch (asset.kind) {
    case 'model':
      return 'models';
    case 'dataset':
      return 'datasets';
    case 'endpoint':
      return asset.properties?.role === 'agent' ? undefined : 'endpoints';
    case 'tool':
      return asset.properties?.type === 'mcp' ? 'mcp' : undefined;
    case 'agent':
      return asset.properties?.type === 'rules' ? undefined : 'agents';
    default:
      return undefined;
  }
}

function nameOf(kind: Kind, name: string): string {
  return (kind === 'mcp' ? name.replace(/^mcp\//, '') : name).trim().toLowerCase();
}

function inside(asset: Asset, folders: readonly string[] | undefined): boolean {
  return (
    folders === undefined ||
    asset.locations.some((at) => folders.some((one) => at.path.startsWith(`${one}/`)))
  );
}

const [root, ...options] = process.argv.slice(2);
if (root === undefined) {
  process.stderr.write('usage: discovery REPOS_DIR [--errors]\n');
  process.exit(2);
}
const folder = new URL('./labels/', import.meta.url);
const total = new Map<string, Count>();
const count = (key: string): Count => {
  const known = total.get(key) ?? { labelled: 0, found: 0, right: 0 };
  total.set(key, known);
  return known;
};
let missing = 0;

for (const file of readdirSync(folder).sort()) {
  const labels: Labels = Labels.parse(parse(readFileSync(new URL(file, folder), 'utf8')));
  const directory = join(root, labels.repository.replace('/', '+'));
  if (!existsSync(directory)) {
    process.stdout.write(`${labels.repository}: not in ${root}\n`);
    missing += 1;
    continue;
  }
  const { assets } = await scan(directoryResolver(directory));
  const cells: string[] = [];
  for (const kind of KINDS) {
    const wanted = new Set(labels[kind].map((one) => nameOf(kind, one.name)));
    const found = new Set(
      assets
        .filter((one) => kindOf(one) === kind && inside(one, labels.folders))
        .map((one) => nameOf(kind, one.name)),
    );
    const right = [...found].filter((one) => wanted.has(one));
    for (const key of [kind, `${labels.split} ${kind}`]) {
      const sum = count(key);
      sum.labelled += wanted.size;
      sum.found += found.size;
      sum.right += right.length;
    }
    cells.push(`${right.length}/${found.size}/${wanted.size}`.padStart(10));
    if (!options.includes('--errors')) continue;
    for (const one of found) if (!wanted.has(one)) process.stdout.write(`  wrong  ${kind} ${one}\n`);
    for (const one of wanted) if (!found.has(one)) process.stdout.write(`  missed ${kind} ${one}\n`);
  }
  process.stdout.write(`${labels.repository.padEnd(50)} ${labels.split.padEnd(8)} ${cells.join(' ')}\n`);
}

process.stdout.write(`\nright/found/labelled for ${KINDS.join(', ')}\n\n`);
const share = (part: number, whole: number): string =>
  whole === 0 ? '–' : `${((100 * part) / whole).toFixed(1)} %`;
for (const [key, { labelled, found, right }] of [...total].sort((a, b) => (a[0] < b[0] ? -1 : 1)))
  process.stdout.write(
    `${key.padEnd(20)} labelled ${String(labelled).padStart(4)}  precision ${share(right, found).padStart(7)}  recall ${share(right, labelled).padStart(7)}\n`,
  );
process.exit(missing > 0 ? 1 : 0);
