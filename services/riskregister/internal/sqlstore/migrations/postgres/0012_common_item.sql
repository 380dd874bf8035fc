-- +goose Up
create table common_items (
    tenant  text collate "C" not null,
    scope   text collate "C" not null,
    parent  text collate "C" not null,
    id      text collate "C" not null,
    version bigint not null,
    created bigint not null,
    updated bigint not null,
    title   text collate "C" not null,
    year    text collate "C" not null,
    state   text collate "C" not null,
    body    bytea not null,
    constraint common_items_pkey primary key (tenant, parent, id)
);
create index common_items_year on common_items (tenant, parent, year, id);
alter table common_items enable row level security;
alter table common_items force row level security;
create policy tenant on common_items using (tenant = current_setting('app.tenant', true));
