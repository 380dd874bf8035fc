-- +goose Up
-- Which people an address belongs to, for signing in before the municipality is known: names and hashes only.
create table logins (
    person     text collate "C" not null,
    email_hash bytea not null,
    constraint logins_pkey primary key (person)
);
create index logins_email on logins (email_hash);

create table passwords (
    tenant  text collate "C" not null,
    person  text collate "C" not null,
    hash    text collate "C" not null,
    updated bigint not null,
    constraint passwords_pkey primary key (tenant, person)
);
alter table passwords enable row level security;
alter table passwords force row level security;
create policy tenant on passwords using (tenant = current_setting('app.tenant', true));

create table sessions (
    id          text collate "C" not null,
    secret_hash bytea not null,
    person      text collate "C" not null,
    created     bigint not null,
    expires     bigint not null,
    constraint sessions_pkey primary key (id)
);
create unique index sessions_secret on sessions (secret_hash);
create index sessions_person on sessions (person);

create table sign_in_links (
    secret_hash bytea not null,
    person      text collate "C" not null,
    created     bigint not null,
    expires     bigint not null,
    constraint sign_in_links_pkey primary key (secret_hash)
);
create index sign_in_links_person on sign_in_links (person);

create table sign_in_failures (
    email_hash bytea not null,
    failures   bigint not null,
    last       bigint not null,
    constraint sign_in_failures_pkey primary key (email_hash)
);

create table revocations (
    session text collate "C" not null,
    subject text collate "C" not null,
    at      bigint not null,
    constraint revocations_pkey primary key (session, subject)
);

-- Ed25519 seeds; the newest signs, all verify.
create table signing_keys (
    id      text collate "C" not null,
    seed    bytea not null,
    created bigint not null,
    constraint signing_keys_pkey primary key (id)
);
