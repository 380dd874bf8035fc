package sqlstore

import (
	"context"
	"fmt"

	"google.golang.org/protobuf/proto"

	"github.com/uppsikt/uppsikt/internal/resource"
	"github.com/uppsikt/uppsikt/internal/sqldb"
)

// Stored reads a resource into m as it lies in the database while a transaction has staged another state of it, without
// etag and times. It reports whether there is one.
func Stored(ctx context.Context, r sqldb.Runner, t resource.AnyTable, name string, m proto.Message) (bool, error) {
	parent, _, id := resource.Split(name)
	var body []byte
	err := r.Run(ctx, sqldb.Stmt{
		SQL:  "select body from " + t.TableName() + " where tenant = $1 and parent = $2 and id = $3",
		Args: []any{resource.Tenant(name), parent, id},
		Each: func(row sqldb.Row) error { return row.Scan(&body) },
	})
	if err != nil || body == nil {
		return false, err
	}
	if err := proto.Unmarshal(body, m); err != nil {
		return false, fmt.Errorf("decode %s: %w", name, err)
	}
	return true, nil
}
