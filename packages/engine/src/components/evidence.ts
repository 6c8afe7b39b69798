/** What recorded evidence says of one component: signature, provenance, inspection. Only verified observations count. */
import { type Asset, type Digest, type Evidence, hexOf } from '@custos/core';
import { verifiedContents } from '../bom/bom-input.ts';

export interface ComponentEvidence {
  readonly signed: boolean;
  readonly signedWhy: string;
  readonly provenance: boolean;
  readonly inspected: boolean;
  readonly inspectedWhy: string;
}

const SLSA = 'https://slsa.dev/provenance/';

/** @param fingerprint of the system: packages are inspected together, as the dependency set that it names */
export function evidenceOf(
  asset: Asset,
  evidence: readonly Evidence[],
  fingerprint: Digest,
): ComponentEvidence {
  const isAbout = (item: Evidence, digest: Digest | undefined) =>
    digest !== undefined && item.statement.subject.some((subject) => subject.digest.sha256 === hexOf(digest));
  const isCalled = (name: string) => name === asset.id || name === asset.name;
  const signatures = verifiedContents('signature-verification', evidence).filter(({ evidence: item }) =>
    isAbout(item, asset.digest),
  );
  const signature = signatures.at(-1)?.content;
  const inspections = verifiedContents('inspection', evidence).filter(({ content, evidence: item }) => {
    if (asset.digest !== undefined) return isAbout(item, asset.digest);
    return isCalled(content.asset) || (asset.kind === 'component' && isAbout(item, fingerprint));
  });
  const inspection = inspections.at(-1)?.content;
  return {
    signed: signature?.valid === true,
    signedWhy: signature
      ? `the signature by ${signature.signer} is not valid`
      : 'no signature over it was verified',
    provenance:
      verifiedContents('third-party-attestation', evidence).some(
        ({ content, evidence: item }) =>
          content.predicateType.startsWith(SLSA) && isAbout(item, asset.digest),
      ) ||
      (asset.kind === 'dataset' &&
        verifiedContents('data-provenance', evidence).some(
          ({ content, evidence: item }) => isCalled(content.dataset) || isAbout(item, asset.digest),
        )),
    inspected: inspection?.verdict === 'clean',
    inspectedWhy: inspection ? `its inspection says ${inspection.verdict}` : 'it was not inspected',
  };
}
