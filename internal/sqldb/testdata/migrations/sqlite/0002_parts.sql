-- +goose Up
create table parts (
    tenant text    not null,
    note   text    not null,
    id     integer not null,
    primary key (tenant, note, id),
    foreign key (tenant, note) references notes (tenant, name)
) strict, without rowid;
