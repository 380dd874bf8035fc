-- +goose Up
create table templates (
    tenant  text collate "C" not null,
    scope   text collate "C" not null,
    parent  text collate "C" not null,
    id      text collate "C" not null,
    version bigint not null,
    created bigint not null,
    updated bigint not null,
    title   text collate "C" not null,
    body    bytea not null,
    constraint templates_pkey primary key (tenant, parent, id)
);
alter table templates enable row level security;
alter table templates force row level security;
create policy tenant on templates using (tenant = current_setting('app.tenant', true));
