/**
 * From datasets to what was made of them, by the evidence in the ledger: provenance records and training runs name models,
 * releases name their artefacts, deployments name releases. Links are digests wherever both sides have one.
 */
import { type Digest, type Evidence, type PredicateName, parseContent, predicateName } from '@custos/core';
import type { Use } from '@custos/provenance';
import { verifiedContents } from '../bom/bom-input.ts';
import { Gaps } from './gaps.ts';
import { followUse } from './in-use.ts';
import { followLineage } from './lineage.ts';
import { digestsOf } from './touched.ts';

/** A dataset that a question touched. */
export interface TouchedDataset {
  readonly dataset: string;
  /** Digests of its versions; empty when none is known. */
  readonly digests: readonly Digest[];
  readonly usedIn: readonly Use[];
}

export interface TouchedModel {
  readonly model: string;
  readonly digest: Digest;
  /** The dataset, or the model it was made from. */
  readonly from: string;
  /** What says so: the index, or the id of an observation. */
  readonly by: string;
}

export interface TouchedRelease {
  readonly release: string;
  readonly version: string;
  readonly environment: 'staging' | 'production';
  readonly system: string;
  readonly artefacts: readonly string[];
  readonly by: string;
}

export interface LiveSystem {
  readonly system: string;
  readonly environment: 'staging' | 'production';
  readonly release: string;
  readonly deployedAt: string;
  readonly share: number;
  readonly by: string;
}

export interface Trace {
  readonly models: readonly TouchedModel[];
  readonly releases: readonly TouchedRelease[];
  readonly systems: readonly LiveSystem[];
  /** What could not be followed. Never empty silence: an unknown is not "untouched". */
  readonly gaps: readonly string[];
}

const FOLLOWED = new Set<PredicateName | undefined>([
  'data-provenance',
  'lifecycle-event',
  'release',
  'deployment-status',
]);

function isUnreadable({ statement }: Evidence): boolean {
  const name = predicateName(statement.predicateType);
  if (name === undefined || !FOLLOWED.has(name)) return false;
  try {
    parseContent(name, statement.predicate.content);
    return false;
  } catch {
    return true;
  }
}

export interface TraceOptions {
  /** Versions of datasets that the index holds. */
  readonly searched?: ReadonlySet<Digest>;
  /** Ledger entries that could not be read. */
  readonly damaged?: readonly { readonly index: number; readonly why: string }[];
}

/** @param evidence of the ledger; what does not verify or does not fit its type is not followed, and is counted as a gap */
export function trace(
  datasets: readonly TouchedDataset[],
  evidence: readonly Evidence[],
  { searched = new Set(), damaged = [] }: TraceOptions = {},
): Trace {
  const gaps = new Gaps();
  const held = new Set([...searched, ...datasets.flatMap(({ digests }) => digests)]);
  notSearched(evidence, held, gaps);
  let found: Omit<Trace, 'gaps'> = { models: [], releases: [], systems: [] };
  if (datasets.length > 0) {
    const { models, touched } = followLineage(datasets, evidence, held, gaps);
    found = { models, ...followUse(models.length > 0, touched, evidence, gaps) };
  }
  const unverified = evidence.filter(({ authenticity }) => !authenticity.verified).length;
  if (unverified > 0) gaps.add(`${unverified} observations do not verify and were not followed`);
  const strange = evidence.filter(isUnreadable).length;
  if (strange > 0) gaps.add(`${strange} observations do not fit their type and were not followed`);
  for (const { index, why } of damaged)
    gaps.add(
      "Entries of the ledger can't be read, so what they say is not known (`custos ledger verify` says more)",
      `${index} (${why.replace(/\.$/, '')})`,
    );
  return { ...found, gaps: gaps.sentences() };
}

/** Versions whose provenance is recorded, and which the index does not hold: nobody looked for anything in them. */
function notSearched(evidence: readonly Evidence[], held: ReadonlySet<Digest>, gaps: Gaps): void {
  const retracted = new Set<string>(
    verifiedContents('retraction', evidence).map(({ content }) => content.of),
  );
  for (const { content, evidence: item } of verifiedContents('data-provenance', evidence)) {
    const digests = digestsOf(item.statement.subject);
    if (retracted.has(item.id) || digests.some((digest) => held.has(digest))) continue;
    gaps.add(
      'Dataset versions whose provenance is recorded are not in the index, so nothing was looked for in them',
      `${content.dataset} ${digests[0]?.slice(0, 19) ?? '(no SHA-256 digest)'}`,
    );
  }
}
