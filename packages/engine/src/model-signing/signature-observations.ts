/** A verified signature as observations: one for each asset of the inventory in the model. A signature covers what it names. */
import { existsSync, realpathSync } from 'node:fs';
import { isAbsolute, join, relative, resolve, sep } from 'node:path';
import {
  type Asset,
  type Content,
  type Digest,
  digestFromHex,
  type Instant,
  type Statement,
} from '@custos/core';
import type { ModelTrust, ModelVerification } from '@custos/trust';
import { PRODUCT, statementOf, subject } from '../observations/new-observation.ts';
import { hasOwnSignature } from './find-signatures.ts';
import { expectedSigner } from './trust-of.ts';

export type VerifiedAt = Content<'signature-verification'>['at'];

export interface SignatureSubject {
  /** Path of the model. */
  model: string;
  /** Folder of the system; locations of assets are relative to it. */
  root: string;
  assets: readonly Asset[];
  trust: ModelTrust;
  at: VerifiedAt;
  now: Instant;
  /** Path of the signature, as it should be named. */
  source: string;
}

/** From worst to best, when several signatures speak of one asset. */
export const STANDINGS = ['not signed', 'not verified', 'invalid', 'valid'] as const;

export interface AssetStanding {
  id: string;
  standing: (typeof STANDINGS)[number];
  statement: Statement;
}

/** Who signed what no signature names. */
const NOBODY = 'nobody';

/**
 * The model is valid or invalid as a whole: one changed file spoils the signature for all that it names.
 * @returns what to record: of a model signature one statement for each asset, or one about the model where the inventory
 * knows nothing in it; of an attestation the attestation itself, if it holds
 */
export function signatureStatements(verification: ModelVerification, about: SignatureSubject): Statement[] {
  if (verification.form === 'attestation') return attestationStatements(verification, about);
  const statements = standingsOf(verification, about).map(({ statement }) => statement);
  if (statements.length > 0 || verification.manifest === undefined) return statements;
  const { modelName, rootDigest } = verification.manifest;
  return [
    statementAbout(modelName || 'model', digestFromHex(rootDigest), verification.valid, verification, about),
  ];
}

/** It says what its author says of the file, and nothing about who released the model. */
function attestationStatements(
  { attestation, digests }: ModelVerification,
  { now, source }: SignatureSubject,
): Statement[] {
  if (attestation === undefined) return [];
  return [
    statementOf({
      type: 'third-party-attestation',
      producer: PRODUCT,
      observedAt: now,
      source,
      content: attestation,
      subject: [...digests].map(([name, hex]) => subject(name, digestFromHex(hex))),
    }),
  ];
}

/**
 * How each asset that lies in the model stands. The digest is that of the reading that was verified; where nothing was read,
 * that of the inventory, which then is not vouched for.
 */
export function standingsOf(verification: ModelVerification, about: SignatureSubject): AssetStanding[] {
  const { manifest, valid, digests } = verification;
  const signed = manifest && new Set(manifest.ranges.map(({ path }) => path));
  return about.assets.flatMap((asset): AssetStanding[] => {
    const known = asset.digest;
    if (known === undefined) return [];
    const places = asset.locations
      .filter(({ line }) => line === undefined)
      .flatMap(({ path }) => {
        const names = namesIn(about.model, join(about.root, path));
        return names.length === 0 ? [] : [{ path, name: names.find((name) => signed?.has(name)) }];
      });
    if (places.length === 0) return [];
    const stand = (standing: AssetStanding['standing'], digest: Digest): AssetStanding[] => {
      const statement = statementAbout(
        asset.id,
        digest,
        standing === 'valid',
        standing === 'not signed' ? { ...verification, signer: NOBODY } : verification,
        about,
      );
      return [{ id: asset.id, standing, statement }];
    };
    if (signed === undefined) return stand('not verified', known);
    const read = places.flatMap(({ name }) => {
      const hex = name === undefined ? undefined : digests.get(name);
      return hex === undefined ? [] : [digestFromHex(hex)];
    });
    const digest = read.find((each) => each === known) ?? read[0];
    if (places.some(({ name }) => name !== undefined))
      return stand(valid && digest !== undefined ? 'valid' : 'invalid', digest ?? known);
    return places.some(({ path }) => hasOwnSignature(about.root, path)) ? [] : stand('not signed', known);
  });
}

function statementAbout(
  asset: string,
  digest: Digest,
  valid: boolean,
  verification: ModelVerification,
  { trust, at, now, source }: SignatureSubject,
): Statement {
  return statementOf({
    type: 'signature-verification',
    producer: PRODUCT,
    observedAt: now,
    source,
    content: {
      asset,
      method: methodOf(verification),
      signer: verification.signer ?? expectedSigner(trust),
      valid,
      at,
    },
    subject: [subject(asset, digest)],
  });
}

function methodOf({ form, method }: ModelVerification): Content<'signature-verification'>['method'] {
  return form === 'blob' || method === 'sigstore' ? 'sigstore' : 'openssf-model-signing';
}

/** What a manifest may call a file: as it lies there, and with links resolved; "." for a model of one file. Empty outside of the model. */
function namesIn(model: string, file: string): string[] {
  if (!existsSync(file)) return [];
  const [root, real] = [realpathSync(model), realpathSync(file)];
  if (root === real) return [real.slice(real.lastIndexOf(sep) + 1), '.'];
  return [relative(resolve(model), resolve(file)), relative(root, real)]
    .filter((way) => way !== '..' && !way.startsWith(`..${sep}`) && !isAbsolute(way))
    .map((way) => way.split(sep).join('/'));
}
