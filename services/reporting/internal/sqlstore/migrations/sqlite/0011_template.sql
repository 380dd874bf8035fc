-- +goose Up
create table templates (
    tenant  text not null,
    scope   text not null,
    parent  text not null,
    id      text not null,
    version integer not null,
    created integer not null,
    updated integer not null,
    title   text not null,
    body    blob not null,
    constraint templates_pkey primary key (tenant, parent, id)
) strict;
