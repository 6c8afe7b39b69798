/** The tables of public pages, findings and settings as Kysely sees them. */
import type { Generated } from 'kysely';

export type FindingStatus = 'open' | 'answered' | 'closed' | 'withdrawn';

export interface AssuranceTables {
  publications: {
    organisation: string;
    /** Id of a system; '' for the organisation's own page. */
    page: string;
    draft: string;
    edited_by: string;
    edited_at: string;
    published: string | null;
    edition: Generated<number>;
    published_by: string | null;
    published_at: string | null;
    version: Generated<number>;
  };
  notices: {
    organisation: string;
    system: string;
    notice: string;
    content: string;
    published_by: string;
    published_at: string;
    withdrawn_at: string | null;
  };
  subscriptions: {
    organisation: string;
    system: string;
    subscription: string;
    reader: string;
    address: string;
    expires_at: string;
    confirmed_at: Generated<string | null>;
    told_until: Generated<string | null>;
    next_at: string | null;
    attempts: Generated<number>;
  };
  subscription_mails: {
    organisation: string;
    system: string;
    reader: string;
    client: string;
    sent_at: string;
  };
  findings: {
    organisation: string;
    system: string;
    finding: string;
    title: string;
    text: string;
    severity: 'low' | 'medium' | 'high';
    duty: string | null;
    observation: string | null;
    status: Generated<FindingStatus>;
    raised_by: string;
    raised_at: string;
    closed_at: string | null;
    version: Generated<number>;
  };
  finding_words: {
    organisation: string;
    system: string;
    finding: string;
    sequence: number;
    person: string;
    role: string;
    kind: 'answered' | 'closed' | 'reopened' | 'withdrawn';
    text: string;
    at: string;
  };
  sample_marks: {
    organisation: string;
    system: string;
    auditor: string;
    observation: string;
    mark: 'sound' | 'doubtful';
    note: string;
    at: string;
  };
  organisation_settings: {
    organisation: string;
    setting: string;
    value: number | null;
    reason: string | null;
    approved_by: string | null;
    approved_at: string | null;
    proposed: number | null;
    removal: boolean;
    proposed_reason: string | null;
    proposed_by: string | null;
    proposed_at: string | null;
    version: Generated<number>;
  };
}
