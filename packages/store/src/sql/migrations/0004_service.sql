-- The control plane of the service: organisations, people, systems and their assessments. Each organisation keeps one
-- ledger of its own (`acme`) and one per system (`acme/chatbot`); the tables of the ledger name it in `organisation`.
-- A transaction works on one ledger and sees the control plane of the organisation that the ledger belongs to.
create function own_organisation() returns text language sql stable as
  $$ select split_part(current_setting('custos.organisation', true), '/', 1) $$;

create table organisations (
  organisation text not null primary key,
  name text not null,
  created_at text not null
);

create table members (
  organisation text not null references organisations,
  person text not null check (person = lower(person)),
  name text not null,
  role text not null check (role in ('administrator', 'auditor', 'contributor', 'viewer')),
  active boolean not null default true,
  version bigint not null default 1,
  primary key (organisation, person)
);
comment on column members.person is 'E-mail address, in lower case: the name that observations carry';
create index members_person on members (person);

create table systems (
  organisation text not null references organisations,
  system text not null,
  name text not null,
  phase text not null,
  purpose text not null,
  declaration text not null,
  created_at text not null,
  archived_at text,
  version bigint not null default 1,
  primary key (organisation, system)
);
comment on column systems.declaration is 'The system-declaration in force as JSON, roles left out; the ledger has it as an observation';
create index systems_phase on systems (organisation, phase, system);

create table system_roles (
  organisation text not null,
  system text not null,
  person text not null,
  role text not null check (role in ('developer', 'system_operator', 'data_custodian')),
  primary key (organisation, system, person, role),
  foreign key (organisation, system) references systems,
  foreign key (organisation, person) references members
);
create index system_roles_person on system_roles (organisation, person);

create table assessments (
  organisation text not null,
  system text not null,
  sequence bigint not null check (sequence > 0),
  evaluated_at text not null,
  system_ledger bigint not null,
  organisation_ledger bigint not null,
  digest text not null,
  specification text not null,
  engine text not null,
  fingerprint text,
  counts text not null,
  next_expiry text,
  body text,
  primary key (organisation, system, sequence),
  foreign key (organisation, system) references systems
);
comment on column assessments.engine is 'Version of Custos that evaluated: another one may judge otherwise';
comment on column assessments.body is 'The whole document of the newest assessment; older ones are computed again from the ledger';

create table current_assessments (
  organisation text not null,
  system text not null,
  sequence bigint not null,
  verdicts text[] not null,
  primary key (organisation, system),
  foreign key (organisation, system, sequence) references assessments
);
comment on column current_assessments.verdicts is 'The verdicts that shall-duties have, each once, for filtering';

create table verdict_changes (
  organisation text not null,
  system text not null,
  sequence bigint not null,
  duty text not null,
  at text not null,
  was text not null,
  became text not null,
  reason text not null,
  primary key (organisation, system, sequence, duty),
  foreign key (organisation, system, sequence) references assessments
);
create index verdict_changes_at on verdict_changes (organisation, at desc);

create table expiries (
  organisation text not null,
  system text not null,
  duty text not null,
  at text not null,
  primary key (organisation, system, duty),
  foreign key (organisation, system) references systems
);
comment on table expiries is 'When a verdict that holds now lapses by itself';
create index expiries_at on expiries (organisation, at, system, duty);

do $$
declare
  name text;
begin
  foreach name in array array['organisations', 'members', 'systems', 'system_roles', 'assessments', 'current_assessments',
    'verdict_changes', 'expiries'] loop
    execute format('alter table %I enable row level security', name);
    execute format('alter table %I force row level security', name);
    execute format(
      'create policy own_organisation on %I using (organisation = own_organisation()) '
      'with check (organisation = own_organisation())', name);
    execute format('grant select, insert, update on %I to custos_app', name);
  end loop;
end
$$;
grant delete on system_roles, current_assessments, expiries to custos_app;
-- Home reads hundreds of thousands of these at once: whose they are is looked up once, not for each row.
alter policy own_organisation on expiries using (organisation = (select own_organisation()))
  with check (organisation = (select own_organisation()));

-- A person may see where they are a member, whichever organisation that is.
create policy own_membership on members for select using (person = current_setting('custos.person', true));
-- Jobs that go through all organisations see their names, and nothing else of them at once.
create policy every_organisation on organisations for select using (current_setting('custos.jobs', true) = 'on');
