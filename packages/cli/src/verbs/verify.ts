/** `custos verify`: a model against its signature, or against a page of published hashes. */
import { isAbsolute, relative, resolve, sep } from 'node:path';
import { type Asset, CustosError, EXIT, type Statement, systemClock } from '@custos/core';
import {
  existingSignature,
  loadHashPage,
  publishedHashesStatement,
  readTrust,
  renderVerification,
  signatureStatements,
  type VerifiedAt,
  verificationJson,
  verifyHashPage,
} from '@custos/engine';
import { type ModelVerification, type VerifyFileOptions, verifySignature } from '@custos/trust';
import type { Command } from 'commander';
import type { Environment } from '../environment.ts';
import { emit, say } from '../output.ts';
import { hashingFrom, isFolder, wholeNumber } from '../signing-flags.ts';
import { recordVerification, systemOf } from '../verification-record.ts';
import { STORE_KINDS, type StoreKind } from '../workspace.ts';
import { oneOf } from './assess.ts';

const FORMATS = ['summary', 'json'] as const;
const AT: readonly VerifiedAt[] = ['load', 'release', 'receipt', 'audit'];

interface VerifyFlags {
  signature?: string;
  key?: string;
  certificateChain?: string[];
  trustedRoot?: string;
  identity?: string;
  issuer?: string;
  attestationType?: string;
  hashPage?: string;
  filesFrom?: string;
  ignore?: string[];
  ignoreUnsignedFiles?: boolean;
  threads?: number;
  quiet?: boolean;
  format: (typeof FORMATS)[number];
  out?: string;
  system?: string;
  record: boolean;
  at: VerifiedAt;
  store: StoreKind;
}

export function addVerify(program: Command, environment: Environment): void {
  program
    .command('verify <model>')
    .description('check a model, a file or a folder, against its signature or a page of published hashes')
    .option('--signature <file>', 'the signature (default: model.sig in the folder, or FILE.sig)')
    .option('--key <file>', 'public key that you trust, in PEM')
    .option('--certificate-chain <file...>', 'certificates that you trust, in PEM')
    .option(
      '--trusted-root <file>',
      'trusted_root.json of Sigstore, for keyless signatures; it works offline',
    )
    .option('--identity <name>', 'who must have signed: name in the certificate')
    .option('--issuer <url>', 'who must have vouched for the identity')
    .option('--attestation-type <uri>', 'predicate type that an in-toto attestation of the file must have')
    .option(
      '--hash-page <place>',
      'file or address of a page of published hashes, in the place of a signature',
    )
    .option('--files-from <url>', 'with --hash-page: where the files were downloaded')
    .option('--ignore <path...>', 'pass over paths relative to the model')
    .option('--ignore-unsigned-files', 'files that are not signed do no harm')
    .option('--threads <n>', 'hash in this many threads', wholeNumber)
    .option('--format <format>', `one of ${FORMATS.join(', ')}`, oneOf(FORMATS), 'summary')
    .option('--out <file>', 'write the result to a file')
    .option('--system <dir>', 'record for this system (default: the folder above with a custos.yaml)')
    .option('--no-record', 'record nothing')
    .option('--at <occasion>', `one of ${AT.join(', ')}`, oneOf(AT), 'audit')
    .option('--store <kind>', 'where evidence is kept', oneOf(STORE_KINDS), 'files')
    .option('--quiet', 'no progress')
    .addHelpText('after', '\nExit codes: 0 valid; 1 not valid; 2 wrong usage or input that can not be read.')
    .action(async (model: string, flags: VerifyFlags) => {
      process.exitCode = await verify(model, flags, environment);
    });
}

interface Checked {
  found: ModelVerification;
  /** Path or address of what it was checked against. */
  source: string;
  statements(assets: readonly Asset[], root: string): Statement[];
}

async function verify(model: string, flags: VerifyFlags, environment: Environment): Promise<number> {
  const { found, source, statements } = await check(model, flags, environment);
  let recorded = 0;
  let failure: unknown;
  try {
    recorded = await recordIn(model, flags, environment, statements);
  } catch (error) {
    // What was found is told in any case; that it could not be recorded decides the exit code.
    failure = error;
  }
  await emit(
    flags.format === 'json'
      ? `${JSON.stringify({ ...verificationJson(model, source, found), recorded }, undefined, 2)}\n`
      : renderVerification(model, found),
    flags.out,
  );
  if (failure !== undefined) throw failure;
  return found.valid ? EXIT.conforms : EXIT.fails;
}

async function check(model: string, flags: VerifyFlags, environment: Environment): Promise<Checked> {
  if (flags.hashPage !== undefined && flags.signature !== undefined)
    throw new CustosError('USAGE', 'A hash page holds its own signature; leave --signature out.');
  if (flags.filesFrom !== undefined && flags.hashPage === undefined)
    throw new CustosError('USAGE', '--files-from belongs to --hash-page.');
  const trust = await readTrust({
    key: flags.key,
    certificates: flags.certificateChain,
    trustedRoot: flags.trustedRoot,
    identity: flags.identity,
    issuer: flags.issuer,
  });
  const hashing = hashingFrom(flags, environment);
  const options: VerifyFileOptions = {
    ...hashing.options,
    trust,
    ignore: flags.ignore ?? [],
    ignoreUnsigned: flags.ignoreUnsignedFiles ?? false,
    attestationType: flags.attestationType,
    // What is recorded names files by SHA-256, from the reading that was verified.
    fileDigests: systemFor(model, flags) !== undefined,
    clock: systemClock,
  };
  const now = systemClock.now();
  try {
    if (flags.hashPage !== undefined) {
      const place = flags.hashPage;
      const page = await loadHashPage(place);
      const found = await verifyHashPage(model, page, options);
      const about = { place, addresses: page.addresses, filesFrom: flags.filesFrom, now };
      return {
        found,
        source: place,
        statements: () => [publishedHashesStatement(page.document, found, about)],
      };
    }
    const signature = flags.signature ?? existingSignature(model, isFolder(model));
    const found = await verifySignature(model, signature, options);
    const about = { model, trust, at: flags.at, now };
    return {
      found,
      source: signature,
      statements: (assets, root) =>
        signatureStatements(found, { ...about, root, assets, source: placeIn(root, signature) }),
    };
  } finally {
    hashing.end();
  }
}

/** Path in the system, as `assess` names it; outside of it as the user typed it. */
function placeIn(root: string, path: string): string {
  const way = relative(root, resolve(path));
  return way.startsWith('..') || isAbsolute(way) ? path : way.split(sep).join('/');
}

/** Where to record; undefined: nowhere. */
function systemFor(model: string, flags: VerifyFlags): string | undefined {
  if (!flags.record) return undefined;
  return flags.system === undefined ? systemOf(model) : resolve(flags.system);
}

/** @returns how many observations were recorded */
async function recordIn(
  model: string,
  flags: VerifyFlags,
  environment: Environment,
  statements: Checked['statements'],
): Promise<number> {
  const system = systemFor(model, flags);
  if (system === undefined) return 0;
  if (flags.system !== undefined && systemOf(system) !== system)
    throw new CustosError(
      'NOT_DECLARED',
      `${flags.system} has no custos.yaml; run \`custos init\` there first.`,
    );
  const recorded = await recordVerification(system, flags.store, environment, (assets) =>
    statements(assets, system),
  );
  if (!flags.quiet) say(`Recorded ${recorded} observation${recorded === 1 ? '' : 's'} in ${system}.`);
  return recorded;
}
