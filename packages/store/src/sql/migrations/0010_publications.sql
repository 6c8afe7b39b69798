-- Public pages, their notices, findings of auditors with the samples that they looked at, and the organisation's settings.
-- What was decided or published is in the ledger; these tables say what is shown and what is open.
create table publications (
  organisation text not null references organisations,
  page text not null,
  system text generated always as (nullif(page, '')) stored,
  draft text not null,
  edited_by text not null,
  edited_at text not null,
  published text,
  edition integer not null default 0,
  published_by text,
  published_at text,
  version bigint not null default 1,
  primary key (organisation, page),
  foreign key (organisation, system) references systems,
  check ((published is null) = (published_at is null) and (published is null) = (published_by is null))
);
comment on column publications.page is 'Id of a system, or empty for the page of the organisation itself';
comment on column publications.published is 'What everybody may read, as JSON; null: nothing';

create table notices (
  organisation text not null,
  system text not null,
  notice text not null,
  content text not null,
  published_by text not null,
  published_at text not null,
  withdrawn_at text,
  primary key (organisation, system, notice),
  foreign key (organisation, system) references systems
);
comment on column notices.notice is 'Id of the observation that the ledger holds of it';
create index notices_at on notices (organisation, system, published_at desc);

create table findings (
  organisation text not null,
  system text not null,
  finding text not null,
  title text not null,
  text text not null,
  severity text not null check (severity in ('low', 'medium', 'high')),
  duty text,
  observation text,
  status text not null default 'open' check (status in ('open', 'answered', 'closed', 'withdrawn')),
  raised_by text not null,
  raised_at text not null,
  closed_at text,
  version bigint not null default 1,
  primary key (organisation, system, finding),
  foreign key (organisation, system) references systems,
  foreign key (organisation, raised_by) references members (organisation, person)
);
create index findings_open on findings (organisation, status, raised_at);

create table finding_words (
  organisation text not null,
  system text not null,
  finding text not null,
  sequence integer not null check (sequence > 0),
  person text not null,
  role text not null,
  kind text not null check (kind in ('answered', 'closed', 'reopened', 'withdrawn')),
  text text not null,
  at text not null,
  primary key (organisation, system, finding, sequence),
  foreign key (organisation, system, finding) references findings
);

create table sample_marks (
  organisation text not null,
  system text not null,
  auditor text not null,
  observation text not null,
  mark text not null check (mark in ('sound', 'doubtful')),
  note text not null,
  at text not null,
  primary key (organisation, system, auditor, observation),
  foreign key (organisation, system) references systems,
  foreign key (organisation, auditor) references members (organisation, person)
);

create table organisation_settings (
  organisation text not null references organisations,
  setting text not null,
  value double precision,
  reason text,
  approved_by text,
  approved_at text,
  proposed double precision,
  removal boolean not null default false,
  proposed_reason text,
  proposed_by text,
  proposed_at text,
  version bigint not null default 1,
  primary key (organisation, setting)
);
comment on column organisation_settings.value is 'In force for all systems; null: the default is';
comment on column organisation_settings.removal is 'What is proposed is to go back to the default';

do $$
declare
  name text;
begin
  foreach name in array array['publications', 'notices', 'findings', 'finding_words', 'sample_marks', 'organisation_settings'] loop
    execute format('alter table %I enable row level security', name);
    execute format('alter table %I force row level security', name);
    execute format(
      'create policy own_organisation on %I using (organisation = own_organisation()) '
      'with check (organisation = own_organisation())', name);
  end loop;
end
$$;
grant select, insert, update on publications, notices, findings, sample_marks, organisation_settings to custos_app;
grant select, insert on finding_words to custos_app;

-- The address of the whole host leads to the one organisation that has published its page.
create policy every_published on publications for select
  using (page = '' and published is not null and current_setting('custos.jobs', true) = 'on');
