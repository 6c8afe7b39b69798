-- Requests, approvals and tasks. What was decided is in the ledger; these tables say what is open, whom it waits for, and
-- what a request is sealed over.
create table requests (
  organisation text not null,
  system text not null,
  request text not null,
  kind text not null,
  approves text not null,
  title text not null,
  note text not null,
  target text not null,
  ask text not null,
  sealed_digest text not null check (sealed_digest ~ '^sha256:[0-9a-f]{64}$'),
  sealed text not null,
  subjects text not null,
  authors text[] not null,
  duty text,
  step integer not null default 1 check (step > 0),
  status text not null default 'open' check (status in ('open', 'approved', 'rejected', 'withdrawn', 'void')),
  requested_by text not null,
  created_at text not null,
  due_at text not null,
  closed_at text,
  outcome text,
  reminded_at text,
  version bigint not null default 1,
  primary key (organisation, system, request),
  foreign key (organisation, system) references systems,
  foreign key (organisation, requested_by) references members (organisation, person)
);
comment on column requests.ask is 'What is asked, as JSON (Ask of @custos/core)';
comment on column requests.sealed is 'RFC 8785 form of what is to be approved, for people to read';
comment on column requests.subjects is 'Subjects of the approvals, as JSON';
comment on column requests.authors is 'Who made what is to be approved; they do not decide on it';
create index requests_due on requests (organisation, status, due_at, request);

create table request_steps (
  organisation text not null,
  system text not null,
  request text not null,
  step integer not null check (step > 0),
  role text not null check (role in ('developer', 'system_operator', 'data_custodian', 'organisation')),
  needed integer not null check (needed > 0),
  people text[],
  primary key (organisation, system, request, step),
  foreign key (organisation, system, request) references requests
);
comment on column request_steps.people is 'Who is asked by name; null: everybody in the role';

create table request_decisions (
  organisation text not null,
  system text not null,
  request text not null,
  person text not null,
  role text not null,
  step integer not null,
  decision text not null check (decision in ('approved', 'rejected')),
  reason text not null,
  on_behalf_of text,
  observation text not null,
  at text not null,
  primary key (organisation, system, request, person),
  foreign key (organisation, system, request, step) references request_steps,
  foreign key (organisation, person) references members (organisation, person)
);

create table delegations (
  organisation text not null,
  system text not null,
  delegation text not null,
  role text not null check (role in ('developer', 'system_operator', 'data_custodian', 'organisation')),
  from_person text not null,
  to_person text not null check (to_person <> from_person),
  reason text not null,
  starts_at text not null,
  ends_at text not null,
  revoked_at text,
  primary key (organisation, system, delegation),
  foreign key (organisation, system) references systems,
  foreign key (organisation, from_person) references members (organisation, person),
  foreign key (organisation, to_person) references members (organisation, person)
);

create table tasks (
  organisation text not null,
  system text not null,
  task text not null,
  token bytea not null unique check (octet_length(token) = 32),
  person text not null check (person = lower(person)),
  title text not null,
  question text not null,
  duty text,
  status text not null default 'open' check (status in ('open', 'answered', 'accepted', 'returned', 'revoked')),
  asked_by text not null,
  created_at text not null,
  expires_at text not null,
  answer text,
  answered_at text,
  observation text,
  review text,
  reviewed_by text,
  version bigint not null default 1,
  primary key (organisation, system, task),
  foreign key (organisation, system) references systems,
  foreign key (organisation, asked_by) references members (organisation, person)
);
comment on column tasks.token is 'SHA-256 of the token in the link; the token itself is kept nowhere';

do $$
declare
  name text;
begin
  foreach name in array array['requests', 'request_steps', 'request_decisions', 'delegations', 'tasks'] loop
    execute format('alter table %I enable row level security', name);
    execute format('alter table %I force row level security', name);
    execute format(
      'create policy own_organisation on %I using (organisation = own_organisation()) '
      'with check (organisation = own_organisation())', name);
  end loop;
end
$$;
grant select, insert, update on requests, delegations, tasks to custos_app;
grant select, insert on request_steps, request_decisions to custos_app;

-- Who holds a link sees the one task that it is for, and nothing else.
create policy own_task on tasks for select
  using (token = decode(nullif(current_setting('custos.task', true), ''), 'hex'));
