/** 5.2.1-4: sensitive data is out of reach of the unauthorised, seen in settings, alarms and the source itself. */
import { provisionChecks } from '../../kernel/check.ts';
import type { CheckContext } from '../../kernel/check-context.ts';
import { expectEncrypted, expectRestricted, guardsOf } from '../../kernel/guarding.ts';
import { type ClassifiedAsset, classifiedDatasets } from './sensitivity.ts';

function isSensitive({ classification: { content } }: ClassifiedAsset): boolean {
  return content.sensitivity !== 'public' || content.personalData;
}

/** A marked record put into the data must be noticed on its way out. */
function expectLeakNoticed(c: CheckContext): void {
  const probe = c.newest('probe', {
    where: (content) => content.probe === 'dlp_canary',
    subject: c.fingerprint,
    maxAge: 'probe.max_age_days',
    what: 'a probe with a data-loss canary',
    step: 'send a canary record out and see that it is noticed (`custos observe probe FILE`)',
  });
  if (probe)
    c.expect(
      probe.content.held,
      'LEAK_NOT_NOTICED',
      `A canary record got out unnoticed: ${probe.content.detail}.`,
    );
}

function expectAccessWatched(c: CheckContext, sensitive: readonly ClassifiedAsset[]): void {
  const summary = c.newest('monitoring-summary', {
    where: (content) => content.scope === 'anomalies',
    maxAge: 'monitoring.review_days',
    what: 'a summary of anomalous access',
    step: 'export it from the monitoring of access logs (`custos observe monitoring-summary FILE`, scope: anomalies)',
  });
  if (!summary) return;
  const watched = new Set(summary.content.assetsMonitored);
  c.none(
    sensitive.map(({ asset }) => asset.id).filter((id) => !watched.has(id)),
    'ACCESS_NOT_WATCHED',
    'Access to sensitive data is not monitored for',
  );
  c.none(
    summary.content.alerts
      .filter((alert) => !alert.triagedAt && !c.recent(alert.raisedAt, 'analysis.triage_hours'))
      .map((alert) => alert.id),
    'ALERT_NOT_TRIAGED',
    `Not judged within ${c.setting('analysis.triage_hours')} hours: alerts`,
  );
}

function expectNoSecrets(c: CheckContext): void {
  const scan = c.newest('scan-result', {
    maxAge: 'inventory.max_age_days',
    what: 'a scan of the system',
    step: 'run `custos assess`',
  });
  if (scan)
    c.none(
      scan.content.findings
        .filter((finding) => finding.rule.includes('secret'))
        .map(({ location }) => `${location.path}${location.line ? `:${location.line}` : ''}`),
      'SECRET_IN_SOURCE',
      'Credentials stand in the source (revoke them and take them out)',
    );
}

/** End-users are bound through the terms of use. */
function expectTermsForUsers(c: CheckContext): void {
  c.newest('policy', {
    where: (content) => content.kind === 'acceptable_use',
    from: ['developer', 'system_operator', 'organisation'],
    maxAge: 'documentation.review_days',
    what: 'terms of use that pass the protection of data on to End-users',
    step: 'record the terms in force (`custos observe policy FILE`, kind: acceptable_use)',
  });
}

export const checks = provisionChecks('5.2.1-4', {
  a: [
    ['scan-result', 'data-classification', 'asset-control', 'probe', 'monitoring-summary', 'policy'],
    (c) => {
      const sensitive = classifiedDatasets(c).filter(isSensitive);
      for (const { asset } of sensitive)
        for (const guard of guardsOf(c, asset)) {
          expectRestricted(c, guard);
          expectEncrypted(c, guard);
        }
      if (sensitive.length > 0) {
        expectLeakNoticed(c);
        expectAccessWatched(c, sensitive);
      }
      expectTermsForUsers(c);
      expectNoSecrets(c);
    },
  ],
});
