/** Signing a model as OpenSSF Model Signing v1.0 says (section 6): list, hash, state, sign, bundle. */
import { basename } from 'node:path';
import { type Clock, CustosError, millis, STATEMENT_TYPE, systemClock } from '@custos/core';
import { canonicalize } from '../canonical.ts';
import { PAYLOAD_TYPE, pae } from '../envelope.ts';
import { BUNDLE_MEDIA_TYPE, MAX_BUNDLE_BYTES, parseBundle } from './bundle.ts';
import { faultProblem } from './compare.ts';
import { DEFAULT_IGNORES, type FileTree, listFiles, nameInside } from './file-tree.ts';
import { hashChanged } from './hash-cache.ts';
import { type HashOptions, type HashTask, hashRanges } from './hash-pool.ts';
import type { HashType } from './hash-types.ts';
import type { Problem } from './problem.ts';
import { compareNames, type Resource, rootDigest } from './resources.ts';
import { readSigningKey } from './signing-key.ts';
import {
  ignoreFault,
  PREDICATE_TYPE,
  parseSignedManifest,
  type Serialization,
  type SignedManifest,
} from './statement.ts';

/** Bytes; the specification's default for shards. */
export const DEFAULT_SHARD_SIZE = 1_000_000_000;

export interface KeylessSigningOptions {
  /** OpenID Connect token with audience `sigstore`; default: that of the CI system one runs in. */
  identityToken?: string;
  fulcioUrl?: string;
  rekorUrl?: string;
}

/** With what to sign. Texts, not paths. */
export type ModelSigner =
  | { kind: 'key' /** PEM. */; key: string; passphrase?: string | undefined }
  | {
      kind: 'certificate';
      key: string;
      passphrase?: string | undefined;
      /** PEM of the signing certificate. */
      certificate: string;
      /** PEM of the certificates between it and a root; the root may be among them. */
      chain?: string | undefined;
    }
  | ({ kind: 'keyless' } & KeylessSigningOptions);

export interface SignModelOptions extends HashOptions {
  signer: ModelSigner;
  /** Where the bundle will be written: it is left out of the model. */
  signature?: string;
  /** Exact paths relative to the model. `.git`, `.gitignore`, `.gitattributes` and `.github` are always left out. */
  ignore?: readonly string[];
  hashType?: HashType;
  /** Shards of this many bytes instead of whole files. */
  shardSize?: number;
  allowSymlinks?: boolean;
  /** Take digests of unchanged files from this cache. */
  incremental?: string;
  clock?: Clock;
}

export interface SignedModel {
  /** Bytes of the bundle, to be written as they are. */
  bundle: Buffer;
  manifest: SignedManifest;
  warnings: Problem[];
}

/**
 * @param model a directory or a file
 * @throws CustosError INPUT_PATH, USAGE, KEY_INVALID, KEYLESS, MODEL_UNSIGNABLE (links, devices, files that change, no file
 * at all), and the codes of a certificate that must not sign
 * @example const { bundle } = await signModel('bert', { signer: { kind: 'key', key: pem }, signature: 'bert/model.sig' });
 */
export async function signModel(model: string, options: SignModelOptions): Promise<SignedModel> {
  const clock = options.clock ?? systemClock;
  const sign = await prepareSigner(options.signer, millis(clock.now()));
  const { serialization, tree } = listModel(model, options);
  const resources = await hashModel(tree, serialization, { ...options, now: millis(clock.now()) });
  const payload = Buffer.from(
    canonicalize({
      _type: STATEMENT_TYPE,
      subject: [{ name: tree.name, digest: { sha256: rootDigest(resources) } }],
      predicateType: PREDICATE_TYPE,
      predicate: { resources, serialization },
    }),
  );
  const bundle = Buffer.from(`${JSON.stringify(await sign(payload))}\n`);
  if (bundle.length > MAX_BUNDLE_BYTES)
    throw new CustosError(
      'MODEL_UNSIGNABLE',
      `The signature would have ${bundle.length} bytes (at most ${MAX_BUNDLE_BYTES}): sign larger shards or parts of the model.`,
    );
  // What is given away is read back first: a bundle that we could not read ourselves is not written.
  const read = parseBundle(bundle);
  return { bundle, manifest: parseSignedManifest(read.payload), warnings: tree.warnings };
}

function listModel(
  model: string,
  options: SignModelOptions,
): { serialization: Serialization; tree: FileTree } {
  const { shardSize, ignore = [], allowSymlinks = false, signature } = options;
  for (const path of ignore) {
    const fault = ignoreFault(path);
    if (fault !== undefined) throw new CustosError('USAGE', `--ignore "${path}" ${fault}.`);
  }
  if (shardSize !== undefined && !(Number.isSafeInteger(shardSize) && shardSize > 0))
    throw new CustosError(
      'USAGE',
      `The shard size must be a whole number of bytes above 0, not ${shardSize}.`,
    );
  const tree = listFiles(model, {
    ignore,
    allowSymlinks,
    ...(signature === undefined ? {} : { exclude: signature }),
  });
  const [first] = tree.problems;
  if (first)
    throw new CustosError(
      'MODEL_UNSIGNABLE',
      `${first.message}${first.code === 'SYMLINK' ? ' Use --allow-symlinks to sign what links lead to, or --ignore it.' : ''}${tree.problems.length > 1 ? ` (and ${tree.problems.length - 1} more such problems)` : ''}`,
    );
  const files = tree.files.filter(({ size }) => shardSize === undefined || size > 0);
  if (files.length === 0)
    throw new CustosError(
      'MODEL_UNSIGNABLE',
      `${model} holds no file that could be signed; an empty model can't be.`,
    );
  const own = signature === undefined ? undefined : nameInside(tree.root, signature);
  const ignored = [
    ...DEFAULT_IGNORES,
    ...ignore.map((path) => path.replace(/\/$/, '')),
    ...(own === undefined ? [] : [own]),
  ];
  const serialization: Serialization = {
    method: shardSize === undefined ? 'files' : 'shards',
    hash_type: options.hashType ?? 'sha256',
    allow_symlinks: allowSymlinks,
    ...(shardSize === undefined ? {} : { shard_size: shardSize }),
    ...(tree.single
      ? {}
      : {
          ignore_paths: [...new Set(ignored)]
            .filter((path) => ignoreFault(path) === undefined)
            .sort(compareNames),
        }),
  };
  return { serialization, tree: { ...tree, files } };
}

async function hashModel(
  tree: FileTree,
  serialization: Serialization,
  options: SignModelOptions & { now: number },
): Promise<Resource[]> {
  const { hash_type: algorithm, shard_size } = serialization;
  const names: string[] = [];
  const tasks: HashTask[] = [];
  for (const { name, path, size } of tree.files) {
    if (shard_size === undefined) {
      names.push(name);
      tasks.push({ path, start: 0, end: undefined, algorithm, bytes: size });
      continue;
    }
    for (let start = 0; start < size; start += shard_size) {
      const end = Math.min(size, start + shard_size);
      names.push(`${name}:${start}:${end}`);
      tasks.push({ path, start, end, algorithm, bytes: end - start });
    }
  }
  const outcomes =
    options.incremental === undefined
      ? await hashRanges(tasks, options)
      : await hashChanged(tasks, options.incremental, options.now, options);
  const identities = new Map<string, string>();
  const resources = outcomes.map((outcome, i): Resource => {
    const [name = '', path = ''] = [names[i], tasks[i]?.path];
    if ('fault' in outcome) throw new CustosError('MODEL_UNSIGNABLE', faultProblem(outcome, name).message);
    // All shards of a file have to be of the same content.
    if ((identities.get(path) ?? outcome.key) !== outcome.key)
      throw new CustosError(
        'MODEL_UNSIGNABLE',
        `${basename(path)} changed while it was hashed; wait until nobody writes to it.`,
      );
    identities.set(path, outcome.key);
    return { name, digest: outcome.digests[0] ?? '', algorithm };
  });
  return resources.sort((a, b) => compareNames(a.name, b.name));
}

/** Reads keys and certificates before anything is hashed, so that a wrong passphrase does not cost an hour. */
async function prepareSigner(
  signer: ModelSigner,
  now: number,
): Promise<(payload: Buffer) => object | Promise<object>> {
  if (signer.kind === 'keyless') {
    const { signKeyless } = await import('./sigstore-sign.ts');
    return (payload) => signKeyless(payload, signer);
  }
  const key = readSigningKey(signer.key, signer.passphrase);
  let material: object = { publicKey: { hint: key.hint } };
  if (signer.kind === 'certificate') {
    const { readCertificates, verifyCertificateChain } = await import('./certificates.ts');
    const [leaf] = readCertificates(signer.certificate, 'the signing certificate');
    const others = signer.chain === undefined ? [] : readCertificates(signer.chain, 'the chain');
    if (leaf === undefined || !leaf.node.publicKey.equals(key.key))
      throw new CustosError(
        'KEY_INVALID',
        'The certificate is of another key than the private key; give the two that belong together.',
      );
    // That it leads to a root is the verifier's matter; that it may sign now is ours.
    verifyCertificateChain([leaf], { anchors: [leaf], now });
    const certificates = [leaf, ...others].map(({ node }) => ({ rawBytes: node.raw.toString('base64') }));
    material = { x509CertificateChain: { certificates } };
  }
  return (payload) => ({
    mediaType: BUNDLE_MEDIA_TYPE,
    verificationMaterial: { ...material, tlogEntries: [] },
    dsseEnvelope: {
      payload: payload.toString('base64'),
      payloadType: PAYLOAD_TYPE,
      signatures: [{ sig: key.sign(pae(PAYLOAD_TYPE, payload)).toString('base64'), keyid: '' }],
    },
  });
}
