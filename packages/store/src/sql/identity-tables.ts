/** Tables of identities; those that begin with `auth_` belong to no organisation, and custos_app has no right on them. */
import type { Generated } from 'kysely';

export interface IdentityTables {
  invitations: {
    organisation: string;
    invitation: string;
    /** SHA-256 of the token in the link. */
    token: string;
    person: string;
    role: string;
    invited_by: string;
    created_at: string;
    expires_at: string;
    accepted_at: string | null;
    withdrawn_at: string | null;
    /** The link went to the address alone: whoever has it reads what is sent there. */
    mailed: boolean;
  };
  api_keys: {
    organisation: string;
    key: string;
    /** SHA-256 of what the holder sends. */
    token: string;
    person: string;
    name: string;
    /** How the key begins, to tell one from another. */
    start: string;
    system: string | null;
    permissions: string[];
    created_at: string;
    expires_at: string;
    last_used_at: string | null;
    revoked_at: string | null;
  };
  sign_in_settings: {
    organisation: string;
    second_factor: boolean;
    sso: string | null;
    client_secret: string | null;
    mappings: string;
    version: Generated<number>;
  };
  provisioned_groups: { organisation: string; grouping: string; name: string; external_id: string | null };
  provisioned_group_members: { organisation: string; grouping: string; person: string };
  auth_users: {
    id: string;
    name: string;
    email: string;
    emailVerified: boolean;
    createdAt: Generated<Date>;
    updatedAt: Generated<Date>;
    twoFactorEnabled: boolean | null;
  };
  auth_accounts: {
    id: string;
    accountId: string;
    providerId: string;
    userId: string;
    password: string | null;
    createdAt: Generated<Date>;
    updatedAt: Date | string;
  };
  auth_passkeys: { id: string; userId: string };
  auth_sessions: { id: string; token: string; userId: string; organisation: string | null };
  auth_set_up_links: { token: string; expires_at: string };
  auth_used_codes: { account: string; code: string; used_at: string };
  auth_attempts: { attempt: string; count: number; since: string };
  auth_sso_flows: {
    state: string;
    organisation: string;
    settings: number;
    verifier: string;
    nonce: string;
    target: string;
    account: string | null;
    expires_at: string;
  };
}
