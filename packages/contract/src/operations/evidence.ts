/** Observations and the ledger that keeps them. */
import { Actor, Envelope, isPredicateName, Producer, Subject } from '@custos/core';
import { z } from 'zod';
import { operation } from '../operation.ts';
import { DigestSchema, Paging, pageOf, SystemParams, Time } from '../shared.ts';

export const ObservationEntry = z.strictObject({
  index: z.int(),
  id: DigestSchema,
  recordedAt: Time,
  type: z.string(),
  producer: Producer,
  actor: Actor.optional(),
  subject: z.array(Subject),
  observedAt: Time,
  validUntil: Time.optional(),
  source: z.string().optional(),
  content: z.unknown(),
  /** False: the signature is by nobody who is trusted; it decides nothing. */
  verified: z.boolean(),
});

export const listObservations = operation({
  id: 'observations.list',
  method: 'GET',
  path: '/api/v1/organisations/{organisation}/systems/{system}/observations',
  tag: 'Evidence',
  summary: 'Observations in the order of the ledger',
  access: 'evidence.read',
  params: SystemParams,
  query: Paging.extend({
    /** Name of a predicate type, such as `test-run`. */
    type: z.string().refine(isPredicateName, { error: 'is no observation type' }).optional(),
    subject: DigestSchema.optional(),
  }),
  response: pageOf(ObservationEntry),
});

export const getObservation = operation({
  id: 'observations.get',
  method: 'GET',
  path: '/api/v1/organisations/{organisation}/systems/{system}/observations/{observation}',
  tag: 'Evidence',
  summary: 'One observation, with the proof that the ledger holds it',
  access: 'evidence.read',
  params: SystemParams.extend({ observation: DigestSchema }),
  response: z.strictObject({
    ...ObservationEntry.shape,
    envelope: Envelope,
    proof: z.strictObject({
      index: z.int(),
      size: z.int(),
      root: DigestSchema,
      /** Canonical bytes of the leaf. */
      leaf: z.string(),
      /** Audit path, base64, from the leaf up (RFC 6962). */
      path: z.array(z.string()),
      checkpoint: z.string(),
    }),
  }),
});

/** What a person or a tool says; Custos adds who and when. */
export const NewObservationBody = z.strictObject({
  type: z.string().max(100),
  content: z.unknown(),
  /** Default: the system at its fingerprint. */
  subject: z.array(Subject).min(1).max(100).optional(),
  /** The tool that measured; absent: the person says it. */
  producer: Producer.optional(),
  /** The role in which the person speaks; needed for decisions. */
  role: Actor.shape.role.optional(),
  observedAt: Time.optional(),
  validUntil: Time.optional(),
  source: z.string().max(2000).optional(),
});

export const recordObservations = operation({
  id: 'observations.record',
  method: 'POST',
  path: '/api/v1/organisations/{organisation}/systems/{system}/observations',
  tag: 'Evidence',
  summary: 'Record observations, all or none',
  access: 'evidence.record',
  params: SystemParams,
  body: z.strictObject({ observations: z.array(NewObservationBody).min(1).max(500) }),
  response: z.strictObject({
    recorded: z.array(z.strictObject({ index: z.int(), id: DigestSchema, existing: z.boolean() })),
  }),
  status: 201,
  limits: { bodyBytes: 8 << 20 },
});

export const getCheckpoint = operation({
  id: 'ledger.checkpoint',
  method: 'GET',
  path: '/api/v1/organisations/{organisation}/systems/{system}/ledger',
  tag: 'Evidence',
  summary: 'The signed checkpoint of the ledger, and the key that signs it',
  access: 'ledger.read',
  params: SystemParams,
  response: z.strictObject({
    origin: z.string(),
    size: z.int(),
    root: DigestSchema.nullable(),
    note: z.string(),
    publicKey: z.string(),
  }),
});
