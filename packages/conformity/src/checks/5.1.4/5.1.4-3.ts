/** 5.1.4-3: where a human is the control, that human is shown to catch errors, can't be gone round, and still looks. */
import { provisionChecks } from '../../kernel/check.ts';
import type { CheckContext } from '../../kernel/check-context.ts';
import { drillHeld } from '../../kernel/plans.ts';
import { expectAtLeast, percent } from '../../kernel/shares.ts';
import { wilsonLower } from '../../kernel/statistics.ts';
import { type Risk, riskRegister } from '../5.1.3/risk-records.ts';
import { expectReviewers, expectWorking, type Mechanism, oversightMechanisms } from './oversight.ts';

interface Measures {
  readonly risks: readonly Risk[];
  /** Mechanisms that any of the risks names as control. */
  readonly mechanisms: readonly Mechanism[];
}

/** Risks that rely on a human, with the technical measures they name; every such risk must name a registered one. */
function oversightMeasures(c: CheckContext): Measures | undefined {
  const register = riskRegister(c);
  const registration = oversightMechanisms(c);
  if (!register || !registration) return undefined;
  const risks = register.content.risks.filter((risk) => risk.usesHumanOversight);
  if (risks.length === 0) {
    c.unclear(
      'NO_OVERSIGHT_RISK',
      'Human oversight is declared as a risk control, but no risk in the register uses it. Next: mark the risk (usesHumanOversight) and name its measure under controls.',
    );
    return undefined;
  }
  const named = new Set(risks.flatMap((risk) => risk.controls));
  const mechanisms = registration.content.mechanisms.filter((item) => named.has(item.id));
  const ids = new Set(mechanisms.map((item) => item.id));
  c.none(
    risks.filter((risk) => !risk.controls.some((control) => ids.has(control))).map((risk) => risk.id),
    'RISK_WITHOUT_MEASURE',
    'Risks rely on human oversight without naming a registered mechanism',
  );
  return { risks, mechanisms };
}

/** The live control says itself that it serves the risk: the link holds from both ends. */
function expectLinked(c: CheckContext, { risks, mechanisms }: Measures): void {
  for (const { id } of mechanisms) {
    const status = c.latest('control-status', { where: (content) => content.control === id });
    if (!status) continue;
    c.none(
      risks
        .filter((risk) => risk.controls.includes(id) && !status.content.risks.includes(risk.id))
        .map((risk) => risk.id),
      'MEASURE_NOT_LINKED',
      `The status of ${id} does not name risks that rely on it`,
    );
  }
}

/** Errors put before the reviewers are noticed often enough. */
function expectErrorsCaught(c: CheckContext, { id }: Mechanism): void {
  const drill = drillHeld(c, ['seeded_error'], 'oversight.drill_days', id);
  if (!drill) return;
  const { seeded, caught } = drill.content;
  if (seeded === 0)
    c.unclear('NOTHING_SEEDED', `The exercise of ${id} planted no error. Next: plant errors and repeat it.`);
  else
    expectAtLeast(c, {
      hits: caught,
      trials: seeded,
      limit: c.setting('oversight.catch_share'),
      code: 'ERRORS_MISSED',
      what: `Planted errors that reviewers of ${id} caught`,
    });
}

/** The action can't be had without the human, tried on the version in use. */
function expectNoBypass(c: CheckContext, { id }: Mechanism): void {
  const probe = c.newest('probe', {
    where: (content) => content.probe === 'oversight_bypass' && content.target === id,
    subject: c.fingerprint,
    maxAge: 'probe.max_age_days',
    what: `an attempt to go round ${id}`,
    step: `run the oversight_bypass probe on ${id} and record \`probe\` with the fingerprint as subject`,
  });
  if (probe) c.expect(probe.content.held, 'BYPASS', `${id} can be gone round: ${probe.content.detail}.`);
}

/** Reviewers still take the time to look, and still turn something down. */
function expectNoRubberStamp(c: CheckContext, { id }: Mechanism): void {
  const step = `export the review statistics of ${id} (\`custos observe oversight-summary FILE\`)`;
  const summary = c.newest('oversight-summary', {
    where: (content) => content.mechanism === id,
    maxAge: 'monitoring.review_days',
    what: `a summary of reviews by ${id}`,
    step,
  });
  if (!summary) return;
  const { reviews, acceptedShare, medianSeconds, alarmSeconds } = summary.content;
  if (reviews === 0 || alarmSeconds === 0) {
    c.unclear(
      'LOAD_UNKNOWN',
      `The summary of ${id} counts ${reviews} reviews and alarms below ${alarmSeconds} seconds, so it can't show care. Next: ${step}.`,
    );
    return;
  }
  c.expect(
    medianSeconds >= alarmSeconds,
    'REVIEWED_TOO_FAST',
    `Reviews by ${id} take ${medianSeconds} seconds (median); below ${alarmSeconds} nobody reads.`,
  );
  const limit = c.setting('oversight.accepted_share');
  c.expect(
    wilsonLower(Math.round(acceptedShare * reviews), reviews) <= limit,
    'ALL_ACCEPTED',
    `Reviewers of ${id} accepted ${percent(acceptedShare)} of ${reviews}; at most ${percent(limit)} is plausible.`,
  );
}

export const checks = provisionChecks('5.1.4-3', {
  a: [
    ['risk-register', 'oversight-mechanism', 'control-status', 'adequacy-attestation'],
    (c) => {
      const measures = oversightMeasures(c);
      if (!measures) return;
      expectWorking(c, measures.mechanisms);
      expectLinked(c, measures);
      c.adequacy();
    },
  ],
  b: [
    ['risk-register', 'oversight-mechanism', 'drill', 'probe', 'scan-result'],
    (c) => {
      for (const mechanism of oversightMeasures(c)?.mechanisms ?? []) {
        expectErrorsCaught(c, mechanism);
        expectNoBypass(c, mechanism);
      }
    },
  ],
  c: [
    ['risk-register', 'oversight-mechanism', 'control-status', 'oversight-summary', 'staff-register'],
    (c) => {
      const mechanisms = oversightMeasures(c)?.mechanisms ?? [];
      if (mechanisms.length === 0) return;
      expectWorking(c, mechanisms);
      expectReviewers(c, mechanisms);
      for (const mechanism of mechanisms) expectNoRubberStamp(c, mechanism);
    },
  ],
});
