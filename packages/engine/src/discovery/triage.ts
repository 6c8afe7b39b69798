/** Decisions on discovered assets, as observations. */
import {
  type Actor,
  type Asset,
  CustosError,
  type Edge,
  type Instant,
  MANUAL_PRODUCER,
  nearest,
  type Statement,
  type Subject,
} from '@custos/core';
import { PRODUCT, statementOf } from '../observations/new-observation.ts';

export interface AssetDecision {
  readonly decision: 'approved' | 'rejected' | 'not_ai';
  /** At least 20 characters. */
  readonly reason: string;
  /** Who answers for an approved asset; default: its owner as declared, else the one who decides. */
  readonly owner?: string | undefined;
  /** The organisation's class for an approved asset; default `internal`. */
  readonly class?: string | undefined;
}

/**
 * Assets by id; `*` stands for any characters.
 * @throws CustosError TRIAGE_ASSET where a pattern matches none
 * @example selectAssets(['component:pypi/*'], found)
 */
export function selectAssets(patterns: readonly string[], assets: readonly Asset[]): Asset[] {
  const chosen = new Set<Asset>();
  for (const pattern of patterns) {
    const form = new RegExp(`^${pattern.split('*').map(escaped).join('.*')}$`, 's');
    const matching = assets.filter((asset) => form.test(asset.id));
    if (matching.length === 0) {
      const guess = nearest(
        pattern,
        assets.map((asset) => asset.id),
      );
      throw new CustosError(
        'TRIAGE_ASSET',
        `"${pattern}" is no asset that the scan found.${guess ? ` Did you mean ${guess}?` : ''} \`custos triage\` lists those that await a decision.`,
      );
    }
    for (const asset of matching) chosen.add(asset);
  }
  return [...chosen];
}

function escaped(text: string): string {
  return text.replace(/[.*+?^${}()|[\]\\]/g, '\\$&');
}

/** One `asset-decision`. It is bound to the version and content that were found. */
export function decisionOn(
  asset: Asset,
  edges: readonly Edge[],
  decision: AssetDecision,
  context: { readonly subject: Subject[]; readonly actor: Actor; readonly now: Instant },
): Statement {
  const { reason } = decision;
  const seen = {
    id: asset.id,
    ...(asset.version === undefined ? {} : { version: asset.version }),
    ...(asset.digest === undefined ? {} : { digest: asset.digest }),
  };
  return statementOf({
    type: 'asset-decision',
    content:
      decision.decision === 'approved'
        ? {
            decision: decision.decision,
            asset: {
              ...seen,
              owner: decision.owner ?? asset.owner ?? context.actor.id,
              class: decision.class ?? 'internal',
              location: asset.locations[0]?.path ?? asset.provider ?? asset.name,
              dependsOn: edges.filter((edge) => edge.from === asset.id).map((edge) => edge.to),
            },
            reason,
          }
        : { decision: decision.decision, asset: seen, reason },
    subject: context.subject,
    producer: { name: MANUAL_PRODUCER, version: PRODUCT.version },
    actor: context.actor,
    observedAt: context.now,
  });
}
