-- +goose Up
create table indicators (
    tenant   text not null,
    scope    text not null,
    parent   text not null,
    id       text not null,
    version  integer not null,
    created  integer not null,
    updated  integer not null,
    title    text not null,
    quantity text not null,
    position integer not null,
    body     blob not null,
    constraint indicators_pkey primary key (tenant, parent, id)
) strict;

create table measurements (
    tenant     text not null,
    scope      text not null,
    parent     text not null,
    id         text not null,
    version    integer not null,
    created    integer not null,
    updated    integer not null,
    indicator  text not null,
    unit       text not null,
    begin_date text not null,
    end_date   text not null,
    year       text not null,
    value      real,
    body       blob not null,
    constraint measurements_pkey primary key (tenant, parent, id)
) strict;
create unique index measurements_period on measurements (tenant, parent, indicator, unit, end_date, begin_date);
create index measurements_year on measurements (tenant, parent, indicator, year);
create index measurements_end_date on measurements (tenant, parent, end_date, id);

create table results (
    tenant     text not null,
    scope      text not null,
    parent     text not null,
    id         text not null,
    version    integer not null,
    created    integer not null,
    updated    integer not null,
    subject    text not null,
    plan       text not null,
    execution  text not null,
    grade      text not null,
    fulfilment text not null,
    deviates   integer not null,
    position   integer not null,
    body       blob not null,
    constraint results_pkey primary key (tenant, parent, id)
) strict;
create unique index results_subject on results (tenant, subject, parent);
create index results_plan on results (tenant, plan);

-- Proposals that wait for the risk register. They are no resources: what became of them is in the results.
create table outbox (
    tenant text not null,
    action text not null,
    result text not null,
    body   blob not null,
    constraint outbox_pkey primary key (tenant, action)
) strict;

-- When each proposal is to be sent, without content. Who takes one moves its time ahead, which is the lease.
create table outbox_turns (
    tenant   text not null,
    action   text not null,
    due      integer not null,
    attempts integer not null,
    constraint outbox_turns_pkey primary key (tenant, action)
) strict;
create index outbox_turns_due on outbox_turns (due);
