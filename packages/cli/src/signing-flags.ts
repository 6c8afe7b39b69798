/** Flags that `sign` and `publish-hashes` share: with what to sign, and what of a model. */
import { statSync } from 'node:fs';
import { join } from 'node:path';
import { CustosError } from '@custos/core';
import { readTrustFile } from '@custos/engine';
import { HASH_TYPES, type HashType, type ModelSigner, type SignModelOptions } from '@custos/trust';
import type { Command } from 'commander';
import type { Environment } from './environment.ts';
import { progressLine } from './output.ts';
import { oneOf } from './verbs/assess.ts';

export interface SigningFlags {
  key?: string;
  passphraseFile?: string;
  certificate?: string;
  chain?: string;
  keyless?: boolean;
  identityToken?: string;
  fulcioUrl?: string;
  rekorUrl?: string;
  ignore?: string[];
  allowSymlinks?: boolean;
  threads?: number;
  incremental?: boolean;
  quiet?: boolean;
}

export interface LayoutFlags {
  hash: HashType;
  shardSize?: number;
}

export function addSigningFlags(command: Command): Command {
  return command
    .option('--key <file>', 'private key in PEM (P-256, P-384, P-521, Ed25519)')
    .option('--passphrase-file <file>', 'passphrase of the key, on the first line')
    .option('--certificate <file>', 'certificate of the key, in PEM')
    .option('--chain <file>', 'certificates between it and its root, in PEM')
    .option(
      '--keyless',
      'sign with an identity through Sigstore; uses the network and publishes the identity',
    )
    .option('--identity-token <file>', 'OpenID Connect token for --keyless (default: that of the CI system)')
    .option('--fulcio-url <url>', 'certificate authority for --keyless (default: the public one)')
    .option('--rekor-url <url>', 'transparency log for --keyless (default: the public one)')
    .option('--ignore <path...>', 'leave out paths relative to the model')
    .option('--allow-symlinks', 'sign what symbolic links lead to')
    .option('--threads <n>', 'hash in this many threads', wholeNumber)
    .option('--incremental', 'take hashes of unchanged files from the last run')
    .option('--quiet', 'no progress');
}

export function addLayoutFlags(command: Command): Command {
  return command
    .option('--hash <type>', `one of ${HASH_TYPES.join(', ')}`, oneOf(HASH_TYPES), 'sha256')
    .option('--shard-size <bytes>', 'hash files in pieces of this size', wholeNumber);
}

export function wholeNumber(text: string): number {
  if (/^[1-9]\d{0,14}$/.test(text)) return Number(text);
  throw new CustosError('USAGE', `"${text}" is no whole number above 0.`);
}

/** @throws CustosError USAGE unless exactly one way to sign is named */
export async function signerFrom(flags: SigningFlags): Promise<ModelSigner> {
  if (flags.keyless) {
    if (flags.key !== undefined || flags.certificate !== undefined)
      throw new CustosError(
        'USAGE',
        '--keyless needs no --key and no --certificate; leave one or the other out.',
      );
    return {
      kind: 'keyless',
      ...(flags.identityToken === undefined
        ? {}
        : { identityToken: (await readTrustFile(flags.identityToken)).trim() }),
      ...(flags.fulcioUrl === undefined ? {} : { fulcioUrl: flags.fulcioUrl }),
      ...(flags.rekorUrl === undefined ? {} : { rekorUrl: flags.rekorUrl }),
    };
  }
  if (flags.key === undefined)
    throw new CustosError(
      'USAGE',
      'Say with what to sign: --key FILE (with --certificate FILE for a certificate), or --keyless. A key is made with: openssl genpkey -algorithm EC -pkeyopt ec_paramgen_curve:P-256 -out key.pem',
    );
  const key = await readTrustFile(flags.key);
  const passphrase =
    flags.passphraseFile === undefined
      ? undefined
      : (await readTrustFile(flags.passphraseFile)).split(/\r?\n/)[0];
  if (flags.certificate === undefined) {
    if (flags.chain !== undefined) throw new CustosError('USAGE', '--chain belongs to --certificate.');
    return { kind: 'key', key, passphrase };
  }
  const chain = flags.chain === undefined ? undefined : await readTrustFile(flags.chain);
  return { kind: 'certificate', key, passphrase, certificate: await readTrustFile(flags.certificate), chain };
}

/** What hashing needs, with a line of progress on terminals; call `end` when it is over. */
export function hashingFrom(
  flags: Pick<SigningFlags, 'threads' | 'incremental' | 'quiet'>,
  environment: Environment,
): { options: Pick<SignModelOptions, 'threads' | 'incremental' | 'onProgress'>; end(): void } {
  const progress = progressLine(process.stderr.isTTY && !flags.quiet);
  return {
    options: {
      ...(flags.threads === undefined ? {} : { threads: flags.threads }),
      ...(flags.incremental ? { incremental: hashCacheOf(environment) } : {}),
      onProgress: (bytes) => progress.show(`Hashed ${(bytes / 1e9).toFixed(2)} GB`),
    },
    end: () => progress.end(),
  };
}

/** Digests of models, which `sign --incremental` and `assess` keep; `verify` reads every byte. */
export function hashCacheOf({ dataDir }: Environment): string {
  return join(dataDir, 'cache', 'model-hashes.jsonl');
}

export function isFolder(path: string): boolean {
  return statSync(path, { throwIfNoEntry: false })?.isDirectory() ?? false;
}
