/** `custos provenance look-back`: which data, models, releases and live systems a poisoned source reached. */
import { existsSync } from 'node:fs';
import { CustosError, EXIT, systemClock } from '@custos/core';
import {
  clean,
  drillStatement,
  incidentDraft,
  type LookBackAnswer,
  type LookBackRecord,
  loadEvidence,
  lookBack,
  renderLookBack,
} from '@custos/engine';
import { IndexReader } from '@custos/provenance';
import type { Command } from 'commander';
import type { Environment } from '../environment.ts';
import { emit, say } from '../output.ts';
import { recordAll, selfSubject, withWorkspace } from '../recording.ts';
import { hasFiles, STORE_KINDS, type StoreKind, type Workspace } from '../workspace.ts';
import { oneOf } from './assess.ts';
import { indexDir } from './provenance.ts';

const FORMATS = ['summary', 'json', 'csv'] as const;

interface LookBackFlags {
  url: string[];
  domain: string[];
  digest: string[];
  from?: string;
  to?: string;
  format: (typeof FORMATS)[number];
  incident?: string;
  expectDataset: string[];
  expectModel: string[];
  record?: boolean;
  index?: string;
  dir: string;
  store: StoreKind;
}

const each = (value: string, before: string[]) => [...before, value];

export function addLookBack(provenance: Command, environment: Environment): void {
  provenance
    .command('look-back')
    .description('which records, datasets, models, releases and live systems are touched')
    .option('--url <url>', 'this page, by http or https; repeatable', each, [])
    .option('--domain <domain>', 'this domain and its subdomains; repeatable', each, [])
    .option('--digest <digest>', 'content with this digest (sha256, sha1, md5); repeatable', each, [])
    .option('--from <time>', 'acquired at this time or later')
    .option('--to <time>', 'acquired at this time or earlier; a day, month or year means its end')
    .option(
      '--format <format>',
      `one of ${FORMATS.join(', ')}; csv lists every record`,
      oneOf(FORMATS),
      'summary',
    )
    .option('--incident <file>', 'write a draft of an incident')
    .option('--record', 'record the question as a look-back drill; needs --expect-dataset')
    .option('--expect-dataset <id>', 'a dataset that the drill must find; repeatable', each, [])
    .option('--expect-model <id>', 'a model that the drill must find; repeatable', each, [])
    .option('--index <folder>', 'the index')
    .option('--dir <dir>', 'the repository whose ledger names models, releases and deployments', '.')
    .option('--store <kind>', 'where evidence is kept', oneOf(STORE_KINDS), 'files')
    .addHelpText(
      'after',
      '\nExit codes: 0 answered, and nothing is unknown; 3 answered, but something is not known, and said; 2 not answered.',
    )
    .action(async (flags: LookBackFlags) => {
      await runLookBack(flags, environment);
    });
}

async function runLookBack(flags: LookBackFlags, environment: Environment): Promise<void> {
  if (flags.record && flags.expectDataset.length === 0)
    throw new CustosError(
      'USAGE',
      'A drill shows something only against a known answer: give --expect-dataset.',
    );
  if (flags.incident !== undefined && existsSync(flags.incident))
    throw new CustosError(
      'OUTPUT',
      `${flags.incident} exists already and is not overwritten. Choose another name.`,
    );
  const index = new IndexReader(indexDir(flags, environment));
  try {
    const ledger = flags.store !== 'files' || hasFiles(flags.dir);
    if (!ledger && flags.record)
      throw new CustosError(
        'NO_LEDGER',
        `${flags.dir} keeps no evidence to record in. Run \`custos assess\` first.`,
      );
    if (ledger) await withWorkspace(flags, environment, (workspace) => answer(index, flags, workspace));
    else {
      say(`${flags.dir} keeps no evidence, so releases and live systems are not known.`);
      await answer(index, flags, undefined);
    }
  } finally {
    index.close();
  }
}

async function answer(
  index: IndexReader,
  flags: LookBackFlags,
  workspace: Workspace | undefined,
): Promise<void> {
  const { evidence, damaged } = workspace
    ? await loadEvidence(workspace.store, workspace.keyring)
    : { evidence: [], damaged: [] };
  const question = {
    urls: flags.url,
    domains: flags.domain,
    digests: flags.digest,
    from: flags.from,
    to: flags.to,
  };
  if (flags.format === 'csv') await emit('time,digest,dataset,file,url\n', undefined);
  const found = await lookBack(question, {
    index,
    evidence,
    damaged,
    clock: systemClock,
    elapsed: () => performance.now(),
    ...(flags.format === 'csv' ? { onRecords: (records) => emit(csvLines(records), undefined) } : {}),
  });
  if (flags.format === 'json') await emit(`${JSON.stringify(found, undefined, 2)}\n`, undefined);
  else if (flags.format === 'summary') await emit(printed(renderLookBack(found)), undefined);
  else for (const gap of [...found.gaps, ...found.limits]) say(clean(gap));
  if (flags.incident !== undefined) await emit(incidentDraft(found), flags.incident);
  if (flags.record && workspace) await recordDrill(found, flags, workspace);
  process.exitCode = found.complete ? EXIT.conforms : EXIT.inconclusive;
}

async function recordDrill(found: LookBackAnswer, flags: LookBackFlags, workspace: Workspace): Promise<void> {
  const expected = { datasets: flags.expectDataset, models: flags.expectModel };
  await recordAll(workspace, [drillStatement(found, expected, await selfSubject(workspace, flags.dir))]);
}

/** Names come from files and evidence of anybody: no control characters reach the terminal. */
function printed(text: string): string {
  return text.split('\n').map(clean).join('\n');
}

function csvLines(records: readonly LookBackRecord[]): string {
  return records
    .map(
      ({ time, digest, dataset, file, url }) => `${[time, digest, dataset, file, url].map(cell).join(',')}\n`,
    )
    .join('');
}

/** RFC 4180; a value that a spreadsheet would run as a formula is quoted as text. */
function cell(value: string): string {
  const safe = /^[=+\-@\t\r]/.test(value) ? `'${value}` : value;
  return /[",\r\n]/.test(safe) ? `"${safe.replaceAll('"', '""')}"` : safe;
}
