/** The auditor's room: a random sample of evidence that anybody can draw again, marks on it, and findings. */
import { DeciderRole } from '@custos/core';
import { z } from 'zod';
import { operation } from '../operation.ts';
import { DigestSchema, OrganisationParams, Paging, pageOf, Slug, SystemParams, Time } from '../shared.ts';
import { ObservationEntry } from './evidence.ts';

const Said = z.string().trim().min(20).max(10_000);
export const SampleMarkKind = z.enum(['sound', 'doubtful']);

export const drawSample = operation({
  id: 'audit.sample',
  method: 'GET',
  path: '/api/v1/organisations/{organisation}/systems/{system}/audit/sample',
  tag: 'Audit',
  summary:
    'A random sample of the system’s observations; the same seed and size of the ledger give the same sample',
  access: 'evidence.read',
  params: SystemParams,
  query: z.object({
    /** Any text; who audits chooses it, not who is audited. */
    seed: z.string().min(1).max(100),
    count: z.coerce.number().int().min(1).max(100).default(10),
    /** Entries of the ledger that are drawn from; default all of now. */
    size: z.coerce.number().int().min(0).optional(),
  }),
  response: z.strictObject({
    seed: z.string(),
    /** Entries of the ledger that were drawn from. */
    size: z.int(),
    /** Observations among them. */
    population: z.int(),
    /** How to draw it again by hand. */
    method: z.string(),
    items: z.array(
      z.strictObject({
        ...ObservationEntry.shape,
        marks: z.array(
          z.strictObject({ auditor: z.string(), mark: SampleMarkKind, note: z.string(), at: Time }),
        ),
      }),
    ),
  }),
});

export const markSample = operation({
  id: 'audit.mark',
  method: 'PUT',
  path: '/api/v1/organisations/{organisation}/systems/{system}/audit/marks/{observation}',
  tag: 'Audit',
  summary: 'Say of one observation that it is sound, or doubtful',
  access: 'finding.raise',
  params: SystemParams.extend({ observation: DigestSchema }),
  body: z.strictObject({ mark: SampleMarkKind, note: z.string().trim().max(2000).default('') }),
  act: 'sample.marked',
});

export const FindingState = z.enum(['open', 'answered', 'closed', 'withdrawn']);
const FindingSummary = z.strictObject({
  id: z.string(),
  system: Slug,
  title: z.string(),
  text: z.string(),
  severity: z.enum(['low', 'medium', 'high']),
  duty: z.string().optional(),
  observation: DigestSchema.optional(),
  status: FindingState,
  raisedBy: z.string(),
  raisedAt: Time,
  closedAt: Time.optional(),
});

const FindingDetail = z.strictObject({
  ...FindingSummary.shape,
  words: z.array(
    z.strictObject({
      person: z.string(),
      role: z.string(),
      kind: z.enum(['answered', 'closed', 'reopened', 'withdrawn']),
      text: z.string(),
      at: Time,
    }),
  ),
});

export const listFindings = operation({
  id: 'findings.list',
  method: 'GET',
  path: '/api/v1/organisations/{organisation}/findings',
  tag: 'Audit',
  summary: 'Findings of auditors on the systems that one may see, newest first',
  access: 'organisation.read',
  params: OrganisationParams,
  query: Paging.extend({ system: Slug.optional(), status: FindingState.optional() }),
  response: pageOf(FindingSummary),
});

const FindingParams = SystemParams.extend({ finding: z.string().max(64) });

export const raiseFinding = operation({
  id: 'findings.raise',
  method: 'POST',
  path: '/api/v1/organisations/{organisation}/systems/{system}/findings',
  tag: 'Audit',
  summary: 'Raise a finding, on a duty or on an observation',
  access: 'finding.raise',
  params: SystemParams,
  body: z.strictObject({
    title: z.string().trim().min(3).max(200),
    text: Said,
    severity: z.enum(['low', 'medium', 'high']),
    duty: z.string().max(40).optional(),
    observation: DigestSchema.optional(),
  }),
  response: FindingDetail,
  status: 201,
  act: 'finding.raised',
});

export const getFinding = operation({
  id: 'findings.get',
  method: 'GET',
  path: '/api/v1/organisations/{organisation}/systems/{system}/findings/{finding}',
  tag: 'Audit',
  summary: 'One finding with everything that was said on it',
  access: 'evidence.read',
  params: FindingParams,
  response: FindingDetail,
});

export const answerFinding = operation({
  id: 'findings.answer',
  method: 'POST',
  path: '/api/v1/organisations/{organisation}/systems/{system}/findings/{finding}/answers',
  tag: 'Audit',
  summary: 'Say what was done about a finding; only an auditor closes it',
  access: 'decision.make',
  params: FindingParams,
  body: z.strictObject({
    text: Said,
    role: DeciderRole,
  }),
  response: FindingDetail,
  problems: ['CONFLICT'],
  versioned: true,
  act: 'finding.answered',
});

export const decideFinding = operation({
  id: 'findings.decide',
  method: 'POST',
  path: '/api/v1/organisations/{organisation}/systems/{system}/findings/{finding}/decisions',
  tag: 'Audit',
  summary: 'Close a finding, open it again, or withdraw one that was raised in error',
  access: 'finding.raise',
  params: FindingParams,
  body: z.strictObject({ decision: z.enum(['closed', 'reopened', 'withdrawn']), text: Said }),
  response: FindingDetail,
  problems: ['CONFLICT'],
  versioned: true,
  act: 'finding.decided',
});
