-- Duties that fail now, for the pages that ask across systems; the assessment's document has everything.
create table failing_duties (
  organisation text not null,
  system text not null,
  duty text not null,
  norm text not null check (norm in ('shall', 'should')),
  waived boolean not null,
  reason text not null,
  primary key (organisation, system, duty),
  foreign key (organisation, system) references systems
);
alter table failing_duties enable row level security;
alter table failing_duties force row level security;
create policy own_organisation on failing_duties using (organisation = own_organisation())
  with check (organisation = own_organisation());
grant select, insert, update, delete on failing_duties to custos_app;
