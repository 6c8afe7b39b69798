/** What happens to the running system: tests, probes, controls, monitoring, drills, disposal. */
import { z } from 'zod';
import { DigestSchema, PersonId, Prose, Share, Time } from '../schemas.ts';
import { Modality } from '../words.ts';

/** Count of successes in trials; checks compute the confidence interval themselves. */
const Trials = z.strictObject({ trials: z.int().min(1), successes: z.int().min(0) });

export const operationPredicates = {
  /** A test suite that really ran. Subject: the system at the fingerprint, or the model version tested. */
  'test-run': z.strictObject({
    run: z.string(),
    suite: z.enum([
      'adversarial',
      'malformed_input',
      'fault_injection',
      'leakage',
      'influence',
      'output_handling',
      'security_assessment',
      'operator_acceptance',
      'model_evaluation',
      'custodian_controls',
      'smoke',
    ]),
    tool: z.string(),
    /** Digest of the model, dataset, prompt or fingerprint that was tested; must equal a subject's digest. */
    target: DigestSchema,
    startedAt: Time,
    finishedAt: Time,
    modalities: z.array(Modality),
    /** Threat ids (of the threat model) that the cases cover. */
    threats: z.array(z.string()),
    /** For attack suites a success is a successful attack; for others, a passed case. */
    results: z.array(z.strictObject({ case: z.string(), ...Trials.shape })).min(1),
    unhandledErrors: z.int().min(0),
    canariesPlanted: z.int().min(0).default(0),
    canariesRecovered: z.int().min(0).default(0),
    /** How success was measured: from side effects (tools, databases) or from the model's own words. */
    measuredBy: z.enum(['side_effects', 'output', 'exception']),
    /** Declared safe state that injected failures must reach. */
    safeState: z.string().optional(),
    runBy: z.enum(['developer', 'system_operator', 'third_party']),
    findings: z.array(
      z.strictObject({
        id: z.string(),
        severity: z.enum(['low', 'medium', 'high', 'critical']),
        status: z.enum(['open', 'fixed', 'accepted']),
      }),
    ),
  }),
  /** One request or action against the live system to see that a control works. */
  probe: z.strictObject({
    probe: z.enum([
      'unauthenticated_call',
      'burst',
      'extraction_pattern',
      'raw_scores',
      'out_of_scope_call',
      'disabled_capability',
      'public_page',
      'security_txt',
      'oversight_bypass',
      'endpoint_alive',
      'log_visibility',
      'input_filter',
      'dlp_canary',
      'report_channel',
      'disclosure_submission',
      'user_notice',
      'link_check',
      'accessibility',
      'vulnerability_contact',
      'recovered_copy',
    ]),
    target: z.string(),
    /** True when the system did what the control promises. */
    held: z.boolean(),
    detail: z.string(),
    /** Measured quantity, e.g. requests before throttling, minutes until visible, days until acknowledged. */
    measured: z.number().optional(),
    limit: z.number().optional(),
  }),
  /** Live status of a control. */
  'control-status': z.strictObject({
    control: z.string(),
    kind: z.enum([
      'technical',
      'organisational',
      'human_oversight',
      'compensating',
      'protection',
      'input_filter',
      'rate_limit',
      'authentication',
      'detection',
    ]),
    assets: z.array(z.string()),
    risks: z.array(z.string()),
    active: z.boolean(),
    verifiedAt: Time,
    method: z.string(),
  }),
  /** Human oversight: the means built in, per high-impact action. */
  'oversight-mechanism': z.strictObject({
    mechanisms: z.array(
      z.strictObject({
        id: z.string(),
        action: z.string(),
        kind: z.enum(['approval', 'override', 'stop', 'review']),
        reviewers: z.array(PersonId),
      }),
    ),
    highImpactActions: z.array(z.string()),
  }),
  /** A drill of any kind, with what it showed. */
  drill: z.strictObject({
    drill: z.enum([
      'stop_override',
      'seeded_error',
      'restore',
      'disable',
      'incident_plan',
      'recovery_plan',
      'alarm',
      'disaster_recovery',
    ]),
    scenario: z.string(),
    at: Time,
    succeeded: z.boolean(),
    minutes: z.number().min(0),
    limitMinutes: z.number().min(0),
    /** seeded_error: shown errors and those that reviewers caught; alarm: seeded and raised. */
    seeded: z.int().min(0).default(0),
    caught: z.int().min(0).default(0),
    openFindings: z.int().min(0).default(0),
  }),
  /** Load on reviewers, for the rubber-stamp indicator. */
  'oversight-summary': z.strictObject({
    mechanism: z.string(),
    reviews: z.int().min(0),
    acceptedShare: Share,
    medianSeconds: z.number().min(0),
    alarmSeconds: z.number().min(0),
  }),
  /** Outputs sampled for what helps a human judge them. */
  'output-sample': z.strictObject({
    sampled: z.int().min(1),
    declaredArtefacts: z.array(z.enum(['citations', 'confidence', 'rationale', 'features', 'source'])).min(1),
    withArtefacts: z.int().min(0),
    citationsChecked: z.int().min(0),
    citationsResolved: z.int().min(0),
    reviewerAgreement: Share.optional(),
  }),
  /** A restore that compared digests and re-ran the smoke evaluation. Subject: the restored system at the fingerprint. */
  restore: z.strictObject({
    backup: z.string(),
    backupTakenAt: Time,
    immutableBackup: z.boolean(),
    expected: DigestSchema,
    restored: DigestSchema,
    covers: z.array(z.enum(['model', 'configuration', 'prompt', 'index'])),
    smokePassed: z.boolean(),
    minutes: z.number().min(0),
  }),
  /** Which share of the inventory was monitored, and what came of it. */
  'monitoring-summary': z.strictObject({
    scope: z.enum(['infrastructure', 'outputs', 'anomalies', 'drift', 'internal_states', 'performance']),
    from: Time,
    until: Time,
    assetsMonitored: z.array(z.string()),
    /** Rules or jobs that ran, with whether a seeded anomaly made them fire. */
    rules: z.array(z.strictObject({ id: z.string(), enabled: z.boolean(), provenBySeed: z.boolean() })),
    /** Longest gap without data, in days. */
    longestGapDays: z.number().min(0),
    findingsPastDue: z.int().min(0),
    alerts: z.array(
      z.strictObject({
        id: z.string(),
        raisedAt: Time,
        triagedAt: Time.optional(),
        disposition: z.string().optional(),
      }),
    ),
    /** Digest of the approved baseline compared with. */
    baseline: DigestSchema.optional(),
    detects: z.array(z.enum(['sudden', 'gradual', 'poisoning', 'breach', 'unexpected_behaviour'])),
    states: z.array(z.string()).default([]),
  }),
  /** AI services that this system's machines and people called, as counted in proxy, DNS or egress logs. */
  'ai-usage': z.strictObject({
    /** Form of the log, such as `squid` or `jsonl`. */
    log: z.string(),
    from: Time,
    until: Time,
    services: z.array(
      z.strictObject({
        /** Asset id, such as `endpoint:api.openai.com`. */
        asset: z.string(),
        provider: z.string().optional(),
        requests: z.int().min(1),
        bytes: z.int().min(0).optional(),
        /** How many people or machines. */
        users: z.int().min(0),
        firstSeen: Time,
        lastSeen: Time,
      }),
    ),
    lines: z.int().min(0),
    /** Lines that were in no known form. */
    notUnderstood: z.int().min(0),
  }),
  /** What logging covers and whether its chain holds. */
  'log-summary': z.strictObject({
    sources: z.array(
      z.strictObject({
        asset: z.string(),
        fields: z.array(
          z.enum([
            'actor',
            'time',
            'model',
            'version',
            'input_reference',
            'output_reference',
            'tool_call',
            'policy_decision',
            'outcome',
          ]),
        ),
        systemActions: z.boolean(),
        userActions: z.boolean(),
      }),
    ),
    retentionDays: z.number().min(0),
    chainVerified: z.boolean(),
    clockSkewSeconds: z.number(),
    purposes: z.array(z.enum(['compliance', 'investigation', 'remediation'])),
  }),
  /** An audit trail's integrity and reach. */
  'audit-trail': z.strictObject({
    scope: z.array(z.enum(['models', 'datasets', 'prompts', 'operation'])),
    chainVerified: z.boolean(),
    longestGapHours: z.number().min(0),
    retention: Prose,
    documentedAt: z.string(),
  }),
  incident: z.strictObject({
    id: z.string(),
    openedAt: Time,
    closedAt: Time.optional(),
    aiRelated: z.boolean(),
    userGuidance: z.string().optional(),
    affectedEntityContact: z.string().optional(),
    planRevisedAt: Time.optional(),
  }),
  /** A vulnerability through fix, notice and deployment. */
  vulnerability: z.strictObject({
    id: z.string(),
    severity: z.enum(['low', 'medium', 'high', 'critical']),
    knownAt: Time,
    fixPossible: z.boolean(),
    fixedAt: Time.optional(),
    operatorsNotifiedAt: Time.optional(),
    deliveredAt: Time.optional(),
    compensatingControl: z.string().optional(),
    notPossibleReason: z.string().optional(),
  }),
  /** Assets that cannot be updated. */
  'unsupported-assets': z.strictObject({
    assets: z.array(z.strictObject({ asset: z.string(), compensatingControl: z.string() })),
  }),
  /** What was destroyed, how, and what a search found afterwards. Subject: the assets. */
  'disposal-receipt': z.strictObject({
    occasion: z.enum(['ownership_transfer', 'decommissioning']),
    event: z.string(),
    assets: z
      .array(
        z.strictObject({
          kind: z.enum([
            'weights',
            'training_data',
            'embeddings',
            'caches',
            'backups',
            'keys',
            'prompts',
            'configuration',
            'logs',
          ]),
          method: z.enum(['delete', 'overwrite', 'crypto_erase', 'destroy', 'legal_hold']),
          completedAt: Time,
          residualCopies: z.int().min(0),
          holdReason: z.string().optional(),
        }),
      )
      .min(1),
    credentialsRevoked: z.boolean(),
    endpointsDead: z.boolean(),
    inventoryRetired: z.boolean(),
  }),
  /** A signing key handed over to its successor, signed by both. Subject: the new key. Note verifier key form. */
  'key-handover': z.strictObject({ from: z.string(), to: z.string() }),
} as const;
