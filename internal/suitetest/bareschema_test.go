package suitetest_test

import "testing/fstest"

// bareSchema is one table without anything that a resource needs.
var bareSchema = fstest.MapFS{
	"migrations/sqlite/0010_bare.sql":   {Data: []byte("-- +goose Up\ncreate table bare (id text primary key, body blob not null) strict;\n")},
	"migrations/postgres/0010_bare.sql": {Data: []byte("-- +goose Up\ncreate table bare (id text collate \"C\" primary key, body bytea not null);\n")},
}
