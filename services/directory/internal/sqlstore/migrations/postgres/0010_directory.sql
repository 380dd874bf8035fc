-- +goose Up
-- The list of municipalities lies outside row-level security: it is how a tenant is found at all.
create table municipalities (
    tenant       text collate "C" not null,
    scope        text collate "C" not null,
    parent       text collate "C" not null,
    id           text collate "C" not null,
    version      bigint not null,
    created      bigint not null,
    updated      bigint not null,
    display_name text collate "C" not null,
    body         bytea not null,
    constraint municipalities_pkey primary key (tenant, parent, id)
);

create table committees (
    tenant       text collate "C" not null,
    scope        text collate "C" not null,
    parent       text collate "C" not null,
    id           text collate "C" not null,
    version      bigint not null,
    created      bigint not null,
    updated      bigint not null,
    display_name text collate "C" not null,
    kind         text collate "C" not null,
    body         bytea not null,
    constraint committees_pkey primary key (tenant, parent, id)
);
alter table committees enable row level security;
alter table committees force row level security;
create policy tenant on committees using (tenant = current_setting('app.tenant', true));

create table units (
    tenant       text collate "C" not null,
    scope        text collate "C" not null,
    parent       text collate "C" not null,
    id           text collate "C" not null,
    version      bigint not null,
    created      bigint not null,
    updated      bigint not null,
    display_name text collate "C" not null,
    parent_unit  text collate "C" not null,
    position     bigint not null,
    body         bytea not null,
    constraint units_pkey primary key (tenant, parent, id)
);
alter table units enable row level security;
alter table units force row level security;
create policy tenant on units using (tenant = current_setting('app.tenant', true));

create table people (
    tenant       text collate "C" not null,
    scope        text collate "C" not null,
    parent       text collate "C" not null,
    id           text collate "C" not null,
    version      bigint not null,
    created      bigint not null,
    updated      bigint not null,
    display_name text collate "C" not null,
    email_key    text collate "C",
    disabled     bigint not null,
    body         bytea not null,
    constraint people_pkey primary key (tenant, parent, id)
);
create unique index people_email on people (tenant, email_key) where email_key is not null;
alter table people enable row level security;
alter table people force row level security;
create policy tenant on people using (tenant = current_setting('app.tenant', true));

create table role_assignments (
    tenant     text collate "C" not null,
    scope      text collate "C" not null,
    parent     text collate "C" not null,
    id         text collate "C" not null,
    version    bigint not null,
    created    bigint not null,
    updated    bigint not null,
    person     text collate "C" not null,
    role       text collate "C" not null,
    role_scope text collate "C" not null,
    valid_from text collate "C" not null,
    valid_to   text collate "C" not null,
    body       bytea not null,
    constraint role_assignments_pkey primary key (tenant, parent, id)
);
create index role_assignments_person on role_assignments (tenant, person);
create index role_assignments_scope on role_assignments (tenant, role_scope);
alter table role_assignments enable row level security;
alter table role_assignments force row level security;
create policy tenant on role_assignments using (tenant = current_setting('app.tenant', true));
