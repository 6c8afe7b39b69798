/** `custos provenance`: the index of where training data came from – filling, checking and exporting it. */
import { join, resolve } from 'node:path';
import { CustosError, type Digest, EXIT, isDigest, Role, systemClock } from '@custos/core';
import { clean, type DatasetSpeaker, PRODUCT, provenanceStatements } from '@custos/engine';
import {
  type DatasetSummary,
  datasetsOf,
  detectFormat,
  formatTime,
  IMPORT_FORMATS,
  type ImportedFile,
  type ImportFormat,
  IndexBuilder,
  importFile,
  type Manifest,
  requireManifest,
  toCroissant,
  toOpenLineage,
  toProvJson,
  Use,
  verifyIndex,
} from '@custos/provenance';
import type { Command } from 'commander';
import type { Environment } from '../environment.ts';
import { emit, progressLine, say } from '../output.ts';
import { record, requireRole, sayRecorded, withWorkspace } from '../recording.ts';
import { hasFiles, STORE_KINDS, type StoreKind } from '../workspace.ts';
import { oneOf } from './assess.ts';
import { addLookBack } from './provenance-look-back.ts';

const OUTPUTS = ['text', 'json'] as const;
const EXPORTS = ['croissant', 'prov', 'openlineage'] as const;
const SPEAKERS = ['developer', 'data_custodian'] as const;

interface ImportFlags {
  index?: string;
  dataset: string;
  digest?: Digest;
  nonPublic?: boolean;
  acquisition: string;
  licence?: string;
  collector?: string;
  usedIn: Use[];
  format?: ImportFormat;
  urlColumn?: string;
  timeColumn?: string;
  digestColumn?: string;
  by?: string;
  role: (typeof SPEAKERS)[number];
  dir: string;
  store: StoreKind;
  quiet?: boolean;
}

/** Where the index is when nothing else is said. */
export function indexDir(flags: { index?: string }, environment: Environment): string {
  return resolve(flags.index ?? join(environment.dataDir, 'provenance', environment.organisation));
}

export function addProvenance(program: Command, environment: Environment): void {
  const provenance = program
    .command('provenance')
    .description(
      'where training data came from: import, look back when a source is poisoned, coverage, export',
    );
  addImport(provenance, environment);
  provenance
    .command('build')
    .description('merge what earlier imports left into one sorted whole')
    .option('--index <folder>', 'the index')
    .action(async (flags: { index?: string }) => {
      const dir = indexDir(flags, environment);
      requireManifest(dir);
      const manifest = await new IndexBuilder(dir, { maxBuilds: 1 }).finish();
      say(`${manifest.segments.length} segments, ${recordsIn(manifest)} records.`);
    });
  addLookBack(provenance, environment);
  provenance
    .command('coverage')
    .description('which share of the rows of each dataset has a source and a time (5.2.4-2.1)')
    .option('--index <folder>', 'the index')
    .option('--format <format>', OUTPUTS.join(', '), oneOf(OUTPUTS), 'text')
    .action(async (flags: { index?: string; format: (typeof OUTPUTS)[number] }) => {
      const summaries = datasetsOf(requireManifest(indexDir(flags, environment)));
      await emit(
        flags.format === 'json' ? `${JSON.stringify(summaries, undefined, 2)}\n` : coverageText(summaries),
        undefined,
      );
    });
  provenance
    .command('export')
    .description('datasets as Croissant, W3C PROV (PROV-JSON) or OpenLineage events')
    .option('--index <folder>', 'the index')
    .option('--format <format>', EXPORTS.join(', '), oneOf(EXPORTS), 'prov')
    .option('--dataset <id>', 'this dataset only')
    .option('--out <file>', 'default: standard output')
    .action(
      async (flags: { index?: string; format: (typeof EXPORTS)[number]; dataset?: string; out?: string }) => {
        const summaries = chosen(datasetsOf(requireManifest(indexDir(flags, environment))), flags.dataset);
        await emit(exported(summaries, flags.format), flags.out);
      },
    );
  provenance
    .command('verify')
    .description('read every byte of the index and compare it with its digest')
    .option('--index <folder>', 'the index')
    .addHelpText(
      'after',
      '\nExit codes: 0 every byte is the one that was written; 1 something is not; 2 there is no index.',
    )
    .action(async (flags: { index?: string }) => {
      const report = await verifyIndex(indexDir(flags, environment));
      for (const problem of report.problems) await emit(`${problem}\n`, undefined);
      await emit(
        `${report.segments} segments, ${report.records} records, ${report.bytes} bytes: ${report.problems.length === 0 ? 'as written' : `${report.problems.length} damaged`}\n`,
        undefined,
      );
      if (report.problems.length > 0) process.exitCode = EXIT.fails;
    });
}

function addImport(provenance: Command, environment: Environment): void {
  provenance
    .command('import <file...>')
    .description(`add records of a dataset to the index, from ${IMPORT_FORMATS.join(', ')}`)
    .requiredOption('--dataset <id>', 'the dataset as the inventory names it, such as dataset:web-2026')
    .requiredOption('--acquisition <text>', 'how it was obtained, at least 20 characters')
    .option(
      '--digest <sha256:…>',
      'digest of the dataset version; default: that of the only file',
      digestFlag,
    )
    .option('--non-public', 'the data is not public')
    .option('--licence <id>', 'SPDX id or address of the licence; default: what the file says')
    .option('--collector <name>', 'who gathered it')
    .option('--used-in <model=digest=purpose>', 'a model version that it is used in; repeatable', useFlag, [])
    .option(
      '--format <format>',
      `default: told from the file. One of ${IMPORT_FORMATS.join(', ')}`,
      oneOf(IMPORT_FORMATS),
    )
    .option('--url-column <name>', 'column or key of the address')
    .option('--time-column <name>', 'column or key of the time of acquisition')
    .option('--digest-column <name>', 'column or key of the digest of the content')
    .option('--by <person>', 'record `data-provenance` in the ledger in their name')
    .option('--role <role>', SPEAKERS.join(', '), oneOf(SPEAKERS), 'data_custodian')
    .option('--dir <dir>', 'the repository whose ledger records it', '.')
    .option('--store <kind>', 'where evidence is kept', oneOf(STORE_KINDS), 'files')
    .option('--index <folder>', 'the index')
    .option('--quiet', 'no progress')
    .action(async (files: string[], flags: ImportFlags) => {
      await runImport(files, flags, environment);
    });
}

async function runImport(
  files: readonly string[],
  flags: ImportFlags,
  environment: Environment,
): Promise<void> {
  if (flags.acquisition.length < 20)
    throw new CustosError(
      'USAGE',
      '--acquisition must say in 20 characters at least how the data was obtained.',
    );
  if (flags.by !== undefined) await requireRecording(flags, flags.by, environment);
  const formats = files.map((file) => flags.format ?? detectFormat(file));
  const builder = new IndexBuilder(indexDir(flags, environment));
  const progress = progressLine(process.stderr.isTTY && !flags.quiet);
  const imported: ImportedFile[] = [];
  let recorded: Recorded | undefined;
  try {
    if (flags.by !== undefined) requireVersion(builder, flags, files);
    for (const [i, file] of files.entries())
      imported.push(
        await importFile(builder, file, {
          dataset: flags.dataset,
          datasetDigest: flags.digest,
          visibility: flags.nonPublic ? 'non_public' : 'public',
          acquisition: flags.acquisition,
          licence: flags.licence,
          collector: flags.collector,
          usedIn: flags.usedIn,
          format: formats[i] ?? 'jsonl',
          columns: { url: flags.urlColumn, time: flags.timeColumn, digest: flags.digestColumn },
          clock: systemClock,
          onProgress: (rows) => progress.show(`${file}  ${rows} rows`),
        }),
      );
    progress.show('Merging');
    // The ledger before the index: an import that is killed between the two can be said again, and then both hold it.
    await builder.finish(async (manifest) => {
      if (flags.by !== undefined) recorded = await recordDataset(manifest, flags, flags.by, environment);
    });
  } catch (error) {
    await builder.abort();
    progress.end();
    if (recorded)
      say(
        'The ledger holds the record of this import already, but the import did not end. Import again, and the newer record counts.',
      );
    throw error;
  }
  progress.end();
  for (const file of imported) report(file);
  if (recorded) await sayRecorded(recorded);
}

/** All that recording can be refused for, before the work is done. */
async function requireRecording(flags: ImportFlags, by: string, environment: Environment): Promise<void> {
  await requireRole(flags.dir, { id: by, role: flags.role });
  // Reading makes no ledger where there is none: nothing may come of the import.
  if (flags.store !== 'files' || hasFiles(flags.dir)) await withWorkspace(flags, environment, async () => {});
}

/** Observations name one version: with several files only --digest tells which. @throws CustosError DATASET_DIGEST */
function requireVersion(builder: IndexBuilder, flags: ImportFlags, files: readonly string[]): void {
  if (flags.digest !== undefined) return;
  const before = builder.sources.filter(
    ({ dataset, datasetDigest }) => dataset === flags.dataset && datasetDigest === undefined,
  );
  if (files.length + before.length > 1) throw versionUnknown(flags.dataset);
}

function versionUnknown(dataset: string): CustosError {
  return new CustosError(
    'DATASET_DIGEST',
    `Nothing was imported: ${dataset} comes from several files, so its version needs a digest to be recorded. Give --digest, or leave --by out.`,
  );
}

function report({ source, faults }: ImportedFile): void {
  say(
    `${clean(source.file)}: ${source.rows} rows; ${source.rowsWithSource} with a source, ${source.rowsWithTime} with a time, ${source.rowsWithDigest} with a digest.`,
  );
  for (const { line, message } of faults) say(`  ${clean(source.file)}:${line} ${message}`);
  const refused = Object.values(source.refused).reduce((sum, count) => sum + count, 0);
  if (refused > faults.length)
    say(
      `  and ${refused - faults.length} more: ${Object.entries(source.refused)
        .map(([reason, count]) => `${reason} ${count}`)
        .join(', ')}`,
    );
}

type Recorded = Awaited<ReturnType<typeof record>>;

async function recordDataset(
  manifest: Manifest,
  flags: ImportFlags,
  by: string,
  environment: Environment,
): Promise<Recorded> {
  const speaker: DatasetSpeaker = {
    actor: { id: by, role: Role.parse(flags.role) },
    observedAt: systemClock.now(),
  };
  const about = datasetsOf(manifest).filter(
    ({ dataset, sources }) =>
      dataset === flags.dataset && sources.some(({ datasetDigest }) => datasetDigest === flags.digest),
  );
  const statements = about.flatMap((summary) => provenanceStatements(summary, speaker));
  if (statements.length === 0) throw versionUnknown(flags.dataset);
  return withWorkspace(flags, environment, (workspace) => record(workspace, statements));
}

function recordsIn(manifest: Manifest): number {
  return manifest.segments.reduce((sum, { records }) => sum + records, 0);
}

function chosen(summaries: readonly DatasetSummary[], dataset: string | undefined): DatasetSummary[] {
  const found = summaries.filter((summary) => dataset === undefined || summary.dataset === dataset);
  if (found.length > 0) return found;
  throw new CustosError(
    'USAGE',
    `The index holds no dataset ${dataset ?? ''}. It holds: ${summaries.map((s) => s.dataset).join(', ') || 'none'}.`,
  );
}

function exported(summaries: DatasetSummary[], format: (typeof EXPORTS)[number]): string {
  if (format === 'openlineage')
    return toOpenLineage(summaries, `urn:${PRODUCT.name}:${PRODUCT.version}`)
      .map((event) => `${JSON.stringify(event)}\n`)
      .join('');
  if (format === 'prov') return `${JSON.stringify(toProvJson(summaries), undefined, 2)}\n`;
  const documents = summaries.map(toCroissant);
  return `${JSON.stringify(documents.length === 1 ? documents[0] : documents, undefined, 2)}\n`;
}

function coverageText(summaries: readonly DatasetSummary[]): string {
  const share = (part: number, whole: number) =>
    `${whole === 0 ? '0.0' : (Math.floor((part / whole) * 1000) / 10).toFixed(1)} %`;
  return summaries
    .map(
      ({ dataset, digest, rows, rowsWithSource, rowsWithTime, rowsWithDigest, refused, minTime, maxTime }) =>
        [
          `${dataset} ${digest ?? '(no digest of its version)'}`,
          `  ${rows} rows: source ${share(rowsWithSource, rows)}, time ${share(rowsWithTime, rows)}, digest ${share(rowsWithDigest, rows)}`,
          ...(minTime === 0 ? [] : [`  acquired ${formatTime(minTime)} to ${formatTime(maxTime)}`]),
          ...Object.entries(refused).map(([reason, count]) => `  refused ${count}: ${reason}`),
          '',
        ].join('\n'),
    )
    .join('');
}

function digestFlag(text: string): Digest {
  if (isDigest(text)) return text;
  throw new CustosError('USAGE', `--digest "${text}" must be sha256: and 64 lower-case hex digits.`);
}

function useFlag(text: string, before: Use[]): Use[] {
  const [model = '', digest = '', ...purpose] = text.split('=');
  const parsed = Use.safeParse({ model, digest, purpose: purpose.join('=') });
  if (parsed.success) return [...before, parsed.data];
  throw new CustosError(
    'USAGE',
    `--used-in "${text}" must be MODEL=sha256:…=PURPOSE, the purpose with 20 characters at least.`,
  );
}
