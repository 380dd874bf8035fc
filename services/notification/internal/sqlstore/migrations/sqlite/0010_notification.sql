-- +goose Up
create table reminder_rules (
    tenant   text not null,
    scope    text not null,
    parent   text not null,
    id       text not null,
    version  integer not null,
    created  integer not null,
    updated  integer not null,
    title    text not null,
    disabled integer not null,
    kind     text not null,
    role     text not null,
    body     blob not null,
    constraint reminder_rules_pkey primary key (tenant, parent, id)
) strict;
create unique index reminder_rules_subject on reminder_rules (tenant, parent, kind, role);

create table reminder_settings (
    tenant  text not null,
    scope   text not null,
    parent  text not null,
    id      text not null,
    version integer not null,
    created integer not null,
    updated integer not null,
    mode    text not null,
    body    blob not null,
    constraint reminder_settings_pkey primary key (tenant, parent, id)
) strict;

-- The last days as the risk register last told them, with what control measurement adds. They are no resources: they
-- belong to others.
create table deadlines (
    tenant     text not null,
    committee  text not null,
    key        text not null,
    due        text not null,
    begin_date text not null,
    kind       text not null,
    role       text not null,
    done       integer not null,
    known      integer not null,
    body       blob not null,
    constraint deadlines_pkey primary key (tenant, committee, key)
) strict;
create index deadlines_due on deadlines (tenant, done, due);

-- Reminders to come, and what became of the others. The body is the deadline as it stood when the reminder was last
-- planned.
create table reminders (
    tenant     text not null,
    id         text not null,
    committee  text not null,
    deadline   text not null,
    due        text not null,
    person     text not null,
    cause      text not null,
    days       integer not null,
    recipient  text not null,
    instead_of text not null,
    rule       text not null,
    at         integer not null,
    mail       text not null,
    digest     integer not null,
    state      text not null,
    state_time integer not null,
    delivery   text not null,
    body       blob not null,
    constraint reminders_pkey primary key (tenant, id)
) strict;
create index reminders_state on reminders (tenant, state, at, id);
create index reminders_at on reminders (tenant, at, id);
create index reminders_committee on reminders (tenant, committee, at, id);
create index reminders_deadline on reminders (tenant, committee, deadline);
create index reminders_person on reminders (tenant, person, at, id);
create index reminders_mail on reminders (tenant, mail);
create index reminders_delivery on reminders (tenant, delivery);

-- The ledger: one line for each mail. A time that is not set is 0.
create table deliveries (
    tenant      text not null,
    id          text not null,
    person      text not null,
    person_name text not null,
    address     text not null,
    subject     text not null,
    digest      integer not null,
    at          integer not null,
    state       text not null,
    attempts    integer not null,
    unlearnt    integer not null,
    next        integer not null,
    settled     integer not null,
    fault       text not null,
    response    text not null,
    message_id  text not null,
    constraint deliveries_pkey primary key (tenant, id)
) strict;
create index deliveries_at on deliveries (tenant, at, id);
create index deliveries_person on deliveries (tenant, person, at, id);
create index deliveries_state on deliveries (tenant, state, at, id);

-- The mails as they were handed over, kept for a bounded time.
create table delivery_mails (
    tenant  text not null,
    id      text not null,
    created integer not null,
    raw     blob not null,
    constraint delivery_mails_pkey primary key (tenant, id)
) strict;
create index delivery_mails_created on delivery_mails (tenant, created);

-- When each mail is to be sent, without content, for every replica to read across tenants. Who takes one holds its lease.
create table mail_turns (
    tenant   text not null,
    mail     text not null,
    at       integer not null,
    lease    integer not null,
    owner    text not null,
    attempts integer not null,
    constraint mail_turns_pkey primary key (tenant, mail)
) strict;
create index mail_turns_at on mail_turns (at, tenant, mail);

-- Who compares a municipality's deadlines with its reminders, and when that was last done; without content.
create table passes (
    tenant text not null,
    lease  integer not null,
    owner  text not null,
    done   integer not null,
    constraint passes_pkey primary key (tenant)
) strict;

-- Whom the directory last named, as its own messages: names, addresses and roles, no more.
create table directory_snapshots (
    tenant       text not null,
    municipality blob not null,
    committees   blob not null,
    people       blob not null,
    assignments  blob not null,
    constraint directory_snapshots_pkey primary key (tenant)
) strict;

-- Who has a calendar by subscription.
create table calendar_feeds (
    tenant   text not null,
    person   text not null,
    created  integer not null,
    read_day text not null,
    hash     text not null,
    constraint calendar_feeds_pkey primary key (tenant, person)
) strict;

-- Whose calendar a secret address opens, before the municipality is known. Only the hash of the secret is kept.
create table calendar_secrets (
    hash   text not null,
    tenant text not null,
    person text not null,
    constraint calendar_secrets_pkey primary key (hash)
) strict;
create index calendar_secrets_person on calendar_secrets (tenant, person);
