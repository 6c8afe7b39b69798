/** Signatures of models that `custos.yaml` names signers for, verified while a repository is assessed. */
import { type Asset, type Clock, CustosError, type Instant, type Statement } from '@custos/core';
import {
  type ModelTrust,
  type ModelVerification,
  readBundleFile,
  signatureForm,
  type VerifyFileOptions,
  verifySignatureBytes,
} from '@custos/trust';
import type { TrustedSigner } from '../declaration/custos-yaml.ts';
import { insideOf } from '../observations/read-evidence.ts';
import { assetsWithin, type FoundSignature, findSignatures } from './find-signatures.ts';
import { type AssetStanding, STANDINGS, standingsOf } from './signature-observations.ts';
import { readTrust } from './trust-of.ts';

interface Candidate extends FoundSignature {
  /** Who may have made it, and for which assets they are trusted. */
  signers: { trust: ModelTrust; assets: Asset[] }[];
}

/** What is wrong with one signature is no reason to end an assessment; that the trust itself can't be read is. */
const OF_ONE_SIGNATURE: ReadonlySet<string> = new Set(['SIGNATURE_FILE', 'INPUT_PATH', 'USAGE']);
const UNVERIFIED: ModelVerification = {
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

/**
 * Every signature found is verified against all signers of its place, each for the assets of that place only. One that names
 * an asset, by a signer of its place, makes it valid.
 * @param now time of the assessment; certificates have to be valid then
 * @param incremental file with digests of unchanged files; undefined: every byte is read
 * @returns one statement for each asset that a signature speaks of, or that lies in a signed folder and is not signed
 * @throws CustosError for keys and roots in custos.yaml that can't be read
 */
export async function signaturesOf(
  root: string,
  signers: readonly TrustedSigner[],
  assets: readonly Asset[],
  now: Instant,
  incremental?: string,
): Promise<Statement[]> {
  const clock: Clock = { now: () => now };
  const best = new Map<string, AssetStanding>();
  for (const { model, signature, signers: trusted } of await candidates(root, signers, assets)) {
    const path = await insideOf(root, model);
    const bytes = readOrNothing(await insideOf(root, signature));
    // An attestation can say anything about a file; it is no release by its signer.
    if (signatureForm(bytes) === 'attestation') continue;
    for (const { trust, assets: theirs } of trusted) {
      const options = {
        trust,
        clock,
        fileDigests: true,
        ...(incremental === undefined ? {} : { incremental }),
      };
      const found = await verify(path, bytes, options, await insideOf(root, signature));
      const about = {
        model: path,
        root,
        assets: theirs,
        trust,
        at: 'audit' as const,
        now,
        source: signature,
      };
      for (const one of standingsOf(found, about)) {
        const other = best.get(one.id);
        if (!other || STANDINGS.indexOf(one.standing) > STANDINGS.indexOf(other.standing))
          best.set(one.id, one);
      }
    }
  }
  return [...best.values()].map(({ statement }) => statement);
}

async function candidates(
  root: string,
  signers: readonly TrustedSigner[],
  assets: readonly Asset[],
): Promise<Iterable<Candidate>> {
  const found = new Map<string, Candidate>();
  for (const signer of signers) {
    const entry = { trust: await trustOf(root, signer), assets: assetsWithin(assets, signer.path) };
    for (const one of findSignatures(root, assets, signer.path)) {
      const key = `${one.model}\0${one.signature}`;
      const known = found.get(key);
      if (known === undefined) found.set(key, { ...one, signers: [entry] });
      else known.signers.push(entry);
    }
  }
  return found.values();
}

function readOrNothing(signature: string): Buffer {
  try {
    return readBundleFile(signature);
  } catch (error) {
    if (error instanceof CustosError && OF_ONE_SIGNATURE.has(error.code)) return Buffer.alloc(0);
    throw error;
  }
}

async function verify(
  model: string,
  bytes: Buffer,
  options: VerifyFileOptions,
  signature: string,
): Promise<ModelVerification> {
  try {
    return await verifySignatureBytes(model, bytes, options, signature);
  } catch (error) {
    if (error instanceof CustosError && OF_ONE_SIGNATURE.has(error.code)) return UNVERIFIED;
    throw error;
  }
}

async function trustOf(root: string, signer: TrustedSigner): Promise<ModelTrust> {
  const inside = (path: string | undefined) => (path === undefined ? undefined : insideOf(root, path));
  return readTrust({
    key: await inside(signer.key),
    certificates: signer.certificates === undefined ? undefined : [await insideOf(root, signer.certificates)],
    trustedRoot: await inside(signer.trusted_root),
    identity: signer.identity,
    issuer: signer.issuer,
  });
}
