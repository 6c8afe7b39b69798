/**
 * The report before it has a format: what every renderer says, joined from the assessment, the specification and the
 * evidence. All text in it is already clean; a renderer only escapes and draws.
 */
import type {
  Assessment,
  AssetKind,
  Digest,
  Duty,
  DutyAssessment,
  Evidence,
  Feature,
  FeatureState,
  Finding,
  Norm,
  Observation,
  Provision,
  ProvisionAssessment,
  Reason,
  Specification,
  Verdict,
  VerdictCounts,
} from '@custos/core';
import { predicateName } from '@custos/core';
import { type Drawing, drawing } from './graph.ts';
import { type IxitTable, ixitTables } from './ixit.ts';
import { clean, count, shortDigest } from './text.ts';
import { KIND_WORD, PHASE_WORD, ROLE_WORD, SEVERITIES } from './words.ts';

/** What a report needs beside the assessment. `checkpointNote` is the signed note of the ledger checkpoint, when there is one. */
export interface ReportContext {
  specification: Specification;
  evidence: Evidence[];
  checkpointNote?: string;
}

export interface EvidenceView {
  id: string;
  short: string;
  anchor: string;
  type: string;
  producer: string;
  actor: string;
  observedAt: string;
  validUntil: string;
  source: string;
  subjects: string[];
  usedBy: string[];
}

export interface DutyView {
  id: string;
  anchor: string;
  norm: Norm;
  text: string;
  roles: string[];
  verdict: Verdict;
  waived: boolean;
  reasons: Reason[];
  evidence: EvidenceView[];
  /** Observations the verdict names but the context does not hold. */
  absent: string[];
  validUntil: string;
  reopens: { id: string; text: string }[];
  applies: { word: 'Applies' | 'Does not apply' | 'Undecided'; reason: string };
}

export interface ProvisionView {
  id: string;
  anchor: string;
  title: string;
  uk: string;
  shall: Verdict | null;
  should: Verdict | null;
  duties: DutyView[];
}

export interface PrincipleView {
  number: number;
  anchor: string;
  clause: string;
  title: string;
  phase: string;
  shall: VerdictCounts;
  should: VerdictCounts;
  provisions: ProvisionView[];
}

/** One thing to do and the duties it moves. */
export interface Step {
  verdict: 'fail' | 'inconclusive';
  norm: Norm;
  /** What is wrong or missing. */
  problem: string;
  /** The exact step, where the check names one. */
  action: string;
  duties: string[];
}

export interface FeatureView {
  id: string;
  text: string;
  value: 'yes' | 'no' | 'undecided';
  from: string;
  reason: string;
  contradiction: string;
}

export interface UnknownGroup {
  scanner: string;
  code: string;
  items: { message: string; where: string }[];
}

export interface ReportModel {
  title: string;
  system: { id: string; name: string; declared: boolean };
  standard: { name: string; version: string; digest: string };
  evaluatedAt: string;
  fingerprint: string;
  outcome: { verdict: 'pass' | 'fail' | 'inconclusive'; headline: string; detail: string };
  counts: { shall: VerdictCounts; should: VerdictCounts };
  principles: PrincipleView[];
  steps: Step[];
  features: FeatureView[];
  evidence: EvidenceView[];
  drawing: Drawing;
  assetKinds: { word: string; count: number }[];
  findings: (Finding & { where: string })[];
  unknowns: UnknownGroup[];
  unknownCount: number;
  ixit: IxitTable[];
  ledger: { size: number; root: string; note: string[] };
}

/** Joins and cleans everything a renderer needs. Pure: the same input gives the same model. */
export function buildModel(assessment: Assessment, context: ReportContext): ReportModel {
  const evidence = evidenceViews(assessment, context.evidence);
  const principles = principleViews(assessment, context.specification, evidence);
  const model: ReportModel = {
    title: `Conformity report: ${assessment.system.name}`,
    system: assessment.system,
    standard: {
      name: assessment.specification.standard,
      version: assessment.specification.version,
      digest: assessment.specification.digest,
    },
    evaluatedAt: assessment.evaluatedAt,
    fingerprint: assessment.fingerprint ?? '',
    outcome: outcome(assessment),
    counts: assessment.counts,
    principles,
    steps: nextSteps(assessment),
    features: featureViews(assessment, context.specification),
    evidence: [...evidence.values()].sort((a, b) => order(b.observedAt, a.observedAt) || order(a.id, b.id)),
    drawing: drawing(assessment.inventory),
    assetKinds: assetKinds(assessment),
    findings: findingViews(assessment.findings),
    unknowns: unknownGroups(assessment),
    unknownCount: assessment.unknowns.length,
    ixit: ixitTables(assessment, context.specification, context.evidence),
    ledger: {
      size: assessment.ledger.size,
      root: assessment.ledger.root ?? '',
      note: (context.checkpointNote ?? '').split('\n'),
    },
  };
  const cleaned: ReportModel = JSON.parse(JSON.stringify(model), (_key, value: unknown) =>
    typeof value === 'string' ? clean(value) : value,
  );
  return cleaned;
}

/** Total of the duties of one verb that apply. */
export function applicable(counts: VerdictCounts): number {
  return counts.pass + counts.fail + counts.inconclusive;
}

export function order(a: string, b: string): number {
  return a < b ? -1 : a > b ? 1 : 0;
}

function outcome(assessment: Assessment): ReportModel['outcome'] {
  const { shall, should } = assessment.counts;
  const apart = `Recommendations (should) are counted apart: ${should.fail} fail and ${should.inconclusive} inconclusive.`;
  if (shall.fail > 0)
    return {
      verdict: 'fail',
      headline: `${count(shall.fail, 'mandatory duty fails', 'mandatory duties fail')}`,
      detail: `${count(shall.inconclusive, 'more is', 'more are')} inconclusive for want of evidence. ${apart}`,
    };
  if (shall.inconclusive > 0)
    return {
      verdict: 'inconclusive',
      headline: `No mandatory duty fails, but ${count(shall.inconclusive, 'is', 'are')} undecided`,
      detail: `Evidence is missing, stale or unverifiable; undecided is not met. ${apart}`,
    };
  if (shall.pass === 0)
    return {
      verdict: 'inconclusive',
      headline: 'No mandatory duty was decided',
      detail: `Nothing was shown. ${apart}`,
    };
  return {
    verdict: 'pass',
    headline: `Every mandatory duty that applies is shown by evidence (${shall.pass})`,
    detail: `This holds at the time of evaluation, for the evidence named below. ${apart}`,
  };
}

function evidenceViews(assessment: Assessment, evidence: readonly Observation[]): Map<string, EvidenceView> {
  const usedBy = new Map<string, string[]>();
  for (const duty of assessment.provisions.flatMap((provision) => provision.duties))
    for (const id of duty.observations) usedBy.set(id, [...(usedBy.get(id) ?? []), duty.id]);
  const views = new Map<string, EvidenceView>();
  for (const observation of evidence) {
    const duties = usedBy.get(observation.id);
    if (duties) views.set(observation.id, evidenceView(observation, duties));
  }
  return views;
}

function evidenceView(observation: Observation, usedBy: string[]): EvidenceView {
  const { predicate, predicateType, subject } = observation.statement;
  const actor = predicate.actor;
  return {
    id: observation.id,
    short: shortDigest(observation.id),
    anchor: `evidence-${shortDigest(observation.id)}`,
    type: predicateName(predicateType) ?? predicateType,
    producer: `${predicate.producer.name} ${predicate.producer.version}`,
    actor: actor ? `${actor.id}, ${ROLE_WORD[actor.role]}` : '',
    observedAt: predicate.observedAt,
    validUntil: predicate.validUntil ?? '',
    source: predicate.source ?? '',
    subjects: subject.map(
      (item) =>
        `${item.name} (${Object.entries(item.digest)
          .map(([algorithm, hex]) => `${algorithm}:${hex.slice(0, 12)}`)
          .join(', ')})`,
    ),
    usedBy,
  };
}

function principleViews(
  assessment: Assessment,
  specification: Specification,
  evidence: ReadonlyMap<string, EvidenceView>,
): PrincipleView[] {
  const provisions = new Map(specification.provisions.map((provision) => [provision.id, provision]));
  const grouped = new Map<number, ProvisionAssessment[]>();
  for (const assessed of assessment.provisions) {
    const number = provisions.get(assessed.id)?.principle ?? 0;
    grouped.set(number, [...(grouped.get(number) ?? []), assessed]);
  }
  return [...grouped.keys()]
    .sort((a, b) => a - b)
    .map((number) => {
      const principle = specification.principles.find((candidate) => candidate.number === number);
      const members = grouped.get(number) ?? [];
      return {
        number,
        anchor: `principle-${number}`,
        clause: principle?.clause ?? '',
        title: principle?.title ?? 'Provisions that the specification does not place',
        phase: principle ? PHASE_WORD[principle.phase] : '',
        shall: tally(members, 'shall'),
        should: tally(members, 'should'),
        provisions: members.map((assessed) =>
          provisionView(assessed, provisions.get(assessed.id), assessment, specification, evidence),
        ),
      };
    });
}

function tally(provisions: readonly ProvisionAssessment[], norm: Norm): VerdictCounts {
  const counts: VerdictCounts = { pass: 0, fail: 0, inconclusive: 0, not_applicable: 0, waived: 0 };
  for (const duty of provisions.flatMap((provision) => provision.duties)) {
    if (duty.norm !== norm) continue;
    counts[duty.verdict] += 1;
    if (duty.waived) counts.waived += 1;
  }
  return counts;
}

function provisionView(
  assessed: ProvisionAssessment,
  provision: Provision | undefined,
  assessment: Assessment,
  specification: Specification,
  evidence: ReadonlyMap<string, EvidenceView>,
): ProvisionView {
  const duties = new Map(provision?.duties.map((duty) => [duty.id, duty]));
  return {
    id: assessed.id,
    anchor: anchor('provision', assessed.id),
    title: provision?.title ?? 'Not in the specification given to this report',
    uk: provision?.uk ?? '',
    shall: assessed.shall,
    should: assessed.should,
    duties: assessed.duties.map((duty) =>
      dutyView(duty, duties.get(duty.id), assessment, specification, evidence),
    ),
  };
}

function dutyView(
  assessed: DutyAssessment,
  duty: Duty | undefined,
  assessment: Assessment,
  specification: Specification,
  evidence: ReadonlyMap<string, EvidenceView>,
): DutyView {
  const split = (present: boolean): Digest[] =>
    assessed.observations.filter((id) => evidence.has(id) === present);
  return {
    id: assessed.id,
    anchor: anchor('duty', assessed.id),
    norm: assessed.norm,
    text: duty?.text ?? 'Not in the specification given to this report',
    roles: duty?.roles.map((role) => ROLE_WORD[role]) ?? [],
    verdict: assessed.verdict,
    waived: assessed.waived,
    reasons: assessed.reasons,
    evidence: split(true).flatMap((id) => evidence.get(id) ?? []),
    absent: split(false).map(shortDigest),
    validUntil: assessed.validUntil ?? '',
    reopens: assessed.reopens.map((id) => ({ id, text: specification.triggers[id] ?? '' })),
    applies: applies(assessed, duty, assessment.features, specification),
  };
}

/** The ICS answer for one duty, with the facts that decide it. */
function applies(
  assessed: DutyAssessment,
  duty: Duty | undefined,
  features: Record<Feature, FeatureState>,
  specification: Specification,
): DutyView['applies'] {
  const when = duty?.when ?? [];
  const told = when.map((id) => {
    const state = features[id];
    return `${specification.features[id] ?? id}: ${yesNo(state.value)} (${state.from === 'undecided' ? 'not decided' : state.from}; ${bareEnd(state.reason)})`;
  });
  const because = told.join('. ');
  if (assessed.verdict === 'not_applicable')
    return { word: 'Does not apply', reason: because || assessed.reasons.map((r) => r.message).join(' ') };
  if (when.some((id) => features[id].value === 'undecided')) return { word: 'Undecided', reason: because };
  return { word: 'Applies', reason: because || 'Applies to every AI system.' };
}

function yesNo(value: boolean | 'undecided'): 'yes' | 'no' | 'undecided' {
  return value === 'undecided' ? value : value ? 'yes' : 'no';
}

function bareEnd(text: string): string {
  return text.replace(/\.\s*$/, '');
}

function featureViews(assessment: Assessment, specification: Specification): FeatureView[] {
  return Object.entries(assessment.features).map(([id, state]) => ({
    id,
    text: Object.entries(specification.features).find(([key]) => key === id)?.[1] ?? id,
    value: yesNo(state.value),
    from: state.from,
    reason: state.reason,
    contradiction: state.contradiction ?? '',
  }));
}

/**
 * What to do, mandatory failures first, then what moves most duties. Duties that need the same step are joined; a waived
 * duty is left out here (it stays visible with its verdict).
 */
export function nextSteps(assessment: Assessment): Step[] {
  const steps = new Map<string, Step>();
  for (const duty of assessment.provisions.flatMap((provision) => provision.duties)) {
    if (duty.waived || (duty.verdict !== 'fail' && duty.verdict !== 'inconclusive')) continue;
    for (const reason of duty.reasons) addStep(steps, duty, duty.verdict, reason);
  }
  const rank = (step: Step): number => (step.norm === 'shall' ? 0 : 2) + (step.verdict === 'fail' ? 0 : 1);
  return [...steps.values()].sort(
    (a, b) =>
      rank(a) - rank(b) || b.duties.length - a.duties.length || order(a.duties[0] ?? '', b.duties[0] ?? ''),
  );
}

function addStep(
  steps: Map<string, Step>,
  duty: DutyAssessment,
  dutyVerdict: Step['verdict'],
  reason: Reason,
): void {
  const { problem, action } = splitReason(reason.message.replaceAll(duty.id, 'DUTY'));
  // A duty that fails may also lack evidence: missing evidence is undecided, and is not shown as a failure.
  const verdict = action ? 'inconclusive' : dutyVerdict;
  const key = `${verdict} ${duty.norm} ${action || problem}`;
  const step = steps.get(key);
  if (!step) steps.set(key, { verdict, norm: duty.norm, problem, action, duties: [duty.id] });
  else if (!step.duties.includes(duty.id)) step.duties.push(duty.id);
}

/** Messages end with "Next: …." where a check knows the step. */
export function splitReason(message: string): { problem: string; action: string } {
  const at = message.search(/\bNext: /);
  if (at < 0) return { problem: message.trim(), action: '' };
  const action = message.slice(at + 'Next: '.length).trim();
  return { problem: message.slice(0, at).trim(), action: action.charAt(0).toUpperCase() + action.slice(1) };
}

function findingViews(findings: readonly Finding[]): ReportModel['findings'] {
  return findings
    .map((finding) => ({ ...finding, where: where(finding.location) }))
    .sort(
      (a, b) =>
        SEVERITIES.indexOf(a.severity) - SEVERITIES.indexOf(b.severity) ||
        order(a.rule, b.rule) ||
        order(a.where, b.where),
    );
}

function unknownGroups(assessment: Assessment): UnknownGroup[] {
  const groups = new Map<string, UnknownGroup>();
  for (const unknown of assessment.unknowns) {
    const key = `${unknown.scanner} ${unknown.code}`;
    const group = groups.get(key) ?? { scanner: unknown.scanner, code: unknown.code, items: [] };
    group.items.push({ message: unknown.message, where: where(unknown.location) });
    groups.set(key, group);
  }
  return [...groups.values()].sort(
    (a, b) => b.items.length - a.items.length || order(a.scanner, b.scanner) || order(a.code, b.code),
  );
}

function assetKinds(assessment: Assessment): ReportModel['assetKinds'] {
  const counts = new Map<AssetKind, number>();
  for (const asset of assessment.inventory.assets) counts.set(asset.kind, (counts.get(asset.kind) ?? 0) + 1);
  return [...counts].map(([kind, n]) => ({ word: KIND_WORD[kind][n === 1 ? 0 : 1], count: n }));
}

export function where(location: { path: string; line?: number | undefined }): string {
  return location.line === undefined ? location.path : `${location.path}:${location.line}`;
}

function anchor(kind: string, id: string): string {
  return `${kind}-${id.replace(/[^A-Za-z0-9.-]/g, '-')}`;
}
