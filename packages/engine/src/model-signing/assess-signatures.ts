/** Signatures of models that `custos.yaml` names signers for, verified while a repository is assessed. */
import type { Asset, Clock, Instant, Statement } from '@custos/core';
import { type ModelTrust, readBundleFile, signatureForm, verifySignature } from '@custos/trust';
import type { TrustedSigner } from '../declaration/custos-yaml.ts';
import { insideOf } from '../observations/read-evidence.ts';
import { findSignatures } from './find-signatures.ts';
import { signatureStatements } from './signature-observations.ts';
import { readTrust } from './trust-of.ts';

/**
 * Every signature found is verified against all signers of its place; one that fits makes it valid.
 * @param now time of the assessment; certificates have to be valid then
 * @throws CustosError for keys and roots in custos.yaml that can't be read
 */
export async function signaturesOf(
  root: string,
  signers: readonly TrustedSigner[],
  assets: readonly Asset[],
  now: Instant,
): Promise<Statement[]> {
  const clock: Clock = { now: () => now };
  const trusted = new Map<string, { model: string; trust: ModelTrust[] }>();
  for (const signer of signers) {
    const trust = await trustOf(root, signer);
    for (const { model, signature } of findSignatures(root, assets, signer.path)) {
      const entry = trusted.get(signature) ?? { model, trust: [] };
      entry.trust.push(trust);
      trusted.set(signature, entry);
    }
  }
  const statements: Statement[] = [];
  for (const [source, { model, trust }] of trusted) {
    const path = await insideOf(root, model);
    const signature = await insideOf(root, source);
    // An attestation can say anything about a file; it is no release by its signer.
    if (signatureForm(readBundleFile(signature)) === 'attestation') continue;
    let last: Statement[] = [];
    for (const each of trust) {
      const found = await verifySignature(path, signature, { trust: each, clock });
      last = await signatureStatements(found, {
        model: path,
        root,
        assets,
        trust: each,
        at: 'audit',
        now,
        source,
      });
      if (found.valid) break;
    }
    statements.push(...last);
  }
  return statements;
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
