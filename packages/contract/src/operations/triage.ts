/** Shadow AI: what was found beside what was approved, and people's decisions on it. */
import { Asset, RegisteredAsset } from '@custos/core';
import { z } from 'zod';
import { operation } from '../operation.ts';
import { DigestSchema, SystemParams, Time } from '../shared.ts';

/** The roles whose decision on an asset counts. */
export const TriageRole = z.enum(['developer', 'system_operator']);
export const AssetDecisionKind = z.enum(['approved', 'rejected', 'not_ai']);
export type AssetDecisionKind = z.infer<typeof AssetDecisionKind>;
const Reason = z.string().trim().min(20).max(2000);

const Decision = z.strictObject({
  id: DigestSchema,
  decision: AssetDecisionKind,
  reason: z.string(),
  by: z.string(),
  role: z.string(),
  at: Time,
});

export const getTriage = operation({
  id: 'triage.get',
  method: 'GET',
  path: '/api/v1/organisations/{organisation}/systems/{system}/triage',
  tag: 'Triage',
  summary: 'Assets as found beside what was approved, with the decision that stands on each',
  access: 'evidence.read',
  params: SystemParams,
  response: z.strictObject({
    /** False while nobody has confirmed any inventory: then everything is shadow because nobody looked yet. */
    confirmed: z.boolean(),
    assets: z.array(
      z.strictObject({
        asset: Asset,
        /** `dismissed`: somebody decided that it is no AI asset. */
        state: z.enum(['approved', 'changed', 'rejected', 'shadow', 'dismissed']),
        approved: RegisteredAsset.optional(),
        /** Connections that were found and are not in what was approved. */
        newDependencies: z.array(z.string()),
        decision: Decision.optional(),
      }),
    ),
    /** Approved, and not found any more. */
    vanished: z.array(z.strictObject({ asset: RegisteredAsset, decision: Decision.optional() })),
  }),
});

export const decideTriage = operation({
  id: 'triage.decide',
  method: 'POST',
  path: '/api/v1/organisations/{organisation}/systems/{system}/triage/decisions',
  tag: 'Triage',
  summary: 'Approve or reject assets, or say that they are no part of an AI system; all or none',
  access: 'inventory.decide',
  params: SystemParams,
  body: z.strictObject({
    assets: z.array(z.string().min(1).max(1000)).min(1).max(500),
    decision: AssetDecisionKind,
    reason: Reason,
    role: TriageRole,
    /** Who answers for approved assets; default: the owner as declared, else who decides. */
    owner: z.string().trim().min(1).max(254).optional(),
    /** The organisation's class of approved assets; default `internal`. */
    class: z.string().trim().min(1).max(100).optional(),
  }),
  response: z.strictObject({
    decisions: z.array(z.strictObject({ asset: z.string(), id: DigestSchema })),
  }),
  status: 201,
  act: 'triage.decided',
});

export const undoTriage = operation({
  id: 'triage.undo',
  method: 'POST',
  path: '/api/v1/organisations/{organisation}/systems/{system}/triage/undo',
  tag: 'Triage',
  summary: 'Take back decisions that one made oneself and that still stand; what stood before stands again',
  access: 'inventory.decide',
  params: SystemParams,
  body: z.strictObject({
    decisions: z.array(DigestSchema).min(1).max(500),
    reason: Reason,
    role: TriageRole,
  }),
  response: z.strictObject({ retracted: z.array(DigestSchema) }),
  problems: ['CONFLICT'],
  act: 'triage.undone',
});
