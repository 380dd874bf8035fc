-- +goose Up
create table notes (
    tenant   text    collate "C" not null,
    name     text    collate "C" not null,
    title    text    collate "C" not null,
    version  bigint  not null check (version > 0),
    at       bigint  not null,
    draft    boolean not null default false,
    weight   double precision,
    body     bytea   not null,
    primary key (tenant, name)
);

create unique index notes_title on notes (tenant, title);

alter table notes enable row level security;

create policy notes_tenant on notes using (tenant = current_setting('app.tenant', true));

create table heads (
    scope text   collate "C" primary key,
    seq   bigint not null
);
