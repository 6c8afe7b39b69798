-- Identities: who joined an organisation and how, invitations, API keys, how people sign in, provisioning.
-- Secrets of people are never here: tokens are kept as their SHA-256, client secrets encrypted.

alter table members add column joined boolean not null default false;
alter table members add column external_id text;
comment on column members.joined is
  'Accepted an invitation of this very organisation with an account of their own; without it, only its single sign-on leads here';

create table invitations (
  organisation text not null references organisations,
  invitation text not null,
  token text not null unique,
  person text not null check (person = lower(person)),
  role text not null check (role in ('administrator', 'auditor', 'contributor', 'viewer')),
  invited_by text not null,
  created_at text not null,
  expires_at text not null,
  accepted_at text,
  withdrawn_at text,
  mailed boolean not null default false,
  primary key (organisation, invitation)
);
comment on column invitations.mailed is 'The link went to the address alone, and nobody else was shown it';

create table api_keys (
  organisation text not null,
  key text not null,
  token text not null unique,
  person text not null,
  name text not null,
  start text not null,
  system text,
  permissions text[] not null,
  created_at text not null,
  expires_at text not null,
  last_used_at text,
  revoked_at text,
  primary key (organisation, key),
  foreign key (organisation, person) references members,
  foreign key (organisation, system) references systems
);
create index api_keys_person on api_keys (organisation, person);

create table sign_in_settings (
  organisation text not null primary key references organisations,
  second_factor boolean not null default false,
  sso text,
  client_secret text,
  mappings text not null default '[]',
  version bigint not null default 1
);
comment on column sign_in_settings.client_secret is 'Encrypted with the secret of the service';

create table provisioned_groups (
  organisation text not null references organisations,
  grouping text not null,
  name text not null,
  external_id text,
  primary key (organisation, grouping)
);
create unique index provisioned_groups_name on provisioned_groups (organisation, lower(name));

create table provisioned_group_members (
  organisation text not null,
  grouping text not null,
  person text not null,
  primary key (organisation, grouping, person),
  foreign key (organisation, grouping) references provisioned_groups on delete cascade,
  foreign key (organisation, person) references members
);

do $$
declare
  name text;
begin
  foreach name in array array['invitations', 'api_keys', 'sign_in_settings', 'provisioned_groups', 'provisioned_group_members'] loop
    execute format('alter table %I enable row level security', name);
    execute format('alter table %I force row level security', name);
    execute format(
      'create policy own_organisation on %I using (organisation = own_organisation()) '
      'with check (organisation = own_organisation())', name);
    execute format('grant select, insert, update on %I to custos_app', name);
  end loop;
end
$$;
grant delete on provisioned_groups, provisioned_group_members to custos_app;

-- Whoever has a secret finds what it opens, in whichever organisation that is.
create policy by_token on invitations for select using (token = current_setting('custos.token', true));
create policy by_token on api_keys for select using (token = current_setting('custos.token', true));

-- Beside the tables of the sign-in library, and like them without any right of custos_app.
alter table auth_sessions add column method text;
alter table auth_sessions add column organisation text;
comment on column auth_sessions.organisation is 'The one organisation that a session from its single sign-on may enter';

create table auth_set_up_links (token text not null primary key, expires_at text not null);

create table auth_used_codes (
  account text not null references auth_users on delete cascade,
  code text not null,
  used_at text not null,
  primary key (account, code)
);
comment on table auth_used_codes is 'SHA-256 of one-time codes that opened a session, so that none does twice';

create table auth_attempts (
  attempt text not null primary key,
  count bigint not null,
  since text not null
);

create table auth_sso_flows (
  state text not null primary key,
  organisation text not null,
  settings int not null,
  verifier text not null,
  nonce text not null,
  target text not null,
  account text,
  expires_at text not null
);
comment on column auth_sso_flows.settings is 'Version of sign_in_settings that it began with; with another one it opens nothing';
comment on column auth_sso_flows.account is 'Whose account its owner, signed in, ties to the subject who comes back';
