-- +goose Up
create table risks (
    tenant  text collate "C" not null,
    scope   text collate "C" not null,
    parent  text collate "C" not null,
    id      text collate "C" not null,
    version bigint not null,
    created bigint not null,
    updated bigint not null,
    title   text collate "C" not null,
    body    bytea not null,
    constraint risks_pkey primary key (tenant, parent, id)
);
alter table risks enable row level security;
alter table risks force row level security;
create policy tenant on risks using (tenant = current_setting('app.tenant', true));

create table risk_entries (
    tenant   text collate "C" not null,
    scope    text collate "C" not null,
    parent   text collate "C" not null,
    id       text collate "C" not null,
    version  bigint not null,
    created  bigint not null,
    updated  bigint not null,
    position bigint not null,
    risk     text collate "C" not null,
    value    double precision,
    body     bytea not null,
    constraint risk_entries_pkey primary key (tenant, parent, id)
);
create index risk_entries_order on risk_entries (tenant, parent, position, id);
alter table risk_entries enable row level security;
alter table risk_entries force row level security;
create policy tenant on risk_entries using (tenant = current_setting('app.tenant', true));
