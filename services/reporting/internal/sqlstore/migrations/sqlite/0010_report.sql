-- +goose Up
create table cases (
    tenant       text not null,
    scope        text not null,
    parent       text not null,
    id           text not null,
    version      integer not null,
    created      integer not null,
    updated      integer not null,
    title        text not null,
    round        text not null,
    meeting_date text not null,
    body         blob not null,
    constraint cases_pkey primary key (tenant, parent, id)
) strict;
create index cases_round on cases (tenant, parent, round);

create table documents (
    tenant    text not null,
    scope     text not null,
    parent    text not null,
    id        text not null,
    version   integer not null,
    created   integer not null,
    updated   integer not null,
    kind      text not null,
    state     text not null,
    title     text not null,
    round     text not null,
    case_name text not null,
    body      blob not null,
    constraint documents_pkey primary key (tenant, parent, id)
) strict;
create index documents_round on documents (tenant, parent, round);

-- The bytes of final documents. Their digests are in the documents themselves, and so in the journal.
create table document_files (
    tenant   text not null,
    document text not null,
    format   text not null,
    content  blob not null,
    constraint document_files_pkey primary key (tenant, document, format)
) strict;
