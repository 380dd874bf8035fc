-- +goose Up
-- Which people an address belongs to, for signing in before the municipality is known: names and hashes only.
create table logins (
    person     text not null,
    email_hash blob not null,
    constraint logins_pkey primary key (person)
) strict;
create index logins_email on logins (email_hash);

create table passwords (
    tenant  text not null,
    person  text not null,
    hash    text not null,
    updated integer not null,
    constraint passwords_pkey primary key (tenant, person)
) strict;

create table sessions (
    id          text not null,
    secret_hash blob not null,
    person      text not null,
    created     integer not null,
    expires     integer not null,
    constraint sessions_pkey primary key (id)
) strict;
create unique index sessions_secret on sessions (secret_hash);
create index sessions_person on sessions (person);

create table sign_in_links (
    secret_hash blob not null,
    person      text not null,
    created     integer not null,
    expires     integer not null,
    constraint sign_in_links_pkey primary key (secret_hash)
) strict;
create index sign_in_links_person on sign_in_links (person);

create table sign_in_failures (
    email_hash blob not null,
    failures   integer not null,
    last       integer not null,
    constraint sign_in_failures_pkey primary key (email_hash)
) strict;

create table revocations (
    session text not null,
    subject text not null,
    at      integer not null,
    constraint revocations_pkey primary key (session, subject)
) strict;

-- Ed25519 seeds; the newest signs, all verify.
create table signing_keys (
    id      text not null,
    seed    blob not null,
    created integer not null,
    constraint signing_keys_pkey primary key (id)
) strict;
