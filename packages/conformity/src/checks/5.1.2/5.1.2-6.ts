/** 5.1.2-6: the system may do on other systems what it needs and no more, shown by grants, use and a refused call. */
import { millis } from '@custos/core';
import { provisionChecks } from '../../kernel/check.ts';
import type { CheckContext } from '../../kernel/check-context.ts';
import { controlsActive } from '../../kernel/controls.ts';
import { timeliness } from '../../kernel/deadlines.ts';
import { isAccepted, type Risk, riskRegister } from '../5.1.3/risk-records.ts';
import { nameOf, type Permissions, permissionSets } from './permissions.ts';

/** A grant that stands for more than one thing, or for everything. */
function isWildcard(grant: string): boolean {
  return grant.includes('*') || /^(all|any|admin|administrator|root|owner|superuser)$/i.test(grant.trim());
}

function expectLeast(c: CheckContext, set: Permissions): void {
  const { granted, needed, unusedDays } = set.content;
  const days = c.setting('permission.unused_days');
  c.none(
    [...new Set([...granted, ...needed])].filter(isWildcard),
    'WILDCARD',
    `${nameOf(set)} holds or asks for everything of a kind`,
  );
  c.none(
    granted.filter((grant) => !needed.includes(grant)),
    'NOT_NEEDED',
    `${nameOf(set)} is granted what its function does not need`,
  );
  const used = new Map(Object.entries(unusedDays));
  c.none(
    granted.filter((grant) => (used.get(grant) ?? 0) > days),
    'UNUSED',
    `${nameOf(set)} has not used within ${days} days`,
  );
  const unseen = granted.filter((grant) => !used.has(grant));
  if (unseen.length > 0)
    c.unclear(
      'USE_UNKNOWN',
      `${nameOf(set)} was never seen to use ${unseen.join(', ')}. Next: read the last use from the access analyser, or take the grant away.`,
    );
}

/** A call beyond the grants, made as that identity against the version in use, is refused. */
function expectRefused(c: CheckContext, identity: string): void {
  const probe = c.newest('probe', {
    where: (content) => content.probe === 'out_of_scope_call' && content.target === identity,
    subject: c.fingerprint,
    maxAge: 'probe.max_age_days',
    what: `an out-of-scope call as ${identity}`,
    step: `run the out_of_scope_call probe as ${identity} and record \`probe\` with the fingerprint as subject`,
  });
  if (probe)
    c.expect(
      probe.content.held,
      'CALL_NOT_REFUSED',
      `${identity} got through with a call out of scope: ${probe.content.detail}.`,
    );
}

/** The risk behind a grant was decided: controls that work, or a signed acceptance with an end. */
function expectTreated(c: CheckContext, set: Permissions, risk: Risk): void {
  const { target, identity } = set.content;
  const bare = (name: string) => name.replace(/^[a-z_]+:/, '');
  c.expect(
    risk.assets.some((asset) => [bare(target), bare(identity)].includes(bare(asset))),
    'RISK_ELSEWHERE',
    `Risk ${risk.id} is linked to ${nameOf(set)} but does not name either among its assets.`,
  );
  if (risk.treatment === 'accept')
    c.expect(
      isAccepted(c, risk),
      'NOT_ACCEPTED',
      `Risk ${risk.id} has no valid acceptance with an end date.`,
    );
  else if (risk.treatment === 'unresolved' || risk.controls.length === 0)
    c.fail('RISK_NOT_TREATED', `Risk ${risk.id} of ${nameOf(set)} has no treatment.`);
  else controlsActive(c, risk.controls);
}

/** Permissions changed after the last review are looked at within the interval. */
function expectChangesReviewed(c: CheckContext, reviewedAt: string): void {
  const late = c
    .known('lifecycle-event', {
      where: (content) =>
        content.event === 'permission_change' &&
        millis(content.at) > millis(reviewedAt) &&
        millis(content.at) <= c.now,
      key: (content) => content.id,
    })
    .filter((change) => {
      c.use(change);
      return timeliness(c, change.content.at, undefined, 'change.review_days') === 'overdue';
    });
  c.none(
    late.map((change) => change.content.id),
    'CHANGE_NOT_ASSESSED',
    'The risk register was not reviewed since permissions changed',
  );
}

export const checks = provisionChecks('5.1.2-6', {
  a: [
    ['permission-set', 'scan-result', 'probe', 'adequacy-attestation'],
    (c) => {
      const sets = permissionSets(c);
      for (const set of sets) expectLeast(c, set);
      for (const identity of new Set(sets.map((set) => set.content.identity))) expectRefused(c, identity);
      c.adequacy();
    },
  ],
  b: [
    ['permission-set', 'scan-result', 'risk-register', 'control-status', 'lifecycle-event'],
    (c) => {
      const sets = permissionSets(c);
      const register = riskRegister(c);
      if (!register) return;
      const risks = new Map(register.content.risks.map((risk) => [risk.id, risk]));
      c.none(
        sets.filter(({ content }) => !content.risk || !risks.has(content.risk)).map(nameOf),
        'NO_RISK_LINKED',
        'Permissions without a risk in the register',
      );
      for (const set of sets) {
        const risk = set.content.risk ? risks.get(set.content.risk) : undefined;
        if (risk) expectTreated(c, set, risk);
      }
      expectChangesReviewed(c, register.content.reviewedAt);
    },
  ],
});
