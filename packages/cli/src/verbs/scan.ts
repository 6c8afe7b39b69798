/** `custos scan`: what there is, beside what was approved. It shows; `custos assess` records and judges. */
import { existsSync } from 'node:fs';
import { readFile } from 'node:fs/promises';
import { Asset, CustosError, EXIT, Finding, systemClock } from '@custos/core';
import { type Difference, difference, renderFindingsSarif } from '@custos/engine';
import type { UsageReport } from '@custos/scan';
import type { Command } from 'commander';
import { z } from 'zod';
import { type Discovery, discover, scanTree } from '../discovery.ts';
import type { Environment } from '../environment.ts';
import { emit } from '../output.ts';
import { recordAll, selfSubject, withWorkspace } from '../recording.ts';
import { renderScan } from '../scan-summary.ts';
import { openTarget, type TargetFlags } from '../scan-target.ts';
import { readLogs, type UsageFlags, usageStatements } from '../usage.ts';
import { STORE_KINDS, type StoreKind } from '../workspace.ts';
import { oneOf } from './assess.ts';
import { runHistory } from './scan-history.ts';

const FORMATS = ['summary', 'json', 'sarif'] as const;

interface ScanFlags extends TargetFlags, UsageFlags {
  format: (typeof FORMATS)[number];
  out?: string;
  diff?: string;
  record?: boolean;
  history?: boolean;
  store: StoreKind;
  quiet?: boolean;
}

/** As much of an earlier `scan --format json` as a comparison needs. */
const EarlierScan = z.object({
  assets: z.array(z.object({ asset: Asset })),
  findings: z.array(Finding),
});

export function addScan(program: Command, environment: Environment): void {
  program
    .command('scan [target]')
    .description(
      'find every AI asset in a directory, archive, container image or git history, and compare with the approved inventory',
    )
    .option('--revision <rev>', 'scan a revision of the git repository instead of its files')
    .option('--image', 'the target is a container image, also where that is not plain to see (a packed tar)')
    .option('--platform <os/architecture>', 'which image of several (default: linux/amd64)')
    .option('--history', 'what any commit of the repository ever held')
    .option('--logs <file...>', 'proxy, DNS or egress logs of this system: which AI services are called')
    .option('--show-users', 'who calls them as the logs name them, instead of pseudonyms')
    .option('--record', 'record what the logs show (counts only) as evidence')
    .option('--diff <base>', 'what changed since a git revision, or since a file made by --format json')
    .option('--format <format>', `one of ${FORMATS.join(', ')}`, oneOf(FORMATS), 'summary')
    .option('--out <file>', 'write the result to a file')
    .option('--store <kind>', 'where decisions are kept', oneOf(STORE_KINDS), 'files')
    .option('--quiet', 'no progress')
    .addHelpText(
      'after',
      '\nExit codes: 1 when something is not approved (with --diff: when assets or findings are\nnew or changed; with --history: when only history holds some finding), else 0.',
    )
    .action(async (target: string | undefined, flags: ScanFlags) => {
      process.exitCode = await runScan(target ?? '.', flags, environment);
    });
}

async function runScan(target: string, flags: ScanFlags, environment: Environment): Promise<number> {
  if (flags.history) {
    const other = (['diff', 'revision', 'image', 'logs', 'record'] as const).find((flag) => flags[flag]);
    if (other !== undefined)
      throw new CustosError('USAGE', `--history looks at every commit by itself; leave --${other} out.`);
    return runHistory(target, flags, environment);
  }
  const resolver = openTarget(target, flags);
  const usage = await readLogs(flags, environment);
  const found = await discover(target, resolver, flags.store, environment, { quiet: flags.quiet, usage });
  const changes =
    flags.diff === undefined ? undefined : await since(target, flags.diff, found, flags, environment);
  await emit(render(target, found, changes, usage, flags, environment), flags.out);
  if (flags.record) await recordUsage(target, usage, flags, environment);
  if (changes)
    return changes.added.length + changes.changed.length + changes.newFindings.length > 0
      ? EXIT.fails
      : EXIT.conforms;
  const open = found.comparison.assets.some((item) => item.state !== 'approved');
  return found.declaration !== undefined && open ? EXIT.fails : EXIT.conforms;
}

async function recordUsage(
  dir: string,
  usage: readonly UsageReport[],
  flags: ScanFlags,
  environment: Environment,
): Promise<void> {
  await withWorkspace({ dir, store: flags.store }, environment, async (workspace) => {
    const statements = usageStatements(usage, await selfSubject(workspace, dir));
    if (statements.length === 0)
      throw new CustosError('USAGE', 'There is nothing to record: give --logs with a log that can be read.');
    await recordAll(workspace, statements);
  });
}

async function since(
  target: string,
  base: string,
  found: Discovery,
  flags: ScanFlags,
  environment: Environment,
): Promise<Difference> {
  const earlier = existsSync(base)
    ? await readEarlier(base)
    : await scanTree(openTarget(target, { revision: base }), environment, flags.quiet === true);
  return difference(earlier, found.result);
}

async function readEarlier(path: string): Promise<{ assets: Asset[]; findings: Finding[] }> {
  try {
    const { assets, findings } = EarlierScan.parse(JSON.parse(await readFile(path, 'utf8')));
    return { assets: assets.map((item) => item.asset), findings };
  } catch (cause) {
    throw new CustosError(
      'USAGE',
      `${path} is no result of \`custos scan --format json\`. Give such a file, or a git revision.`,
      { cause },
    );
  }
}

function render(
  target: string,
  found: Discovery,
  changes: Difference | undefined,
  usage: readonly UsageReport[],
  flags: ScanFlags,
  environment: Environment,
): string {
  const { result, comparison } = found;
  if (flags.format === 'sarif')
    return renderFindingsSarif({
      id: `scan/${found.declaration?.system.id ?? 'undeclared'}`,
      at: systemClock.now(),
      findings: changes?.newFindings ?? result.findings,
      unknowns: [...result.unknowns, ...usage.flatMap((log) => log.unknowns)],
    });
  if (flags.format === 'json')
    return `${JSON.stringify(
      {
        target,
        system: found.declaration?.system.id ?? null,
        inventoryConfirmed: comparison.confirmed,
        assets: comparison.assets,
        edges: found.edges,
        vanished: comparison.vanished,
        dismissed: comparison.dismissed,
        findings: result.findings,
        unknowns: result.unknowns,
        stats: result.stats,
        ...(usage.length > 0 ? { usage } : {}),
        ...(changes ? { difference: changes } : {}),
      },
      undefined,
      2,
    )}\n`;
  return renderScan(found, changes, usage, {
    target,
    colour: environment.colour ?? (flags.out === undefined && process.stdout.isTTY),
  });
}
