/** The tables of jobs, events and webhooks as Kysely sees them. Their times are the database's own, so that instances agree. */
import type { Generated } from 'kysely';

export interface OperationsTables {
  jobs: {
    /** '' for the jobs of the service itself. */
    organisation: string;
    job: string;
    due_at: Date;
    /** Milliseconds. */
    period: number;
    fence: Generated<number>;
    holder: string | null;
    leased_until: Date | null;
    started_at: Date | null;
    succeeded_at: Date | null;
    failed_at: Date | null;
    failures: Generated<number>;
    error: string | null;
    alarmed_at: Date | null;
    created_at: Date;
  };
  events: {
    organisation: string;
    id: Generated<number>;
    xid: Generated<number>;
    kind: string;
    system: string | null;
    detail: string;
    at: Generated<Date>;
  };
  webhooks: {
    organisation: string;
    webhook: string;
    url: string;
    description: string;
    kinds: string[];
    secret: string;
    active: Generated<boolean>;
    created_by: string;
    created_at: Date;
    version: Generated<number>;
  };
  webhook_deliveries: {
    organisation: string;
    delivery: string;
    webhook: string;
    kind: string;
    body: string;
    state: Generated<'pending' | 'delivered' | 'dead'>;
    attempts: Generated<number>;
    due_at: Date;
    fence: Generated<number>;
    leased_until: Date | null;
    status: number | null;
    error: string | null;
    created_at: Date;
    finished_at: Date | null;
  };
  ledger_checks: {
    organisation: string;
    /** '' for the organisation's own ledger. */
    system: string;
    size: number;
    root: string;
    peaks: Uint8Array;
    checked_at: Date;
    read_at: Date;
    failure: string | null;
  };
  ledger_anchors: { organisation: string; system: string; size: number; root: string; at: Date };
  expiry_notices: { organisation: string; system: string; duty: string; at: string };
}
