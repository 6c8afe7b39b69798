/** Evidence that tests of this clause share: a confirmed inventory, guard settings, classifications, plans. */
import { type Content, type Digest, type Evidence, hexOf } from '@custos/core';
import {
  DATASET_DIGEST,
  daysAgo,
  MODEL_DIGEST,
  observe,
  PEOPLE,
  PROMPT_DIGEST,
  scanContent,
} from '../../testing/world.ts';
import { RECOVERY_SCENARIOS } from './5.2.1-3.ts';

/** What the world's organisation keeps, with digests. */
export const KEPT: readonly (readonly ['model' | 'dataset' | 'prompt', string, Digest])[] = [
  ['model', 'model:org/base-7b', MODEL_DIGEST],
  ['dataset', 'dataset:tickets', DATASET_DIGEST],
  ['prompt', 'prompt:system', PROMPT_DIGEST],
];

export function confirmedInventory(): Evidence {
  const { assets, edges } = scanContent();
  return observe(
    'inventory-registration',
    {
      assets: assets.map((asset) => ({
        id: asset.id,
        owner: PEOPLE.developer,
        class: 'internal',
        version: asset.version ?? '1',
        location: asset.locations[0]?.path ?? '',
        dependsOn: edges.filter((edge) => edge.from === asset.id).map((edge) => edge.to),
      })),
    },
    { role: 'developer', age: 20 },
  );
}

export function guard(asset: string, more: Partial<Content<'asset-control'>> = {}, age = 2): Evidence {
  return observe(
    'asset-control',
    {
      asset,
      location: 's3://assets',
      versioned: true,
      immutableReference: true,
      authentication: 'mfa',
      accessControl: true,
      encryptedAtRest: true,
      publiclyReachable: false,
      principals: ['ml-team'],
      approvedPrincipals: ['ml-team', 'auditors'],
      egressAlarmTested: true,
      ...more,
    },
    { age },
  );
}

export function history(
  id: string,
  asset: string,
  kind: 'model' | 'dataset' | 'prompt',
  digest: Digest,
): Evidence {
  const event = { model: 'model_registered', dataset: 'data_acquired', prompt: 'prompt_change' } as const;
  return observe('lifecycle-event', {
    event: event[kind],
    id,
    at: daysAgo(30),
    by: PEOPLE.developer,
    asset,
    kind,
    inputs: [],
    outputs: [{ name: asset, digest: { sha256: hexOf(digest) } }],
  });
}

export function classified(
  sensitivity: Content<'data-classification'>['sensitivity'] = 'restricted',
  age = 30,
): Evidence {
  return observe(
    'data-classification',
    { dataset: 'dataset:tickets', sensitivity, personalData: true },
    { role: 'data_custodian', age },
  );
}

export const PLAN_DIGEST: Digest = `sha256:${'9a'.repeat(32)}`;

export function recoveryPlan(): Evidence {
  return observe(
    'plan',
    {
      kind: 'disaster_recovery',
      version: '3',
      owner: PEOPLE.system_operator,
      revisedAt: daysAgo(50),
      nextReviewAt: daysAgo(-200),
      scenarios: RECOVERY_SCENARIOS.map((id) => ({
        id,
        rtoMinutes: 120,
        rpoMinutes: 60,
        runbook: `runbooks/${id}.md`,
      })),
      history: [{ version: '3', at: daysAgo(50), by: PEOPLE.system_operator }],
      releases: [],
      contacts: ['oncall@example.org'],
    },
    { role: 'system_operator', age: 50, subject: PLAN_DIGEST },
  );
}

export function exercise(more: Partial<Content<'drill'>> = {}, age = 40): Evidence {
  return observe(
    'drill',
    {
      drill: 'disaster_recovery',
      scenario: 'poisoned_model',
      at: daysAgo(age),
      succeeded: true,
      minutes: 90,
      limitMinutes: 120,
      seeded: 0,
      caught: 0,
      openFindings: 0,
      ...more,
    },
    { age },
  );
}

export function adequate(
  duty: string,
  role: 'developer' | 'system_operator' = 'developer',
  age = 1,
): Evidence {
  return observe(
    'adequacy-attestation',
    { duty, statement: 'Judged against the situation of the bot today' },
    { role, age },
  );
}
