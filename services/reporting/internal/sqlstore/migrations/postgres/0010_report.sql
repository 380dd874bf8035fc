-- +goose Up
create table cases (
    tenant       text collate "C" not null,
    scope        text collate "C" not null,
    parent       text collate "C" not null,
    id           text collate "C" not null,
    version      bigint not null,
    created      bigint not null,
    updated      bigint not null,
    title        text collate "C" not null,
    round        text collate "C" not null,
    meeting_date text collate "C" not null,
    body         bytea not null,
    constraint cases_pkey primary key (tenant, parent, id)
);
create index cases_round on cases (tenant, parent, round);
alter table cases enable row level security;
alter table cases force row level security;
create policy tenant on cases using (tenant = current_setting('app.tenant', true));

create table documents (
    tenant    text collate "C" not null,
    scope     text collate "C" not null,
    parent    text collate "C" not null,
    id        text collate "C" not null,
    version   bigint not null,
    created   bigint not null,
    updated   bigint not null,
    kind      text collate "C" not null,
    state     text collate "C" not null,
    title     text collate "C" not null,
    round     text collate "C" not null,
    case_name text collate "C" not null,
    body      bytea not null,
    constraint documents_pkey primary key (tenant, parent, id)
);
create index documents_round on documents (tenant, parent, round);
alter table documents enable row level security;
alter table documents force row level security;
create policy tenant on documents using (tenant = current_setting('app.tenant', true));

-- The bytes of final documents. Their digests are in the documents themselves, and so in the journal.
create table document_files (
    tenant   text collate "C" not null,
    document text collate "C" not null,
    format   text collate "C" not null,
    content  bytea not null,
    constraint document_files_pkey primary key (tenant, document, format)
);
alter table document_files enable row level security;
alter table document_files force row level security;
create policy tenant on document_files using (tenant = current_setting('app.tenant', true));
