-- +goose Up
create table journal_heads (
    scope  text not null,
    tenant text not null,
    seq    integer not null,
    hash   blob not null,
    constraint journal_heads_pkey primary key (scope)
) strict;

create table journal_entries (
    tenant       text not null,
    scope        text not null,
    seq          integer not null,
    at           integer not null,
    actor        text not null,
    on_behalf_of text not null,
    method       text not null,
    resource     text not null,
    kind         integer not null,
    reason       text not null,
    state_digest blob not null,
    prev_hash    blob not null,
    hash         blob not null,
    constraint journal_entries_pkey primary key (tenant, scope, seq)
) strict;
create index journal_entries_resource on journal_entries (tenant, resource, seq);

create table journal_states (
    tenant text not null,
    scope  text not null,
    seq    integer not null,
    state  blob not null,
    constraint journal_states_pkey primary key (tenant, scope, seq)
) strict;

create table request_ids (
    tenant   text not null,
    key      blob not null,
    digest   blob not null,
    resource text not null,
    at       integer not null,
    constraint request_ids_pkey primary key (tenant, key)
) strict;
create index request_ids_at on request_ids (tenant, at);
