/** 5.4.2-1: actions of system and users are logged, and the log can be used. */
import type { Asset, Content, PredicateName } from '@custos/core';
import { provisionChecks } from '../../kernel/check.ts';
import type { CheckContext } from '../../kernel/check-context.ts';
import { inventory } from '../../kernel/coverage.ts';
import type { Found } from '../../kernel/evidence-index.ts';

type Source = Content<'log-summary'>['sources'][number];

const TYPES = ['log-summary', 'probe', 'scan-result'] as const satisfies readonly PredicateName[];

/** Fields without which an action of the system can't be reconstructed. */
const SYSTEM_FIELDS: readonly Source['fields'][number][] = [
  'time',
  'model',
  'version',
  'output_reference',
  'policy_decision',
  'outcome',
];
/** Fields without which an action of a user can't be attributed. */
const USER_FIELDS: readonly Source['fields'][number][] = ['actor', 'time', 'input_reference', 'outcome'];

export const checks = provisionChecks('5.4.2-1', {
  a: [
    TYPES,
    (c) => {
      const logs = logSummary(c);
      if (!logs) return;
      expectLogged(c, logs, (source) => source.systemActions, SYSTEM_FIELDS, 'system actions');
      const tools = c.assets('tool').filter((asset) => !sourceOf(logs, asset)?.fields.includes('tool_call'));
      c.none(
        tools.map((asset) => asset.id),
        'TOOL_CALLS_NOT_LOGGED',
        'Calls of tools are not logged',
      );
      expectVisible(c);
    },
  ],
  b: [
    TYPES,
    (c) => {
      const logs = logSummary(c);
      if (!logs) return;
      expectLogged(c, logs, (source) => source.userActions, USER_FIELDS, 'user actions');
      expectVisible(c);
    },
  ],
  c: [
    [...TYPES, 'adequacy-attestation'],
    (c) => {
      const logs = logSummary(c);
      if (!logs) return;
      const { retentionDays, chainVerified, clockSkewSeconds, purposes } = logs.content;
      c.expect(
        chainVerified,
        'LOG_INTEGRITY',
        'The chain of the log does not verify: it was altered or has a gap.',
      );
      c.expect(
        retentionDays >= c.setting('logging.retention_days'),
        'RETENTION_TOO_SHORT',
        `Logs are kept ${retentionDays} days; ${c.setting('logging.retention_days')} are required.`,
      );
      c.expect(
        Math.abs(clockSkewSeconds) <= c.setting('logging.clock_skew_seconds'),
        'CLOCK_SKEW',
        `Clocks differ by ${clockSkewSeconds} seconds; ${c.setting('logging.clock_skew_seconds')} are allowed.`,
      );
      const missing = (['compliance', 'investigation', 'remediation'] as const).filter(
        (purpose) => !purposes.includes(purpose),
      );
      c.none(missing, 'PURPOSE_NOT_SERVED', 'The log can not be used for');
      expectVisible(c);
      c.adequacy();
    },
  ],
});

function logSummary(c: CheckContext): Found<'log-summary'> | undefined {
  return c.newest('log-summary', {
    subject: c.fingerprint,
    maxAge: 'monitoring.review_days',
    what: 'a summary of what logging covers',
    step: 'export it from the log pipeline (`custos observe log-summary FILE`)',
  });
}

function sourceOf(logs: Found<'log-summary'>, asset: Asset): Source | undefined {
  return logs.content.sources.find((source) => source.asset === asset.id);
}

/** Every model, endpoint, tool, agent and service of the inventory logs the kind of action, with the fields that matter. */
function expectLogged(
  c: CheckContext,
  logs: Found<'log-summary'>,
  logsIt: (source: Source) => boolean,
  fields: readonly Source['fields'][number][],
  what: string,
): void {
  const assets = inventory(c, 'model', 'endpoint', 'tool', 'agent', 'service');
  const silent = assets.filter((asset) => {
    const source = sourceOf(logs, asset);
    return !source || !logsIt(source) || fields.some((field) => !source.fields.includes(field));
  });
  c.none(
    silent.map((asset) => asset.id),
    'NOT_LOGGED',
    `The log lacks ${what} (${fields.join(', ')}) of`,
  );
}

/** A synthetic action was found in the log in time. */
function expectVisible(c: CheckContext): void {
  const probe = c.newest('probe', {
    where: (content) => content.probe === 'log_visibility',
    subject: c.fingerprint,
    maxAge: 'probe.max_age_days',
    what: 'a probe whether an action becomes visible in the log',
    step: 'make a synthetic request, look it up in the log and record `probe` log_visibility with the minutes it took',
  });
  if (!probe) return;
  const { held, measured, detail } = probe.content;
  c.expect(held, 'NOT_VISIBLE', `The synthetic action did not appear in the log: ${detail}`);
  if (measured === undefined)
    c.unclear(
      'NOT_MEASURED',
      'The probe does not say after how many minutes it appeared. Next: record `measured`.',
    );
  else
    c.expect(
      measured <= c.setting('logging.visible_minutes'),
      'VISIBLE_LATE',
      `The synthetic action appeared after ${measured} minutes; ${c.setting('logging.visible_minutes')} are allowed.`,
    );
}
