/** Everything a bill is made from, put together from the scan, the declaration and recorded evidence. */
import type { BomInput } from '@custos/bom';
import {
  type Asset,
  type Content,
  type Digest,
  type Edge,
  type Evidence,
  type Finding,
  hexOf,
  type Instant,
  type PredicateName,
  parseContent,
  predicateName,
} from '@custos/core';
import type { Declaration } from '../declaration/custos-yaml.ts';
import { PRODUCT } from '../observations/new-observation.ts';
import { readAssetDetails } from './asset-details.ts';

export interface BomSources {
  /** The directory that was scanned. */
  readonly dir: string;
  readonly declaration: Declaration | undefined;
  readonly fingerprint: Digest;
  readonly assets: readonly Asset[];
  readonly edges: readonly Edge[];
  readonly findings: readonly Finding[];
  readonly unknowns: number;
  readonly evidence: readonly Evidence[];
  readonly at: Instant;
}

/** Reads cards, configurations and headers of the assets; takes events and the release's version from verified evidence. */
export async function bomInputOf(sources: BomSources): Promise<BomInput> {
  const { declaration, fingerprint } = sources;
  const version = releasedVersion(sources.evidence, fingerprint);
  const system = declaration?.system;
  return {
    system: {
      id: system?.id ?? 'undeclared',
      name: system?.name ?? 'undeclared system',
      ...(version === undefined ? {} : { version }),
      ...(system ? { purpose: system.purpose, use: system.use, roles: system.roles } : {}),
    },
    fingerprint,
    assets: sources.assets,
    edges: sources.edges,
    findings: sources.findings,
    unknowns: sources.unknowns,
    details: await readAssetDetails(sources.dir, sources.assets),
    events: verifiedContents('lifecycle-event', sources.evidence).map(({ content }) => content),
    timestamp: sources.at,
    tool: PRODUCT,
  };
}

/** Contents of verified observations of one type, oldest first. */
export function verifiedContents<N extends PredicateName>(
  name: N,
  evidence: readonly Evidence[],
): { content: Content<N>; evidence: Evidence }[] {
  return evidence
    .filter((item) => item.authenticity.verified && predicateName(item.statement.predicateType) === name)
    .sort((a, b) => (a.statement.predicate.observedAt < b.statement.predicate.observedAt ? -1 : 1))
    .flatMap((item) => {
      try {
        return [{ content: parseContent(name, item.statement.predicate.content), evidence: item }];
      } catch {
        // Evaluation reports what does not fit its type; here it says nothing.
        return [];
      }
    });
}

function releasedVersion(evidence: readonly Evidence[], fingerprint: Digest): string | undefined {
  const releases = verifiedContents('release', evidence).filter(({ evidence: item }) =>
    item.statement.subject.some((subject) => subject.digest.sha256 === hexOf(fingerprint)),
  );
  return releases.at(-1)?.content.version;
}
