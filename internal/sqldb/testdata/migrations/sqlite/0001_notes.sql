-- +goose Up
create table notes (
    tenant   text    not null,
    name     text    not null,
    title    text    not null,
    version  integer not null check (version > 0),
    at       integer not null,
    draft    integer not null default 0,
    weight   real,
    body     blob    not null,
    primary key (tenant, name)
) strict, without rowid;

create unique index notes_title on notes (tenant, title);

create table heads (
    scope text    primary key,
    seq   integer not null
) strict, without rowid;
