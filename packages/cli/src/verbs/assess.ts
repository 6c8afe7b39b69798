/** `custos assess`: scan, record, evaluate, and print what holds. */
import { existsSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { type Assessment, CustosError, EXIT, systemClock, Time } from '@custos/core';
import {
  type AssessedDirectory,
  assessDirectory,
  DECLARATION_FILE,
  EXPORT_FORMATS,
  type ExportFormatName,
  type ReportContext,
  readDeclaration,
  renderExport,
  renderSummary,
  requireDirectory,
} from '@custos/engine';
import { loadOrCreateSigner } from '@custos/trust';
import type { Command } from 'commander';
import type { Environment } from '../environment.ts';
import { emit, progressLine, say } from '../output.ts';
import { openSpecification } from '../resources.ts';
import { inspectRuntime, scanRuntime } from '../scan-runtime.ts';
import { hashCacheOf } from '../signing-flags.ts';
import { hasFiles, keyDir, openWorkspace, STORE_KINDS, type StoreKind } from '../workspace.ts';

type Format = ExportFormatName | 'summary';
export const FORMATS: readonly Format[] = ['summary', ...(Object.keys(EXPORT_FORMATS) as ExportFormatName[])];

export interface AssessFlags {
  format: Format;
  out?: string;
  at?: string;
  store?: StoreKind;
  record?: boolean;
  standard?: string;
  quiet?: boolean;
  inspect?: boolean;
}

export function addAssess(program: Command, environment: Environment): void {
  program
    .command('assess [dir]')
    .description('scan a repository and compute its conformity with EN 304 223')
    .option('--format <format>', `one of ${FORMATS.join(', ')}`, oneOf(FORMATS), 'summary')
    .option('--out <file>', 'write the result to a file')
    .option('--at <time>', 'evaluate as of this time (RFC 3339, UTC); nothing is recorded')
    .option('--store <kind>', `where evidence is kept: ${STORE_KINDS.join(', ')}`, oneOf(STORE_KINDS))
    .option('--record', 'record evidence in .custos/ although there is no custos.yaml')
    .option('--no-record', 'record nothing')
    .option('--standard <folder>', 'a framework of your own in the form of standard/')
    .option('--no-inspect', 'do not look into model files')
    .option('--quiet', 'no progress and no hints')
    .action(async (dir: string | undefined, flags: AssessFlags) => {
      process.exitCode = await runAssess(dir ?? '.', flags, environment);
    });
}

export async function runAssess(dir: string, flags: AssessFlags, environment: Environment): Promise<number> {
  const { specification, digest } = await openSpecification(flags.standard);
  const at = flags.at === undefined ? undefined : parseTime(flags.at);
  const kind = storeFor(dir, flags);
  // What can't be assessed is refused before anything is written for it.
  await requireDirectory(resolve(dir));
  await readDeclaration(resolve(dir));
  const workspace = kind ? await openWorkspace(dir, kind, environment) : undefined;
  const progress = progressLine(process.stderr.isTTY && !flags.quiet);
  try {
    const result = await assessDirectory({
      dir: resolve(dir),
      specification,
      specificationDigest: digest,
      clock: systemClock,
      at,
      recording: workspace,
      scan: {
        ...scanRuntime(),
        cacheDir: join(environment.dataDir, 'cache', 'scan'),
        onProgress: (state) => progress.show(`Scanning ${state.files} files  ${state.path ?? ''}`),
      },
      inspect: flags.inspect !== false && {
        ...inspectRuntime(),
        onProgress: (done, all, path) => progress.show(`Inspecting ${done} of ${all}  ${path}`),
      },
      hashCache: hashCacheOf(environment),
    });
    progress.end();
    const context: ReportContext = {
      specification,
      evidence: result.evidence,
      ...(result.checkpointNote ? { checkpointNote: result.checkpointNote } : {}),
    };
    await emit(await render(result, context, flags, environment), flags.out);
    if (!flags.quiet && flags.format === 'summary') hint(dir, kind, result);
    return exitCode(result.assessment);
  } finally {
    progress.end();
    await workspace?.close();
  }
}

/** Evidence is kept where it is already kept, or beside a custos.yaml; a directory without one stays untouched. */
function storeFor(dir: string, flags: AssessFlags): StoreKind | undefined {
  if (flags.record === false) return undefined;
  if (flags.store) return flags.store;
  if (flags.at !== undefined && !hasFiles(dir)) return undefined;
  return hasFiles(dir) || existsSync(join(dir, DECLARATION_FILE)) || flags.record ? 'files' : undefined;
}

async function render(
  result: AssessedDirectory,
  context: ReportContext,
  flags: AssessFlags,
  environment: Environment,
): Promise<string | Uint8Array> {
  if (flags.format === 'json') return `${JSON.stringify(result.assessment, undefined, 2)}\n`;
  if (flags.format === 'summary')
    return renderSummary(result.assessment, context.specification, {
      colour: environment.colour ?? (flags.out === undefined && process.stdout.isTTY === true),
      width: process.stdout.columns ?? 100,
    });
  return renderExport(flags.format, result.assessment, context, () =>
    loadOrCreateSigner(keyDir(environment), { name: 'custos.local' }),
  );
}

function hint(dir: string, kind: StoreKind | undefined, result: AssessedDirectory): void {
  if (!result.assessment.system.declared)
    say(`Nothing was written. \`custos init ${dir}\` declares the system and starts its evidence.`);
  else if (kind === undefined) say('Nothing was recorded.');
}

/** 0: no applicable shall fails or is inconclusive; 1: some fails; 3: none fails but some is inconclusive. A waived one counts. */
export function exitCode(assessment: Assessment): number {
  if (assessment.counts.shall.fail > 0) return EXIT.fails;
  return assessment.counts.shall.inconclusive > 0 ? EXIT.inconclusive : EXIT.conforms;
}

export function oneOf<T extends string>(values: readonly T[]): (value: string) => T {
  return (value) => {
    const found = values.find((item) => item === value);
    if (found === undefined) throw new CustosError('USAGE', `"${value}" is none of ${values.join(', ')}.`);
    return found;
  };
}

/**
 * A day such as 2026-01-31 means its end, in UTC.
 * @param option for the message
 */
export function parseTime(text: string, option = '--at'): string {
  const time = Time.safeParse(/^\d{4}-\d\d-\d\d$/.test(text) ? `${text}T23:59:59.999Z` : text);
  if (!time.success)
    throw new CustosError(
      'USAGE',
      `${option} "${text}" is no time; write it like 2026-01-31 or 2026-01-31T12:00:00Z.`,
    );
  return time.data;
}
