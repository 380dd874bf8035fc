-- +goose Up
create table parts (
    tenant text   collate "C" not null,
    note   text   collate "C" not null,
    id     bigint not null,
    primary key (tenant, note, id),
    foreign key (tenant, note) references notes (tenant, name)
);

alter table parts enable row level security;

create policy parts_tenant on parts using (tenant = current_setting('app.tenant', true));
