/** Evidence of the disposal provisions' cases. */
import type { Content, Evidence } from '@custos/core';
import { daysAgo, MODEL_DIGEST, observe } from '../../testing/world.ts';

type Occasion = Content<'disposal-receipt'>['occasion'];

export const MODEL = 'model:org/base-7b';

export function happened(event: Occasion): Evidence {
  return observe(
    'lifecycle-event',
    {
      event,
      id: 'END-1',
      at: daysAgo(10),
      by: 'ops@example.org',
      asset: MODEL,
      kind: 'model',
      inputs: [],
      outputs: [],
    },
    { role: 'system_operator', age: 10, subject: MODEL_DIGEST },
  );
}

export function approved(of: 'transfer' | 'disposal', more: { age?: number } = {}): Evidence {
  return observe(
    'approval',
    { of, target: 'END-1', decision: 'approved', reason: 'Retention ended and nothing is under hold' },
    { role: 'data_custodian', age: more.age ?? 12, subject: MODEL_DIGEST },
  );
}

export function receipt(occasion: Occasion): Evidence {
  const kinds = [
    'weights',
    'training_data',
    'embeddings',
    'caches',
    'backups',
    'keys',
    'prompts',
    'configuration',
  ] as const;
  return observe(
    'disposal-receipt',
    {
      occasion,
      event: 'END-1',
      assets: kinds.map((kind) => ({
        kind,
        method: 'crypto_erase' as const,
        completedAt: daysAgo(9),
        residualCopies: 0,
      })),
      credentialsRevoked: true,
      endpointsDead: true,
      inventoryRetired: true,
    },
    { role: 'system_operator', age: 8, subject: MODEL_DIGEST },
  );
}

export function probed(probe: 'recovered_copy' | 'endpoint_alive', held = true, age = 5): Evidence {
  return observe(
    'probe',
    { probe, target: MODEL, held, detail: held ? 'nothing was found' : 'a copy answered' },
    { age, subject: MODEL_DIGEST },
  );
}
