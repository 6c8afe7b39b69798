import type { Content } from '@custos/core';
import {
  aged,
  backdated,
  changed,
  daysAgo,
  dutyCase,
  MODEL_DIGEST,
  OTHER,
  observe,
  PEOPLE,
  plus,
  saidBy,
  scanContent,
  without,
} from '../../testing/world.ts';

type Assessment = Content<'component-assessment'>;

const assessment = (more: Partial<Assessment> = {}, age = 30) =>
  observe(
    'component-assessment',
    {
      component: 'component:pypi/transformers',
      version: '4.50.0',
      aiRisks: 'Loads pickled weights from anywhere; kept to safetensors',
      dueDiligence: 'Licence, release history and open advisories were read',
      process: 'Third-party intake',
      conclusion: 'accepted_with_controls',
      controls: ['safetensors-only'],
      ...more,
    },
    { role: 'developer', age },
  );
const ofModel = (more: Partial<Assessment> = {}) =>
  assessment({
    component: 'org/base-7b',
    version: 'r1',
    aiRisks: 'Unknown training data may hide a trigger phrase',
    dueDiligence: 'Card, licence and digest of the publisher were compared',
    conclusion: 'accepted',
    controls: [],
    ...more,
  });
const status = (more: Partial<Content<'control-status'>> = {}, age = 2) =>
  observe(
    'control-status',
    {
      control: 'safetensors-only',
      kind: 'technical',
      assets: ['component:pypi/transformers'],
      risks: [],
      active: true,
      verifiedAt: daysAgo(age),
      method: 'loading a pickle was refused',
      ...more,
    },
    { age },
  );
const inspection = (verdict: Content<'inspection'>['verdict'], age: number, subject = MODEL_DIGEST) =>
  observe('inspection', { asset: 'model:org/base-7b', verdict, findings: [] }, { age, subject });
const policy = (more: Partial<Content<'policy'>> = {}, age = 200) =>
  observe(
    'policy',
    {
      kind: 'supply_chain',
      version: '3',
      inForceFrom: daysAgo(age),
      appliesTo: 'everything that is not our own',
      sections: ['third-party intake', 'offboarding'],
      approvedBy: PEOPLE.organisation,
      ...more,
    },
    { role: 'organisation', age },
  );
const onlyFor = (component: string, change: Partial<Assessment>) =>
  changed('component-assessment', (content) =>
    content.component === component ? { ...content, ...change } : content,
  );
const PACKAGE = 'component:pypi/transformers';
const upgraded = () =>
  observe('scan-result', {
    ...scanContent(),
    assets: scanContent().assets.map((asset) =>
      asset.id === PACKAGE ? { ...asset, version: '4.51.0' } : asset,
    ),
  });
const unpinned = () =>
  observe('scan-result', {
    ...scanContent(),
    assets: scanContent().assets.map(({ version, ...asset }) =>
      asset.id === PACKAGE || version === undefined ? asset : { ...asset, version },
    ),
  });

dutyCase('5.1.2-4/a', {
  passes: () => [assessment(), ofModel(), status(), inspection('clean', 1)],
  loses: {
    'nothing was assessed': [without('component-assessment'), 'inconclusive'],
    'the model was not': [(e) => [...e.slice(0, 1), ...e.slice(2)], 'inconclusive'],
    'the package was upgraded': [plus(upgraded()), 'inconclusive'],
    'the package is not pinned': [plus(unpinned()), 'inconclusive'],
    'the assessments are old': [aged('component-assessment', 400), 'inconclusive'],
    'the End-user said so': [saidBy('component-assessment', 'end_user', 'user@example.org'), 'inconclusive'],
    'the risks are not about AI': [onlyFor(PACKAGE, { aiRisks: 'n/a n/a n/a n/a n/a n/a' }), 'fail'],
    'rejected since': [plus(assessment({ conclusion: 'rejected' }, 3)), 'fail'],
    'controls are required but not named': [onlyFor(PACKAGE, { controls: [] }), 'fail'],
    'the control is off': [plus(status({ active: false }, 1)), 'fail'],
    'the control is not measured': [without('control-status'), 'inconclusive'],
    'found unsafe since': [plus(inspection('unsafe', 0.5)), 'fail'],
    'found suspicious since': [plus(inspection('suspicious', 0.5)), 'inconclusive'],
    'nothing external is in the inventory': [
      plus(observe('scan-result', { ...scanContent(), assets: [] })),
      'inconclusive',
    ],
  },
});
// An older finding, and one about another file, were known or are not about what is in use.
dutyCase('5.1.2-4/a', {
  passes: () => [
    assessment(),
    ofModel(),
    status(),
    inspection('suspicious', 60),
    inspection('unsafe', 1, OTHER),
  ],
  loses: { 'the model is another revision': [onlyFor('org/base-7b', { version: 'r0' }), 'inconclusive'] },
});

dutyCase('5.1.2-4/b', {
  passes: () => [assessment(), ofModel(), status(), policy()],
  loses: {
    'the policy was written today and dated back': [backdated('policy'), 'inconclusive'],
    'nothing external is in the inventory': [
      plus(observe('scan-result', { ...scanContent(), assets: [] })),
      'inconclusive',
    ],
    'no policy': [without('policy'), 'inconclusive'],
    'the policy is old': [
      (e) => aged('policy', 300)(changed('policy', (p) => ({ ...p, inForceFrom: daysAgo(500) }))(e)),
      'inconclusive',
    ],
    'the policy is not in force yet': [
      changed('policy', (p) => ({ ...p, inForceFrom: daysAgo(-10) })),
      'inconclusive',
    ],
    'the policy came after the assessments': [
      changed('policy', (p) => ({ ...p, inForceFrom: daysAgo(5) })),
      'fail',
    ],
    'a policy of another kind': [
      changed('policy', (p) => ({ ...p, kind: 'asset_management' })),
      'inconclusive',
    ],
    'approved by nobody': [changed('policy', (p) => ({ ...p, approvedBy: 'guest@example.org' })), 'fail'],
    'assessed by another process': [onlyFor(PACKAGE, { process: 'gut feeling' }), 'fail'],
    'the policy in force then knew no such process': [
      plus(policy({ version: '4', sections: ['other'] }, 40)),
      'fail',
    ],
    'due diligence is padding': [onlyFor('org/base-7b', { dueDiligence: 'ok ok ok ok ok ok ok ok' }), 'fail'],
    'the model was rejected': [onlyFor('org/base-7b', { conclusion: 'rejected' }), 'fail'],
    'the model was not assessed': [(e) => [...e.slice(0, 1), ...e.slice(2)], 'inconclusive'],
  },
});
dutyCase('5.1.2-4/b', {
  passes: () => [assessment(), ofModel(), status(), policy(), policy({ version: '4', sections: [] }, 10)],
  loses: { 'only the new one is known': [(e) => [...e.slice(0, 3), ...e.slice(4)], 'fail'] },
});
