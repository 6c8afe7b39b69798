/** The approved inventory: what was confirmed as a whole, changed by later decisions on single assets. */
import {
  type Asset,
  type Content,
  type Instant,
  millis,
  type RegisteredAsset,
  type SystemDeclaration,
} from '@custos/core';
import { type CheckContext, hasEnded, speaksAs } from './check-context.ts';
import type { EvidenceIndex, Found } from './evidence-index.ts';
import { beginOf } from './recording.ts';

/** Something said, and when. */
interface Said<C> {
  readonly content: C;
  readonly observedAt: Instant;
}

export interface ApprovedInventory {
  /** By asset id. */
  readonly entries: ReadonlyMap<string, RegisteredAsset>;
  /** Ids that may not be used, with the time of the decision. */
  readonly rejected: ReadonlyMap<string, Instant>;
}

export type AssetState = 'approved' | 'changed' | 'rejected' | 'shadow' | 'vanished';

/**
 * Joins a confirmed inventory with decisions on single assets: the newer word about an asset counts.
 * @param decisions those that count, at most one for each asset (the newest)
 */
export function approvedInventory(
  register: Said<Content<'inventory-registration'>> | undefined,
  decisions: readonly Said<Content<'asset-decision'>>[],
): ApprovedInventory {
  const entries = new Map(register?.content.assets.map((entry) => [entry.id, entry]));
  const rejected = new Map<string, Instant>();
  for (const { content, observedAt } of decisions) {
    const { id } = content.asset;
    const older = register !== undefined && millis(observedAt) < millis(register.observedAt);
    // The whole was confirmed after an approval: it speaks for every asset. A rejection stands until the asset is listed.
    if (older && (entries.has(id) || content.decision === 'approved')) continue;
    entries.delete(id);
    if (content.decision === 'approved') entries.set(id, content.asset);
    if (content.decision === 'rejected') rejected.set(id, observedAt);
  }
  return { entries, rejected };
}

/** How an asset that was found stands to the approved inventory. */
export function stateOf(asset: Asset, approved: ApprovedInventory): Exclude<AssetState, 'vanished'> {
  if (approved.rejected.has(asset.id)) return 'rejected';
  const entry = approved.entries.get(asset.id);
  if (entry === undefined) return 'shadow';
  return differs(entry.version, asset.version) || differs(entry.digest, asset.digest)
    ? 'changed'
    : 'approved';
}

function differs(approved: string | undefined, found: string | undefined): boolean {
  // A commit tells which state of the source was read; a new one alone is no other version.
  const moved = found?.startsWith('git-') === true;
  return approved !== undefined && found !== undefined && !moved && approved !== found;
}

const STEP =
  'confirm the inventory with owners and classes (`custos triage`, or `custos observe inventory-registration FILE`)';

/** The approved inventory in force; undefined, with the reason left, where there is none or it is too old. */
export function approvedFor(c: CheckContext): ApprovedInventory | undefined {
  const decisions = c.known('asset-decision', { from: c.duty.roles, key: (content) => content.asset.id });
  const approvals = decisions.filter((found) => found.content.decision === 'approved');
  const confirmed =
    c.past('inventory-registration', { from: c.duty.roles }).length > 0 || approvals.length === 0;
  const register = confirmed
    ? c.newest('inventory-registration', {
        from: c.duty.roles,
        maxAge: 'documentation.review_days',
        what: 'a confirmed inventory',
        step: STEP,
      })
    : undefined;
  if (confirmed && !register) return undefined;
  const approved = approvedInventory(register, decisions);
  if (approved.entries.size === 0) {
    c.unclear('NO_ASSETS', `The confirmed inventory is empty. Next: ${STEP}.`);
    return undefined;
  }
  const inForce = approvals.filter(({ content }) => approved.entries.get(content.asset.id) === content.asset);
  const old = inForce.filter((found) => !c.recent(found.observedAt, 'documentation.review_days'));
  for (const found of inForce) c.use(found);
  if (old.length > 0)
    c.unclear(
      'STALE',
      `Approvals older than documentation.review_days allows (${c.setting('documentation.review_days')}): ${old
        .map((found) => found.content.asset.id)
        .slice(0, 5)
        .join(', ')}. Next: ${STEP}.`,
    );
  return approved;
}

/**
 * The newest decision on each asset by somebody whom the declaration makes responsible (Developer or System Operator). One
 * that has ended leaves the asset undecided: no older one takes its place.
 * @param now what is dated later does not count yet
 */
export function decisionsOf(
  index: EvidenceIndex,
  system: SystemDeclaration | undefined,
  now: Instant,
): Found<'asset-decision'>[] {
  const newest = new Map<string, Found<'asset-decision'>>();
  for (const found of index.all('asset-decision'))
    if (isResponsible(found, system, now) && !newest.has(found.content.asset.id))
      newest.set(found.content.asset.id, found);
  return [...newest.values()].filter(({ evidence }) => !hasEnded(evidence, millis(now)));
}

/** The inventory that was confirmed last by somebody responsible, unless it has ended. */
export function registrationOf(
  index: EvidenceIndex,
  system: SystemDeclaration | undefined,
  now: Instant,
): Found<'inventory-registration'> | undefined {
  const found = index.all('inventory-registration').find((item) => isResponsible(item, system, now));
  return found === undefined || hasEnded(found.evidence, millis(now)) ? undefined : found;
}

function isResponsible(
  found: Found<'asset-decision' | 'inventory-registration'>,
  system: SystemDeclaration | undefined,
  now: Instant,
): boolean {
  return (
    found.unreliable === undefined &&
    beginOf(found.evidence) <= millis(now) &&
    system !== undefined &&
    speaksAs(system, found.evidence, ['developer', 'system_operator'])
  );
}

/**
 * Which of the assets somebody responsible decided to be no part of an AI system, with the decision, by id. It counts for
 * the content, or else the version, that it names, and until the whole is confirmed again with the asset in it.
 */
export function notAi<S extends Said<Content<'asset-decision'>>>(
  assets: readonly Versioned[],
  decisions: readonly S[],
  register: Said<Content<'inventory-registration'>> | undefined,
): ReadonlyMap<string, S> {
  const out = new Map(
    decisions
      .filter(({ content }) => content.decision === 'not_ai')
      .map((said) => [said.content.asset.id, said]),
  );
  const listed = new Set(register?.content.assets.map(({ id }) => id));
  return new Map(
    assets.flatMap((asset): [string, S][] => {
      const said = out.get(asset.id);
      if (said === undefined || !isSame(said.content.asset, asset)) return [];
      const confirmedSince =
        register !== undefined &&
        listed.has(asset.id) &&
        millis(register.observedAt) >= millis(said.observedAt);
      return confirmedSince ? [] : [[asset.id, said]];
    }),
  );
}

type Versioned = Pick<Asset, 'id' | 'version' | 'digest'>;

/** What was found is what was looked at. What names no content is not bound to any that is there. */
function isSame(seen: Versioned, found: Versioned): boolean {
  if (found.digest !== undefined) return seen.digest === found.digest;
  if (found.version === undefined) return true;
  return seen.version !== undefined && !differs(seen.version, found.version);
}
