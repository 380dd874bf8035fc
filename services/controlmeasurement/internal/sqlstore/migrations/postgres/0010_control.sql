-- +goose Up
create table indicators (
    tenant   text collate "C" not null,
    scope    text collate "C" not null,
    parent   text collate "C" not null,
    id       text collate "C" not null,
    version  bigint not null,
    created  bigint not null,
    updated  bigint not null,
    title    text collate "C" not null,
    quantity text collate "C" not null,
    position bigint not null,
    body     bytea not null,
    constraint indicators_pkey primary key (tenant, parent, id)
);
alter table indicators enable row level security;
alter table indicators force row level security;
create policy tenant on indicators using (tenant = current_setting('app.tenant', true));

create table measurements (
    tenant     text collate "C" not null,
    scope      text collate "C" not null,
    parent     text collate "C" not null,
    id         text collate "C" not null,
    version    bigint not null,
    created    bigint not null,
    updated    bigint not null,
    indicator  text collate "C" not null,
    unit       text collate "C" not null,
    begin_date text collate "C" not null,
    end_date   text collate "C" not null,
    year       text collate "C" not null,
    value      double precision,
    body       bytea not null,
    constraint measurements_pkey primary key (tenant, parent, id)
);
create unique index measurements_period on measurements (tenant, parent, indicator, unit, end_date, begin_date);
create index measurements_year on measurements (tenant, parent, indicator, year);
create index measurements_end_date on measurements (tenant, parent, end_date, id);
alter table measurements enable row level security;
alter table measurements force row level security;
create policy tenant on measurements using (tenant = current_setting('app.tenant', true));

create table results (
    tenant     text collate "C" not null,
    scope      text collate "C" not null,
    parent     text collate "C" not null,
    id         text collate "C" not null,
    version    bigint not null,
    created    bigint not null,
    updated    bigint not null,
    subject    text collate "C" not null,
    plan       text collate "C" not null,
    execution  text collate "C" not null,
    grade      text collate "C" not null,
    fulfilment text collate "C" not null,
    deviates   bigint not null,
    position   bigint not null,
    body       bytea not null,
    constraint results_pkey primary key (tenant, parent, id)
);
create unique index results_subject on results (tenant, subject, parent);
create index results_plan on results (tenant, plan);
alter table results enable row level security;
alter table results force row level security;
create policy tenant on results using (tenant = current_setting('app.tenant', true));

-- Proposals that wait for the risk register. They are no resources: what became of them is in the results.
create table outbox (
    tenant text collate "C" not null,
    action text collate "C" not null,
    result text collate "C" not null,
    body   bytea not null,
    constraint outbox_pkey primary key (tenant, action)
);
alter table outbox enable row level security;
alter table outbox force row level security;
create policy tenant on outbox using (tenant = current_setting('app.tenant', true));

-- When each proposal is to be sent, without content. Who takes one moves its time ahead, which is the lease.
create table outbox_turns (
    tenant   text collate "C" not null,
    action   text collate "C" not null,
    due      bigint not null,
    attempts bigint not null,
    constraint outbox_turns_pkey primary key (tenant, action)
);
create index outbox_turns_due on outbox_turns (due);
