/** Observations and the ledgers that keep them: one for each system, and one for what concerns the whole organisation. */
import { Actor, Envelope, isPredicateName, Producer, Subject } from '@custos/core';
import { z } from 'zod';
import { operation } from '../operation.ts';
import { DigestSchema, OrganisationParams, Paging, pageOf, SystemParams, Time } from '../shared.ts';

const SYSTEM = '/api/v1/organisations/{organisation}/systems/{system}';
const ORGANISATION = '/api/v1/organisations/{organisation}';

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

const ObservationQuery = Paging.extend({
  /** Name of a predicate type, such as `test-run`. */
  type: z.string().refine(isPredicateName, { error: 'is no observation type' }).optional(),
  subject: DigestSchema.optional(),
});

/** That a ledger holds an entry (RFC 6962), to be checked without trust in the server. */
const Proof = z.strictObject({
  index: z.int(),
  size: z.int(),
  root: DigestSchema,
  /** Canonical bytes of the leaf. */
  leaf: z.string(),
  /** Audit path, base64, from the leaf up. */
  path: z.array(z.string()),
  checkpoint: z.string(),
});

const ObservationDetail = z.strictObject({
  ...ObservationEntry.shape,
  envelope: Envelope,
  proof: Proof,
});

export const listObservations = operation({
  id: 'observations.list',
  method: 'GET',
  path: `${SYSTEM}/observations`,
  tag: 'Evidence',
  summary: 'Observations in the order of the ledger',
  access: 'evidence.read',
  params: SystemParams,
  query: ObservationQuery,
  response: pageOf(ObservationEntry),
});

export const getObservation = operation({
  id: 'observations.get',
  method: 'GET',
  path: `${SYSTEM}/observations/{observation}`,
  tag: 'Evidence',
  summary: 'One observation, with the proof that the ledger holds it',
  access: 'evidence.read',
  params: SystemParams.extend({ observation: DigestSchema }),
  response: ObservationDetail,
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
  /** Not in the future; more than five years back only with `old`. */
  observedAt: Time.optional(),
  validUntil: Time.optional(),
  source: z.string().max(2000).optional(),
  old: z.literal(true).optional(),
});

/** What was recorded elsewhere, in its signed envelope: by `custos` in a repository, by a tool with a key, by somebody else. */
export const PushedObservation = z.strictObject({
  envelope: z.looseObject({
    payloadType: z.string().max(200),
    payload: z.string(),
    signatures: z.array(z.looseObject({ sig: z.string().max(10_000) })).max(16),
  }),
  old: z.literal(true).optional(),
});

const RecordBody = z.strictObject({
  observations: z
    .array(z.union([NewObservationBody, PushedObservation]))
    .min(1)
    .max(500),
  /** True: one that can't be taken keeps all others out, too. */
  allOrNone: z.boolean().default(false),
});

const Recorded = z.strictObject({
  recorded: z.array(
    z.strictObject({
      /** Place in the request, from 0. */
      item: z.int(),
      /** Place in the ledger. */
      index: z.int(),
      id: DigestSchema,
      /** True: it was there already. */
      existing: z.boolean(),
    }),
  ),
  /** What was not taken, by its place in the request, and why. */
  refused: z.array(z.strictObject({ index: z.int(), code: z.string(), detail: z.string() })),
  /** What became of a declaration among them: roles never come with it. */
  declaration: z.enum(['replaced', 'same']).optional(),
});

export const recordObservations = operation({
  id: 'observations.record',
  method: 'POST',
  path: `${SYSTEM}/observations`,
  tag: 'Evidence',
  summary: 'Record observations, each by itself or all or none; what is there already stays as it is',
  access: 'evidence.record',
  params: SystemParams,
  body: RecordBody,
  response: Recorded,
  status: 201,
  problems: ['VERSION_CHANGED'],
  limits: { bodyBytes: 16 << 20, seconds: 60 },
});

const Checkpoint = z.strictObject({
  origin: z.string(),
  size: z.int(),
  root: DigestSchema.nullable(),
  note: z.string(),
  publicKey: z.string(),
});

const EntryQuery = Paging.extend({
  kind: z.enum(['observation', 'act']).optional(),
  /** Index of the first entry, where there is no cursor. */
  from: z.coerce.number().int().min(0).max(Number.MAX_SAFE_INTEGER).optional(),
});
const EntryPage = pageOf(
  z.strictObject({
    index: z.int(),
    at: Time,
    kind: z.enum(['observation', 'act']),
    /** Observations: its id. */
    id: DigestSchema.optional(),
    /** Type of the observation or of the act. */
    type: z.string(),
    /** Acts: who did it. */
    actor: z.string().optional(),
    detail: z.unknown().optional(),
  }),
);
const EntryIndex = { index: z.coerce.number().int().min(0).max(Number.MAX_SAFE_INTEGER) };
const Sizes = z.object({
  first: z.coerce.number().int().min(1).max(Number.MAX_SAFE_INTEGER),
  second: z.coerce.number().int().min(1).max(Number.MAX_SAFE_INTEGER),
});
const Consistency = z.strictObject({
  first: z.int(),
  second: z.int(),
  /** Hashes, base64 (RFC 6962, 2.1.4). */
  proof: z.array(z.string()),
});

const system = { tag: 'Ledger', access: 'ledger.read', params: SystemParams } as const;

export const getCheckpoint = operation({
  ...system,
  id: 'ledger.checkpoint',
  method: 'GET',
  path: `${SYSTEM}/ledger`,
  summary: 'The signed checkpoint of the ledger, and the key that signs it',
  response: Checkpoint,
});

export const listEntries = operation({
  ...system,
  id: 'ledger.entries',
  method: 'GET',
  path: `${SYSTEM}/ledger/entries`,
  summary: 'Observations and acts in the order in which they were recorded',
  query: EntryQuery,
  response: EntryPage,
});

export const getProof = operation({
  ...system,
  id: 'ledger.proof',
  method: 'GET',
  path: `${SYSTEM}/ledger/entries/{index}/proof`,
  summary: 'Proof that the ledger holds an entry',
  params: SystemParams.extend(EntryIndex),
  response: Proof,
});

export const getConsistency = operation({
  ...system,
  id: 'ledger.consistency',
  method: 'GET',
  path: `${SYSTEM}/ledger/consistency`,
  summary: 'Proof that the ledger of one size begins the ledger of another: nothing was changed or removed',
  query: Sizes,
  response: Consistency,
});

export const exportLedger = operation({
  ...system,
  id: 'ledger.export',
  method: 'GET',
  path: `${SYSTEM}/ledger/export`,
  summary: 'The whole ledger as JSON Lines, to be verified without a server',
  mediaType: 'application/jsonl',
  stream: true,
  response: z.string(),
  limits: { perMinute: 20 },
});

const shared = { tag: 'Organisation', params: OrganisationParams } as const;

export const listSharedObservations = operation({
  ...shared,
  id: 'organisation-observations.list',
  method: 'GET',
  path: `${ORGANISATION}/observations`,
  summary: 'Observations that concern all systems: staff, training, policies, tolerance',
  access: 'organisation-evidence.read',
  query: ObservationQuery,
  response: pageOf(ObservationEntry),
});

export const getSharedObservation = operation({
  ...shared,
  id: 'organisation-observations.get',
  method: 'GET',
  path: `${ORGANISATION}/observations/{observation}`,
  summary: 'One observation of the organisation, with its proof',
  access: 'organisation-evidence.read',
  params: OrganisationParams.extend({ observation: DigestSchema }),
  response: ObservationDetail,
});

export const recordSharedObservations = operation({
  ...shared,
  id: 'organisation-observations.record',
  method: 'POST',
  path: `${ORGANISATION}/observations`,
  summary: 'Record observations that concern all systems',
  access: 'organisation-evidence.record',
  body: RecordBody,
  response: Recorded,
  status: 201,
  limits: { bodyBytes: 16 << 20, seconds: 60 },
});

const sharedLedger = { ...shared, access: 'organisation-evidence.read' } as const;

export const getSharedCheckpoint = operation({
  ...sharedLedger,
  id: 'organisation-ledger.checkpoint',
  method: 'GET',
  path: `${ORGANISATION}/ledger`,
  summary: 'The signed checkpoint of the organisation’s ledger',
  response: Checkpoint,
});

export const listSharedEntries = operation({
  ...sharedLedger,
  id: 'organisation-ledger.entries',
  method: 'GET',
  path: `${ORGANISATION}/ledger/entries`,
  summary: 'Observations and acts of the organisation’s ledger',
  query: EntryQuery,
  response: EntryPage,
});

export const getSharedProof = operation({
  ...sharedLedger,
  id: 'organisation-ledger.proof',
  method: 'GET',
  path: `${ORGANISATION}/ledger/entries/{index}/proof`,
  summary: 'Proof that the organisation’s ledger holds an entry',
  params: OrganisationParams.extend(EntryIndex),
  response: Proof,
});

export const getSharedConsistency = operation({
  ...sharedLedger,
  id: 'organisation-ledger.consistency',
  method: 'GET',
  path: `${ORGANISATION}/ledger/consistency`,
  summary: 'Proof that the organisation’s ledger of one size begins that of another',
  query: Sizes,
  response: Consistency,
});

export const exportSharedLedger = operation({
  ...sharedLedger,
  id: 'organisation-ledger.export',
  method: 'GET',
  path: `${ORGANISATION}/ledger/export`,
  summary: 'The organisation’s whole ledger as JSON Lines',
  mediaType: 'application/jsonl',
  stream: true,
  response: z.string(),
  limits: { perMinute: 20 },
});
