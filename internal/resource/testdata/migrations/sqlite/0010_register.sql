-- +goose Up
create table risks (
    tenant  text not null,
    scope   text not null,
    parent  text not null,
    id      text not null,
    version integer not null,
    created integer not null,
    updated integer not null,
    title   text not null,
    body    blob not null,
    constraint risks_pkey primary key (tenant, parent, id)
) strict;

create table risk_entries (
    tenant   text not null,
    scope    text not null,
    parent   text not null,
    id       text not null,
    version  integer not null,
    created  integer not null,
    updated  integer not null,
    position integer not null,
    risk     text not null,
    value    real,
    body     blob not null,
    constraint risk_entries_pkey primary key (tenant, parent, id)
) strict;
create index risk_entries_order on risk_entries (tenant, parent, position, id);
