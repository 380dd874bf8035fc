-- +goose Up
create table methods (
    tenant  text not null,
    scope   text not null,
    parent  text not null,
    id      text not null,
    version integer not null,
    created integer not null,
    updated integer not null,
    title   text not null,
    body    blob not null,
    constraint methods_pkey primary key (tenant, parent, id)
) strict;

create table method_versions (
    tenant  text not null,
    scope   text not null,
    parent  text not null,
    id      text not null,
    version integer not null,
    created integer not null,
    updated integer not null,
    number  integer not null,
    body    blob not null,
    constraint method_versions_pkey primary key (tenant, parent, id)
) strict;
create index method_versions_order on method_versions (tenant, parent, number, id);

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

create table plans (
    tenant         text not null,
    scope          text not null,
    parent         text not null,
    id             text not null,
    version        integer not null,
    created        integer not null,
    updated        integer not null,
    state          text not null,
    shown          text not null,
    number         integer not null,
    method_version text not null,
    body           blob not null,
    constraint plans_pkey primary key (tenant, parent, id)
) strict;

create table plan_versions (
    tenant       text not null,
    scope        text not null,
    parent       text not null,
    id           text not null,
    version      integer not null,
    created      integer not null,
    updated      integer not null,
    number       integer not null,
    standing     text not null,
    meeting_date text not null,
    body         blob not null,
    constraint plan_versions_pkey primary key (tenant, parent, id)
) strict;
create index plan_versions_order on plan_versions (tenant, parent, number, id);

create table risk_entries (
    tenant    text not null,
    scope     text not null,
    parent    text not null,
    id        text not null,
    version   integer not null,
    created   integer not null,
    updated   integer not null,
    risk      text not null,
    position  integer not null,
    value     real,
    level     text not null,
    selection text not null,
    body      blob not null,
    constraint risk_entries_pkey primary key (tenant, parent, id)
) strict;
create index risk_entries_order on risk_entries (tenant, parent, position, id);
create index risk_entries_risk on risk_entries (tenant, risk);

create table control_areas (
    tenant   text not null,
    scope    text not null,
    parent   text not null,
    id       text not null,
    version  integer not null,
    created  integer not null,
    updated  integer not null,
    title    text not null,
    position integer not null,
    body     blob not null,
    constraint control_areas_pkey primary key (tenant, parent, id)
) strict;
create index control_areas_order on control_areas (tenant, parent, position, id);

create table control_points (
    tenant   text not null,
    scope    text not null,
    parent   text not null,
    id       text not null,
    version  integer not null,
    created  integer not null,
    updated  integer not null,
    title    text not null,
    kind     text not null,
    position integer not null,
    body     blob not null,
    constraint control_points_pkey primary key (tenant, parent, id)
) strict;
create index control_points_order on control_points (tenant, parent, position, id);

create table rounds (
    tenant       text not null,
    scope        text not null,
    parent       text not null,
    id           text not null,
    version      integer not null,
    created      integer not null,
    updated      integer not null,
    title        text not null,
    kind         text not null,
    state        text not null,
    meeting_date text not null,
    body         blob not null,
    constraint rounds_pkey primary key (tenant, parent, id)
) strict;

create table follow_ups (
    tenant     text not null,
    scope      text not null,
    parent     text not null,
    id         text not null,
    version    integer not null,
    created    integer not null,
    updated    integer not null,
    risk_entry text not null,
    status     text not null,
    position   integer not null,
    body       blob not null,
    constraint follow_ups_pkey primary key (tenant, parent, id)
) strict;
create index follow_ups_order on follow_ups (tenant, parent, position, id);
create index follow_ups_risk_entry on follow_ups (tenant, risk_entry);
