-- +goose Up
create table common_items (
    tenant  text not null,
    scope   text not null,
    parent  text not null,
    id      text not null,
    version integer not null,
    created integer not null,
    updated integer not null,
    title   text not null,
    year    text not null,
    state   text not null,
    body    blob not null,
    constraint common_items_pkey primary key (tenant, parent, id)
) strict;
create index common_items_year on common_items (tenant, parent, year, id);
