-- +goose Up
create table journal_heads (
    scope  text collate "C" not null,
    tenant text collate "C" not null,
    seq    bigint not null,
    hash   bytea not null,
    constraint journal_heads_pkey primary key (scope)
);

create table journal_entries (
    tenant       text collate "C" not null,
    scope        text collate "C" not null,
    seq          bigint not null,
    at           bigint not null,
    actor        text collate "C" not null,
    on_behalf_of text collate "C" not null,
    method       text collate "C" not null,
    resource     text collate "C" not null,
    kind         bigint not null,
    reason       text collate "C" not null,
    state_digest bytea not null,
    prev_hash    bytea not null,
    hash         bytea not null,
    constraint journal_entries_pkey primary key (tenant, scope, seq)
);
create index journal_entries_resource on journal_entries (tenant, resource, seq);
alter table journal_entries enable row level security;
alter table journal_entries force row level security;
create policy tenant on journal_entries using (tenant = current_setting('app.tenant', true));

create table journal_states (
    tenant text collate "C" not null,
    scope  text collate "C" not null,
    seq    bigint not null,
    state  bytea not null,
    constraint journal_states_pkey primary key (tenant, scope, seq)
);
alter table journal_states enable row level security;
alter table journal_states force row level security;
create policy tenant on journal_states using (tenant = current_setting('app.tenant', true));

create table request_ids (
    tenant   text collate "C" not null,
    key      bytea not null,
    digest   bytea not null,
    resource text collate "C" not null,
    at       bigint not null,
    constraint request_ids_pkey primary key (tenant, key)
);
create index request_ids_at on request_ids (tenant, at);
alter table request_ids enable row level security;
alter table request_ids force row level security;
create policy tenant on request_ids using (tenant = current_setting('app.tenant', true));
