/** `custos bom`: make, validate, merge, compare and record bills of materials. */
import { stat } from 'node:fs/promises';
import { basename, resolve } from 'node:path';
import {
  completenessOf,
  completenessTable,
  diffBoms,
  mergeBoms,
  toCycloneDx,
  toSpdx3,
  validateBom,
  writeBom,
} from '@custos/bom';
import { CustosError, EXIT, systemClock } from '@custos/core';
import { bomStatement, PRODUCT } from '@custos/engine';
import { sha256 } from '@custos/trust';
import type { Command } from 'commander';
import {
  type BomFormat,
  FORMATS,
  formatName,
  type OpenedBom,
  openBomFile,
  openValidated,
  scannedBom,
} from '../bom-files.ts';
import { diffText, mergeReport, validationText } from '../bom-text.ts';
import type { Environment } from '../environment.ts';
import { emit, say } from '../output.ts';
import { recordAll, withWorkspace } from '../recording.ts';
import { STORE_KINDS, type StoreKind } from '../workspace.ts';
import { oneOf, parseTime } from './assess.ts';

interface MakeFlags {
  format: BomFormat;
  out?: string;
  at?: string;
  record?: boolean;
  store: StoreKind;
  quiet?: boolean;
}

interface OutFlags {
  out?: string;
  format: 'text' | 'json';
}

/** Merging and comparing take this many times the memory of the bills; measured at 300,000 components. */
const WORK = 3;

const OUTPUTS = ['text', 'json'] as const;

export function addBom(program: Command, environment: Environment): void {
  const bom = program
    .command('bom')
    // Options after a subcommand are the subcommand's.
    .enablePositionalOptions()
    .argument('[dir]', 'the directory to describe', '.')
    .description('write the bill of materials of an AI system: models, data, packages, services')
    .option('--format <format>', `one of ${FORMATS.join(', ')}`, oneOf(FORMATS), 'cyclonedx')
    .option('--out <file>', 'write the bill to a file')
    .option('--at <time>', 'timestamp of the bill (RFC 3339, UTC); the same time gives the same bytes')
    .option('--record', 'record the bill as evidence; needs --out')
    .option('--store <kind>', 'where evidence is kept', oneOf(STORE_KINDS), 'files')
    .option('--quiet', 'no progress')
    .addHelpText('after', '\nA directory that is called like a subcommand is written with its path: ./merge.')
    .action(async (dir: string, flags: MakeFlags) => {
      await make(dir, flags, environment);
    });
  bom
    .command('validate <file>')
    .description('validate CycloneDX 1.4–1.7 strictly; SPDX is read, not validated')
    .option('--format <format>', `one of ${OUTPUTS.join(', ')}`, oneOf(OUTPUTS), 'text')
    .addHelpText(
      'after',
      '\nExit codes: 0 valid; 1 not valid; 2 unreadable; 3 SPDX: readable, but no schema was applied.',
    )
    .action(async (file: string, flags: OutFlags) => {
      process.exitCode = await validate(file, flags);
    });
  bom
    .command('merge <file...>')
    .description('merge bills into one CycloneDX 1.7; the first names the product')
    .option('--out <file>', 'write the bill to a file')
    .option('--report <file>', 'write conflicts and the source of each field as JSON')
    .option('--at <time>', 'timestamp of the bill')
    .addHelpText(
      'after',
      '\nExit codes: 0 merged without conflict; 1 merged, and some sources contradict each other; 2 bad input.',
    )
    .action(async (files: string[], flags: { out?: string; report?: string; at?: string }) => {
      process.exitCode = await merge(files, flags);
    });
  bom
    .command('diff <before> <after>')
    .description('what was added, removed and changed between two bills')
    .option('--format <format>', `one of ${OUTPUTS.join(', ')}`, oneOf(OUTPUTS), 'text')
    .option('--out <file>', 'write the result to a file')
    .addHelpText('after', '\nExit codes: 0 nothing changed; 1 something did; 2 bad input.')
    .action(async (before: string, after: string, flags: OutFlags) => {
      process.exitCode = await diff(before, after, flags);
    });
  bom
    .command('completeness [path]')
    .description('which minimum elements of an SBOM for AI (G7, 2026) a bill or a directory has and lacks')
    .option('--format <format>', `one of ${OUTPUTS.join(', ')}`, oneOf(OUTPUTS), 'text')
    .option('--out <file>', 'write the table to a file')
    .action(async (path: string | undefined, flags: OutFlags) => {
      await completeness(path ?? '.', flags, environment);
    });
  bom
    .command('import <file>')
    .description("record somebody else's bill as evidence, named by its digest")
    .option('--dir <dir>', 'the repository', '.')
    .option('--store <kind>', 'where evidence is kept', oneOf(STORE_KINDS), 'files')
    .action(async (file: string, flags: { dir: string; store: StoreKind }) => {
      const opened = await openBomFile(file);
      const references = opened.isCycloneDx ? validateBom(opened.bom, opened.name).references : [];
      await withWorkspace(flags, environment, (workspace) =>
        recordAll(workspace, [
          bomStatement({ ...opened, origin: 'third_party' }, references, systemClock.now()),
        ]),
      );
      say(`${opened.name} is ${opened.format} with digest ${opened.digest}; \`release.bom\` may name it.`);
    });
}

async function make(dir: string, flags: MakeFlags, environment: Environment): Promise<void> {
  if (flags.record && flags.out === undefined)
    throw new CustosError('USAGE', '--record names the file that was written; give --out FILE.');
  const at = flags.at === undefined ? systemClock.now() : parseTime(flags.at);
  const input = await scannedBom(dir, at, flags, environment);
  const bom = toCycloneDx(input, flags.format === 'cyclonedx-1.6' ? '1.6' : '1.7');
  const written = flags.format === 'spdx' ? `${JSON.stringify(toSpdx3(bom), undefined, 2)}\n` : writeBom(bom);
  await emit(written, flags.out);
  if (input.unknowns && !flags.quiet)
    say(
      `${input.unknowns} things could not be read, so the bill may lack something; \`custos scan ${dir}\` lists them.`,
    );
  if (!flags.record || flags.out === undefined) return;
  const file = {
    name: basename(flags.out),
    digest: sha256(Buffer.from(written)),
    format: formatName(flags.format),
    bom,
    origin: 'own' as const,
  };
  const { references } = validateBom(bom, file.name);
  await withWorkspace({ dir: resolve(dir), store: flags.store }, environment, (workspace) =>
    recordAll(workspace, [bomStatement(file, references, at)]),
  );
  say(`${file.name} has digest ${file.digest}; \`release.bom\` may name it.`);
}

async function validate(file: string, flags: OutFlags): Promise<number> {
  const { name, format, validation } = await openValidated(file);
  await emit(
    flags.format === 'json'
      ? `${JSON.stringify({ file: name, format, ...validation }, undefined, 2)}\n`
      : validationText(name, format, validation),
    undefined,
  );
  if (!validation) return EXIT.inconclusive;
  const twice = validation.references.some((problem) => problem.kind === 'duplicate');
  return validation.problems.length > 0 || twice ? EXIT.fails : EXIT.conforms;
}

async function merge(
  files: readonly string[],
  flags: { out?: string; report?: string; at?: string },
): Promise<number> {
  const at = flags.at === undefined ? systemClock.now() : parseTime(flags.at);
  // One after the other: each asks whether there is still memory for it.
  const sources: OpenedBom[] = [];
  for (const file of files) sources.push(await openBomFile(file, WORK));
  const merged = mergeBoms(
    sources.map(({ name, bom, digest }) => ({
      name,
      bom,
      hash: { alg: 'SHA-256', content: digest.slice(7) },
    })),
    { timestamp: at, tool: PRODUCT },
  );
  await emit(writeBom(merged.bom), flags.out);
  const { conflicts, joined, renamed } = merged;
  if (flags.report !== undefined)
    await emit(`${JSON.stringify({ conflicts, joined, renamed }, undefined, 2)}\n`, flags.report);
  for (const line of mergeReport(merged)) say(line);
  return conflicts.length > 0 ? EXIT.fails : EXIT.conforms;
}

async function diff(before: string, after: string, flags: OutFlags): Promise<number> {
  const [old, now] = [await openBomFile(before, WORK), await openBomFile(after, WORK)];
  const found = diffBoms(old.bom, now.bom);
  await emit(
    flags.format === 'json' ? `${JSON.stringify(found, undefined, 2)}\n` : diffText(found),
    flags.out,
  );
  return found.added.length + found.removed.length + found.changed.length > 0 ? EXIT.fails : EXIT.conforms;
}

async function completeness(path: string, flags: OutFlags, environment: Environment): Promise<void> {
  const isDirectory = (await stat(path).catch(() => undefined))?.isDirectory() ?? false;
  const bom = isDirectory
    ? toCycloneDx(await scannedBom(path, systemClock.now(), { store: 'files' }, environment))
    : (await openBomFile(path)).bom;
  const found = completenessOf(bom);
  await emit(
    flags.format === 'json' ? `${JSON.stringify(found, undefined, 2)}\n` : completenessTable(found),
    flags.out,
  );
}
