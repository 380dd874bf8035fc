-- +goose Up
create table methods (
    tenant  text collate "C" not null,
    scope   text collate "C" not null,
    parent  text collate "C" not null,
    id      text collate "C" not null,
    version bigint not null,
    created bigint not null,
    updated bigint not null,
    title   text collate "C" not null,
    body    bytea not null,
    constraint methods_pkey primary key (tenant, parent, id)
);
alter table methods enable row level security;
alter table methods force row level security;
create policy tenant on methods using (tenant = current_setting('app.tenant', true));

create table method_versions (
    tenant  text collate "C" not null,
    scope   text collate "C" not null,
    parent  text collate "C" not null,
    id      text collate "C" not null,
    version bigint not null,
    created bigint not null,
    updated bigint not null,
    number  bigint not null,
    body    bytea not null,
    constraint method_versions_pkey primary key (tenant, parent, id)
);
create index method_versions_order on method_versions (tenant, parent, number, id);
alter table method_versions enable row level security;
alter table method_versions force row level security;
create policy tenant on method_versions using (tenant = current_setting('app.tenant', true));

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

create table plans (
    tenant         text collate "C" not null,
    scope          text collate "C" not null,
    parent         text collate "C" not null,
    id             text collate "C" not null,
    version        bigint not null,
    created        bigint not null,
    updated        bigint not null,
    state          text collate "C" not null,
    shown          text collate "C" not null,
    number         bigint not null,
    method_version text collate "C" not null,
    body           bytea not null,
    constraint plans_pkey primary key (tenant, parent, id)
);
alter table plans enable row level security;
alter table plans force row level security;
create policy tenant on plans using (tenant = current_setting('app.tenant', true));

create table plan_versions (
    tenant       text collate "C" not null,
    scope        text collate "C" not null,
    parent       text collate "C" not null,
    id           text collate "C" not null,
    version      bigint not null,
    created      bigint not null,
    updated      bigint not null,
    number       bigint not null,
    standing     text collate "C" not null,
    meeting_date text collate "C" not null,
    body         bytea not null,
    constraint plan_versions_pkey primary key (tenant, parent, id)
);
create index plan_versions_order on plan_versions (tenant, parent, number, id);
alter table plan_versions enable row level security;
alter table plan_versions force row level security;
create policy tenant on plan_versions using (tenant = current_setting('app.tenant', true));

create table risk_entries (
    tenant    text collate "C" not null,
    scope     text collate "C" not null,
    parent    text collate "C" not null,
    id        text collate "C" not null,
    version   bigint not null,
    created   bigint not null,
    updated   bigint not null,
    risk      text collate "C" not null,
    position  bigint not null,
    value     double precision,
    level     text collate "C" not null,
    selection text collate "C" not null,
    body      bytea not null,
    constraint risk_entries_pkey primary key (tenant, parent, id)
);
create index risk_entries_order on risk_entries (tenant, parent, position, id);
create index risk_entries_risk on risk_entries (tenant, risk);
alter table risk_entries enable row level security;
alter table risk_entries force row level security;
create policy tenant on risk_entries using (tenant = current_setting('app.tenant', true));

create table control_areas (
    tenant   text collate "C" not null,
    scope    text collate "C" not null,
    parent   text collate "C" not null,
    id       text collate "C" not null,
    version  bigint not null,
    created  bigint not null,
    updated  bigint not null,
    title    text collate "C" not null,
    position bigint not null,
    body     bytea not null,
    constraint control_areas_pkey primary key (tenant, parent, id)
);
create index control_areas_order on control_areas (tenant, parent, position, id);
alter table control_areas enable row level security;
alter table control_areas force row level security;
create policy tenant on control_areas using (tenant = current_setting('app.tenant', true));

create table control_points (
    tenant   text collate "C" not null,
    scope    text collate "C" not null,
    parent   text collate "C" not null,
    id       text collate "C" not null,
    version  bigint not null,
    created  bigint not null,
    updated  bigint not null,
    title    text collate "C" not null,
    kind     text collate "C" not null,
    position bigint not null,
    body     bytea not null,
    constraint control_points_pkey primary key (tenant, parent, id)
);
create index control_points_order on control_points (tenant, parent, position, id);
alter table control_points enable row level security;
alter table control_points force row level security;
create policy tenant on control_points using (tenant = current_setting('app.tenant', true));

create table rounds (
    tenant       text collate "C" not null,
    scope        text collate "C" not null,
    parent       text collate "C" not null,
    id           text collate "C" not null,
    version      bigint not null,
    created      bigint not null,
    updated      bigint not null,
    title        text collate "C" not null,
    kind         text collate "C" not null,
    state        text collate "C" not null,
    meeting_date text collate "C" not null,
    body         bytea not null,
    constraint rounds_pkey primary key (tenant, parent, id)
);
alter table rounds enable row level security;
alter table rounds force row level security;
create policy tenant on rounds using (tenant = current_setting('app.tenant', true));

create table follow_ups (
    tenant     text collate "C" not null,
    scope      text collate "C" not null,
    parent     text collate "C" not null,
    id         text collate "C" not null,
    version    bigint not null,
    created    bigint not null,
    updated    bigint not null,
    risk_entry text collate "C" not null,
    status     text collate "C" not null,
    position   bigint not null,
    body       bytea not null,
    constraint follow_ups_pkey primary key (tenant, parent, id)
);
create index follow_ups_order on follow_ups (tenant, parent, position, id);
create index follow_ups_risk_entry on follow_ups (tenant, risk_entry);
alter table follow_ups enable row level security;
alter table follow_ups force row level security;
create policy tenant on follow_ups using (tenant = current_setting('app.tenant', true));
