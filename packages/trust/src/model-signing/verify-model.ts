/**
 * Verifying a model against an OpenSSF Model Signing bundle (specification v1.0, section 8): the bundle, the signature over
 * its payload, the statement in it, and every file that the statement names.
 */
import { type Clock, type Content, CustosError, millis, systemClock } from '@custos/core';
import { authenticateBundle, type ModelTrust } from './authenticate.ts';
import { MAX_BUNDLE_BYTES, parseBundle, type SigningMethod } from './bundle.ts';
import { planComparison, problemsOfHashes } from './compare.ts';
import { listFiles } from './file-tree.ts';
import { hashChanged } from './hash-cache.ts';
import { type HashOptions, hashRanges } from './hash-pool.ts';
import { type Problem, Rejection } from './problem.ts';
import { readRegularFile } from './read-file.ts';
import { ignoreFault, parseSignedManifest, type SignedManifest } from './statement.ts';

export interface VerifyModelOptions extends HashOptions {
  trust: ModelTrust;
  /** Paths to pass over, relative to the model, besides those that the signature names. */
  ignore?: readonly string[];
  /** Files that are not signed do no harm. */
  ignoreUnsigned?: boolean;
  /** SHA-256 of each file also where other hashes or shards are signed; each file is then read by one thread. */
  fileDigests?: boolean;
  /** Take digests of unchanged files from this cache. Only for who trusts whoever can write to the model's files. */
  incremental?: string;
  clock?: Clock;
}

/** A model signature, a signature over the bytes of one file, or an attestation that names the file. */
export type SignatureForm = 'model' | 'blob' | 'attestation';

export interface ModelVerification {
  valid: boolean;
  form: SignatureForm;
  /** Undefined when the bundle could not be read that far. */
  method: SigningMethod | undefined;
  /** Who signed: key type and hint, subject of the certificate, or identity. Undefined unless the signature holds. */
  signer: string | undefined;
  /** What was signed; undefined unless the signature holds. */
  manifest: SignedManifest | undefined;
  /**
   * SHA-256 of whole files in hex, by their names in the manifest, from the very reading that was compared. Holds what could be
   * read to its end; for other hashes and for shards only with `fileDigests`.
   */
  digests: Map<string, string>;
  /** Files and folders (with `/` at their end) of the model that the signature does not cover, and that do no harm to it. */
  unsigned: string[];
  /** An attestation that holds, to be recorded as what it is. */
  attestation?: Content<'third-party-attestation'>;
  /** Files and bytes that were compared. */
  files: number;
  bytes: number;
  problems: Problem[];
  warnings: Problem[];
}

/**
 * Whatever is wrong with bundle or model is a problem in the result; only what makes it impossible to begin is an error.
 * @param model a directory or a file
 * @param signature path of the bundle
 * @throws CustosError INPUT_PATH, SIGNATURE_FILE, KEY_INVALID, TRUSTED_ROOT, USAGE
 * @example
 * const { valid, problems } = await verifyModel('bert', 'bert/model.sig', { trust: { kind: 'key', key: pem } });
 */
export async function verifyModel(
  model: string,
  signature: string,
  options: VerifyModelOptions,
): Promise<ModelVerification> {
  return verifyModelBundle(model, readBundleFile(signature), options, signature);
}

/** As `verifyModel`, with the bytes of the bundle. @param exclude a file that never belongs to the model */
export async function verifyModelBundle(
  model: string,
  bytes: Uint8Array,
  options: VerifyModelOptions,
  exclude?: string,
): Promise<ModelVerification> {
  const clock = options.clock ?? systemClock;
  const now = millis(clock.now());
  for (const path of options.ignore ?? []) {
    const fault = ignoreFault(path);
    if (fault !== undefined) throw new CustosError('USAGE', `--ignore "${path}" ${fault}.`);
  }
  const result: ModelVerification = {
    valid: false,
    form: 'model',
    method: undefined,
    signer: undefined,
    manifest: undefined,
    digests: new Map(),
    unsigned: [],
    files: 0,
    bytes: 0,
    problems: [],
    warnings: [],
  };
  try {
    const bundle = parseBundle(bytes);
    result.method = bundle.material.method;
    result.warnings.push(...bundle.warnings);
    const { signer, warnings } = await authenticateBundle(bundle, options.trust, now);
    const manifest = parseSignedManifest(bundle.payload);
    result.signer = signer;
    result.manifest = manifest;
    result.warnings = [...result.warnings, ...warnings, ...manifest.warnings];
    await compareFiles(model, manifest, { ...options, now, exclude }, result);
  } catch (error) {
    if (!(error instanceof Rejection)) throw error;
    result.problems.push(error.problem);
  }
  result.valid = result.problems.length === 0;
  return result;
}

/**
 * Who signed, without looking at any file.
 * @throws CustosError with the reason why the signature does not count
 */
export async function authenticateModelBundle(
  bytes: Uint8Array,
  { trust, clock = systemClock }: Pick<VerifyModelOptions, 'trust' | 'clock'>,
): Promise<{ signer: string; manifest: SignedManifest }> {
  const bundle = parseBundle(bytes);
  const { signer } = await authenticateBundle(bundle, trust, millis(clock.now()));
  return { signer, manifest: parseSignedManifest(bundle.payload) };
}

async function compareFiles(
  model: string,
  manifest: SignedManifest,
  options: VerifyModelOptions & { now: number; exclude: string | undefined },
  result: ModelVerification,
): Promise<void> {
  const { ignore_paths = [], allow_symlinks } = manifest.serialization;
  const signed = new Set(manifest.ranges.map(({ path }) => path));
  const tree = listFiles(model, {
    ignore: [...ignore_paths, ...(options.ignore ?? [])],
    allowSymlinks: allow_symlinks,
    ...(options.exclude === undefined ? {} : { exclude: options.exclude }),
    keep: signed,
  });
  const { hash_type, method } = manifest.serialization;
  const plan = planComparison(manifest, tree, {
    ignoreUnsigned: options.ignoreUnsigned ?? false,
    fileDigests: options.fileDigests === true || (hash_type === 'sha256' && method === 'files'),
  });
  const outcomes =
    options.incremental === undefined
      ? await hashRanges(plan.tasks, options)
      : await hashChanged(plan.tasks, options.incremental, options.now, options);
  for (const [i, outcome] of outcomes.entries()) {
    const path = manifest.ranges[plan.resources[i]?.[0] ?? -1]?.path;
    if (path !== undefined && 'sha256' in outcome && outcome.sha256 !== undefined)
      result.digests.set(path, outcome.sha256);
  }
  result.files = new Set(plan.tasks.map(({ path }) => path)).size;
  result.bytes = plan.tasks.reduce((sum, task) => sum + task.bytes, 0);
  result.unsigned = plan.unsigned;
  // Not by push: there can be more of them than a call takes arguments.
  result.warnings = [...result.warnings, ...tree.warnings];
  result.problems = [...result.problems, ...plan.problems, ...problemsOfHashes(manifest, plan, outcomes)];
}

/** @throws CustosError SIGNATURE_FILE for what can not be read or is no regular file */
export function readBundleFile(path: string): Buffer {
  return readRegularFile(path, MAX_BUNDLE_BYTES, 'SIGNATURE_FILE');
}
