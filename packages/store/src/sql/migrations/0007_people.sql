-- Training, bulletins and reports of risks. What was decided, completed and sent is in the organisation's ledger as
-- observations; these tables are what the pages ask.
create table training_modules (
  organisation text not null references organisations,
  module text not null,
  version text not null,
  title text not null,
  summary text not null,
  minutes integer not null check (minutes > 0),
  topics text[] not null,
  digest text not null check (digest ~ '^sha256:[0-9a-f]{64}$'),
  body text not null,
  quiz text not null,
  own boolean not null,
  published_at text not null,
  updated_at text not null,
  primary key (organisation, module, version)
);
comment on table training_modules is 'Every version that was ever in a programme, so that what somebody took can be read later';

create table training_programmes (
  organisation text not null primary key references organisations,
  curricula text not null,
  modules text not null,
  reviewed_at text not null,
  pass_share double precision not null check (pass_share > 0 and pass_share <= 1),
  attempts_per_day integer not null check (attempts_per_day > 0),
  pause_minutes integer not null check (pause_minutes >= 0),
  version bigint not null default 1
);
comment on column training_programmes.modules is 'Content of the observation as JSON: id, version, title, topics, times and digest of each module';

create table training_completions (
  organisation text not null references organisations,
  person text not null check (person = lower(person)),
  module text not null,
  module_version text not null,
  completed_at text not null,
  passed boolean not null,
  source text not null check (source in ('quiz', 'import')),
  score double precision,
  primary key (organisation, person, module, completed_at)
);
comment on table training_completions is 'Attempts at the quiz and imported completions; the latest of a person and module counts';

create table training_reminders (
  organisation text not null references organisations,
  person text not null,
  sent_at text not null,
  primary key (organisation, person)
);

create table staff_registers (
  organisation text not null primary key references organisations,
  scope text not null,
  recorded_at text not null,
  version bigint not null default 1
);
create table staff (
  organisation text not null references staff_registers,
  person text not null check (person = lower(person)),
  roles text[] not null,
  active boolean not null,
  joined_at text not null,
  commits_code boolean not null,
  primary key (organisation, person)
);

create table threats (
  organisation text not null references organisations,
  threat text not null,
  title text not null,
  topics text[] not null,
  substantial boolean not null,
  published_at text not null,
  links text[] not null,
  mitigation_known boolean not null,
  recorded_at text not null,
  decision text,
  decided_at text,
  decided_by text,
  primary key (organisation, threat)
);

create table awareness_policies (
  organisation text not null references organisations,
  version text not null,
  body text not null,
  digest text not null,
  in_force_from text not null,
  approved_by text not null,
  primary key (organisation, version)
);
create table acknowledgements (
  organisation text not null,
  version text not null,
  person text not null check (person = lower(person)),
  at text not null,
  primary key (organisation, version, person),
  foreign key (organisation, version) references awareness_policies
);

create table bulletins (
  organisation text not null references organisations,
  bulletin text not null,
  title text not null,
  body text not null,
  threats text[] not null,
  mitigation text,
  mitigation_known boolean not null,
  audience text[] not null,
  state text not null default 'draft' check (state in ('draft', 'sending', 'sent')),
  written_by text not null,
  created_at text not null,
  sent_at text,
  reach double precision,
  measured_at text,
  version bigint not null default 1,
  primary key (organisation, bulletin)
);
comment on column bulletins.audience is 'Roles addressed; empty: everybody';
create index bulletins_sent on bulletins (organisation, state, sent_at);

create table bulletin_channels (
  organisation text not null references organisations,
  channel text not null,
  name text not null,
  url text not null,
  primary key (organisation, channel)
);

comment on column bulletin_channels.url is 'Encrypted with the secret of the service';

create table bulletin_people (
  organisation text not null,
  bulletin text not null,
  person text not null check (person = lower(person)),
  mailed_at text,
  opened_at text,
  followed_at text,
  primary key (organisation, bulletin, person),
  foreign key (organisation, bulletin) references bulletins
);
comment on table bulletin_people is 'Whom a bulletin addresses, and by which way it reached them first';
create index bulletin_people_person on bulletin_people (organisation, person);

create table bulletin_deliveries (
  organisation text not null,
  bulletin text not null,
  kind text not null check (kind in ('email', 'chat', 'console', 'rss')),
  target text not null,
  state text not null default 'waiting' check (state in ('waiting', 'sent', 'failed')),
  attempts integer not null default 0,
  next_at text not null,
  message_id text not null,
  sent_at text,
  error text,
  primary key (organisation, bulletin, kind, target),
  foreign key (organisation, bulletin) references bulletins
);
comment on column bulletin_deliveries.target is 'Address of a person, id of a chat channel, or empty';
create index bulletin_deliveries_due on bulletin_deliveries (organisation, state, next_at);

create table people_settings (
  organisation text not null primary key references organisations,
  feed integer not null default 1,
  public_reports boolean not null default false
);
comment on column people_settings.feed is 'Counts the addresses that the feed had; only the newest one answers';

create table risk_reports (
  organisation text not null references organisations,
  report text not null,
  channel text not null check (channel in ('console', 'public')),
  reporter text,
  code text not null check (code ~ '^sha256:[0-9a-f]{64}$'),
  subject text not null,
  body text not null,
  received_at text not null,
  acknowledged_at text,
  acknowledged_by text,
  closed_at text,
  closed_by text,
  outcome text,
  version bigint not null default 1,
  primary key (organisation, report),
  unique (organisation, code)
);
comment on table risk_reports is 'Subject and text are encrypted with the secret of the service';
comment on column risk_reports.reporter is 'Null for somebody who did not give a name';
comment on column risk_reports.code is 'SHA-256 of the secret code; the code itself is kept nowhere';
create table risk_messages (
  organisation text not null,
  report text not null,
  sequence integer not null check (sequence > 0),
  at text not null,
  from_reporter boolean not null,
  body text not null,
  primary key (organisation, report, sequence),
  foreign key (organisation, report) references risk_reports
);

do $$
declare
  name text;
begin
  foreach name in array array['training_modules', 'training_programmes', 'training_completions', 'training_reminders',
    'staff_registers', 'staff', 'threats', 'awareness_policies', 'acknowledgements', 'bulletins', 'bulletin_channels',
    'bulletin_people', 'bulletin_deliveries', 'people_settings', 'risk_reports', 'risk_messages'] loop
    execute format('alter table %I enable row level security', name);
    execute format('alter table %I force row level security', name);
    execute format(
      'create policy own_organisation on %I using (organisation = own_organisation()) '
      'with check (organisation = own_organisation())', name);
    execute format('grant select, insert, update on %I to custos_app', name);
  end loop;
end
$$;
grant delete on staff, bulletin_channels, bulletins to custos_app;
