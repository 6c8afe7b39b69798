/** From models to the releases that hold them, and from releases to the systems that run them. */
import { type Content, type Evidence, millis } from '@custos/core';
import { verifiedContents } from '../bom/bom-input.ts';
import type { Gaps } from './gaps.ts';
import type { Touched } from './touched.ts';
import type { LiveSystem, TouchedRelease } from './trace.ts';

interface Status {
  readonly id: string;
  readonly system: string;
  readonly observedAt: string;
  readonly content: Content<'deployment-status'>;
}

/** @param models whether a model is touched, and not only data */
export function followUse(
  models: boolean,
  touched: Touched,
  evidence: readonly Evidence[],
  gaps: Gaps,
): { releases: TouchedRelease[]; systems: LiveSystem[] } {
  const recorded = verifiedContents('release', evidence);
  if (models && recorded.length === 0)
    gaps.add('No release is recorded, so it is unknown where these models are in use');
  const releases: TouchedRelease[] = [];
  for (const { content, evidence: item } of recorded) {
    const { id: release, version, environment } = content;
    const links = content.artefacts.map((artefact) => ({
      name: artefact.name,
      link: touched.link(artefact),
    }));
    const artefacts = links.flatMap(({ name, link }) => (link && 'touched' in link ? [name] : []));
    const system = item.statement.subject[0]?.name ?? '';
    if (artefacts.length > 0)
      releases.push({ release, version, environment, system, artefacts, by: item.id });
    else
      for (const { name, link } of links)
        if (link && 'unknown' in link)
          gaps.add(
            `An artefact of a release ${link.unknown}, so it is unknown whether the release is touched`,
            `${name} in ${release}`,
          );
  }
  const ids = new Set(recorded.map(({ content }) => `${content.id} ${content.environment}`));
  return { releases, systems: liveSystems(releases, ids, evidence, gaps) };
}

/** @param recorded every release with its environment, touched or not */
function liveSystems(
  releases: readonly TouchedRelease[],
  recorded: ReadonlySet<string>,
  evidence: readonly Evidence[],
  gaps: Gaps,
): LiveSystem[] {
  const statuses = newestStatuses(evidence);
  if (releases.length > 0 && statuses.length === 0)
    gaps.add('No deployment is recorded, so it is unknown which of these releases are live');
  const live: LiveSystem[] = [];
  for (const { id, system, content } of statuses) {
    const { environment, release, deployedAt, share } = content;
    if (share === 0) continue;
    if (releases.some((item) => item.release === release && item.environment === environment))
      live.push({ system, environment, release, deployedAt, share, by: id });
    else if (!recorded.has(`${release} ${environment}`))
      gaps.add(
        'Live in an environment for which no release of that name is recorded, so what runs there is unknown',
        `${release} in ${environment} of ${system}`,
      );
  }
  if (statuses.length > 0)
    for (const { release, environment } of releases)
      if (!statuses.some(({ content }) => content.release === release && content.environment === environment))
        gaps.add(
          'No deployment status names these touched releases, so it is unknown whether they are live',
          `${release} in ${environment}`,
        );
  return live;
}

/** One for each system, environment and release. Of two of one time, and beside one that was retracted, the one that shows a release live counts. */
function newestStatuses(evidence: readonly Evidence[]): Status[] {
  const retracted = new Set<string>(
    verifiedContents('retraction', evidence).map(({ content }) => content.of),
  );
  const newest = new Map<string, Status>();
  for (const { content, evidence: item } of verifiedContents('deployment-status', evidence)) {
    if (content.share === 0 && retracted.has(item.id)) continue;
    const { observedAt } = item.statement.predicate;
    for (const { name: system } of item.statement.subject) {
      const key = JSON.stringify([system, content.environment, content.release]);
      const known = newest.get(key);
      const later = known ? millis(observedAt) - millis(known.observedAt) : 1;
      if (later > 0 || (later === 0 && content.share > 0))
        newest.set(key, { id: item.id, system, observedAt, content });
    }
  }
  return [...newest.values()];
}
