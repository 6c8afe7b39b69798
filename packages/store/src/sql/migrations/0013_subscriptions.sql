-- Notices by e-mail, for whoever asked and confirmed. An address is kept encrypted, until its reader ends the subscription;
-- one that was never confirmed, until its link ends.
create table subscriptions (
  organisation text not null,
  system text not null,
  subscription text not null,
  reader text not null,
  address text not null,
  expires_at text not null,
  confirmed_at text,
  told_until text,
  next_at text,
  attempts integer not null default 0,
  primary key (organisation, system, subscription),
  unique (organisation, system, reader),
  foreign key (organisation, system) references systems,
  check ((confirmed_at is null) = (told_until is null))
);
comment on column subscriptions.reader is 'Keyed digest of the address, by which it is known again';
comment on column subscriptions.address is 'Encrypted with the secret of the service';
comment on column subscriptions.expires_at is 'End of the link that confirms';
comment on column subscriptions.told_until is 'Notices up to this one were sent';
comment on column subscriptions.next_at is 'Not mailed before; null: nothing is to be mailed';

create index subscriptions_due on subscriptions (organisation, next_at) where next_at is not null;

create table subscription_mails (
  organisation text not null references organisations,
  system text not null,
  reader text not null,
  client text not null,
  sent_at text not null
);
comment on table subscription_mails is 'Links that were asked for within a day, so that nobody is flooded';
comment on column subscription_mails.reader is 'Keyed digest of the mailbox';
comment on column subscription_mails.client is 'Keyed digest of the address from which it was asked for';
create index subscription_mails_at on subscription_mails (organisation, sent_at);

do $$
declare
  name text;
begin
  foreach name in array array['subscriptions', 'subscription_mails'] loop
    execute format('alter table %I enable row level security', name);
    execute format('alter table %I force row level security', name);
    execute format(
      'create policy own_organisation on %I using (organisation = own_organisation()) '
      'with check (organisation = own_organisation())', name);
    execute format('grant select, insert, update, delete on %I to custos_app', name);
  end loop;
end
$$;
