/** AI systems: listing, declaring, and the assessment of each. */
import { Asset, Edge, Feature, Finding, SystemDeclaration, Trigger, Unknown } from '@custos/core';
import { z } from 'zod';
import { operation } from '../operation.ts';
import { SystemRole } from '../permissions.ts';
import {
  Counts,
  DigestSchema,
  Email,
  Norm,
  OrganisationParams,
  Paging,
  Phase,
  pageOf,
  Slug,
  SystemParams,
  Time,
  Verdict,
} from '../shared.ts';

export const SystemSummary = z.strictObject({
  id: Slug,
  name: z.string(),
  phase: Phase,
  purpose: z.string(),
  createdAt: Time,
  /** Absent until it was assessed once. */
  assessment: z
    .strictObject({
      evaluatedAt: Time,
      fingerprint: DigestSchema.nullable(),
      counts: Counts,
      nextExpiry: Time.optional(),
    })
    .optional(),
});
export type SystemSummary = z.infer<typeof SystemSummary>;

export const listSystems = operation({
  id: 'systems.list',
  method: 'GET',
  path: '/api/v1/organisations/{organisation}/systems',
  tag: 'Systems',
  summary: 'AI systems that one may see, by id',
  access: 'organisation.read',
  params: OrganisationParams,
  query: Paging.extend({
    /** Part of the id, name or purpose. */
    search: z.string().max(200).optional(),
    phase: Phase.optional(),
    /** Only systems with a shall-duty of that verdict. */
    verdict: Verdict.optional(),
  }),
  response: pageOf(SystemSummary),
});

/** A declaration as people write it: the roles are assigned apart. */
export const DeclarationBody = SystemDeclaration.omit({ roles: true });

export const createSystem = operation({
  id: 'systems.create',
  method: 'POST',
  path: '/api/v1/organisations/{organisation}/systems',
  tag: 'Systems',
  summary: 'Declare a new system; who creates it becomes its Developer',
  access: 'systems.create',
  params: OrganisationParams,
  body: DeclarationBody,
  response: SystemSummary,
  status: 201,
  problems: ['CONFLICT'],
  act: 'system.created',
});

export const SystemDetail = z.strictObject({
  ...SystemSummary.shape,
  declaration: DeclarationBody,
  roles: z.array(z.strictObject({ person: z.string(), role: SystemRole })),
});

export const getSystem = operation({
  id: 'systems.get',
  method: 'GET',
  path: '/api/v1/organisations/{organisation}/systems/{system}',
  tag: 'Systems',
  summary: 'One system: declaration, roles, and how it stands',
  access: 'system.read',
  params: SystemParams,
  response: SystemDetail,
});

export const declareSystem = operation({
  id: 'systems.declare',
  method: 'PUT',
  path: '/api/v1/organisations/{organisation}/systems/{system}/declaration',
  tag: 'Systems',
  summary: 'Replace the declaration',
  access: 'system.declare',
  params: SystemParams,
  body: DeclarationBody,
  response: SystemDetail,
  versioned: true,
  act: 'system.declared',
});

export const assignRoles = operation({
  id: 'systems.assign-roles',
  method: 'PUT',
  path: '/api/v1/organisations/{organisation}/systems/{system}/roles',
  tag: 'Systems',
  summary: 'Say who holds which role on the system',
  access: 'system.assign',
  params: SystemParams,
  body: z.strictObject({ roles: z.array(z.strictObject({ person: Email, role: SystemRole })).max(500) }),
  response: SystemDetail,
  versioned: true,
  act: 'system.roles-assigned',
});

const FeatureState = z.strictObject({
  value: z.union([z.boolean(), z.literal('undecided')]),
  from: z.enum(['derived', 'declared', 'undecided']),
  reason: z.string(),
  contradiction: z.string().optional(),
});

const DutyAssessment = z.strictObject({
  id: z.string(),
  norm: Norm,
  verdict: Verdict,
  waived: z.boolean(),
  reasons: z.array(z.strictObject({ code: z.string(), message: z.string() })),
  observations: z.array(DigestSchema),
  validUntil: Time.optional(),
  reopens: z.array(Trigger),
});

/** The assessment document of @custos/core, as the CLI prints it. */
export const AssessmentDocument = z.strictObject({
  specification: z.strictObject({ standard: z.string(), version: z.string(), digest: DigestSchema }),
  system: z.strictObject({ id: z.string(), name: z.string(), declared: z.boolean() }),
  fingerprint: DigestSchema.nullable(),
  evaluatedAt: Time,
  provisions: z.array(
    z.strictObject({
      id: z.string(),
      norm: Norm,
      shall: Verdict.nullable(),
      should: Verdict.nullable(),
      duties: z.array(DutyAssessment),
    }),
  ),
  counts: Counts,
  features: z.record(Feature, FeatureState),
  inventory: z.strictObject({ assets: z.array(Asset), edges: z.array(Edge) }),
  findings: z.array(Finding),
  unknowns: z.array(Unknown),
  ledger: z.strictObject({ size: z.int(), root: DigestSchema.nullable() }),
});

export const getAssessment = operation({
  id: 'systems.assessment',
  method: 'GET',
  path: '/api/v1/organisations/{organisation}/systems/{system}/assessment',
  tag: 'Systems',
  summary: 'The assessment as of now: all 72 provisions, computed from the evidence',
  access: 'system.read',
  params: SystemParams,
  response: AssessmentDocument,
});

export const getIxit = operation({
  id: 'systems.ixit',
  method: 'GET',
  path: '/api/v1/organisations/{organisation}/systems/{system}/ixit',
  tag: 'Systems',
  summary: 'The information for testing (IXIT), gathered from the inventory and the evidence',
  access: 'evidence.read',
  params: SystemParams,
  response: z.strictObject({
    tables: z.array(
      z.strictObject({
        number: z.int(),
        title: z.string(),
        columns: z.array(z.string()),
        rows: z.array(z.array(z.string())),
        /** What the rows do not show. */
        note: z.string(),
      }),
    ),
  }),
});

export const getInventory = operation({
  id: 'systems.inventory',
  method: 'GET',
  path: '/api/v1/organisations/{organisation}/systems/{system}/inventory',
  tag: 'Systems',
  summary: 'Assets as found, each beside what was approved',
  access: 'system.read',
  params: SystemParams,
  response: z.strictObject({
    /** False while nobody has confirmed any inventory. */
    confirmed: z.boolean(),
    assets: z.array(
      z.strictObject({
        ...Asset.shape,
        /** `dismissed`: somebody decided that it is no AI asset. */
        state: z.enum(['approved', 'changed', 'rejected', 'shadow', 'dismissed']),
      }),
    ),
    edges: z.array(Edge),
    /** Approved, and not found any more. */
    vanished: z.array(z.string()),
  }),
});

export const AssessmentEntry = z.strictObject({
  sequence: z.int(),
  evaluatedAt: Time,
  /** SHA-256 of the assessment's RFC 8785 form; a replay gives the same. */
  digest: DigestSchema,
  fingerprint: DigestSchema.nullable(),
  /** Version of Custos that evaluated. */
  engine: z.string(),
  counts: Counts,
  /** Sizes of the system's and the organisation's ledger that it was computed from. */
  systemLedger: z.int(),
  organisationLedger: z.int(),
});

export const listAssessments = operation({
  id: 'assessments.list',
  method: 'GET',
  path: '/api/v1/organisations/{organisation}/systems/{system}/assessments',
  tag: 'Systems',
  summary: 'Past assessments, newest first',
  access: 'system.read',
  params: SystemParams,
  query: Paging,
  response: pageOf(AssessmentEntry),
});

export const replayAssessment = operation({
  id: 'assessments.replay',
  method: 'GET',
  path: '/api/v1/organisations/{organisation}/systems/{system}/assessments/{sequence}',
  tag: 'Systems',
  summary:
    'Compute a past assessment again from the ledger, by the specification of then; is the digest the same?',
  access: 'system.read',
  params: SystemParams.extend({ sequence: z.coerce.number().int().min(1) }),
  response: z.strictObject({
    recorded: AssessmentEntry,
    /** Null: not comparable, as the specification of then was not kept. */
    same: z.boolean().nullable(),
    /** Digests of the specification of then, and of the one in use. */
    specification: z.strictObject({ recorded: z.string(), current: DigestSchema }),
    /** Versions of Custos, of then and in use: where they differ, another digest may mean other checks and not another ledger. */
    engine: z.strictObject({ recorded: z.string(), current: z.string() }),
    /** What was computed again; absent where nothing could be. */
    digest: DigestSchema.optional(),
    assessment: AssessmentDocument.optional(),
  }),
});

export const loadExamples = operation({
  id: 'systems.load-examples',
  method: 'POST',
  path: '/api/v1/organisations/{organisation}/examples',
  tag: 'Systems',
  summary: 'Load the example systems, scanned and assessed',
  access: 'organisation.manage',
  params: OrganisationParams,
  response: z.strictObject({ systems: z.array(Slug) }),
  status: 201,
  act: 'examples.loaded',
  limits: { perMinute: 6 },
});
