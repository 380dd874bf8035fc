package allinone

import (
	"context"
	"errors"

	"github.com/uppsikt/uppsikt/internal/clock"
	"github.com/uppsikt/uppsikt/internal/journal"
	"github.com/uppsikt/uppsikt/internal/sqldb"
	"github.com/uppsikt/uppsikt/services/directory"
	"github.com/uppsikt/uppsikt/services/reporting"
	"github.com/uppsikt/uppsikt/services/riskregister"
)

// Token mints an access token for the operator's client from a data directory, while the server runs or not. The role
// holds in the scope: "platform", a municipality or a committee, which need not exist yet.
func Token(ctx context.Context, data, role, scope string, clk clock.Clock) (string, error) {
	shift, err := readShift(data)
	if err != nil {
		return "", err
	}
	shifted := clock.NewShifted(clk)
	shifted.ShiftBy(shift)
	if err := makeDirectory(data); err != nil {
		return "", err
	}
	db, err := directorySchema.open(ctx, data, sqldb.OpenSQLite)
	if err != nil {
		return "", err
	}
	token, err := directory.MintLocal(ctx, db, shifted, role, scope)
	return token, errors.Join(err, db.Close())
}

// Verify recomputes every chain in a data directory and compares every row with it. It reads only, also beside a running
// server, and reports each thing that is wrong.
func Verify(ctx context.Context, data string, report func(journal.Problem)) error {
	dbs, err := openDatabases(ctx, data, sqldb.OpenSQLiteReadOnly)
	if err != nil {
		return err
	}
	for _, verify := range []func() error{
		func() error { return directory.Verify(ctx, dbs[directory.Name], report) },
		func() error { return riskregister.Verify(ctx, dbs[riskregister.Name], report) },
		func() error { return reporting.Verify(ctx, dbs[reporting.Name], report) },
	} {
		if err := verify(); err != nil {
			return errors.Join(err, dbs.close())
		}
	}
	return dbs.close()
}
