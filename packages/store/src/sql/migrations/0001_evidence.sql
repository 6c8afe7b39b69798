-- Evidence, its ledger and projections, one tenant per organisation.
-- Everything is done as custos_app, which owns nothing, is no superuser and cannot pass row-level security.
do $$
begin
  if not exists (select from pg_roles where rolname = 'custos_app') then
    create role custos_app nologin nosuperuser nobypassrls nocreatedb nocreaterole noinherit;
  end if;
exception when duplicate_object or unique_violation then
  null; -- another schema of this cluster was migrated at the same moment
end
$$;

create table ledger_heads (
  organisation text not null primary key,
  size bigint not null check (size >= 0),
  peaks bytea not null,
  root bytea check (octet_length(root) = 32),
  note text not null
);
comment on table ledger_heads is 'Compact tree and signed checkpoint; the row lock on it puts appends in order.';

create table ledger_entries (
  organisation text not null,
  idx bigint not null check (idx >= 0),
  leaf text not null,
  leaf_hash bytea not null check (octet_length(leaf_hash) = 32),
  primary key (organisation, idx)
);

create table ledger_nodes (
  organisation text not null,
  level smallint not null,
  idx bigint not null,
  hash bytea not null check (octet_length(hash) = 32),
  primary key (organisation, level, idx)
);
comment on table ledger_nodes is 'Roots of complete subtrees of 256, 65536, … leaves, for proofs.';

create table observations (
  organisation text not null,
  id bytea not null check (octet_length(id) = 32),
  idx bigint not null,
  type text not null,
  subjects text[] not null,
  payload_type text not null,
  payload text not null,
  signatures text not null,
  primary key (organisation, id),
  unique (organisation, idx),
  foreign key (organisation, idx) references ledger_entries (organisation, idx)
);
create index observations_subjects on observations using gin (subjects);

create table states (
  organisation text not null,
  key text not null,
  value text not null,
  idx bigint not null,
  primary key (organisation, key)
);

create function refuse_change() returns trigger language plpgsql as $$
begin
  raise exception '% of % is refused: the ledger is append-only', tg_op, tg_table_name using errcode = '42501';
end
$$;

do $$
declare
  name text;
begin
  foreach name in array array['ledger_heads', 'ledger_entries', 'ledger_nodes', 'observations', 'states'] loop
    execute format('alter table %I enable row level security', name);
    execute format('alter table %I force row level security', name);
    execute format(
      'create policy own_organisation on %I using (organisation = current_setting(''custos.organisation'', true)) '
      'with check (organisation = current_setting(''custos.organisation'', true))', name);
    execute format('grant select, insert on %I to custos_app', name);
  end loop;
  foreach name in array array['ledger_entries', 'ledger_nodes', 'observations'] loop
    execute format(
      'create trigger append_only before update or delete or truncate on %I '
      'for each statement execute function refuse_change()', name);
  end loop;
  execute format('grant usage on schema %I to custos_app', current_schema());
end
$$;
grant update on ledger_heads, states to custos_app;
