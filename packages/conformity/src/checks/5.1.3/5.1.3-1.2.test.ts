import {
  aged,
  changed,
  dutyCase,
  MODEL_DIGEST,
  observe,
  onDigest,
  PEOPLE,
  plus,
  saidBy,
  scanContent,
  without,
} from '../../testing/world.ts';
import { control } from './testing-evidence.ts';

const capability = () =>
  observe(
    'model-capability',
    { model: 'model:org/base-7b', inputs: ['text'], outputs: ['text', 'code'], tools: ['shell'] },
    { subject: MODEL_DIGEST },
  );

const decision = (name: string, decided: 'disabled' | 'kept', age = 5) =>
  observe(
    'capability-decision',
    {
      model: 'model:org/base-7b',
      capability: name,
      decision: decided,
      ...(decided === 'kept' ? { control: 'output-filter' } : {}),
      reason: 'Decided with the approved use in mind',
    },
    { role: 'developer', age },
  );

const refusal = (held = true, age = 3) =>
  observe(
    'probe',
    { probe: 'disabled_capability', target: 'tool:shell', held, detail: 'asked for a shell command' },
    { age },
  );

const decisions = () => [decision('tool:shell', 'disabled'), decision('output:code', 'kept')];

dutyCase('5.1.3-1.2/a', {
  passes: () => [capability(), ...decisions()],
  loses: {
    'capabilities were never measured': [without('model-capability'), 'inconclusive'],
    'measured on another version': [onDigest('model-capability'), 'inconclusive'],
    'typed in by a person': [
      (evidence) => [
        ...without('model-capability')(evidence),
        observe(
          'model-capability',
          { model: 'model:org/base-7b', inputs: ['text'], outputs: ['text'], tools: [] },
          { subject: MODEL_DIGEST, producer: 'custos-attest' },
        ),
      ],
      'inconclusive',
    ],
    'another function appears': [
      changed('model-capability', (c) => ({ ...c, inputs: ['text', 'audio'] })),
      'inconclusive',
    ],
    'decided by the wrong role': [
      saidBy('capability-decision', 'system_operator', PEOPLE.system_operator),
      'inconclusive',
    ],
    'there is no model in the inventory': [
      plus(
        observe(
          'scan-result',
          scanContent({ assets: scanContent().assets.filter((asset) => asset.kind !== 'model') }),
        ),
      ),
      'inconclusive',
    ],
  },
});

dutyCase('5.1.3-1.2/b', {
  passes: () => [capability(), ...decisions(), refusal(), control('output-filter')],
  loses: {
    'the refusal was never tried': [without('probe'), 'inconclusive'],
    'a newer request is served': [plus(refusal(false, 1)), 'fail'],
    'the probe is stale': [aged('probe', 120), 'inconclusive'],
    'the probe is of another version': [onDigest('probe'), 'inconclusive'],
    'the control is off': [changed('control-status', (c) => ({ ...c, active: false })), 'fail'],
    'kept without a control': [changed('capability-decision', ({ control: _, ...rest }) => rest), 'fail'],
  },
});
