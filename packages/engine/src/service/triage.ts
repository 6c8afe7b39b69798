/** Decisions on discovered assets in the service: by the person who is signed in, in a role that they hold. */
import { decisionsOf, EvidenceIndex } from '@custos/conformity';
import {
  type Actor,
  type Asset,
  type Content,
  CustosError,
  type Digest,
  type Edge,
  type Evidence,
  MANUAL_PRODUCER,
  type RegisteredAsset,
  type Statement,
  type Subject,
  type SystemDeclaration,
} from '@custos/core';
import { observationId, sha256, signStatement } from '@custos/trust';
import { withDeclared } from '../assessment/inventory.ts';
import { type ComparedAsset, compareWithApproved } from '../discovery/compare.ts';
import { assetsInUse } from '../discovery/in-use.ts';
import { type AssetDecision, decisionOn } from '../discovery/triage.ts';
import { newestScan } from '../observations/ledger-evidence.ts';
import { PRODUCT, statementOf, subject } from '../observations/new-observation.ts';
import type { SystemAssessor } from './assess-system.ts';
import type { ServiceContext, SystemRef } from './context.ts';
import { declarationInForce } from './declare-system.ts';

type Found = ReturnType<typeof decisionsOf>[number];

export interface StandingDecision {
  readonly id: Digest;
  readonly decision: Content<'asset-decision'>['decision'];
  readonly reason: string;
  readonly by: string;
  readonly role: string;
  readonly at: string;
}

export interface TriagedAsset {
  readonly asset: Asset;
  readonly state: ComparedAsset['state'] | 'dismissed';
  readonly approved?: RegisteredAsset;
  readonly newDependencies: readonly string[];
  readonly decision?: StandingDecision;
}

export interface Triage {
  readonly confirmed: boolean;
  readonly assets: readonly TriagedAsset[];
  readonly vanished: readonly { readonly asset: RegisteredAsset; readonly decision?: StandingDecision }[];
}

export interface TriageDesk {
  readonly context: ServiceContext;
  readonly assessor: SystemAssessor;
}

interface Looked {
  readonly triage: Triage;
  readonly evidence: readonly Evidence[];
  readonly assets: readonly Asset[];
  readonly edges: readonly Edge[];
  /** The system at its fingerprint. */
  readonly subject: Subject[];
  readonly standing: ReadonlyMap<Digest, Found>;
}

/** Everything that was found, also what was decided to be no AI asset: the assessment leaves that out. */
function foundIn(
  evidence: readonly Evidence[],
  system: SystemDeclaration | undefined,
  scanned: Pick<Content<'scan-result'>, 'assets' | 'edges'> | undefined,
): { assets: Asset[]; edges: Edge[] } {
  const { assets, edges } = withDeclared(system && { system }, scanned ?? { assets: [], edges: [] });
  const known = new Map([...assetsInUse(evidence), ...assets].map((asset) => [asset.id, asset]));
  return { assets: [...known.values()].sort((a, b) => (a.id < b.id ? -1 : 1)), edges };
}

/** @throws CustosError NOT_FOUND */
export async function triageOf(desk: TriageDesk, ref: SystemRef): Promise<Triage> {
  return (await look(desk, ref)).triage;
}

async function look({ context, assessor }: TriageDesk, ref: SystemRef): Promise<Looked> {
  // The declaration of now is recorded before anything is compared with it.
  await assessor.current(ref);
  const { evidence } = await assessor.evidence(ref);
  const now = context.clock.now();
  const system = await context.database.within(ref.organisation, (control) =>
    declarationInForce(control, ref.system, context.specification),
  );
  const scanned = newestScan(evidence);
  const inventory = foundIn(evidence, system, scanned?.content);
  const compared = compareWithApproved(inventory, evidence, system, now);
  const decisions = decisionsOf(new EvidenceIndex(evidence, now), system, now);
  const byAsset = new Map(decisions.map((found) => [found.content.asset.id, standing(found)]));
  const withDecision = (id: string) => {
    const decision = byAsset.get(id);
    return decision === undefined ? {} : { decision };
  };
  return {
    evidence,
    assets: inventory.assets,
    edges: inventory.edges,
    subject: scanned?.subject ?? [subject(ref.system, sha256(ref.system))],
    standing: new Map(decisions.map((found) => [found.id, found])),
    triage: {
      confirmed: compared.confirmed,
      assets: [
        ...compared.assets.map((one) => ({ ...one, ...withDecision(one.asset.id) })),
        ...compared.dismissed.map((asset) => ({
          asset,
          state: 'dismissed' as const,
          newDependencies: [],
          ...withDecision(asset.id),
        })),
      ],
      vanished: compared.vanished.map((asset) => ({ asset, ...withDecision(asset.id) })),
    },
  };
}

function standing({ id, content, observedAt, evidence }: Found): StandingDecision {
  const { actor } = evidence.statement.predicate;
  return {
    id,
    decision: content.decision,
    reason: content.reason,
    by: actor?.id ?? '',
    role: actor?.role ?? '',
    at: observedAt,
  };
}

/**
 * Records one `asset-decision` for each asset, all or none, bound to the version and content that were found.
 * @throws CustosError NOT_FOUND for an asset that the newest scan did not find
 */
export async function decideAssets(
  desk: TriageDesk,
  ref: SystemRef,
  { assets, actor, ...decision }: AssetDecision & { assets: readonly string[]; actor: Actor },
): Promise<{ asset: string; id: Digest }[]> {
  const seen = await look(desk, ref);
  const found = new Map(seen.assets.map((asset) => [asset.id, asset]));
  const context = {
    subject: seen.subject,
    actor,
    now: desk.context.clock.now(),
  };
  const statements = [...new Set(assets)].map((id) => {
    const asset = found.get(id);
    if (asset) return { asset: id, statement: decisionOn(asset, seen.edges, decision, context) };
    throw new CustosError(
      'NOT_FOUND',
      `"${id}" is no asset that the newest scan of ${ref.system} found. Read the list again; nothing was recorded.`,
    );
  });
  const ids = await record(
    desk.context,
    ref,
    statements.map(({ statement }) => statement),
  );
  return statements.map(({ asset }, at) => ({ asset, id: ids[at] ?? sha256('') }));
}

/**
 * Takes decisions back, each by a retraction beside it. Safe for as long as the decision is the newest word on its asset.
 * @throws CustosError CONFLICT when it no longer stands, NOT_ALLOWED for that of somebody else
 */
export async function undoDecisions(
  desk: TriageDesk,
  ref: SystemRef,
  { decisions, reason, actor }: { decisions: readonly Digest[]; reason: string; actor: Actor },
): Promise<Digest[]> {
  const seen = await look(desk, ref);
  const wanted = [...new Set(decisions)];
  const statements = wanted.map((id) => {
    const decision = seen.standing.get(id);
    if (decision === undefined)
      throw new CustosError(
        'CONFLICT',
        'A decision is no longer the newest word on its asset, or was taken back already. Read the list again; nothing was recorded.',
      );
    const { subject: about, predicate } = decision.evidence.statement;
    if (predicate.actor?.id !== actor.id)
      throw new CustosError(
        'NOT_YOURS',
        `The decision on ${decision.content.asset.id} is by ${predicate.actor?.id ?? 'somebody else'}. Only they take it back; decide anew instead.`,
      );
    return statementOf({
      type: 'retraction',
      content: { of: id, reason },
      subject: [...about],
      producer: { name: MANUAL_PRODUCER, version: PRODUCT.version },
      actor,
      observedAt: desk.context.clock.now(),
    });
  });
  await record(desk.context, ref, statements);
  return wanted;
}

async function record(
  context: ServiceContext,
  ref: SystemRef,
  statements: readonly Statement[],
): Promise<Digest[]> {
  const entries = await Promise.all(
    statements.map(async (statement) => ({
      kind: 'observation' as const,
      id: observationId(statement),
      envelope: await signStatement(statement, context.signer),
    })),
  );
  const ledger = await context.database.ledger(ref.organisation, ref.system);
  await ledger.record(entries);
  return entries.map(({ id }) => id);
}
