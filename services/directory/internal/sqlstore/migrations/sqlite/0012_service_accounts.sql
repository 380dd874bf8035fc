-- +goose Up
create table service_accounts (
    tenant   text not null,
    scope    text not null,
    parent   text not null,
    id       text not null,
    version  integer not null,
    created  integer not null,
    updated  integer not null,
    title    text not null,
    disabled integer not null,
    body     blob not null,
    constraint service_accounts_pkey primary key (tenant, parent, id)
) strict;

-- What service accounts prove themselves by: SHA-256 of random secrets.
create table service_account_secrets (
    tenant      text not null,
    account     text not null,
    secret_hash blob not null,
    created     integer not null,
    constraint service_account_secrets_pkey primary key (tenant, account, secret_hash)
) strict;
