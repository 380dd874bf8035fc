-- +goose Up
create table actions (
    tenant         text collate "C" not null,
    scope          text collate "C" not null,
    parent         text collate "C" not null,
    id             text collate "C" not null,
    version        bigint not null,
    created        bigint not null,
    updated        bigint not null,
    title          text collate "C" not null,
    year           text collate "C" not null,
    state          text collate "C" not null,
    status         text collate "C" not null,
    method_version text collate "C" not null,
    due_date       text collate "C" not null,
    origin         text collate "C" not null,
    body           bytea not null,
    constraint actions_pkey primary key (tenant, parent, id)
);
create index actions_origin on actions (tenant, origin);
alter table actions enable row level security;
alter table actions force row level security;
create policy tenant on actions using (tenant = current_setting('app.tenant', true));

alter table follow_ups add column action text collate "C" not null default '';
create index follow_ups_action on follow_ups (tenant, action);
