/** What machines see of the system: scans, signatures, provenance, changes, deployments. */
import { z } from 'zod';
import { Asset, Edge, Finding, RegisteredAsset, Unknown } from '../asset.ts';
import { Subject } from '../observation.ts';
import { DigestSchema, PersonId, Prose, Share, Time } from '../schemas.ts';
import { SystemDeclaration } from '../system.ts';
import { AssetKind, Modality } from '../words.ts';

export const assetPredicates = {
  /** The declaration in force. Subject: the system. */
  'system-declaration': SystemDeclaration,
  /** Discovery of assets in a source tree. Subject: the system, digest = fingerprint. */
  'scan-result': z.strictObject({
    fingerprint: DigestSchema,
    assets: z.array(Asset),
    edges: z.array(Edge),
    findings: z.array(Finding),
    unknowns: z.array(Unknown),
    /** What was scanned: `directory`, `git:<commit>`, … */
    scope: z.string(),
    filesRead: z.int().min(0),
  }),
  /** The approved inventory. Approved by the owner named; discovered minus registered must be empty. */
  'inventory-registration': z.strictObject({ assets: z.array(RegisteredAsset) }),
  /** A signature over an asset that was verified. Subject: the asset version. */
  'signature-verification': z.strictObject({
    asset: z.string(),
    method: z.enum(['openssf-model-signing', 'sigstore', 'dsse', 'pgp', 'registry']),
    signer: z.string(),
    valid: z.boolean(),
    /** Where it was verified: at load, at release, at receipt. */
    at: z.enum(['load', 'release', 'receipt', 'audit']),
  }),
  /** How a registry, repository or store guards assets. Read from its settings by a machine. */
  'asset-control': z.strictObject({
    asset: z.string(),
    location: z.string(),
    versioned: z.boolean(),
    immutableReference: z.boolean(),
    authentication: z.enum(['none', 'password', 'mfa', 'workload_identity']),
    accessControl: z.boolean(),
    encryptedAtRest: z.boolean(),
    publiclyReachable: z.boolean(),
    /** Principals that can read or write it. */
    principals: z.array(z.string()),
    approvedPrincipals: z.array(z.string()),
    egressAlarmTested: z.boolean().optional(),
  }),
  /** How a training dataset was obtained. Subject: the dataset version. */
  'data-provenance': z.strictObject({
    dataset: z.string(),
    visibility: z.enum(['public', 'non_public']),
    /** How it was obtained: crawl, download, purchase, collection, … */
    acquisition: Prose,
    rows: z.int().min(1),
    rowsWithSource: z.int().min(0),
    rowsWithTime: z.int().min(0),
    sources: z.array(
      z.strictObject({ uri: z.string(), acquiredAt: Time.optional(), digest: DigestSchema.optional() }),
    ),
    licence: z.string().optional(),
    usedIn: z.array(z.strictObject({ model: z.string(), digest: DigestSchema, purpose: Prose })),
  }),
  /** A drill: given poisoned URLs, which datasets and models are touched. */
  'provenance-lookback': z.strictObject({
    queried: z.array(z.string()).min(1),
    datasets: z.array(z.string()),
    models: z.array(z.string()),
    expectedDatasets: z.array(z.string()),
    expectedModels: z.array(z.string()),
    minutes: z.number().min(0),
  }),
  /** One step in the life of a model, dataset, prompt or configuration. Subjects: outputs. */
  'lifecycle-event': z.strictObject({
    event: z.enum([
      'data_acquired',
      'data_checked',
      'training_run',
      'model_registered',
      'evaluation',
      'approval',
      'deployment',
      'prompt_change',
      'configuration_change',
      'permission_change',
      'infrastructure_change',
      'rollback',
      'withdrawal',
      'ownership_transfer',
      'decommissioning',
    ]),
    id: z.string(),
    at: Time,
    by: PersonId,
    asset: z.string(),
    kind: AssetKind,
    environment: z.enum(['development', 'tuning', 'test', 'staging', 'production']).optional(),
    inputs: z.array(Subject),
    outputs: z.array(Subject),
    /** Digest of the difference, for changes of prompts and configuration. */
    diff: DigestSchema.optional(),
    reason: z.string().optional(),
    approvedBy: PersonId.optional(),
    /** For changes: security relevance as classified; absent = not yet classified. */
    securityRelevant: z.boolean().optional(),
    /** For changes: a new model, fine-tune, quantisation, tool, modality or removed guardrail. */
    major: z.boolean().optional(),
  }),
  /** Digest of a prompt or configuration as it runs, read from the running system. */
  'runtime-state': z.strictObject({
    asset: z.string(),
    kind: AssetKind,
    running: DigestSchema,
    environment: z.enum(['staging', 'production']),
  }),
  /** A release: an approved fingerprint for one environment. Subject: the system at the fingerprint. */
  release: z.strictObject({
    id: z.string(),
    version: z.string(),
    environment: z.enum(['staging', 'production']),
    releasedAt: Time,
    securityRelevant: z.boolean(),
    modelChange: z.boolean(),
    artefacts: z.array(Subject),
    /** Build provenance (SLSA) and bill of materials that name the artefacts. */
    provenance: DigestSchema.optional(),
    bom: DigestSchema.optional(),
  }),
  /** Which version runs where. From telemetry. */
  'deployment-status': z.strictObject({
    environment: z.enum(['staging', 'production']),
    release: z.string(),
    deployedAt: Time,
    /** Share of instances or clients on that release. */
    share: Share,
  }),
  /** Inspection of a model file or dependency set for unsafe content and known vulnerabilities. Subject: what was inspected. */
  inspection: z.strictObject({
    asset: z.string(),
    verdict: z.enum(['unsafe', 'suspicious', 'clean', 'not_inspected']),
    findings: z.array(
      z.strictObject({
        id: z.string(),
        severity: z.enum(['low', 'medium', 'high', 'critical']),
        openedAt: Time,
        resolvedAt: Time.optional(),
        acceptedBy: PersonId.optional(),
      }),
    ),
    pinned: z.boolean().optional(),
  }),
  /** A bill of materials, one's own or a supplier's. Subject: the file, whose digest `release.bom` names. */
  'bill-of-materials': z.strictObject({
    file: z.string(),
    digest: DigestSchema,
    /** `CycloneDX 1.7`, `SPDX 2.3`, … */
    format: z.string(),
    origin: z.enum(['own', 'third_party']),
    product: z.string().optional(),
    version: z.string().optional(),
    supplier: z.string().optional(),
    serialNumber: z.string().optional(),
    components: z.int().min(0),
    models: z.int().min(0),
    datasets: z.int().min(0),
    services: z.int().min(0),
    /** References that are given twice, lead nowhere or go in a circle. */
    referenceProblems: z.array(z.string()),
    /** Minimum elements of a bill of materials for AI that it lacks, as `<component>: <element>`. */
    missing: z.array(z.string()),
  }),
  /** Documentation and security score of an external component, with its parts. */
  'component-score': z.strictObject({
    component: z.string(),
    version: z.string().optional(),
    documentation: Share,
    security: Share,
    parts: z.record(z.string(), z.boolean()),
    /** Why each part is met or not. */
    reasons: z.record(z.string(), z.string()).optional(),
  }),
  /** What a model can do, as read from its card, headers and configuration. */
  'model-capability': z.strictObject({
    model: z.string(),
    inputs: z.array(Modality),
    outputs: z.array(Modality),
    tools: z.array(z.string()),
  }),
  /** Hashes of shared components as published, and their recomputation by the checker. Subjects: the components. */
  'published-hashes': z.strictObject({
    url: z.string(),
    algorithm: z.enum(['sha256', 'sha384', 'sha512']),
    files: z.array(
      z.strictObject({ name: z.string(), published: z.string(), recomputed: z.string().optional() }),
    ),
    signed: z.boolean(),
    signatureVerified: z.boolean(),
    /** The hashes come over another channel than the files. */
    independentChannel: z.boolean(),
  }),
  /** Validation and sanitisation of a dataset before training, tuning or retrieval ingest. Subject: the dataset version. */
  'data-validation': z.strictObject({
    dataset: z.string(),
    run: z.string(),
    purpose: z.enum(['training', 'fine_tuning', 'retrieval_ingest', 'feedback_revision']),
    checks: z.array(z.strictObject({ name: z.string(), passed: z.boolean() })).min(1),
    /** Deliberately malicious records put in to see that the checks catch them. */
    plantedMalicious: z.int().min(0),
    caughtMalicious: z.int().min(0),
  }),
  /** Access rights an AI identity really has, against those it needs. */
  'permission-set': z.strictObject({
    identity: z.string(),
    target: z.string(),
    granted: z.array(z.string()),
    needed: z.array(z.string()),
    /** Granted permissions with days since last use; undefined use = never seen. */
    unusedDays: z.record(z.string(), z.number()),
    risk: z.string().optional(),
  }),
  /** Separation of environments, read from accounts, networks and data locations. */
  'environment-layout': z.strictObject({
    environments: z.array(
      z.strictObject({
        name: z.enum(['development', 'tuning', 'test', 'staging', 'production']),
        account: z.string(),
        principals: z.array(z.string()),
        routesTo: z.array(z.string()),
        datasets: z.array(z.string()),
      }),
    ),
  }),
  /** Where the interfaces of a model stand: versions offered, retirement dates, previews. */
  'api-versions': z.strictObject({
    versions: z.array(
      z.strictObject({
        id: z.string(),
        model: z.string(),
        availableFrom: Time,
        previewFrom: Time.optional(),
        retiredAt: Time.optional(),
        migrationNotes: z.string().optional(),
      }),
    ),
  }),
} as const;
