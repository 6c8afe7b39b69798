/** The end of assets: an event, the approval that must precede it, the receipt and the search that must follow it. */
import { type Content, millis } from '@custos/core';
import { type CheckContext, list } from '../../kernel/check-context.ts';
import type { Found } from '../../kernel/evidence-index.ts';
import { expectBy } from '../../kernel/recording.ts';
import { isAbout, subjectsOf } from '../../kernel/subjects.ts';

type Event = Found<'lifecycle-event'>;
type Kind = Content<'disposal-receipt'>['assets'][number]['kind'];

/** Events of the kind by somebody in one of the duty's roles, each once. */
export function eventsOf(c: CheckContext, kind: 'ownership_transfer' | 'decommissioning'): Event[] {
  return c.every(
    'lifecycle-event',
    {
      where: (content) => content.event === kind,
      from: c.duty.roles,
      what: `the record of the ${kind.replaceAll('_', ' ')}`,
      step: `record \`lifecycle-event\` ${kind} with what it concerns`,
    },
    (content) => content.id,
  );
}

/** The Data Custodian approved exactly what the event concerns, before it happened. */
export function expectApprovedBefore(c: CheckContext, event: Event, of: 'transfer' | 'disposal'): void {
  const approval = c.newest('approval', {
    where: (content) => content.of === of && content.target === event.content.id,
    from: ['data_custodian'],
    what: `the Data Custodian's approval of ${event.content.id}`,
    step: `record \`approval\` of the ${of} ${event.content.id} as Data Custodian`,
  });
  if (!approval) return;
  c.expect(
    approval.content.decision === 'approved',
    'REJECTED',
    `The Data Custodian rejected ${event.content.id}: ${approval.content.reason}`,
  );
  expectBy(
    c,
    approval,
    { at: approval.observedAt, limit: event.content.at, what: `The approval of ${event.content.id}` },
    'APPROVED_AFTERWARDS',
    `${event.content.id} happened on ${event.content.at}, its approval came on ${approval.observedAt}.`,
  );
  const missing = subjectsOf(event).filter((digest) => !isAbout(approval, digest));
  if (missing.length > 0)
    c.unclear(
      'APPROVED_OTHER',
      `The approval does not name ${list(missing)}, which ${event.content.id} concerns. Next: approve exactly what is ${of === 'transfer' ? 'transferred' : 'disposed of'}.`,
    );
}

/** A receipt covers the kinds of assets, finds no copy, and a search afterwards found none either. */
export function expectDisposed(
  c: CheckContext,
  event: Event,
  kinds: readonly Kind[],
): Found<'disposal-receipt'> | undefined {
  const receipt = c.newest('disposal-receipt', {
    where: (content) => content.event === event.content.id,
    from: c.duty.roles,
    what: `a disposal receipt for ${event.content.id}`,
    step: 'dispose of the assets and record `disposal-receipt` with method and time for each kind',
  });
  if (!receipt) return undefined;
  const { assets } = receipt.content;
  const named = new Set(assets.map((asset) => asset.kind));
  const missing = kinds.filter((kind) => !named.has(kind));
  if (missing.length > 0)
    c.unclear(
      'KIND_MISSING',
      `The receipt says nothing about ${list(missing)}. Next: record them too, or the legal hold on them.`,
    );
  const held = assets
    .filter((asset) => asset.method === 'legal_hold' && !asset.holdReason)
    .map((asset) => asset.kind);
  c.none(held, 'HOLD_WITHOUT_REASON', 'Held back without a reason');
  c.none(
    assets
      .filter((asset) => asset.method !== 'legal_hold' && asset.residualCopies > 0)
      .map((asset) => `${asset.residualCopies} of ${asset.kind}`),
    'RESIDUAL_COPIES',
    'Copies were found after disposal',
  );
  c.none(
    assets
      .filter(
        (asset) =>
          millis(asset.completedAt) < millis(event.content.at) - c.interval('assessment.review_days') ||
          millis(asset.completedAt) > c.now,
      )
      .map((asset) => asset.kind),
    'DISPOSAL_TIME',
    'The time of disposal does not fit the event',
  );
  expectProbeHeld(c, event, 'recovered_copy', 'a search for copies that could be recovered');
  return receipt;
}

/** A probe on the event's asset, after the event, that held. */
export function expectProbeHeld(
  c: CheckContext,
  event: Event,
  probe: 'recovered_copy' | 'endpoint_alive',
  what: string,
): void {
  const found = c.newest('probe', {
    where: (content) => content.probe === probe && content.target === event.content.asset,
    what,
    step: `probe ${event.content.asset} after ${event.content.id} and record \`probe\` ${probe}`,
  });
  if (!found) return;
  if (millis(found.observedAt) < millis(event.content.at))
    c.unclear(
      'PROBED_BEFORE',
      `${event.content.asset} was probed on ${found.observedAt}, before ${event.content.id} on ${event.content.at}. Next: probe again.`,
    );
  c.expect(found.content.held, 'PROBE_FAILED', `${event.content.asset}: ${found.content.detail}`);
}
