/** Evidence that tests of several principles share: a release, a test run, a notice, a probe, a page. */
import { type Content, type Digest, hexOf } from '@custos/core';
import { daysAgo, FINGERPRINT, MODEL_DIGEST, type ObserveOptions, observe } from './world.ts';

export function aRelease(more: Partial<Content<'release'>> = {}, options: ObserveOptions = {}) {
  return observe(
    'release',
    {
      id: 'REL-1',
      version: '1.0',
      environment: 'production',
      releasedAt: daysAgo(10),
      securityRelevant: true,
      modelChange: true,
      artefacts: [{ name: 'model.safetensors', digest: { sha256: hexOf(MODEL_DIGEST) } }],
      provenance: `sha256:${'11'.repeat(32)}`,
      bom: `sha256:${'22'.repeat(32)}`,
      ...more,
    },
    { age: 10, ...options },
  );
}

export function aRun(
  suite: Content<'test-run'>['suite'],
  more: Partial<Content<'test-run'>> = {},
  options: ObserveOptions = {},
) {
  const target: Digest = options.subject ?? FINGERPRINT;
  return observe(
    'test-run',
    {
      run: `run-${suite}`,
      suite,
      tool: 'suite-tool',
      target,
      startedAt: daysAgo(16),
      finishedAt: daysAgo(15),
      modalities: ['text'],
      threats: [],
      results: [{ case: 'all', trials: 500, successes: 500 }],
      unhandledErrors: 0,
      canariesPlanted: 0,
      canariesRecovered: 0,
      measuredBy: 'output',
      runBy: 'developer',
      findings: [],
      ...more,
    },
    { age: 15, ...options },
  );
}

export function aNotice(
  kind: Content<'notice'>['kind'],
  more: Partial<Content<'notice'>> = {},
  options: ObserveOptions = {},
) {
  return observe(
    'notice',
    {
      id: `notice-${kind}`,
      kind,
      audience: 'end_user',
      about: ['REL-1'],
      publishedAt: daysAgo(13),
      description: 'The answering model is replaced by a newer version',
      impact: 'Answers may be longer and name their sources',
      action: 'Check saved templates against the preview before the change',
      recipients: 100,
      delivered: 97,
      accessible: true,
      url: `https://example.org/${kind}`,
      ...more,
    },
    { role: 'system_operator', age: 1, ...options },
  );
}

export function aProbe(
  probe: Content<'probe'>['probe'],
  target: string,
  more: Partial<Content<'probe'>> = {},
  options: ObserveOptions = {},
) {
  return observe('probe', { probe, target, held: true, detail: 'as promised', ...more }, options);
}

export function aPage(
  kind: Content<'publication'>['kind'],
  more: Partial<Content<'publication'>> = {},
  options: ObserveOptions = {},
) {
  return observe(
    'publication',
    {
      kind,
      url: `https://example.org/${kind}`,
      version: '1',
      fetchedAt: daysAgo(1),
      reachableWithoutLogin: true,
      accessibilityViolations: 0,
      brokenLinks: 0,
      sections: [],
      statements: {},
      ...more,
    },
    options,
  );
}

export function adequate(duty: string, role: 'developer' | 'system_operator' | 'data_custodian') {
  return observe(
    'adequacy-attestation',
    { duty, statement: 'I read it in full and it fits our system' },
    { role },
  );
}
