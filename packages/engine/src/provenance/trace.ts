/**
 * From datasets to what was made of them, by the evidence in the ledger: provenance records and training runs name models,
 * releases name their artefacts, deployments name releases. Links are digests wherever both sides have one.
 */
import {
  type Content,
  type Digest,
  digestFromHex,
  type Evidence,
  millis,
  type PredicateName,
  parseContent,
  predicateName,
  type Subject,
} from '@custos/core';
import type { Use } from '@custos/provenance';

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

interface Seen<N extends PredicateName> {
  readonly id: Digest;
  readonly subject: readonly Subject[];
  readonly observedAt: string;
  readonly content: Content<N>;
}

function contents<N extends PredicateName>(evidence: readonly Evidence[], name: N): Seen<N>[] {
  return evidence.flatMap(({ id, statement, authenticity }) => {
    if (predicateName(statement.predicateType) !== name || !authenticity.verified) return [];
    const { observedAt, content } = statement.predicate;
    const parsed = readable(name, content);
    return parsed ? [{ id, subject: statement.subject, observedAt, content: parsed }] : [];
  });
}

/** Content that does not fit its type is not followed; it is counted as a gap. */
function readable<N extends PredicateName>(name: N, content: unknown): Content<N> | undefined {
  try {
    return parseContent(name, content);
  } catch {
    return undefined;
  }
}

const FOLLOWED = ['data-provenance', 'lifecycle-event', 'release', 'deployment-status'] as const;

function unreadable(evidence: readonly Evidence[]): number {
  return evidence.filter(({ statement }) => {
    const name = FOLLOWED.find((item) => item === predicateName(statement.predicateType));
    return name !== undefined && readable(name, statement.predicate.content) === undefined;
  }).length;
}

function digestsOf(subjects: readonly Subject[]): Digest[] {
  return subjects.flatMap(({ digest }) => (digest.sha256 ? [digestFromHex(digest.sha256)] : []));
}

/** @param evidence of the ledger; what does not verify is not followed, and is counted as a gap */
export function trace(datasets: readonly TouchedDataset[], evidence: readonly Evidence[]): Trace {
  const gaps: string[] = [];
  const models = touchedModels(datasets, evidence);
  for (const { dataset } of datasets)
    if (!models.some(({ from }) => from === dataset))
      gaps.push(
        `No model is recorded for ${dataset}: neither its provenance record nor a training run names one.`,
      );
  const digests = new Set(models.map(({ digest }) => digest));
  const all = contents(evidence, 'release');
  const releases = all.flatMap(({ id, subject, content }): TouchedRelease[] => {
    const artefacts = content.artefacts.filter((item) =>
      digestsOf([item]).some((digest) => digests.has(digest)),
    );
    if (artefacts.length === 0) return [];
    const { id: release, version, environment } = content;
    const system = subject[0]?.name ?? '';
    return [{ release, version, environment, system, artefacts: artefacts.map(({ name }) => name), by: id }];
  });
  if (models.length > 0 && all.length === 0)
    gaps.push('No release is recorded, so it is unknown where these models are in use.');
  const systems = liveSystems(releases, evidence);
  if (releases.length > 0 && contents(evidence, 'deployment-status').length === 0)
    gaps.push('No deployment is recorded, so it is unknown which of these releases are live.');
  const unverified = evidence.filter(({ authenticity }) => !authenticity.verified).length;
  if (unverified > 0) gaps.push(`${unverified} observations do not verify and were not followed.`);
  const strange = unreadable(evidence);
  if (strange > 0) gaps.push(`${strange} observations do not fit their type and were not followed.`);
  return { models, releases, systems, gaps };
}

function touchedModels(datasets: readonly TouchedDataset[], evidence: readonly Evidence[]): TouchedModel[] {
  const found = new Map<string, TouchedModel>();
  const add = (model: TouchedModel) => {
    const key = `${model.model} ${model.digest}`;
    if (!found.has(key)) found.set(key, model);
  };
  for (const { dataset, usedIn } of datasets)
    for (const use of usedIn) add({ model: use.model, digest: use.digest, from: dataset, by: 'index' });
  const records = contents(evidence, 'data-provenance');
  const versions = new Map(datasets.map(({ dataset, digests }) => [dataset, new Set(digests)]));
  for (const { id, subject, content } of records) {
    const known = versions.get(content.dataset);
    if (!known) continue;
    // A record of another version of the dataset is not about these rows, unless it can't be told which version is.
    if (known.size > 0 && !digestsOf(subject).some((digest) => known.has(digest))) continue;
    for (const use of content.usedIn)
      add({ model: use.model, digest: use.digest, from: content.dataset, by: id });
  }
  followRuns(datasets, evidence, found, add);
  return [...found.values()];
}

/** Training runs, again and again: a model made from a touched model is touched. */
function followRuns(
  datasets: readonly TouchedDataset[],
  evidence: readonly Evidence[],
  found: ReadonlyMap<string, TouchedModel>,
  add: (model: TouchedModel) => void,
): void {
  const runs = contents(evidence, 'lifecycle-event').filter(
    ({ content }) => content.event === 'training_run',
  );
  const names = new Map<string, string>();
  for (const { dataset, digests } of datasets) {
    for (const digest of digests) names.set(digest, dataset);
    // Without a digest the name is all there is.
    if (digests.length === 0) names.set(dataset, dataset);
  }
  for (let before = -1; before !== found.size; ) {
    before = found.size;
    for (const { model, digest } of found.values()) names.set(digest, model);
    for (const { id, content } of runs) {
      const input = content.inputs.find((item) =>
        [...digestsOf([item]), item.name].some((key) => names.has(key)),
      );
      if (!input) continue;
      const from =
        [...digestsOf([input]), input.name].flatMap((key) => names.get(key) ?? [])[0] ?? input.name;
      for (const output of content.outputs)
        for (const digest of digestsOf([output])) add({ model: output.name, digest, from, by: id });
    }
  }
}

/** The newest status of each system and environment decides what is live there. */
function liveSystems(releases: readonly TouchedRelease[], evidence: readonly Evidence[]): LiveSystem[] {
  const newest = new Map<string, Seen<'deployment-status'>>();
  for (const status of contents(evidence, 'deployment-status')) {
    const { environment, release } = status.content;
    const key = JSON.stringify([status.subject[0]?.name, environment, release]);
    const known = newest.get(key);
    if (!known || millis(known.observedAt) < millis(status.observedAt)) newest.set(key, status);
  }
  return [...newest.values()].flatMap(({ id, subject, content }): LiveSystem[] => {
    const { environment, release, deployedAt, share } = content;
    const touched = releases.some((item) => item.release === release && item.environment === environment);
    return touched && share > 0
      ? [{ system: subject[0]?.name ?? '', environment, release, deployedAt, share, by: id }]
      : [];
  });
}
