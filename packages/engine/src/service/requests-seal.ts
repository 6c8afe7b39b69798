/**
 * What a request is sealed over: a digest of exactly what is to be approved. It is computed again whenever somebody looks or
 * decides; where it gives another digest, the thing has changed since, and an approval no longer covers it.
 */
import type { Found } from '@custos/conformity';
import {
  APPROVERS,
  type Ask,
  type Asset,
  approvableOf,
  CustosError,
  DAY,
  type Digest,
  hexOf,
  type Instant,
  isDigest,
  millis,
  predicateName,
  type Statement,
  type Subject,
} from '@custos/core';
import { canonicalize, sha256 } from '@custos/trust';
import { z } from 'zod';
import { subject } from '../observations/new-observation.ts';
import { dutyOf, newestReliable, riskRegisters, type SystemFacts, settingOf } from './requests-facts.ts';

/** What is asked, as it is kept: a justification is an observation by then. */
export type StoredAsk = Exclude<Ask, { kind: 'justification' }>;

export interface Seal {
  readonly digest: Digest;
  /** What is approved, for people to read. */
  readonly content: unknown;
  /** What approvals name as their subject; the sealed digest is among them. */
  readonly subjects: readonly Subject[];
  readonly target: string;
  /** Who made it, in lower case. */
  readonly authors: readonly string[];
  /** When it came to be; approvals are not older. */
  readonly since?: Instant;
}

/** Which seals fit what is approved; everything else may be sealed in any way. */
const SEALS: Partial<Record<keyof typeof APPROVERS, readonly string[]>> = {
  release: ['fingerprint'],
  design_assessment: ['observation'],
  plan: ['observation'],
  justification: ['observation'],
  transfer: ['assets'],
  disposal: ['assets'],
};
/** Which observation is approved as what. */
const TYPES: Partial<Record<keyof typeof APPROVERS, string>> = {
  design_assessment: 'design-assessment',
  plan: 'plan',
  justification: 'justification',
};

/**
 * @param since when the request was made: what was decided later replaces what was proposed then
 * @throws CustosError INVALID when what is asked for is not there, or can't be decided
 */
export function sealOf(ask: StoredAsk, facts: SystemFacts, since: Instant): Seal {
  switch (ask.kind) {
    case 'approval':
      return approvalSeal(ask, facts);
    case 'waiver':
      return ofContent(ask.duty, {
        waives: ask.duty,
        duty: dutyOf(facts, ask.duty).text,
        until: ask.expiresAt,
      });
    case 'risk_acceptance':
      return riskSeal(ask, facts);
    case 'data_use':
      return dataUseSeal(ask, facts, since);
    case 'provider': {
      const { kind: _, ...assessment } = ask;
      return ofContent(ask.provider, assessment);
    }
    case 'tolerance': {
      const { kind: _, ...tolerance } = ask;
      return ofContent(facts.ref.organisation, tolerance);
    }
    case 'adequacy':
      return ofContent(ask.duty, {
        duty: ask.duty,
        text: dutyOf(facts, ask.duty).text,
        scope: ask.scope ?? '',
        fingerprint: fingerprintOf(facts),
      });
  }
}

function ofContent(target: string, content: unknown, more: Partial<Seal> = {}): Seal {
  const digest = sha256(canonicalize(content));
  return { digest, content, target, subjects: [subject(target, digest)], authors: [], ...more };
}

/** @throws CustosError INVALID before the first scan */
export function fingerprintOf({ fingerprint, ref }: SystemFacts): Digest {
  if (fingerprint !== undefined) return fingerprint;
  throw new CustosError(
    'INVALID',
    `${ref.system} was not scanned yet, so there is no fingerprint to approve. Scan it and record the result first.`,
  );
}

function approvalSeal({ of, seal }: Extract<StoredAsk, { kind: 'approval' }>, facts: SystemFacts): Seal {
  const fitting = SEALS[of];
  if (fitting && !fitting.includes(seal.is))
    throw new CustosError(
      'INVALID',
      `An approval of ${of.replace('_', ' ')} is sealed over ${fitting.join(' or ')}, not ${seal.is}.`,
    );
  switch (seal.is) {
    case 'observation':
      return observationSeal(seal.observation, facts, TYPES[of]);
    case 'fingerprint': {
      const digest = fingerprintOf(facts);
      return {
        digest,
        content: { system: facts.ref.system, fingerprint: digest, target: seal.target },
        target: seal.target,
        subjects: [subject(facts.ref.system, digest)],
        authors: [],
      };
    }
    case 'declaration': {
      const { roles: _, ...declared } = facts.system;
      return ofContent(facts.ref.system, declared);
    }
    case 'assets': {
      const assets = seal.assets.map((name) => {
        const asset = assetOf(facts, name);
        return { id: asset.id, digest: digestInUse(asset, facts) };
      });
      const all = ofContent(seal.target, { target: seal.target, assets });
      return { ...all, subjects: [...all.subjects, ...assets.map(({ id, digest }) => subject(id, digest))] };
    }
    case 'content':
      return ofContent(seal.target, seal.content);
  }
}

/** @throws CustosError INVALID */
export function assetOf({ assets, ref }: SystemFacts, name: string): Asset {
  const found = assets.find((asset) => asset.id === name || asset.name === name);
  if (found) return found;
  throw new CustosError('INVALID', `The inventory of ${ref.system} holds no "${name}".`);
}

export function digestInUse(asset: Asset, facts: SystemFacts): Digest {
  return asset.digest ?? fingerprintOf(facts);
}

const Keyed = z.looseObject({
  id: z.string().optional(),
  component: z.string().optional(),
  dataset: z.string().optional(),
  provider: z.string().optional(),
  kind: z.string().optional(),
});

/** What an observation is about among those of its type: a newer one about the same takes its place. */
function keyOf(content: unknown): string {
  const { id, component, dataset, provider, kind } = Keyed.parse(content);
  return id ?? component ?? dataset ?? provider ?? kind ?? '';
}

/** The newest observation about the same thing as the one that is named. */
function observationSeal(id: Digest, facts: SystemFacts, expected: string | undefined): Seal {
  const named = facts.evidence.find((item) => item.id === id)?.statement;
  const type = named && predicateName(named.predicateType);
  if (named === undefined || type === undefined)
    throw new CustosError('INVALID', `The evidence on ${facts.ref.system} holds no observation ${id}.`);
  if (expected !== undefined && type !== expected)
    throw new CustosError('INVALID', `${id} is a ${type}; a ${expected} is approved here.`);
  const key = keyOf(named.predicate.content);
  const newest = newestReliable(facts, type, (content) => keyOf(content) === key);
  if (newest === undefined)
    throw new CustosError('INVALID', `The ${type} was withdrawn, or can't be relied on.`);
  const { statement } = newest.evidence;
  return {
    digest: newest.id,
    content: { observation: newest.id, type, ...bodyOf(statement) },
    target: key || newest.id,
    subjects: [
      subject(key || type, newest.id),
      // A plan is approved as the text that it names.
      ...(type === 'plan' ? statement.subject.filter(({ digest }) => digest.sha256 !== undefined) : []),
    ],
    authors: authorsOf(statement),
    since: newest.observedAt,
  };
}

function bodyOf({ predicate: { actor, observedAt, content } }: Statement) {
  return { ...(actor ? { by: actor } : {}), observedAt, content };
}

function authorsOf({ predicate: { actor } }: Statement): string[] {
  return actor ? [actor.id.toLowerCase()] : [];
}

/** The tolerance that management stated last. */
export function toleranceOf(facts: SystemFacts): number | undefined {
  const found = facts.index.all('risk-tolerance').find(({ unreliable, evidence }) => {
    const { actor } = evidence.statement.predicate;
    return (
      unreliable === undefined &&
      actor?.role === 'organisation' &&
      facts.system.roles.organisation.includes(actor.id)
    );
  });
  return found?.content.tolerance;
}

/**
 * The risk without how it is treated: that is what is decided. The rest of the register is sealed too, as the decider states all
 * of it anew; what others accepted in their own name since then changes nothing of it.
 */
function riskSeal(
  { risk: id, until }: Extract<StoredAsk, { kind: 'risk_acceptance' }>,
  facts: SystemFacts,
): Seal {
  const registers = riskRegisters(facts);
  const itemIn = (at: number) => registers[at]?.content.risks.find((risk) => risk.id === id);
  const risk = itemIn(0);
  if (risk === undefined)
    throw new CustosError(
      'INVALID',
      `The newest risk register of ${facts.ref.system} holds no risk "${id}".`,
    );
  const { title, category, assets, level, residual, controls, owner, usesHumanOversight } = risk;
  const stable = { id, title, category, assets, level, residual, controls, owner, usesHumanOversight };
  // Who wrote the entry is who stated it first as it is now; later registers only carry it on.
  let first = 0;
  while (sameRisk(itemIn(first + 1), risk)) first += 1;
  const author = registers[first]?.evidence.statement;
  return ofContent(
    id,
    { accepts: stable, until, tolerance: toleranceOf(facts) ?? null, register: registerDigest(registers) },
    { authors: [...(author ? authorsOf(author) : []), owner.toLowerCase()] },
  );
}

/** Digest of the newest register to which later ones only add that their writer accepts a risk. */
function registerDigest(registers: readonly Found<'risk-register'>[]): Digest {
  let base = 0;
  while (onlyAccepts(registers[base], registers[base + 1])) base += 1;
  return sha256(canonicalize(registers[base]?.content));
}

function onlyAccepts(
  later: Found<'risk-register'> | undefined,
  earlier: Found<'risk-register'> | undefined,
): boolean {
  if (later === undefined || earlier === undefined) return false;
  const by = later.evidence.statement.predicate.actor?.id;
  const risks = later.content.risks.map((risk) => {
    const before = earlier.content.risks.find(({ id }) => id === risk.id);
    const accepted = risk.treatment === 'accept' && risk.acceptedBy === by;
    return before && accepted && sameRisk(before, risk) ? before : risk;
  });
  return canonicalize({ ...later.content, risks }) === canonicalize(earlier.content);
}

function sameRisk(a: object | undefined, b: object): boolean {
  const bare = ({ treatment: _t, acceptedBy: _a, dueAt: _d, ...rest }: Record<string, unknown>) =>
    canonicalize(rest);
  return a !== undefined && bare({ ...a }) === bare({ ...b });
}

function dataUseSeal(
  ask: Extract<StoredAsk, { kind: 'data_use' }>,
  facts: SystemFacts,
  since: Instant,
): Seal {
  const asset = assetOf(facts, ask.dataset);
  if (asset.kind !== 'dataset')
    throw new CustosError('INVALID', `${asset.id} is a ${asset.kind}; data use is decided for datasets.`);
  const later = facts.index
    .all('data-classification')
    .find(
      ({ unreliable, content, observedAt }) =>
        unreliable === undefined &&
        (content.dataset === asset.id || content.dataset === asset.name) &&
        millis(observedAt) > millis(since),
    )?.content;
  const digest = digestInUse(asset, facts);
  const { exposure } = facts.system.use;
  const sealed = ofContent(asset.id, {
    dataset: asset.id,
    digest,
    sensitivity: later?.sensitivity ?? ask.sensitivity,
    personalData: later?.personalData ?? ask.personalData,
    use: facts.ref.system,
    purpose: facts.system.purpose,
    exposure,
    requiredControls: ask.requiredControls,
  });
  return { ...sealed, subjects: [...sealed.subjects, subject(asset.id, digest)] };
}

/** Why a request no longer stands for what it was sealed over; undefined while it does. */
export function brokenSeal(
  ask: StoredAsk,
  sealed: string,
  facts: SystemFacts,
  since: Instant,
): string | undefined {
  try {
    const now = sealOf(ask, facts, since);
    if (now.digest === sealed) return undefined;
    return `What was sealed as ${short(sealed)} is ${short(now.digest)} now: ${changeOf(ask)}. Ask again for what it is now.`;
  } catch (error) {
    if (error instanceof CustosError && error.code === 'INVALID')
      return `What was sealed is no longer there: ${error.message}`;
    throw error;
  }
}

function short(digest: string): string {
  return isDigest(digest) ? hexOf(digest).slice(0, 12) : digest;
}

function changeOf(ask: StoredAsk): string {
  switch (ask.kind) {
    case 'approval':
      return {
        observation: 'a newer record took its place',
        fingerprint: 'the system has another fingerprint',
        declaration: 'the declaration was changed',
        assets: 'the assets have other content',
        content: 'the content was changed',
      }[ask.seal.is];
    case 'risk_acceptance':
      return 'the risk, another entry of the register or the tolerance was changed';
    case 'data_use':
      return 'the data, its classification or the exposure of the system was changed';
    case 'adequacy':
      return 'the system has another fingerprint';
    default:
      return 'its content was changed';
  }
}

/** @throws CustosError INVALID for an end that is past or later than the organisation allows */
export function checkEnds(ask: Ask, facts: SystemFacts): void {
  const end = endOf(ask);
  if (end === undefined) return;
  if (millis(end) <= millis(facts.now))
    throw new CustosError('INVALID', `${end} is past. Give an end that is still ahead.`);
  if (ask.kind !== 'waiver') return;
  const days = settingOf(facts, 'waiver.max_days');
  if (millis(end) > millis(facts.now) + days * DAY)
    throw new CustosError(
      'INVALID',
      `A waiver lasts ${days} days at most (waiver.max_days). Give an earlier end.`,
    );
}

/** When what is asked for ends; undefined where it has no end of its own. */
function endOf(ask: Ask): Instant | undefined {
  if (ask.kind === 'waiver' || ask.kind === 'justification') return ask.expiresAt;
  return ask.kind === 'risk_acceptance' ? ask.until : undefined;
}

/** @throws CustosError INVALID when the last word would count for nothing */
export function checkLastRole(ask: StoredAsk, role: string, facts: SystemFacts): void {
  const of = approvableOf(ask);
  const duty = ask.kind === 'waiver' || ask.kind === 'adequacy' ? dutyOf(facts, ask.duty) : undefined;
  const allowed = duty
    ? [...duty.roles, ...(ask.kind === 'waiver' ? (['organisation'] as const) : [])]
    : APPROVERS[of];
  if (allowed.some((one) => one === role)) return;
  throw new CustosError(
    'INVALID',
    `The last step must be decided by ${allowed.join(' or ')}; the word of ${role} would not count for ${of.replace('_', ' ')}.`,
  );
}
