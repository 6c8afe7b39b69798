#!/bin/sh
# Run once by the PostgreSQL image, on an empty data folder: Custos owns its database and is no superuser, so that row-level
# security binds it too. custos_app, which every transaction becomes, is made here, as the owner may not make roles.
set -eu
psql -v ON_ERROR_STOP=1 -v password="$CUSTOS_DATABASE_PASSWORD" --username "$POSTGRES_USER" --dbname postgres <<'SQL'
create role custos_app nologin nosuperuser nobypassrls nocreatedb nocreaterole noinherit;
create role custos login nosuperuser nobypassrls nocreatedb nocreaterole password :'password';
grant custos_app to custos;
create database custos owner custos;
revoke connect on database custos from public;
SQL
