/** Across systems: where recorded provenance names a source, and what systems declare that the evidence contradicts. */
import { EvidenceIndex } from '@custos/conformity';
import { type Assessment, type Digest, FEATURES, type Feature, type Instant } from '@custos/core';
import { currentAssessment } from '@custos/store';
import type { ServiceContext, SystemRef } from './context.ts';
import type { TriageDesk } from './triage.ts';

export interface SourceFound {
  readonly dataset: string;
  readonly source: string;
  readonly acquiredAt?: Instant;
  readonly observation: Digest;
  readonly recordedFor: Instant;
  readonly unsourcedRows: number;
  readonly usedIn: readonly { readonly model: string; readonly purpose: string }[];
}

export interface SystemLookBack {
  /** Records and sources that were read. */
  readonly records: number;
  readonly sources: number;
  readonly found: readonly SourceFound[];
  /** Data sets of the inventory of which no provenance is recorded. */
  readonly silent: readonly string[];
  readonly drills: readonly {
    readonly at: Instant;
    readonly minutes: number;
    readonly queried: number;
    readonly datasets: readonly string[];
    readonly missed: readonly string[];
  }[];
}

/** Reads the newest record of each data set. @param source part of an address or of a data set's name, in any case */
export async function lookBackIn(
  { context, assessor }: TriageDesk,
  ref: SystemRef,
  source: string,
): Promise<SystemLookBack> {
  const { evidence } = await assessor.evidence(ref);
  const index = new EvidenceIndex(evidence, context.clock.now());
  const wanted = source.toLowerCase();
  const seen = new Set<string>();
  /** Content that records are of. */
  const digests = new Set<string>();
  const found: SourceFound[] = [];
  let records = 0;
  let sources = 0;
  for (const { id, content, observedAt, unreliable, evidence: said } of index.all('data-provenance')) {
    if (unreliable !== undefined || seen.has(content.dataset)) continue;
    seen.add(content.dataset);
    for (const { digest } of said.statement.subject)
      if (digest.sha256) digests.add(`sha256:${digest.sha256}`);
    records += 1;
    sources += content.sources.length;
    const whole = content.dataset.toLowerCase().includes(wanted);
    for (const { uri, acquiredAt } of content.sources)
      if (whole || uri.toLowerCase().includes(wanted))
        found.push({
          dataset: content.dataset,
          source: uri,
          ...(acquiredAt === undefined ? {} : { acquiredAt }),
          observation: id,
          recordedFor: observedAt,
          unsourcedRows: Math.max(0, content.rows - content.rowsWithSource),
          usedIn: content.usedIn.map(({ model, purpose }) => ({ model, purpose })),
        });
  }
  const assessment = await newestAssessment(context, ref);
  return {
    records,
    sources,
    found,
    silent: (assessment?.inventory.assets ?? [])
      .filter(
        ({ kind, id, name, digest }) =>
          kind === 'dataset' && !seen.has(id) && !seen.has(name) && !(digest && digests.has(digest)),
      )
      .map(({ id }) => id),
    drills: index
      .all('provenance-lookback')
      .filter(({ unreliable }) => unreliable === undefined)
      .slice(0, 5)
      .map(({ content, observedAt }) => ({
        at: observedAt,
        minutes: content.minutes,
        queried: content.queried.length,
        datasets: content.datasets,
        missed: [
          ...content.expectedDatasets.filter((id) => !content.datasets.includes(id)),
          ...content.expectedModels.filter((id) => !content.models.includes(id)),
        ],
      })),
  };
}

/** The newest assessment as it was kept; undefined before the first. */
async function newestAssessment(
  { database }: ServiceContext,
  { organisation, system }: SystemRef,
): Promise<Assessment | undefined> {
  const row = await database.within(organisation, (control) => currentAssessment(control, system));
  // This package wrote it.
  return row?.body ? (JSON.parse(row.body) as Assessment) : undefined;
}

export interface Contradicted {
  readonly feature: Feature;
  /** What was declared, and what speaks against it. */
  readonly contradiction: string;
  readonly assessedAt: Instant;
}

/** What the newest assessment found contradicted; undefined before the first. */
export async function contradictionsIn(
  context: ServiceContext,
  ref: SystemRef,
): Promise<Contradicted[] | undefined> {
  const assessment = await newestAssessment(context, ref);
  if (!assessment) return undefined;
  return FEATURES.flatMap((feature) => {
    const { contradiction } = assessment.features[feature];
    return contradiction === undefined
      ? []
      : [{ feature, contradiction, assessedAt: assessment.evaluatedAt }];
  });
}
