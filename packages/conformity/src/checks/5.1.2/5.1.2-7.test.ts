import type { Content, Digest } from '@custos/core';
import {
  aged,
  changed,
  daysAgo,
  dutyCase,
  observe,
  onDigest,
  PEOPLE,
  plus,
  saidBy,
  scanContent,
  without,
} from '../../testing/world.ts';

const STATEMENT: Digest = `sha256:${'cc'.repeat(32)}`;

const assessed = (
  provider: string,
  service: string,
  more: Partial<Content<'provider-assessment'>> = {},
  age = 30,
) =>
  observe(
    'provider-assessment',
    {
      provider,
      services: [service],
      conclusion: 'accepted',
      rationale: 'Reports, owners and subcontractors were looked at',
      adheresToStandard: 'yes',
      adherenceEvidence: STATEMENT,
      adherenceScope: [service],
      ...more,
    },
    { role: 'developer', age },
  );

const both = () => [assessed('org', 'org/base-7b'), assessed('example', 'endpoint:api.example.org')];

const statement = (party: string) =>
  observe(
    'assurance',
    {
      party,
      risks: [],
      kind: 'conformance statement',
      scope: ['all services'],
      validUntil: daysAgo(-100),
    },
    { role: 'system_operator', age: 20, subject: STATEMENT },
  );

const all = (more: Partial<Content<'provider-assessment'>>) =>
  changed('provider-assessment', (c) => ({ ...c, ...more }));

dutyCase('5.1.2-7/a', {
  passes: both,
  loses: {
    'nobody was assessed': [without('provider-assessment'), 'inconclusive'],
    'one provider was not assessed': [() => [assessed('org', 'org/base-7b')], 'inconclusive'],
    'the assessment is old': [aged('provider-assessment', 400), 'inconclusive'],
    'the service in use was not assessed': [all({ services: ['something else'] }), 'fail'],
    'rejected since': [plus(assessed('org', 'org/base-7b', { conclusion: 'rejected' }, 1)), 'fail'],
    'it says nothing': [all({ rationale: 'fine fine fine fine fine fine' }), 'fail'],
    'assessed by the custodian': [
      saidBy('provider-assessment', 'data_custodian', PEOPLE.data_custodian),
      'inconclusive',
    ],
    'the inventory names no provider': [
      plus(observe('scan-result', scanContent({ assets: [], edges: [] }), { age: 1 })),
      'inconclusive',
    ],
    'a model has no provider': [
      plus(
        observe(
          'scan-result',
          scanContent({
            assets: scanContent().assets.map(({ provider, ...asset }) =>
              asset.kind === 'model' || provider === undefined ? asset : { ...asset, provider },
            ),
          }),
          { age: 1 },
        ),
      ),
      'inconclusive',
    ],
  },
});

dutyCase('5.1.2-7/b', {
  passes: () => [...both(), statement('org'), statement('example')],
  loses: {
    'a provider does not adhere': [all({ adheresToStandard: 'no' }), 'fail'],
    'it is unknown': [all({ adheresToStandard: 'unknown' }), 'inconclusive'],
    'no evidence is named': [
      changed('provider-assessment', ({ adherenceEvidence: _, ...c }) => c),
      'inconclusive',
    ],
    'the evidence is not here': [without('assurance'), 'inconclusive'],
    'the evidence is of another document': [onDigest('assurance'), 'inconclusive'],
    'the evidence is of another party': [
      changed('assurance', (c) => ({ ...c, party: 'other' })),
      'inconclusive',
    ],
    'the evidence has ended': [changed('assurance', (c) => ({ ...c, validUntil: daysAgo(2) })), 'fail'],
    'the evidence is old': [aged('assurance', 400), 'inconclusive'],
    'its scope misses the service': [all({ adherenceScope: ['something else'] }), 'fail'],
    'the assessment is old': [aged('provider-assessment', 400), 'inconclusive'],
    'recorded in the wrong role': [
      saidBy('assurance', 'data_custodian', PEOPLE.data_custodian),
      'inconclusive',
    ],
  },
});
