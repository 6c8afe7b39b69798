/** 5.2.2-2: an API offered to others withstands bursts, strangers and model extraction, shown by probes of the version in use. */
import type { Content } from '@custos/core';
import { provisionChecks } from '../../kernel/check.ts';
import type { CheckContext } from '../../kernel/check-context.ts';
import type { Found } from '../../kernel/evidence-index.ts';

type ProbeKind = Content<'probe'>['probe'];

/** APIs of this system: endpoints found that are not somebody else's, and endpoints declared. */
function offeredApis(c: CheckContext): string[] {
  const found = c
    .assets()
    .filter(
      (asset) =>
        asset.properties?.servesApi === true || (asset.kind === 'endpoint' && asset.origin !== 'external'),
    )
    .map((asset) => asset.id);
  const declared = c.system.assets
    .filter((asset) => asset.id.startsWith('endpoint:') && asset.external !== true)
    .map((asset) => asset.id);
  return [...new Set([...found, ...declared])].sort();
}

function probeOf(c: CheckContext, api: string, kind: ProbeKind, what: string): Found<'probe'> | undefined {
  return c.newest('probe', {
    where: (content) => content.probe === kind && content.target === api,
    subject: c.fingerprint,
    maxAge: 'probe.max_age_days',
    what: `a probe of ${api} (${what})`,
    step: `probe the API (\`custos observe probe FILE\`, probe: ${kind})`,
  });
}

function expectHeld(c: CheckContext, api: string, kind: ProbeKind, what: string, code: string): void {
  const probe = probeOf(c, api, kind, what);
  if (probe) c.expect(probe.content.held, code, `${api} did not hold (${what}): ${probe.content.detail}.`);
}

function expectThrottled(c: CheckContext, api: string): void {
  const probe = probeOf(c, api, 'burst', 'burst of requests');
  if (!probe) return;
  const { held, measured, limit, detail } = probe.content;
  c.expect(held, 'NOT_THROTTLED', `${api} did not throttle a burst: ${detail}.`);
  if (measured === undefined || limit === undefined)
    c.unclear(
      'LIMIT_UNKNOWN',
      `The burst probe of ${api} does not say after how many requests it was throttled and what the declared limit is. Next: record measured and limit.`,
    );
  else
    c.expect(
      measured <= limit,
      'THROTTLED_LATE',
      `${api} was throttled after ${measured} requests; the declared limit is ${limit}.`,
    );
}

/** Raw scores help extraction; they may only be shown for a reason and with a control. */
function expectScoresHidden(c: CheckContext, api: string): void {
  const probe = probeOf(c, api, 'raw_scores', 'raw scores or log-probabilities');
  if (!probe || probe.content.held) return;
  const reason = c
    .past('justification', { where: (content) => content.component === api, from: ['developer'] })
    .at(0);
  if (reason && reason.content.controls.length > 0) c.use(reason);
  else
    c.fail(
      'SCORES_EXPOSED',
      `${api} shows raw scores and no Developer justified it with controls: ${probe.content.detail}.`,
    );
}

export const checks = provisionChecks('5.2.2-2', {
  a: [
    ['scan-result', 'probe', 'justification'],
    (c) => {
      const apis = offeredApis(c);
      if (apis.length === 0) {
        c.unclear(
          'NO_API',
          'An API is offered, but the inventory holds none of your own. Next: declare it under `assets` in custos.yaml as `endpoint:<name>`.',
        );
        return;
      }
      for (const api of apis) {
        expectHeld(c, api, 'unauthenticated_call', 'call without authentication', 'OPEN_TO_STRANGERS');
        expectThrottled(c, api);
        expectHeld(c, api, 'extraction_pattern', 'pattern of model extraction', 'EXTRACTION_NOT_NOTICED');
        expectScoresHidden(c, api);
      }
    },
  ],
});
