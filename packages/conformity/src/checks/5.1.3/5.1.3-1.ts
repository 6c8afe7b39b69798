/** 5.1.3-1: threats analysed over the whole inventory, risks managed, the model current and about attacks on AI. */
import { type AssetKind, type Content, type Edge, millis } from '@custos/core';
import { provisionChecks } from '../../kernel/check.ts';
import type { CheckContext } from '../../kernel/check-context.ts';
import { controlsActive } from '../../kernel/controls.ts';
import { inventory } from '../../kernel/coverage.ts';
import { isOnTime, type Risk, riskRegister, threatModel } from './risk-records.ts';

type Threat = Content<'threat-model'>['threats'][number];

/** Attacks that every threat model of an AI system decides on. */
export const AI_ATTACKS = [
  'poisoning',
  'evasion',
  'prompt_injection',
  'inversion',
  'membership_inference',
  'extraction',
  'agent_misuse',
] as const;

/** Assets whose presence contradicts calling an attack irrelevant. */
const MAKES_RELEVANT: Readonly<Record<string, readonly AssetKind[]>> = {
  prompt_injection: ['prompt'],
  agent_misuse: ['agent', 'tool'],
  poisoning: ['dataset'],
};

/** Shortest text that counts as a reason. */
const REASON_LENGTH = 20;

const FLOW_KINDS: readonly Edge['kind'][] = ['calls', 'serves', 'stores', 'trained_on'];

/** Name of a data flow in a threat model, e.g. `model:gpt-4o -> tool:search`. */
export function flowName(edge: Edge): string {
  return `${edge.from} -> ${edge.to}`;
}

function normalised(flow: string): string {
  return flow.replace(/\s*(->|→)\s*/, ' -> ').trim();
}

function expectCoverage(c: CheckContext, model: Content<'threat-model'>): void {
  const assets = inventory(c);
  if (assets.length === 0) return;
  const covered = new Set(model.assets);
  c.none(
    assets.map((asset) => asset.id).filter((id) => !covered.has(id)),
    'ASSET_NOT_ANALYSED',
    'The threat model does not cover assets of the inventory',
  );
  const flows = new Set(model.dataFlows.map(normalised));
  c.none(
    c
      .edges()
      .filter((edge) => FLOW_KINDS.includes(edge.kind))
      .map(flowName)
      .filter((flow) => !flows.has(flow)),
    'FLOW_NOT_ANALYSED',
    'The threat model does not cover data flows that the scan found (write them as `from -> to`)',
  );
}

function expectThreatsDecided(c: CheckContext, model: Content<'threat-model'>, risks: readonly Risk[]): void {
  if (model.threats.length === 0) {
    c.unclear(
      'NO_THREATS',
      'The threat model names no threat. Next: decide on the threats of its catalogue.',
    );
    return;
  }
  c.none(
    model.threats.filter((threat) => threat.decision === 'open').map((threat) => threat.id),
    'THREAT_OPEN',
    'No decision yet on threats',
  );
  const known = new Set(risks.map((risk) => risk.id));
  c.none(
    model.threats
      .filter((threat) => threat.decision !== 'not_relevant' && threat.decision !== 'open')
      .filter((threat) => threat.risk === undefined || !known.has(threat.risk))
      .map((threat) => threat.id),
    'RISK_NOT_LINKED',
    'Threats without a risk in the register',
  );
}

function expectTreated(c: CheckContext, risks: readonly Risk[]): void {
  for (const risk of risks) {
    if (risk.level !== 'high' && risk.level !== 'critical') continue;
    if (risk.treatment === 'mitigate')
      c.expect(
        risk.controls.length > 0,
        'RISK_UNTREATED',
        `Risk ${risk.id} is to be mitigated but names no control.`,
      );
    if (risk.treatment === 'accept')
      c.expect(
        risk.acceptedBy !== undefined && c.holder(risk.acceptedBy, ['organisation', 'system_operator']),
        'NOT_ENTITLED',
        `Risk ${risk.id} is accepted by ${risk.acceptedBy ?? 'nobody'}, who is not declared as organisation or system_operator.`,
      );
    if (risk.treatment !== 'avoid')
      c.expect(
        isOnTime(c, risk),
        'RISK_OVERDUE',
        `${risk.level === 'high' ? 'High' : 'Critical'} risk ${risk.id} of ${risk.owner} has ${risk.dueAt ? `been due since ${risk.dueAt}` : 'no due date'}.`,
      );
  }
}

function expectReviewedAfterEvents(c: CheckContext, model: Content<'threat-model'>): void {
  const reviewed = millis(model.reviewedAt);
  c.none(
    c
      .known('incident', { key: (content) => content.id })
      .filter(({ content }) => content.aiRelated && millis(content.openedAt) > reviewed)
      .filter(({ content }) => !c.recent(content.openedAt, 'change.review_days'))
      .map(({ content }) => content.id),
    'INCIDENT_NOT_REVIEWED',
    `The threat model was not reviewed within ${c.setting('change.review_days')} days after incidents`,
  );
  const decisions = c.past('review-decision', {
    where: (content) => content.kind === 'threat',
    from: c.duty.roles,
  });
  c.none(
    c
      .known('threat-event', { key: (content) => content.id })
      .filter(({ content }) => content.substantial && millis(content.publishedAt) > reviewed)
      .filter(({ content }) => {
        const decision = decisions.find(
          (item) =>
            item.content.about === content.id &&
            millis(item.content.decidedAt) >= millis(content.publishedAt),
        );
        if (decision) c.use(decision);
        return !decision && !c.recent(content.publishedAt, 'change.review_days');
      })
      .map(({ content }) => content.id),
    'THREAT_NOT_REVIEWED',
    `No decision within ${c.setting('change.review_days')} days on substantial threats`,
  );
}

function expectAttackDecided(
  c: CheckContext,
  attack: string,
  threats: readonly Threat[],
  risks: readonly Risk[],
): void {
  const entries = threats.filter((threat) => threat.category === attack);
  const decided = entries.filter((threat) => threat.decision !== 'open');
  if (!c.expect(decided.length > 0, 'ATTACK_NOT_ADDRESSED', `The threat model has no decision on ${attack}.`))
    return;
  c.none(
    decided.filter((threat) => threat.references.length === 0).map((threat) => threat.id),
    'NO_REFERENCE',
    `Entries on ${attack} name no technique of a catalogue (ATLAS, OWASP)`,
  );
  c.none(
    decided
      .filter((threat) => threat.decision === 'not_relevant' && threat.reason.trim().length < REASON_LENGTH)
      .map((threat) => threat.id),
    'NO_REASON',
    `${attack} is called not relevant without a reason of at least ${REASON_LENGTH} characters`,
  );
  const relevant = c.assets().find((asset) => MAKES_RELEVANT[attack]?.includes(asset.kind));
  if (relevant)
    c.expect(
      decided.some((threat) => threat.decision !== 'not_relevant'),
      'CONTRADICTED',
      `${attack} is called not relevant, but the scan found ${relevant.id}.`,
    );
  for (const threat of decided.filter((item) => item.decision === 'mitigated')) {
    const controls = risks.find((risk) => risk.id === threat.risk)?.controls ?? [];
    if (
      c.expect(
        controls.length > 0,
        'NO_CONTROL',
        `${threat.id} (${attack}) is called mitigated, but no control of a risk in the register stands behind it.`,
      )
    )
      controlsActive(c, controls);
  }
}

export const checks = provisionChecks('5.1.3-1', {
  a: [
    ['threat-model', 'risk-register', 'adequacy-attestation', 'scan-result'],
    (c) => {
      const model = threatModel(c, 'documentation.review_days');
      const register = riskRegister(c);
      if (!model || !register) return;
      expectCoverage(c, model.content);
      expectThreatsDecided(c, model.content, register.content.risks);
      expectTreated(c, register.content.risks);
      c.adequacy();
    },
  ],
  b: [
    ['threat-model', 'incident', 'threat-event', 'review-decision'],
    (c) => {
      const model = threatModel(c, 'threat_model.review_days');
      if (!model) return;
      const { reviewedAt, catalogue, catalogueVersion, catalogueLatest } = model.content;
      c.expect(
        c.recent(reviewedAt, 'threat_model.review_days'),
        'REVIEW_OVERDUE',
        `The threat model was last reviewed on ${reviewedAt}; ${c.setting('threat_model.review_days')} days are allowed.`,
      );
      c.expect(
        catalogueVersion === catalogueLatest,
        'CATALOGUE_OUTDATED',
        `The threat model uses ${catalogue} ${catalogueVersion}; ${catalogueLatest} is current.`,
      );
      expectReviewedAfterEvents(c, model.content);
    },
  ],
  c: [
    ['threat-model', 'risk-register', 'control-status', 'scan-result'],
    (c) => {
      const model = threatModel(c, 'documentation.review_days');
      const register = riskRegister(c);
      if (!model || !register || inventory(c).length === 0) return;
      for (const attack of AI_ATTACKS)
        expectAttackDecided(c, attack, model.content.threats, register.content.risks);
    },
  ],
});
