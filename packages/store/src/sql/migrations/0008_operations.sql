-- Jobs, live events, webhooks and repeated requests.

-- One row per job and organisation; the service's own jobs have the organisation ''. An instance takes a run by moving
-- `fence` on, and every effect of the run is committed only while `fence` is still the one it took: a run that was given
-- to another instance can change nothing any more.
create table jobs (
  organisation text not null,
  job text not null,
  due_at timestamptz not null,
  -- Milliseconds from one run to the next, as of the last claim.
  period bigint not null,
  fence bigint not null default 0,
  holder text,
  leased_until timestamptz,
  started_at timestamptz,
  succeeded_at timestamptz,
  failed_at timestamptz,
  -- Runs in a row that failed.
  failures bigint not null default 0,
  error text,
  -- When somebody was told that it fails or no longer runs; null while it is well.
  alarmed_at timestamptz,
  created_at timestamptz not null,
  primary key (organisation, job)
);
create index jobs_due on jobs (due_at);

-- What changed, for the console and for webhooks: written in the transaction of the change. `xid` orders by commit: a reader
-- takes only transactions below the oldest that is still under way, and so passes over none that commits late.
create table events (
  organisation text not null,
  id bigint generated always as identity,
  xid bigint not null default (pg_current_xact_id()::text::bigint),
  kind text not null,
  system text,
  -- Ids and numbers, as JSON; never content.
  detail text not null,
  at timestamptz not null default now(),
  primary key (organisation, xid, id)
);
create index events_at on events (at);

create table webhooks (
  organisation text not null references organisations,
  webhook text not null,
  url text not null,
  description text not null,
  -- Kinds of events; empty: all.
  kinds text[] not null,
  -- Signs payloads; encrypted with the service's secret.
  secret text not null,
  active boolean not null default true,
  created_by text not null,
  created_at timestamptz not null,
  version bigint not null default 1,
  primary key (organisation, webhook)
);

create table webhook_deliveries (
  organisation text not null,
  delivery text not null,
  webhook text not null,
  kind text not null,
  body text not null,
  state text not null default 'pending' check (state in ('pending', 'delivered', 'dead')),
  attempts bigint not null default 0,
  due_at timestamptz not null,
  fence bigint not null default 0,
  leased_until timestamptz,
  status bigint,
  error text,
  created_at timestamptz not null,
  finished_at timestamptz,
  primary key (organisation, delivery),
  foreign key (organisation, webhook) references webhooks on delete cascade
);
create index webhook_deliveries_due on webhook_deliveries (organisation, webhook, due_at) where state = 'pending';
create index webhook_deliveries_page on webhook_deliveries (organisation, webhook, created_at desc, delivery);

-- How far each ledger was verified, and the tree up to there, with which the next check goes on.
create table ledger_checks (
  organisation text not null references organisations,
  -- '' for the organisation's own ledger.
  system text not null,
  size bigint not null,
  root text not null,
  peaks bytea not null,
  checked_at timestamptz not null,
  -- When all of it was read last.
  read_at timestamptz not null,
  failure text,
  primary key (organisation, system)
);

-- The last checkpoint of each system's ledger that the organisation's ledger holds.
create table ledger_anchors (
  organisation text not null,
  system text not null,
  size bigint not null,
  root text not null,
  at timestamptz not null,
  primary key (organisation, system),
  foreign key (organisation, system) references systems
);

create table expiry_notices (
  organisation text not null,
  system text not null,
  duty text not null,
  at text not null,
  primary key (organisation, system, duty, at),
  foreign key (organisation, system) references systems
);

do $$
declare
  name text;
begin
  foreach name in array array['jobs', 'events', 'webhooks', 'webhook_deliveries', 'ledger_checks', 'ledger_anchors',
    'expiry_notices'] loop
    execute format('alter table %I enable row level security', name);
    execute format('alter table %I force row level security', name);
    execute format(
      'create policy own_organisation on %I using (organisation = own_organisation()) '
      'with check (organisation = own_organisation())', name);
    execute format('grant select, insert, update, delete on %I to custos_app', name);
  end loop;
end
$$;
-- Whoever runs jobs sees what is due in all organisations; what a run does, it does within its organisation.
create policy every_job on jobs using (current_setting('custos.jobs', true) = 'on');
create policy every_delivery on webhook_deliveries using (current_setting('custos.jobs', true) = 'on');
create policy old_events on events using (current_setting('custos.jobs', true) = 'on');
-- The heads of all ledgers of an organisation at once, for anchoring them; asked for on purpose, as every other reader of
-- this table expects the one of its ledger.
create policy heads_of_organisation on ledger_heads for select
  using (current_setting('custos.heads', true) = 'on' and split_part(organisation, '/', 1) = own_organisation());

-- Repeated requests: who came with a key first claims it here before anything is done, in a transaction of its own; the
-- answer is added when it is known. A claim without an answer is never run again (organisation is empty where the request
-- names none).
create table idempotency (
  organisation text not null,
  person text not null,
  key text not null,
  request text not null,
  claimed_at text not null,
  status int,
  etag text,
  body text,
  primary key (organisation, person, key)
);
comment on column idempotency.request is 'SHA-256 over method, path, query, If-Match and body';
alter table idempotency enable row level security;
alter table idempotency force row level security;
create policy own_organisation on idempotency using (organisation = own_organisation())
  with check (organisation = own_organisation());
grant select, insert, update, delete on idempotency to custos_app;
