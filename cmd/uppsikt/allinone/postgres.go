package allinone

import (
	"context"
	"errors"
	"fmt"

	"github.com/uppsikt/uppsikt/internal/clock"
	"github.com/uppsikt/uppsikt/internal/journal"
	"github.com/uppsikt/uppsikt/internal/sqldb"
	"github.com/uppsikt/uppsikt/services/directory"
)

// MigratePostgres makes, or brings up to date, the schema of every service in the PostgreSQL database of a suite, and lets
// each service's role, which must be there, read and write its own schema and nothing else. The role in url becomes, or
// is, the owner. It may run beside a suite that serves.
func MigratePostgres(ctx context.Context, url, rolePrefix string) error {
	for _, s := range schemas {
		if err := sqldb.Bootstrap(ctx, url, s.service, rolePrefix+s.service, s.migrations); err != nil {
			return fmt.Errorf("migrate %s: %w", s.service, err)
		}
	}
	return nil
}

// VerifyPostgres is Verify for the PostgreSQL database of a suite. The role in url must be able to read every schema, as
// their owner is.
func VerifyPostgres(ctx context.Context, url string, report func(journal.Problem)) error {
	dbs, err := openEach(func(s schema) (sqldb.DB, error) {
		return sqldb.OpenPostgresReadOnly(ctx, url, s.service, s.migrations)
	})
	if err != nil {
		return err
	}
	return errors.Join(dbs.verify(ctx, report), dbs.close())
}

// TokenPostgres is Token for the PostgreSQL database of a suite.
func TokenPostgres(ctx context.Context, url, role, scope string, clk clock.Clock) (string, error) {
	db, err := sqldb.OpenPostgres(ctx, url, directory.Name, directorySchema.migrations)
	if err != nil {
		return "", err
	}
	token, err := directory.MintLocal(ctx, db, clk, role, scope)
	return token, errors.Join(err, db.Close())
}

// RotateKeyPostgres is RotateKey for the PostgreSQL database of a suite.
func RotateKeyPostgres(ctx context.Context, url string, forget bool, clk clock.Clock) error {
	db, err := sqldb.OpenPostgres(ctx, url, directory.Name, directorySchema.migrations)
	if err != nil {
		return err
	}
	return errors.Join(directory.RotateKey(ctx, db, clk, forget), db.Close())
}
