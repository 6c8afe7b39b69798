/** 5.2.2-4: people who find a vulnerability can find the policy, and are answered as it promises. */
import { millis } from '@custos/core';
import { provisionChecks } from '../../kernel/check.ts';
import type { CheckContext } from '../../kernel/check-context.ts';
import type { Found } from '../../kernel/evidence-index.ts';
import { expectAccessiblePage } from '../../kernel/publications.ts';

/** What a disclosure policy must deal with; vulnerabilities of models and prompts are named apart. */
export const DISCLOSURE_SECTIONS = [
  'scope',
  'ai_issues',
  'reporting',
  'response_time',
  'safe_harbour',
] as const;

function policyInForce(c: CheckContext): Found<'policy'> | undefined {
  const found = c.newest('policy', {
    where: (content) => content.kind === 'vulnerability_disclosure',
    from: [...c.duty.roles, 'organisation'],
    maxAge: 'documentation.review_days',
    what: 'a vulnerability disclosure policy',
    step: 'record the policy in force (`custos observe policy FILE`, kind: vulnerability_disclosure)',
  });
  if (found)
    c.expect(
      millis(found.content.inForceFrom) <= c.now,
      'NOT_IN_FORCE',
      `The disclosure policy ${found.content.version} is in force only from ${found.content.inForceFrom}.`,
    );
  return found;
}

function published(c: CheckContext, kind: 'security_txt' | 'vulnerability_policy', what: string) {
  const found = c.newest('publication', {
    where: (content) => content.kind === kind,
    maxAge: 'probe.max_age_days',
    what,
    step: `publish it and let it be fetched (\`custos observe publication FILE\`, kind: ${kind})`,
  });
  if (found)
    c.expect(
      found.content.reachableWithoutLogin,
      'NOT_REACHABLE',
      `${found.content.url} can not be reached without a login.`,
    );
  return found;
}

export const checks = provisionChecks('5.2.2-4', {
  a: [
    ['policy', 'probe'],
    (c) => {
      const policy = policyInForce(c);
      if (!policy) return;
      c.none(
        DISCLOSURE_SECTIONS.filter((section) => !policy.content.sections.includes(section)),
        'SECTION_MISSING',
        'The disclosure policy says nothing on',
      );
      const probe = c.newest('probe', {
        where: (content) => content.probe === 'disclosure_submission',
        maxAge: 'probe.max_age_days',
        what: 'a test submission to the intake',
        step: 'submit a test report and record when it was acknowledged (`custos observe probe FILE`, probe: disclosure_submission)',
      });
      if (!probe) return;
      const { held, measured, limit, detail } = probe.content;
      if (!c.expect(held, 'NOT_ACKNOWLEDGED', `A test submission was not handled as promised: ${detail}.`))
        return;
      const allowed = Math.min(limit ?? Number.POSITIVE_INFINITY, c.setting('disclosure.acknowledge_days'));
      if (measured === undefined)
        c.unclear(
          'TIME_UNKNOWN',
          'The test submission does not say after how many days it was acknowledged. Next: record measured.',
        );
      else
        c.expect(
          measured <= allowed,
          'ACKNOWLEDGED_LATE',
          `A test submission was acknowledged after ${measured} days; ${allowed} are allowed.`,
        );
    },
  ],
  b: [
    ['policy', 'publication'],
    (c) => {
      const policy = policyInForce(c);
      const pointer = published(c, 'security_txt', 'a security.txt');
      const page = published(c, 'vulnerability_policy', 'a page with the disclosure policy');
      if (pointer) {
        const { expiresAt, url } = pointer.content;
        if (expiresAt && millis(expiresAt) >= c.now) c.holdsUntil(millis(expiresAt));
        else
          c.fail(
            'SECURITY_TXT_EXPIRED',
            `${url} ${expiresAt ? `expired on ${expiresAt}` : 'has no Expires field'}.`,
          );
      }
      if (!page || !policy) return;
      const { url, version, sections } = page.content;
      c.expect(
        version === policy.content.version,
        'OTHER_VERSION_PUBLISHED',
        `${url} shows version ${version}; ${policy.content.version} is in force.`,
      );
      c.none(
        DISCLOSURE_SECTIONS.filter((section) => !sections.includes(section)),
        'SECTION_MISSING',
        `${url} says nothing on`,
      );
      expectAccessiblePage(c, page);
    },
  ],
});
