/**
 * The evaluation: a pure function of (specification, evidence, time). The same three give the same bytes.
 * Applicability first, then one check per duty, then the algebra.
 */
import {
  type Assessment,
  type Content,
  type Digest,
  type Duty,
  type DutyAssessment,
  type Evidence,
  type Feature,
  type FeatureState,
  type Instant,
  millis,
  ONLY_BY_CUSTOS,
  type Outcome,
  type PredicateName,
  type Provision,
  type ProvisionAssessment,
  type Role,
  type Specification,
  type SystemDeclaration,
  type Unknown,
  type VerdictCounts,
  worst,
} from '@custos/core';
import { decideFeatures } from './applicability/features.ts';
import { CHECKS } from './checks/index.ts';
import { decisionsOf, notAi, registrationOf } from './kernel/approved-inventory.ts';
import type { Check } from './kernel/check.ts';
import { CheckContext, type Facts, hasEnded, intervalOf } from './kernel/check-context.ts';
import { checkFor } from './kernel/declared-check.ts';
import { EvidenceIndex, type Found } from './kernel/evidence-index.ts';
import { beginOf } from './kernel/recording.ts';

export interface AssessInput {
  specification: Specification;
  /** SHA-256 of the specification's canonical form. */
  specificationDigest: Digest;
  /** An index must have been made for the same time. */
  evidence: Iterable<Evidence> | EvidenceIndex;
  now: Instant;
  ledger?: { size: number; root: Digest | null };
  /** Checks for duties of frameworks other than EN 304 223; by duty id. */
  checks?: ReadonlyMap<string, Check>;
}

/** Stands in for the declaration of a repository that has none. */
export const UNDECLARED: SystemDeclaration = {
  id: 'undeclared',
  name: 'undeclared system',
  purpose: 'not declared: there is no custos.yaml yet',
  phase: 'design',
  use: { inputs: [], outputs: [], tools: [], users: [], exposure: 'internal', prohibited: [] },
  roles: { developer: [], system_operator: [], data_custodian: [], organisation: [], auditor: [] },
  features: {},
  thresholds: {},
  assets: [],
};

/** Facts that all checks share. */
export function gatherFacts(input: AssessInput): {
  facts: Facts;
  scan: Found<'scan-result'> | undefined;
  declared: boolean;
} {
  const index =
    input.evidence instanceof EvidenceIndex ? input.evidence : new EvidenceIndex(input.evidence, input.now);
  const newest = <N extends PredicateName>(name: N): Found<N> | undefined => {
    const found = index
      .all(name)
      .find((item) => item.unreliable === undefined && beginOf(item.evidence) <= millis(input.now));
    return found === undefined || hasEnded(found.evidence, millis(input.now)) ? undefined : found;
  };
  const declaration = newest('system-declaration');
  const scan = newest('scan-result');
  const facts: Facts = {
    index,
    now: input.now,
    system: declaration?.content ?? UNDECLARED,
    fingerprint: scan?.content.fingerprint,
    ...inventoryOf(index, input.now, declaration?.content, scan?.content),
    settings: new Map(input.specification.settings.map((setting) => [setting.id, setting])),
  };
  return { facts, scan, declared: declaration !== undefined };
}

/** Scans and declarations that stand in the evidence and decide nothing, with why. */
function ofOthers(index: EvidenceIndex): Unknown[] {
  return [...ONLY_BY_CUSTOS].flatMap((name) =>
    index
      .all(name)
      .filter(({ unreliable }) => unreliable !== undefined)
      .map(({ id, unreliable }) => ({
        scanner: 'evidence',
        code: 'UNVERIFIED',
        message: `${name} ${id} can't be relied on: ${unreliable}. Next: find out who recorded it, and retract it as auditor.`,
        location: { path: 'ledger' },
      })),
  );
}

/** What the scan found, without what somebody responsible decided to be no AI asset. */
function inventoryOf(
  index: EvidenceIndex,
  now: Instant,
  system: SystemDeclaration | undefined,
  scan: Content<'scan-result'> | undefined,
): Pick<Facts, 'inventory' | 'dismissed'> {
  const assets = scan?.assets ?? [];
  const out = notAi(assets, decisionsOf(index, system, now), registrationOf(index, system, now));
  return {
    inventory: {
      assets: assets.filter((asset) => !out.has(asset.id)),
      edges: (scan?.edges ?? []).filter((edge) => !out.has(edge.from) && !out.has(edge.to)),
    },
    dismissed: assets.flatMap((asset) => {
      const decision = out.get(asset.id);
      return decision ? [{ asset, decision }] : [];
    }),
  };
}

/**
 * Assesses a system.
 * @example assess({ specification, specificationDigest, evidence, now: '2026-01-31T12:00:00Z' }).provisions[0]?.shall
 */
export function assess(input: AssessInput): Assessment {
  const { facts, scan, declared } = gatherFacts(input);
  const features = decideFeatures(facts);
  const provisions = input.specification.provisions.map((provision) =>
    assessProvision(provision, facts, features, input.checks ?? CHECKS),
  );
  return {
    specification: {
      standard: input.specification.standard,
      version: input.specification.version,
      digest: input.specificationDigest,
    },
    system: { id: facts.system.id, name: facts.system.name, declared },
    fingerprint: facts.fingerprint ?? null,
    evaluatedAt: input.now,
    provisions,
    counts: { shall: count(provisions, 'shall'), should: count(provisions, 'should') },
    features,
    inventory: { assets: [...facts.inventory.assets], edges: [...facts.inventory.edges] },
    findings: scan?.content.findings ?? [],
    unknowns: [...(scan?.content.unknowns ?? []), ...ofOthers(facts.index)],
    ledger: input.ledger ?? { size: 0, root: null },
  };
}

/**
 * The assessment after new observations: runs only the checks that want one of their types, and those whose verdict has
 * lapsed since. A new declaration, scan, waiver or retraction, or a feature that changed, re-runs what depends on it.
 * Gives the verdicts that `assess` gives over the whole evidence.
 */
export function reassess(
  previous: Assessment,
  input: AssessInput,
  changed: ReadonlySet<PredicateName>,
): { assessment: Assessment; ran: string[] } {
  const { facts, scan, declared } = gatherFacts(input);
  const moving = facts.index.beginning(millis(previous.evaluatedAt), millis(input.now));
  const news = new Set([...changed, ...moving]);
  const sweeping =
    news.has('system-declaration') ||
    news.has('scan-result') ||
    JSON.stringify(previous.inventory) !== JSON.stringify(facts.inventory) ||
    news.has('retraction') ||
    news.has('waiver') ||
    previous.specification.digest !== input.specificationDigest;
  const features = decideFeatures(facts);
  const checks = input.checks ?? CHECKS;
  const before = new Map(
    previous.provisions.flatMap((provision) => provision.duties.map((duty) => [duty.id, duty])),
  );
  const ran: string[] = [];
  const provisions = input.specification.provisions.map((provision) =>
    rollUp(
      provision,
      provision.duties.map((duty) => {
        const old = before.get(duty.id);
        const wanted = [...(checkFor(duty, checks)?.wants ?? [])].some((name) => news.has(name));
        const moved = duty.when.some(
          (feature) =>
            previous.features[feature].value !== features[feature].value ||
            previous.features[feature].reason !== features[feature].reason,
        );
        const timeMoved = previous.evaluatedAt !== input.now;
        if (old && !sweeping && !wanted && !moved && !(timeMoved && mayLapse(old, input.now))) return old;
        ran.push(duty.id);
        return assessDuty(duty, provision, facts, features, checks);
      }),
    ),
  );
  return {
    ran,
    assessment: {
      ...assessmentHead(previous, input, facts, declared),
      provisions,
      counts: { shall: count(provisions, 'shall'), should: count(provisions, 'should') },
      features,
      inventory: { assets: [...facts.inventory.assets], edges: [...facts.inventory.edges] },
      findings: scan?.content.findings ?? [],
      unknowns: [...(scan?.content.unknowns ?? []), ...ofOthers(facts.index)],
      ledger: input.ledger ?? { size: 0, root: null },
    },
  };
}

function assessmentHead(previous: Assessment, input: AssessInput, facts: Facts, declared: boolean) {
  return {
    specification: { ...previous.specification, digest: input.specificationDigest },
    system: { id: facts.system.id, name: facts.system.name, declared },
    fingerprint: facts.fingerprint ?? null,
    evaluatedAt: input.now,
  };
}

/** A verdict can change by time alone when its validity has ended, or when it is no pass (an old offence may leave the look-back). */
function mayLapse(duty: DutyAssessment, now: Instant): boolean {
  if (duty.verdict === 'not_applicable') return false;
  if (duty.verdict !== 'pass') return true;
  return duty.validUntil === undefined || millis(duty.validUntil) < millis(now);
}

function assessProvision(
  provision: Provision,
  facts: Facts,
  features: Record<Feature, FeatureState>,
  checks: ReadonlyMap<string, Check>,
): ProvisionAssessment {
  return rollUp(
    provision,
    provision.duties.map((duty) => assessDuty(duty, provision, facts, features, checks)),
  );
}

/** Shall and should are kept apart; no roll-up across provision ids. */
function rollUp(provision: Provision, duties: DutyAssessment[]): ProvisionAssessment {
  const ofNorm = (norm: 'shall' | 'should') => {
    const verdicts = duties.filter((duty) => duty.norm === norm).map((duty) => duty.verdict);
    return verdicts.length === 0 ? null : worst(verdicts);
  };
  return { id: provision.id, norm: provision.norm, shall: ofNorm('shall'), should: ofNorm('should'), duties };
}

function assessDuty(
  duty: Duty,
  provision: Provision,
  facts: Facts,
  features: Record<Feature, FeatureState>,
  checks: ReadonlyMap<string, Check>,
): DutyAssessment {
  const outcome = applicability(duty, features) ?? runCheck(duty, facts, checks);
  const waiver =
    outcome.verdict === 'fail' || outcome.verdict === 'inconclusive' ? validWaiver(duty, facts) : undefined;
  const assessed: DutyAssessment = {
    id: duty.id,
    norm: duty.norm,
    verdict: outcome.verdict,
    waived: waiver !== undefined,
    reasons: waiver
      ? [
          ...outcome.reasons,
          {
            code: 'WAIVED',
            message: `Waived by ${waiver.content.owner} until ${waiver.content.expiresAt}: ${waiver.content.reason}`,
          },
        ]
      : outcome.reasons,
    observations: outcome.observations,
    reopens: provision.triggers,
  };
  return outcome.validUntil === undefined ? assessed : { ...assessed, validUntil: outcome.validUntil };
}

function applicability(duty: Duty, features: Record<Feature, FeatureState>): Outcome | undefined {
  const off = duty.when.find((feature) => features[feature].value === false);
  if (off)
    return {
      verdict: 'not_applicable',
      reasons: [{ code: 'FEATURE_OFF', message: `${off}: ${features[off].reason}` }],
      observations: [],
    };
  const open = duty.when.find((feature) => features[feature].value === 'undecided');
  if (open)
    return {
      verdict: 'inconclusive',
      reasons: [{ code: 'FEATURE_UNDECIDED', message: `${open}: ${features[open].reason}` }],
      observations: [],
    };
  return undefined;
}

function runCheck(duty: Duty, facts: Facts, checks: ReadonlyMap<string, Check>): Outcome {
  const check = checkFor(duty, checks);
  if (!check)
    return {
      verdict: 'inconclusive',
      reasons: [
        {
          code: 'NO_CHECK',
          message: 'Nothing says what shows this duty. Next: write `shown_by` into its catalogue.',
        },
      ],
      observations: [],
    };
  const context = new CheckContext(facts, duty, check.wants);
  check.run(context);
  return context.outcome();
}

/**
 * In force now, for no longer than `waiver.max_days`, and given by somebody who holds one of the duty's roles, or speaks for the
 * organisation, by the declaration.
 */
function validWaiver(duty: Duty, facts: Facts): Found<'waiver'> | undefined {
  const register: Partial<Record<Role, readonly string[]>> = facts.system.roles;
  const longest = intervalOf(facts, 'waiver.max_days') ?? Number.POSITIVE_INFINITY;
  return facts.index.all('waiver').find((found) => {
    const { actor } = found.evidence.statement.predicate;
    return (
      found.unreliable === undefined &&
      found.content.duty === duty.id &&
      actor !== undefined &&
      (actor.role === 'organisation' || duty.roles.includes(actor.role)) &&
      (register[actor.role]?.includes(actor.id) ?? false) &&
      beginOf(found.evidence) <= millis(facts.now) &&
      !hasEnded(found.evidence, millis(facts.now)) &&
      millis(found.content.expiresAt) > millis(facts.now) &&
      millis(found.content.expiresAt) <= millis(found.observedAt) + longest
    );
  });
}

function count(provisions: readonly ProvisionAssessment[], norm: 'shall' | 'should'): VerdictCounts {
  const counts: VerdictCounts = { pass: 0, fail: 0, inconclusive: 0, not_applicable: 0, waived: 0 };
  for (const provision of provisions)
    for (const duty of provision.duties) {
      if (duty.norm !== norm) continue;
      counts[duty.verdict] += 1;
      if (duty.waived) counts.waived += 1;
    }
  return counts;
}
