import {
  aged,
  changed,
  daysAgo,
  dutyCase,
  observe,
  PEOPLE,
  plus,
  saidBy,
  scanContent,
  without,
} from '../../testing/world.ts';
import { adequate, control, modelOfThreats, register, risk, threat } from './testing-evidence.ts';

const onlyRisk = (more: Parameters<typeof risk>[0]) =>
  changed('risk-register', (c) => ({ ...c, risks: [risk(more)] }));

dutyCase('5.1.3-1/a', {
  passes: () => [modelOfThreats(), register(), adequate('5.1.3-1/a')],
  loses: {
    'an asset is not analysed': [
      changed('threat-model', (c) => ({ ...c, assets: c.assets.slice(1) })),
      'fail',
    ],
    'a new asset is found': [
      plus(
        observe('scan-result', {
          ...scanContent(),
          assets: [
            ...scanContent().assets,
            { id: 'tool:shell', kind: 'tool', name: 'shell', locations: [{ path: 'tools.py' }] },
          ],
        }),
      ),
      'fail',
    ],
    'a data flow is not analysed': [
      changed('threat-model', (c) => ({ ...c, dataFlows: c.dataFlows.slice(1) })),
      'fail',
    ],
    'nothing is in the inventory': [
      plus(observe('scan-result', scanContent({ assets: [], edges: [] }))),
      'inconclusive',
    ],
    'a threat is open': [
      changed('threat-model', (c) => ({
        ...c,
        threats: [...c.threats, threat('theft', { decision: 'open' })],
      })),
      'fail',
    ],
    'a threat has no risk in the register': [
      changed('threat-model', (c) => ({ ...c, threats: [threat('poisoning', { risk: 'R-9' })] })),
      'fail',
    ],
    'no threat at all': [changed('threat-model', (c) => ({ ...c, threats: [] })), 'inconclusive'],
    'a high risk is overdue': [onlyRisk({ dueAt: daysAgo(1) }), 'fail'],
    'a high risk is accepted by somebody not entitled': [
      onlyRisk({ treatment: 'accept', acceptedBy: PEOPLE.data_custodian }),
      'fail',
    ],
    'the register is empty': [changed('risk-register', (c) => ({ ...c, risks: [] })), 'inconclusive'],
    'the model comes from the wrong role': [
      saidBy('threat-model', 'data_custodian', PEOPLE.data_custodian),
      'inconclusive',
    ],
    'nobody judged adequacy': [without('adequacy-attestation'), 'inconclusive'],
  },
});

const event = (age: number) =>
  observe('threat-event', {
    id: 'E-1',
    title: 'New poisoning technique',
    substantial: true,
    publishedAt: daysAgo(age),
    references: [],
    mitigationKnown: false,
  });

const decision = (decidedAgo: number, role: 'developer' | 'organisation' = 'developer') =>
  observe(
    'review-decision',
    {
      about: 'E-1',
      kind: 'threat',
      decision: 'Entry T-poisoning now covers it',
      decidedAt: daysAgo(decidedAgo),
    },
    { role },
  );

dutyCase('5.1.3-1/b', {
  passes: () => [modelOfThreats({ reviewedAt: daysAgo(60) }, { age: 60 }), event(40), decision(35)],
  loses: {
    'the model is old': [aged('threat-model', 200), 'inconclusive'],
    'recorded again without a review': [
      changed('threat-model', (c) => ({ ...c, reviewedAt: daysAgo(300) })),
      'fail',
    ],
    'the catalogue has a newer version': [
      changed('threat-model', (c) => ({ ...c, catalogueLatest: '6.0' })),
      'fail',
    ],
    'a substantial threat is not decided': [without('review-decision'), 'fail'],
    'the decision is older than the threat': [
      changed('review-decision', (c) => ({ ...c, decidedAt: daysAgo(50) })),
      'fail',
    ],
    'the decision is by the wrong role': [
      saidBy('review-decision', 'organisation', PEOPLE.organisation),
      'fail',
    ],
    'an incident led to no review': [
      plus(observe('incident', { id: 'INC-1', openedAt: daysAgo(30), aiRelated: true })),
      'fail',
    ],
  },
});

dutyCase('5.1.3-1/c', {
  passes: () => [modelOfThreats(), register(), control('input-guard')],
  loses: {
    'an attack has no entry': [
      changed('threat-model', (c) => ({
        ...c,
        threats: c.threats.filter((item) => item.category !== 'membership_inference'),
      })),
      'fail',
    ],
    'an entry is still open': [
      changed('threat-model', (c) => ({
        ...c,
        threats: c.threats.map((item) => ({ ...item, decision: 'open' as const })),
      })),
      'fail',
    ],
    'called not relevant against what the scan found': [
      changed('threat-model', (c) => ({
        ...c,
        threats: c.threats.map((item) =>
          item.category === 'agent_misuse'
            ? { ...item, decision: 'not_relevant' as const, reason: 'The bot is said to use no tools at all' }
            : item,
        ),
      })),
      'fail',
    ],
    'no technique is named': [
      changed('threat-model', (c) => ({
        ...c,
        threats: c.threats.map((item) => ({ ...item, references: [] })),
      })),
      'fail',
    ],
    'the control behind it is newly off': [plus(control('input-guard', { active: false }, 0)), 'fail'],
    'the control was never measured': [without('control-status'), 'inconclusive'],
    'the control status is stale': [aged('control-status', 60), 'inconclusive'],
  },
});
