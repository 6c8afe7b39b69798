import { hexOf } from '@custos/core';
import {
  aged,
  changed,
  daysAgo,
  dutyCase,
  OTHER,
  observe,
  PEOPLE,
  PROMPT_DIGEST,
  scanContent,
  without,
} from '../../testing/world.ts';

dutyCase('5.2.4-3/a', {
  passes: () => [
    observe('scan-result', scanContent()),
    observe('lifecycle-event', {
      event: 'prompt_change',
      id: 'CH-1',
      at: daysAgo(20),
      by: PEOPLE.developer,
      asset: 'prompt:system',
      kind: 'prompt',
      inputs: [],
      outputs: [{ name: 'system', digest: { sha256: hexOf(PROMPT_DIGEST) } }],
      diff: OTHER,
      reason: 'Refuses legal questions more clearly',
      approvedBy: PEOPLE.system_operator,
    }),
    observe('runtime-state', {
      asset: 'prompt:system',
      kind: 'prompt',
      running: PROMPT_DIGEST,
      environment: 'production',
    }),
    observe('audit-trail', {
      scope: ['prompts'],
      chainVerified: true,
      longestGapHours: 2,
      retention: 'Kept for two years in the archive',
      documentedAt: 'docs/audit.md',
    }),
  ],
  loses: {
    'no log': [without('lifecycle-event'), 'inconclusive'],
    'no reason': [changed('lifecycle-event', ({ reason: _, ...rest }) => rest), 'fail'],
    'approved by a stranger': [changed('lifecycle-event', (e) => ({ ...e, approvedBy: 'x@y.z' })), 'fail'],
    'something else runs': [changed('runtime-state', (s) => ({ ...s, running: OTHER })), 'fail'],
    'not measured for long': [aged('runtime-state', 60), 'inconclusive'],
    'the log does not verify': [changed('audit-trail', (a) => ({ ...a, chainVerified: false })), 'fail'],
    'a gap in the log': [changed('audit-trail', (a) => ({ ...a, longestGapHours: 90 })), 'fail'],
    'no prompt in the inventory': [
      changed('scan-result', (s) => ({ ...s, assets: [], edges: [] })),
      'inconclusive',
    ],
  },
});
