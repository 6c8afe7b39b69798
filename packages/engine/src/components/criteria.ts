/**
 * What a component is asked: each part is met or not, with the reason. Which parts depends on its kind: nobody expects a model
 * card of a library. Sources: EN 304 223 5.2.3-2 for the aim; the parts are ours.
 */
import { supplierOf } from '@custos/bom';
import { type Asset, DAY, millis } from '@custos/core';
import { clean } from '../report/text.ts';
import type { ComponentEvidence } from './evidence.ts';
import { type ComponentFacts, isFilled, isLicence } from './facts.ts';

export interface Part {
  readonly name: string;
  readonly group: 'documentation' | 'security';
  readonly met: boolean;
  readonly reason: string;
}

export interface Candidate {
  readonly asset: Asset;
  readonly facts: ComponentFacts;
  readonly evidence: ComponentEvidence;
  /** RFC 3339. */
  readonly now: string;
  /** A release older than this many days speaks of no maintenance. */
  readonly maintainedDays: number;
}

export function partsOf(candidate: Candidate): Part[] {
  return [...documentation(candidate), ...security(candidate)].map((part) => ({
    ...part,
    reason: short(part.reason),
  }));
}

/** Documents of strangers may be long; a reason is one line. */
const LONGEST_REASON = 300;

function short(reason: string): string {
  const text = clean(reason);
  return text.length <= LONGEST_REASON ? text : `${text.slice(0, LONGEST_REASON)}…`;
}

function documentation({ asset, facts }: Candidate): Part[] {
  const licences = [...new Set(facts.licences?.filter(isLicence))];
  const supplier = [facts.supplier, supplierOf(asset)].find((name) => name !== undefined && isFilled(name));
  const part = (name: string, met: boolean, reason: string): Part => ({
    name,
    group: 'documentation',
    met,
    reason: met || facts.contradicted === undefined ? reason : `${reason}; ${facts.contradicted}`,
  });
  const says = (name: string, what: string, value: string | undefined) =>
    part(name, value !== undefined, value === undefined ? `no document says ${what}` : `says ${what}`);
  const common = [
    part(
      'licence',
      licences.length > 0,
      licences.length > 0 ? `licence ${licences.join(', ')}` : noLicence(facts),
    ),
    says('supplier', 'who made it', supplier),
    says('description', 'what it is', facts.description),
  ];
  if (asset.kind === 'component')
    return [...common, says('documentation', 'where its manual or source is', facts.documentation)];
  const card = [
    ...common,
    part(
      'card',
      facts.documentation !== undefined,
      facts.documentation === undefined ? 'no card is known' : `described in ${facts.documentation}`,
    ),
    says('limitations', 'what it cannot do', facts.limitations),
  ];
  if (asset.kind === 'dataset') return card;
  return [
    ...card,
    says('intended_use', 'what it is for', facts.uses),
    says('training_data', 'what it was trained on', facts.training),
    says('evaluation', 'how well it does', facts.evaluation),
  ];
}

function noLicence({ licences = [] }: ComponentFacts): string {
  return licences.length === 0
    ? 'no licence is named'
    : `no licence is named: "${licences.join(', ')}" is none that SPDX knows, and reads as no name of one`;
}

/** Words and ranges that name another version tomorrow. */
const MOVING =
  /^(?:latest|main|master|head|dev|develop|nightly|stable|edge)$|(?:^|\.)x(?:\.|$)|[<>^~*|=,()[\]\s]/i;

function security(candidate: Candidate): Part[] {
  const { asset, facts, evidence } = candidate;
  const part = (name: string, met: boolean, yes: string, no: string): Part => ({
    name,
    group: 'security',
    met,
    reason: met ? yes : no,
  });
  const floating = asset.properties?.floating === true;
  const version = asset.version?.trim() ?? '';
  const pinned = !floating && (asset.digest !== undefined || (version !== '' && !MOVING.test(version)));
  return [
    part(
      'pinned',
      pinned,
      `fixed at ${version || (asset.digest ?? '')}`,
      'the reference can change without notice',
    ),
    part(
      'hashes',
      facts.contradicted === undefined && (asset.digest !== undefined || facts.hashed === true),
      'its content is known by a strong digest',
      facts.contradicted ?? 'no strong digest of its content is known',
    ),
    { name: 'signature', group: 'security', ...evidence.signature },
    { name: 'provenance', group: 'security', ...evidence.provenance },
    maintained(candidate),
    { name: 'inspected', group: 'security', ...evidence.inspected },
  ];
}

function maintained({ facts, now, maintainedDays }: Candidate): Part {
  const { released } = facts;
  const part = { name: 'maintained', group: 'security' } as const;
  if (released === undefined)
    return { ...part, met: false, reason: 'when its newest release came out is not known' };
  const age = Math.floor((millis(now) - millis(released)) / DAY);
  const met = age >= 0 && age <= maintainedDays;
  return { ...part, met, reason: `its newest release is of ${released.slice(0, 10)}, ${age} days ago` };
}
