-- Specifications by which systems were assessed, so that a past assessment is computed again by its own. They hold nothing of
-- any organisation: the digest is that of the text, and whoever knows it may read it.
create table specifications (
  digest text primary key,
  body text not null
);
comment on column specifications.body is 'RFC 8785 form, whose SHA-256 is the digest';
grant select, insert on specifications to custos_app;
