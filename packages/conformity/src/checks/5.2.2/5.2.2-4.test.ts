import type { Content } from '@custos/core';
import {
  aged,
  changed,
  daysAgo,
  dutyCase,
  observe,
  PEOPLE,
  plus,
  saidBy,
  without,
} from '../../testing/world.ts';
import { DISCLOSURE_SECTIONS } from './5.2.2-4.ts';

const policy = (version = '2', age = 100) =>
  observe(
    'policy',
    {
      kind: 'vulnerability_disclosure',
      version,
      inForceFrom: daysAgo(100),
      appliesTo: 'everybody',
      sections: [...DISCLOSURE_SECTIONS],
      approvedBy: PEOPLE.organisation,
    },
    { role: 'organisation', age },
  );

const submission = (more: Partial<Content<'probe'>> = {}, age = 10) =>
  observe(
    'probe',
    {
      probe: 'disclosure_submission',
      target: 'security@example.org',
      held: true,
      detail: 'test report on a prompt injection',
      measured: 2,
      limit: 3,
      ...more,
    },
    { age },
  );

dutyCase('5.2.2-4/a', {
  passes: () => [policy(), submission()],
  loses: {
    'no policy': [without('policy'), 'inconclusive'],
    'by the wrong role': [saidBy('policy', 'data_custodian', PEOPLE.data_custodian), 'inconclusive'],
    'not in force yet': [changed('policy', (c) => ({ ...c, inForceFrom: daysAgo(-5) })), 'fail'],
    'nothing on AI': [
      changed('policy', (c) => ({ ...c, sections: c.sections.filter((item) => item !== 'ai_issues') })),
      'fail',
    ],
    'never tried': [without('probe'), 'inconclusive'],
    'acknowledged late': [changed('probe', (c) => ({ ...c, measured: 4 })), 'fail'],
    'a newer submission was ignored': [plus(submission({ held: false }, 1)), 'fail'],
    'tried long ago': [aged('probe', 100), 'inconclusive'],
  },
});

const page = (kind: 'security_txt' | 'vulnerability_policy', more: Partial<Content<'publication'>> = {}) =>
  observe('publication', {
    kind,
    url: `https://example.org/${kind}`,
    version: '2',
    fetchedAt: daysAgo(1),
    reachableWithoutLogin: true,
    accessibilityViolations: 0,
    brokenLinks: 0,
    sections: [...DISCLOSURE_SECTIONS],
    statements: {},
    ...(kind === 'security_txt' ? { expiresAt: daysAgo(-100) } : {}),
    ...more,
  });

dutyCase('5.2.2-4/b', {
  passes: () => [policy(), page('security_txt'), page('vulnerability_policy')],
  loses: {
    'no security.txt': [() => [policy(), page('vulnerability_policy')], 'inconclusive'],
    'no page': [() => [policy(), page('security_txt')], 'inconclusive'],
    'security.txt has expired': [
      () => [policy(), page('security_txt', { expiresAt: daysAgo(1) }), page('vulnerability_policy')],
      'fail',
    ],
    'one must log in': [changed('publication', (c) => ({ ...c, reachableWithoutLogin: false })), 'fail'],
    'another version is published': [plus(policy('3', 1)), 'fail'],
    'the page says nothing on AI': [changed('publication', (c) => ({ ...c, sections: ['scope'] })), 'fail'],
    'links are broken': [changed('publication', (c) => ({ ...c, brokenLinks: 2 })), 'fail'],
    'fetched long ago': [aged('publication', 100), 'inconclusive'],
  },
});
