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
import { adequate, register, risk } from './testing-evidence.ts';

const external = () => register([risk({ ownerParty: 'external', owner: 'Hosting Ltd' })]);

const assurance = () =>
  observe(
    'assurance',
    {
      party: 'Hosting Ltd',
      risks: ['R-1'],
      kind: 'SOC 2 type II report',
      scope: ['model:org/base-7b'],
      validUntil: daysAgo(-100),
    },
    { role: 'system_operator', age: 20 },
  );

dutyCase('5.1.3-3/a', {
  passes: () => [external(), assurance(), adequate('5.1.3-3/a')],
  loses: {
    'no assurance': [without('assurance'), 'inconclusive'],
    'the assurance has ended': [changed('assurance', (c) => ({ ...c, validUntil: daysAgo(1) })), 'fail'],
    'the assurance is old': [aged('assurance', 400), 'inconclusive'],
    'its scope misses the asset': [
      changed('assurance', (c) => ({ ...c, scope: ['endpoint:other'] })),
      'fail',
    ],
    'it is by another party': [changed('assurance', (c) => ({ ...c, party: 'Other Ltd' })), 'inconclusive'],
    'recorded by the wrong role': [saidBy('assurance', 'developer', PEOPLE.developer), 'inconclusive'],
    'no risk has an external owner': [
      (evidence) => [...without('risk-register')(evidence), register()],
      'inconclusive',
    ],
    'another external risk is not assured': [
      plus(
        observe(
          'risk-register',
          {
            risks: [risk({ ownerParty: 'external', owner: 'Mail Ltd', id: 'R-2' })],
            tolerance: 3,
            reviewedAt: daysAgo(1),
          },
          { role: 'system_operator' },
        ),
      ),
      'inconclusive',
    ],
    'nobody judged reliance': [without('adequacy-attestation'), 'inconclusive'],
  },
});
