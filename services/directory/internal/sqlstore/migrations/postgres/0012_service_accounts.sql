-- +goose Up
create table service_accounts (
    tenant   text collate "C" not null,
    scope    text collate "C" not null,
    parent   text collate "C" not null,
    id       text collate "C" not null,
    version  bigint not null,
    created  bigint not null,
    updated  bigint not null,
    title    text collate "C" not null,
    disabled bigint not null,
    body     bytea not null,
    constraint service_accounts_pkey primary key (tenant, parent, id)
);
alter table service_accounts enable row level security;
alter table service_accounts force row level security;
create policy tenant on service_accounts using (tenant = current_setting('app.tenant', true));

-- What service accounts prove themselves by: SHA-256 of random secrets.
create table service_account_secrets (
    tenant      text collate "C" not null,
    account     text collate "C" not null,
    secret_hash bytea not null,
    created     bigint not null,
    constraint service_account_secrets_pkey primary key (tenant, account, secret_hash)
);
alter table service_account_secrets enable row level security;
alter table service_account_secrets force row level security;
create policy tenant on service_account_secrets using (tenant = current_setting('app.tenant', true));
