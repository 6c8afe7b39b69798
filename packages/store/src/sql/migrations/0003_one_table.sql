-- An observation and its leaf were two rows that said index and id twice; now an entry is one row, and its leaf is built
-- from (at, id) or (at, act). Subjects leave their array: row-level security lets no index serve `@>` (it is not
-- leak-proof), so every query by subject had read the whole organisation. Equality in a btree is allowed.
-- The owner of the tables, when it is no superuser, has to be let through row-level security to move what is there.
alter table ledger_entries no force row level security;
alter table observations no force row level security;

create table entries (
  organisation text not null,
  idx bigint not null check (idx >= 0),
  at text not null,
  leaf_hash bytea not null check (octet_length(leaf_hash) = 32),
  act text,
  id bytea check (octet_length(id) = 32),
  type text,
  payload text,
  signatures text,
  check (case when act is null then num_nonnulls(id, type, payload, signatures) = 4
    else num_nonnulls(id, type, payload, signatures) = 0 end)
);
comment on column entries.at is 'RFC 3339, byte for byte as in the leaf';
comment on column entries.act is 'RFC 8785 form of an administrative act; null for an observation';

create table ledger_subjects (
  organisation text not null,
  subject bytea not null check (octet_length(subject) = 32),
  idx bigint not null
);

do $$
begin
  if exists (
    select from ledger_entries e left join observations o using (organisation, idx)
    where (e.leaf::json ->> 'kind' = 'observation') <> (o.id is not null)
  ) then
    raise exception 'the ledger names observations that are missing; restore a backup first' using errcode = 'XX001';
  end if;
end
$$;

insert into entries
select e.organisation, e.idx, e.leaf::json ->> 'at', e.leaf_hash, (e.leaf::json -> 'act')::text,
  o.id, o.type, o.payload, o.signatures
from ledger_entries e left join observations o using (organisation, idx);
insert into ledger_subjects
select distinct organisation, decode(subject, 'hex'), idx
from observations, unnest(subjects) as subject
where subject ~ '^[0-9a-f]{64}$';

drop table observations;
drop table ledger_entries;
alter table entries rename to ledger_entries;
alter table ledger_entries add primary key (organisation, idx);
create unique index ledger_entries_id on ledger_entries (organisation, id);
alter table ledger_subjects add primary key (organisation, subject, idx);

do $$
declare
  name text;
begin
  foreach name in array array['ledger_entries', 'ledger_subjects'] loop
    execute format('alter table %I enable row level security', name);
    execute format('alter table %I force row level security', name);
    execute format(
      'create policy own_organisation on %I using (organisation = current_setting(''custos.organisation'', true)) '
      'with check (organisation = current_setting(''custos.organisation'', true))', name);
    execute format('grant select, insert on %I to custos_app', name);
    execute format(
      'create trigger append_only before update or delete or truncate on %I '
      'for each statement execute function refuse_change()', name);
  end loop;
end
$$;
