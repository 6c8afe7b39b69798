/** The tables as Kysely sees them. int8 arrives as a number from both drivers, bytea as bytes. */
import type { Generated } from 'kysely';
import type { AssuranceTables } from './assurance-tables.ts';
import type { IdentityTables } from './identity-tables.ts';
import type { OperationsTables } from './operations-tables.ts';

export type RequestStatus = 'open' | 'approved' | 'rejected' | 'withdrawn' | 'void';
export type TaskStatus = 'open' | 'answered' | 'accepted' | 'returned' | 'revoked';

export interface Tables extends AssuranceTables, IdentityTables, OperationsTables {
  ledger_heads: {
    organisation: string;
    size: number;
    peaks: Uint8Array;
    root: Uint8Array | null;
    note: string;
  };
  /** An act, or an observation (then `id`, `type`, `payload` and `signatures` are there and `act` is null). */
  ledger_entries: {
    organisation: string;
    idx: number;
    at: string;
    leaf_hash: Uint8Array;
    act: string | null;
    id: Uint8Array | null;
    type: string | null;
    payload: string | null;
    signatures: string | null;
  };
  /** SHA-256 of each subject of an observation; what a query by subject reads. */
  ledger_subjects: { organisation: string; subject: Uint8Array; idx: number };
  ledger_nodes: { organisation: string; level: number; idx: number; hash: Uint8Array };
  states: { organisation: string; key: string; value: string; idx: number };
  organisations: { organisation: string; name: string; created_at: string };
  /** `person` is an e-mail address in lower case. */
  members: {
    organisation: string;
    person: string;
    name: string;
    role: string;
    active: Generated<boolean>;
    joined: Generated<boolean>;
    external_id: string | null;
    version: Generated<number>;
  };
  systems: {
    organisation: string;
    system: string;
    name: string;
    phase: string;
    purpose: string;
    declaration: string;
    created_at: string;
    archived_at: string | null;
    version: Generated<number>;
  };
  system_roles: { organisation: string; system: string; person: string; role: string };
  assessments: {
    organisation: string;
    system: string;
    sequence: number;
    evaluated_at: string;
    system_ledger: number;
    organisation_ledger: number;
    digest: string;
    specification: string;
    engine: string;
    fingerprint: string | null;
    counts: string;
    next_expiry: string | null;
    body: string | null;
  };
  specifications: { digest: string; body: string };
  current_assessments: { organisation: string; system: string; sequence: number; verdicts: string[] };
  verdict_changes: {
    organisation: string;
    system: string;
    sequence: number;
    duty: string;
    at: string;
    was: string;
    became: string;
    reason: string;
  };
  failing_duties: {
    organisation: string;
    system: string;
    duty: string;
    norm: string;
    waived: boolean;
    reason: string;
  };
  expiries: { organisation: string; system: string; duty: string; at: string };
  requests: {
    organisation: string;
    system: string;
    request: string;
    kind: string;
    approves: string;
    title: string;
    note: string;
    target: string;
    ask: string;
    sealed_digest: string;
    sealed: string;
    subjects: string;
    authors: string[];
    duty: string | null;
    step: Generated<number>;
    status: Generated<RequestStatus>;
    requested_by: string;
    created_at: string;
    due_at: string;
    closed_at: string | null;
    outcome: string | null;
    reminded_at: string | null;
    version: Generated<number>;
  };
  request_steps: {
    organisation: string;
    system: string;
    request: string;
    step: number;
    role: string;
    needed: number;
    people: string[] | null;
  };
  request_decisions: {
    organisation: string;
    system: string;
    request: string;
    person: string;
    role: string;
    step: number;
    decision: 'approved' | 'rejected';
    reason: string;
    on_behalf_of: string | null;
    observation: string;
    at: string;
  };
  delegations: {
    organisation: string;
    system: string;
    delegation: string;
    role: string;
    from_person: string;
    to_person: string;
    reason: string;
    starts_at: string;
    ends_at: string;
    revoked_at: string | null;
  };
  tasks: {
    organisation: string;
    system: string;
    task: string;
    /** SHA-256 of the link's token. */
    token: Uint8Array;
    person: string;
    title: string;
    question: string;
    duty: string | null;
    status: Generated<TaskStatus>;
    asked_by: string;
    created_at: string;
    expires_at: string;
    answer: string | null;
    answered_at: string | null;
    observation: string | null;
    review: string | null;
    reviewed_by: string | null;
    version: Generated<number>;
  };
  training_modules: {
    organisation: string;
    module: string;
    version: string;
    title: string;
    summary: string;
    minutes: number;
    topics: string[];
    digest: string;
    body: string;
    quiz: string;
    own: boolean;
    published_at: string;
    updated_at: string;
  };
  training_programmes: {
    organisation: string;
    curricula: string;
    modules: string;
    reviewed_at: string;
    pass_share: number;
    attempts_per_day: number;
    pause_minutes: number;
    version: Generated<number>;
  };
  training_completions: {
    organisation: string;
    person: string;
    module: string;
    module_version: string;
    completed_at: string;
    passed: boolean;
    source: 'quiz' | 'import';
    score: number | null;
  };
  training_reminders: { organisation: string; person: string; sent_at: string };
  staff_registers: { organisation: string; scope: string; recorded_at: string; version: Generated<number> };
  staff: {
    organisation: string;
    person: string;
    roles: string[];
    active: boolean;
    joined_at: string;
    commits_code: boolean;
  };
  threats: {
    organisation: string;
    threat: string;
    title: string;
    topics: string[];
    substantial: boolean;
    published_at: string;
    links: string[];
    mitigation_known: boolean;
    recorded_at: string;
    decision: string | null;
    decided_at: string | null;
    decided_by: string | null;
  };
  awareness_policies: {
    organisation: string;
    version: string;
    body: string;
    digest: string;
    in_force_from: string;
    approved_by: string;
  };
  acknowledgements: { organisation: string; version: string; person: string; at: string };
  bulletins: {
    organisation: string;
    bulletin: string;
    title: string;
    body: string;
    threats: string[];
    mitigation: string | null;
    mitigation_known: boolean;
    audience: string[];
    state: Generated<'draft' | 'sending' | 'sent'>;
    written_by: string;
    created_at: string;
    sent_at: string | null;
    reach: number | null;
    measured_at: string | null;
    version: Generated<number>;
  };
  bulletin_channels: { organisation: string; channel: string; name: string; url: string };
  bulletin_people: {
    organisation: string;
    bulletin: string;
    person: string;
    mailed_at: string | null;
    opened_at: string | null;
    followed_at: string | null;
  };
  bulletin_deliveries: {
    organisation: string;
    bulletin: string;
    kind: 'email' | 'chat' | 'console' | 'rss';
    target: string;
    state: Generated<'waiting' | 'sent' | 'failed'>;
    attempts: Generated<number>;
    next_at: string;
    message_id: string;
    sent_at: string | null;
    error: string | null;
  };
  people_settings: { organisation: string; feed: Generated<number>; public_reports: Generated<boolean> };
  risk_reports: {
    organisation: string;
    report: string;
    channel: 'console' | 'public';
    reporter: string | null;
    code: string;
    subject: string;
    body: string;
    received_at: string;
    acknowledged_at: string | null;
    acknowledged_by: string | null;
    closed_at: string | null;
    closed_by: string | null;
    outcome: string | null;
    version: Generated<number>;
  };
  risk_messages: {
    organisation: string;
    report: string;
    sequence: number;
    at: string;
    from_reporter: boolean;
    body: string;
  };
  /** Keys of repeated requests; `status` is null until the answer is known. */
  idempotency: {
    organisation: string;
    person: string;
    key: string;
    request: string;
    claimed_at: string;
    status: number | null;
    etag: string | null;
    body: string | null;
  };
  schema_migrations: { version: number; name: string; digest: string; applied_at: Generated<string> };
}

/** The one way int8 and count(*) become numbers. @throws RangeError beyond 2^53 */
export function numberFromInt8(text: string): number {
  const value = Number(text);
  if (!Number.isSafeInteger(value)) throw new RangeError(`int8 ${text} does not fit a JavaScript number`);
  return value;
}

/** Type id of int8 in the PostgreSQL protocol. */
export const INT8 = 20;
