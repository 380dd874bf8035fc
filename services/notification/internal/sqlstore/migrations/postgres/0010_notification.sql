-- +goose Up
create table reminder_rules (
    tenant   text collate "C" not null,
    scope    text collate "C" not null,
    parent   text collate "C" not null,
    id       text collate "C" not null,
    version  bigint not null,
    created  bigint not null,
    updated  bigint not null,
    title    text collate "C" not null,
    disabled bigint not null,
    kind     text collate "C" not null,
    role     text collate "C" not null,
    body     bytea not null,
    constraint reminder_rules_pkey primary key (tenant, parent, id)
);
create unique index reminder_rules_subject on reminder_rules (tenant, parent, kind, role);
alter table reminder_rules enable row level security;
alter table reminder_rules force row level security;
create policy tenant on reminder_rules using (tenant = current_setting('app.tenant', true));

create table reminder_settings (
    tenant  text collate "C" not null,
    scope   text collate "C" not null,
    parent  text collate "C" not null,
    id      text collate "C" not null,
    version bigint not null,
    created bigint not null,
    updated bigint not null,
    mode    text collate "C" not null,
    body    bytea not null,
    constraint reminder_settings_pkey primary key (tenant, parent, id)
);
alter table reminder_settings enable row level security;
alter table reminder_settings force row level security;
create policy tenant on reminder_settings using (tenant = current_setting('app.tenant', true));

-- The last days as the risk register last told them, with what control measurement adds. They are no resources: they
-- belong to others.
create table deadlines (
    tenant     text collate "C" not null,
    committee  text collate "C" not null,
    key        text collate "C" not null,
    due        text collate "C" not null,
    begin_date text collate "C" not null,
    kind       text collate "C" not null,
    role       text collate "C" not null,
    done       bigint not null,
    known      bigint not null,
    body       bytea not null,
    constraint deadlines_pkey primary key (tenant, committee, key)
);
create index deadlines_due on deadlines (tenant, done, due);
alter table deadlines enable row level security;
alter table deadlines force row level security;
create policy tenant on deadlines using (tenant = current_setting('app.tenant', true));

-- Reminders to come, and what became of the others. The body is the deadline as it stood when the reminder was last
-- planned.
create table reminders (
    tenant     text collate "C" not null,
    id         text collate "C" not null,
    committee  text collate "C" not null,
    deadline   text collate "C" not null,
    due        text collate "C" not null,
    person     text collate "C" not null,
    cause      text collate "C" not null,
    days       bigint not null,
    recipient  text collate "C" not null,
    instead_of text collate "C" not null,
    rule       text collate "C" not null,
    at         bigint not null,
    mail       text collate "C" not null,
    digest     bigint not null,
    state      text collate "C" not null,
    state_time bigint not null,
    delivery   text collate "C" not null,
    body       bytea not null,
    constraint reminders_pkey primary key (tenant, id)
);
create index reminders_state on reminders (tenant, state, at, id);
create index reminders_at on reminders (tenant, at, id);
create index reminders_committee on reminders (tenant, committee, at, id);
create index reminders_deadline on reminders (tenant, committee, deadline);
create index reminders_person on reminders (tenant, person, at, id);
create index reminders_mail on reminders (tenant, mail);
create index reminders_delivery on reminders (tenant, delivery);
alter table reminders enable row level security;
alter table reminders force row level security;
create policy tenant on reminders using (tenant = current_setting('app.tenant', true));

-- The ledger: one line for each mail. A time that is not set is 0.
create table deliveries (
    tenant      text collate "C" not null,
    id          text collate "C" not null,
    person      text collate "C" not null,
    person_name text collate "C" not null,
    address     text collate "C" not null,
    subject     text collate "C" not null,
    digest      bigint not null,
    at          bigint not null,
    state       text collate "C" not null,
    attempts    bigint not null,
    unlearnt    bigint not null,
    next        bigint not null,
    settled     bigint not null,
    fault       text collate "C" not null,
    response    text collate "C" not null,
    message_id  text collate "C" not null,
    constraint deliveries_pkey primary key (tenant, id)
);
create index deliveries_at on deliveries (tenant, at, id);
create index deliveries_person on deliveries (tenant, person, at, id);
create index deliveries_state on deliveries (tenant, state, at, id);
alter table deliveries enable row level security;
alter table deliveries force row level security;
create policy tenant on deliveries using (tenant = current_setting('app.tenant', true));

-- The mails as they were handed over, kept for a bounded time.
create table delivery_mails (
    tenant  text collate "C" not null,
    id      text collate "C" not null,
    created bigint not null,
    raw     bytea not null,
    constraint delivery_mails_pkey primary key (tenant, id)
);
create index delivery_mails_created on delivery_mails (tenant, created);
alter table delivery_mails enable row level security;
alter table delivery_mails force row level security;
create policy tenant on delivery_mails using (tenant = current_setting('app.tenant', true));

-- When each mail is to be sent, without content, for every replica to read across tenants. Who takes one holds its lease.
create table mail_turns (
    tenant   text collate "C" not null,
    mail     text collate "C" not null,
    at       bigint not null,
    lease    bigint not null,
    owner    text collate "C" not null,
    attempts bigint not null,
    constraint mail_turns_pkey primary key (tenant, mail)
);
create index mail_turns_at on mail_turns (at, tenant, mail);

-- Who compares a municipality's deadlines with its reminders, and when that was last done; without content.
create table passes (
    tenant text collate "C" not null,
    lease  bigint not null,
    owner  text collate "C" not null,
    done   bigint not null,
    constraint passes_pkey primary key (tenant)
);

-- Whom the directory last named, as its own messages: names, addresses and roles, no more.
create table directory_snapshots (
    tenant       text collate "C" not null,
    municipality bytea not null,
    committees   bytea not null,
    people       bytea not null,
    assignments  bytea not null,
    constraint directory_snapshots_pkey primary key (tenant)
);
alter table directory_snapshots enable row level security;
alter table directory_snapshots force row level security;
create policy tenant on directory_snapshots using (tenant = current_setting('app.tenant', true));

-- Who has a calendar by subscription.
create table calendar_feeds (
    tenant   text collate "C" not null,
    person   text collate "C" not null,
    created  bigint not null,
    read_day text collate "C" not null,
    hash     text collate "C" not null,
    constraint calendar_feeds_pkey primary key (tenant, person)
);
alter table calendar_feeds enable row level security;
alter table calendar_feeds force row level security;
create policy tenant on calendar_feeds using (tenant = current_setting('app.tenant', true));

-- Whose calendar a secret address opens, before the municipality is known. Only the hash of the secret is kept.
create table calendar_secrets (
    hash   text collate "C" not null,
    tenant text collate "C" not null,
    person text collate "C" not null,
    constraint calendar_secrets_pkey primary key (hash)
);
create index calendar_secrets_person on calendar_secrets (tenant, person);
