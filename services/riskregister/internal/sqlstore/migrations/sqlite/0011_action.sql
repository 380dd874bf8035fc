-- +goose Up
create table actions (
    tenant         text not null,
    scope          text not null,
    parent         text not null,
    id             text not null,
    version        integer not null,
    created        integer not null,
    updated        integer not null,
    title          text not null,
    year           text not null,
    state          text not null,
    status         text not null,
    method_version text not null,
    due_date       text not null,
    origin         text not null,
    body           blob not null,
    constraint actions_pkey primary key (tenant, parent, id)
) strict;
create index actions_origin on actions (tenant, origin);

alter table follow_ups add column action text not null default '';
create index follow_ups_action on follow_ups (tenant, action);
