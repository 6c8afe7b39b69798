/** What recorded evidence says of one component: signature, provenance, inspection. Only what stands and is of this content counts. */
import type { Found } from '@custos/conformity';
import { type Asset, type Content, CustosError, type Digest, hexOf } from '@custos/core';
import { wrapThirdParty } from '@custos/trust';
import { isOf, type Records } from './records.ts';

/** One question, answered. */
export interface Shown {
  readonly met: boolean;
  readonly reason: string;
}

export interface ComponentEvidence {
  readonly signature: Shown;
  readonly provenance: Shown;
  readonly inspected: Shown;
}

export interface EvidenceSources {
  readonly records: Records;
  /** Of the system: packages are inspected together, as the dependency set that it names. */
  readonly fingerprint: Digest;
  /** Ids and names of all assets of the system. */
  readonly known: ReadonlySet<string>;
  /** `provenance.coverage_share`: rows of a data set that must name their source. */
  readonly sourcedShare: number;
}

const SLSA = 'https://slsa.dev/provenance/';

export function evidenceOf(asset: Asset, sources: EvidenceSources): ComponentEvidence {
  return {
    signature: signatureOf(asset, sources),
    provenance: provenanceOf(asset, sources),
    inspected: inspectionOf(asset, sources),
  };
}

function isCalled(asset: Asset, name: string): boolean {
  return name === asset.id || name === asset.name;
}

function otherContent(digest: Digest | undefined) {
  return (found: Parameters<typeof isOf>[0]) =>
    isOf(found, digest) ? undefined : 'is of other content, or of another version';
}

function shown(yes: string, no: string, { found, why }: { found?: unknown; why?: string }): Shown {
  if (found !== undefined) return { met: true, reason: yes };
  return { met: false, reason: why === undefined ? no : `${no}: ${why}` };
}

function signatureOf(asset: Asset, { records }: EvidenceSources): Shown {
  const answer = records.newest('signature-verification', {
    about: (found) => isOf(found, asset.digest) || isCalled(asset, found.content.asset),
    otherThan: otherContent(asset.digest),
    against: ({ content }) => (content.valid ? undefined : `by ${content.signer} is not valid`),
  });
  return shown('a signature over it was verified', 'no signature over it was verified', answer);
}

function provenanceOf(asset: Asset, { records, fingerprint, sourcedShare }: EvidenceSources): Shown {
  const attested = records.newest('third-party-attestation', {
    about: (found) => found.content.predicateType.startsWith(SLSA) && isOf(found, asset.digest),
    otherThan: ({ content }) => notAttesting(content, asset.digest),
  });
  const recorded =
    attested.found !== undefined || asset.kind !== 'dataset'
      ? {}
      : records.newest('data-provenance', {
          about: (found) => isOf(found, asset.digest) || isCalled(asset, found.content.dataset),
          otherThan: otherContent(asset.digest ?? fingerprint),
          from: ['developer', 'data_custodian'],
          against: ({ content }) => unsourced(content, sourcedShare),
        });
  const yes = attested.found
    ? 'an attestation says where it comes from; its own signature was not checked here'
    : 'a record names the sources of its rows';
  return shown(yes, 'no attestation says where it comes from', {
    found: attested.found ?? recorded.found,
    ...((recorded.why ?? attested.why) ? { why: recorded.why ?? attested.why ?? '' } : {}),
  });
}

/** The attestation itself must say it; what was written beside it when it was recorded does not. */
function notAttesting(
  { envelope }: Content<'third-party-attestation'>,
  digest: Digest | undefined,
): string | undefined {
  if (envelope.signatures.length === 0) return 'carries no signature';
  try {
    const { content, subjects } = wrapThirdParty(envelope);
    if (!content.predicateType.startsWith(SLSA)) return `is of type ${content.predicateType}`;
    return digest !== undefined && subjects.some((subject) => subject.digest.sha256 === hexOf(digest))
      ? undefined
      : 'does not name its content';
  } catch (error) {
    if (error instanceof CustosError) return `can't be read: ${error.message}`;
    throw error;
  }
}

function unsourced(
  { rows, rowsWithSource, sources }: Content<'data-provenance'>,
  share: number,
): string | undefined {
  if (sources.length === 0) return 'names no source';
  return rowsWithSource <= rows && rowsWithSource / rows >= share
    ? undefined
    : `names the source of ${rowsWithSource} of ${rows} rows`;
}

/** By content; packages, whose content is not here, by the system whose dependency set was inspected. */
function inspectionOf(asset: Asset, { records, fingerprint, known }: EvidenceSources): Shown {
  const isTogether = (found: Found<'inspection'>) =>
    asset.kind === 'component' && isOf(found, fingerprint) && !known.has(found.content.asset);
  const answer = records.newest('inspection', {
    about: (found) =>
      isOf(found, asset.digest) ||
      isCalled(asset, found.content.asset) ||
      (asset.digest === undefined && isTogether(found)),
    otherThan: otherContent(asset.digest ?? fingerprint),
    against: ({ content }) => notClean(content),
  });
  return shown('it was inspected and found clean', 'it was not inspected and found clean', answer);
}

function notClean({ verdict, findings }: Content<'inspection'>): string | undefined {
  if (verdict !== 'clean') return `says ${verdict}`;
  const open = findings.filter(
    ({ severity, resolvedAt, acceptedBy }) =>
      (severity === 'high' || severity === 'critical') && !resolvedAt && !acceptedBy,
  );
  return open.length === 0
    ? undefined
    : `leaves serious findings open: ${open
        .slice(0, 3)
        .map(({ id }) => id)
        .join(', ')}`;
}
