/** People and the public: training, policies, plans, notices, publications. */
import { z } from 'zod';
import { DigestSchema, PersonId, Prose, Share, Time } from '../schemas.ts';
import { Role } from '../words.ts';

export const peoplePredicates = {
  'training-programme': z.strictObject({
    modules: z.array(
      z.strictObject({
        id: z.string(),
        version: z.string(),
        title: z.string(),
        /** poisoning, evasion, prompt_injection, inversion, membership_inference, extraction, supply_chain, agent_misuse, secure_coding_algorithm, secure_coding_model, secure_coding_software, … */
        topics: z.array(z.string()),
        publishedAt: Time.optional(),
        updatedAt: Time,
        digest: DigestSchema,
      }),
    ),
    curricula: z.array(z.strictObject({ role: z.string(), modules: z.array(z.string()), rationale: Prose })),
    reviewedAt: Time,
  }),
  'staff-register': z.strictObject({
    /** How "all staff" is drawn: contractors, part-timers, … */
    scope: Prose,
    people: z.array(
      z.strictObject({
        person: PersonId,
        roles: z.array(z.string()).min(1),
        active: z.boolean(),
        joinedAt: Time,
        commitsCode: z.boolean().default(false),
      }),
    ),
  }),
  'training-completion': z.strictObject({
    person: PersonId,
    module: z.string(),
    moduleVersion: z.string(),
    completedAt: Time,
    passed: z.boolean(),
  }),
  /** A policy in force. Subject: the document by digest. */
  policy: z.strictObject({
    kind: z.enum([
      'awareness',
      'logging',
      'vulnerability_disclosure',
      'reporting',
      'acceptable_use',
      'supply_chain',
      'asset_management',
      'data_handling',
    ]),
    version: z.string(),
    inForceFrom: Time,
    appliesTo: z.string(),
    url: z.string().optional(),
    sections: z.array(z.string()),
    approvedBy: PersonId,
  }),
  acknowledgement: z.strictObject({ person: PersonId, policy: z.string(), version: z.string(), at: Time }),
  /** How many End-users were shown a version of a policy and accepted it, counted from the acceptance log. */
  'acceptance-summary': z.strictObject({
    policy: z.enum(['acceptable_use', 'data_use']),
    version: z.string(),
    shown: z.int().min(0),
    accepted: z.int().min(0),
  }),
  /** A threat worth telling people about. */
  'threat-event': z.strictObject({
    id: z.string(),
    title: z.string(),
    substantial: z.boolean(),
    publishedAt: Time,
    references: z.array(z.string()),
    mitigationKnown: z.boolean(),
  }),
  /** An awareness bulletin as sent, with what each channel delivered. */
  bulletin: z.strictObject({
    id: z.string(),
    threats: z.array(z.string()),
    sentAt: Time,
    mitigation: z.string().optional(),
    mitigationKnown: z.boolean(),
    channels: z
      .array(
        z.strictObject({
          kind: z.enum(['email', 'chat', 'console', 'rss', 'intranet', 'meeting']),
          messageId: z.string(),
          sentAt: Time,
        }),
      )
      .min(1),
    /** Share of the people addressed who received or opened it, over all channels. */
    reach: Share,
    reachMeasuredAt: Time,
  }),
  /** Risk reports by staff and how they were handled. */
  'risk-report': z.strictObject({ id: z.string(), receivedAt: Time, acknowledgedAt: Time.optional() }),
  'reporting-campaign': z.strictObject({
    heldAt: Time,
    channel: z.string(),
    safeguards: z.array(z.string()),
    noRetaliation: Prose,
  }),
  /** A plan: recovery, incident, contingency, design, maintenance. Subject: the document by digest. */
  plan: z.strictObject({
    kind: z.enum(['disaster_recovery', 'incident', 'recovery', 'contingency', 'design', 'maintenance']),
    version: z.string(),
    owner: PersonId,
    revisedAt: Time,
    nextReviewAt: Time,
    /** poisoned_model, poisoned_dataset, model_theft, agent_compromise, index_corruption, provider_outage, … */
    scenarios: z.array(
      z.strictObject({
        id: z.string(),
        rtoMinutes: z.number().min(0).optional(),
        rpoMinutes: z.number().min(0).optional(),
        runbook: z.string().optional(),
      }),
    ),
    /** Versions in history: audit trail of the document. */
    history: z.array(z.strictObject({ version: z.string(), at: Time, by: PersonId })),
    releases: z.array(z.string()).default([]),
    contacts: z.array(z.string()).default([]),
  }),
  /** Something sent to somebody, with delivery receipts. */
  notice: z.strictObject({
    id: z.string(),
    kind: z.enum([
      'unresolved_threat',
      'security_update',
      'model_update',
      'update_available',
      'findings',
      'evaluation_support',
      'data_use',
      'operator_information',
      'test_support',
    ]),
    audience: z.enum(['system_operator', 'end_user', 'data_custodian', 'affected_entity']),
    /** What it is about: risk, release, vulnerability, report or change ids. */
    about: z.array(z.string()).min(1),
    publishedAt: Time,
    description: z.string(),
    impact: z.string(),
    action: z.string(),
    recipients: z.int().min(0),
    delivered: z.int().min(0),
    accessible: z.boolean(),
    url: z.string().optional(),
  }),
  /** A page or document offered to users, as fetched and checked. Subject: the published bytes. */
  publication: z.strictObject({
    kind: z.enum([
      'data_use',
      'user_guidance',
      'acceptable_use',
      'vulnerability_policy',
      'security_txt',
      'justifications',
      'system_card',
      'hashes',
      'design_documents',
    ]),
    url: z.string(),
    version: z.string(),
    fetchedAt: Time,
    reachableWithoutLogin: z.boolean(),
    /** Absent: nobody has checked it. */
    accessibilityViolations: z.int().min(0).optional(),
    brokenLinks: z.int().min(0),
    sections: z.array(z.string()),
    /** Statements that can be compared with live settings, e.g. retention_days: 30. */
    statements: z.record(z.string(), z.union([z.string(), z.number(), z.boolean()])),
    release: z.string().optional(),
    expiresAt: Time.optional(),
  }),
  /** Settings as they are live, comparable with what is published. */
  'live-settings': z.strictObject({
    settings: z.record(z.string(), z.union([z.string(), z.number(), z.boolean()])),
  }),
  /** Access of downstream parties to documents or reports. */
  'document-access': z.strictObject({
    documents: z.array(z.string()).min(1),
    party: z.string(),
    role: Role,
    grantedAt: Time,
    available: z.boolean(),
  }),
  /** Registered System Operators, End-user channels and other downstream parties. */
  'downstream-register': z.strictObject({
    operators: z.array(z.string()),
    custodians: z.array(z.string()),
    users: z.int().min(0),
  }),
  /** Documentation of model and system in a schema. Subject: the document by digest. */
  'model-card': z.strictObject({
    dataSources: z.array(z.string()),
    scope: z.string(),
    limitations: z.array(z.string()),
    guardrails: z.array(z.strictObject({ name: z.string(), digest: DigestSchema.optional() })),
    retention: z.string(),
    reviewEveryDays: z.number().positive(),
    failureModes: z.array(z.string()),
    reviewedAt: Time,
  }),
  /** An in-toto attestation by somebody else, kept as it came. */
  'third-party-attestation': z.strictObject({
    envelope: z.strictObject({
      payloadType: z.string(),
      payload: z.string(),
      signatures: z.array(z.strictObject({ keyid: z.string(), sig: z.string() })),
    }),
    predicateType: z.string(),
  }),
} as const;
