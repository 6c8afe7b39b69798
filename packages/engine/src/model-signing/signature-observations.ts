/** A verified signature as observations: one for each asset of the inventory that the signed model holds. */
import { existsSync, realpathSync } from 'node:fs';
import { isAbsolute, join, relative, sep } from 'node:path';
import {
  type Asset,
  type Content,
  type Digest,
  digestFromHex,
  type Instant,
  type Statement,
} from '@custos/core';
import { hashFile, type ModelTrust, type ModelVerification } from '@custos/trust';
import { PRODUCT, statementOf, subject } from '../observations/new-observation.ts';
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

/**
 * The model is valid or invalid as a whole: one changed file spoils the signature for all that it holds.
 * @returns no statement where nothing that the signature is about can be read
 */
export async function signatureStatements(
  verification: ModelVerification,
  about: SignatureSubject,
): Promise<Statement[]> {
  const content = {
    method: methodOf(verification),
    signer: verification.signer ?? expectedSigner(about.trust),
    valid: verification.valid,
    at: about.at,
  };
  const named = { producer: PRODUCT, observedAt: about.now, source: about.source };
  const statements: Statement[] = [];
  for (const { id, digest } of await held(verification, about))
    statements.push(
      statementOf({
        ...named,
        type: 'signature-verification',
        content: { asset: id, ...content },
        subject: [subject(id, digest)],
      }),
    );
  if (statements.length > 0 || verification.manifest === undefined) return statements;
  const { modelName, rootDigest } = verification.manifest;
  const name = modelName || 'model';
  return [
    statementOf({
      ...named,
      type: 'signature-verification',
      content: { asset: name, ...content },
      subject: [subject(name, digestFromHex(rootDigest))],
    }),
  ];
}

function methodOf({ form, method }: ModelVerification): Content<'signature-verification'>['method'] {
  if (form === 'attestation') return 'dsse';
  return form === 'blob' || method === 'sigstore' ? 'sigstore' : 'openssf-model-signing';
}

/** Assets in the model, with the digest of what lies there now. */
async function held(
  verification: ModelVerification,
  { model, root, assets }: SignatureSubject,
): Promise<{ id: string; digest: Digest }[]> {
  const folder = realpathSync(model);
  const signed = new Map(
    (verification.manifest?.ranges ?? []).map((range, i) => [
      range.path,
      verification.manifest?.resources[i],
    ]),
  );
  const found = new Map<string, Digest>();
  for (const asset of assets) {
    if (asset.digest === undefined) continue;
    for (const { path } of asset.locations) {
      const file = join(root, path);
      if (!existsSync(file)) continue;
      const name = nameIn(folder, realpathSync(file));
      if (name === undefined || (signed.size > 0 && !signed.has(name) && !signed.has('.'))) continue;
      const resource = signed.get(name);
      const known =
        verification.valid &&
        verification.manifest?.serialization.method === 'files' &&
        resource?.algorithm === 'sha256';
      found.set(asset.id, known ? digestFromHex(resource.digest) : await hashFile(file));
    }
  }
  return [...found].map(([id, digest]) => ({ id, digest }));
}

/** Path relative to a model's folder, or the name of a model that is one file; undefined outside. */
function nameIn(model: string, file: string): string | undefined {
  if (model === file) return file.slice(file.lastIndexOf(sep) + 1);
  const way = relative(model, file);
  return way.startsWith('..') || isAbsolute(way) ? undefined : way.split(sep).join('/');
}
