-- +goose Up
-- The list of municipalities lies outside row-level security: it is how a tenant is found at all.
create table municipalities (
    tenant       text not null,
    scope        text not null,
    parent       text not null,
    id           text not null,
    version      integer not null,
    created      integer not null,
    updated      integer not null,
    display_name text not null,
    body         blob not null,
    constraint municipalities_pkey primary key (tenant, parent, id)
) strict;

create table committees (
    tenant       text not null,
    scope        text not null,
    parent       text not null,
    id           text not null,
    version      integer not null,
    created      integer not null,
    updated      integer not null,
    display_name text not null,
    kind         text not null,
    body         blob not null,
    constraint committees_pkey primary key (tenant, parent, id)
) strict;

create table units (
    tenant       text not null,
    scope        text not null,
    parent       text not null,
    id           text not null,
    version      integer not null,
    created      integer not null,
    updated      integer not null,
    display_name text not null,
    parent_unit  text not null,
    position     integer not null,
    body         blob not null,
    constraint units_pkey primary key (tenant, parent, id)
) strict;

create table people (
    tenant       text not null,
    scope        text not null,
    parent       text not null,
    id           text not null,
    version      integer not null,
    created      integer not null,
    updated      integer not null,
    display_name text not null,
    email_key    text,
    disabled     integer not null,
    body         blob not null,
    constraint people_pkey primary key (tenant, parent, id)
) strict;
create unique index people_email on people (tenant, email_key) where email_key is not null;

create table role_assignments (
    tenant     text not null,
    scope      text not null,
    parent     text not null,
    id         text not null,
    version    integer not null,
    created    integer not null,
    updated    integer not null,
    person     text not null,
    role       text not null,
    role_scope text not null,
    valid_from text not null,
    valid_to   text not null,
    body       blob not null,
    constraint role_assignments_pkey primary key (tenant, parent, id)
) strict;
create index role_assignments_person on role_assignments (tenant, person);
create index role_assignments_scope on role_assignments (tenant, role_scope);
