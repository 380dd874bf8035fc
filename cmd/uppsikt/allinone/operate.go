package allinone

import (
	"context"
	"errors"
	"os"

	"github.com/uppsikt/uppsikt/internal/clock"
	"github.com/uppsikt/uppsikt/internal/journal"
	"github.com/uppsikt/uppsikt/internal/sqldb"
	"github.com/uppsikt/uppsikt/services/controlmeasurement"
	"github.com/uppsikt/uppsikt/services/directory"
	"github.com/uppsikt/uppsikt/services/notification"
	"github.com/uppsikt/uppsikt/services/reporting"
	"github.com/uppsikt/uppsikt/services/riskregister"
)

// Token mints an access token for the operator's client from a data directory, while the server runs or not. The role
// holds in the scope: "platform", a municipality or a committee, which need not exist yet.
func Token(ctx context.Context, data, role, scope string, clk clock.Clock) (string, error) {
	if err := checkInstallation(data); err != nil {
		return "", err
	}
	shift, err := readShift(data)
	if err != nil {
		return "", err
	}
	shifted := clock.NewShifted(clk)
	shifted.ShiftBy(shift)
	db, err := directorySchema.open(ctx, data, sqldb.OpenSQLite)
	if err != nil {
		return "", err
	}
	token, err := directory.MintLocal(ctx, db, shifted, role, scope)
	return token, errors.Join(err, db.Close())
}

// RotateKey makes a new key for access tokens in a data directory, while the server runs or not. With forget the earlier ones
// no longer verify.
func RotateKey(ctx context.Context, data string, forget bool, clk clock.Clock) error {
	if err := checkInstallation(data); err != nil {
		return err
	}
	db, err := directorySchema.open(ctx, data, sqldb.OpenSQLite)
	if err != nil {
		return err
	}
	return errors.Join(directory.RotateKey(ctx, db, clk, forget), db.Close())
}

// Verify recomputes every chain in a data directory, or in an archive that Backup wrote, and compares every row with it. It
// reads only, also beside a running server, and reports each thing that is wrong. An archive is unpacked in the system's
// temporary directory.
func Verify(ctx context.Context, data string, report func(journal.Problem)) error {
	if isFile(data) {
		work, err := os.MkdirTemp("", "uppsikt-verify-*")
		if err != nil {
			return err
		}
		_, err = verifyArchive(ctx, data, work, report, func(string) {})
		return errors.Join(err, os.RemoveAll(work))
	}
	if err := checkWhole(data, false); err != nil {
		return err
	}
	dbs, err := openDatabases(ctx, data, sqldb.OpenSQLiteReadOnly)
	if err != nil {
		return err
	}
	return errors.Join(dbs.verify(ctx, report), dbs.close())
}

// verify verifies every service's database.
func (d databases) verify(ctx context.Context, report func(journal.Problem)) error {
	for _, verify := range []func() error{
		func() error { return directory.Verify(ctx, d[directory.Name], report) },
		func() error { return riskregister.Verify(ctx, d[riskregister.Name], report) },
		func() error { return controlmeasurement.Verify(ctx, d[controlmeasurement.Name], report) },
		func() error { return reporting.Verify(ctx, d[reporting.Name], report) },
		func() error { return notification.Verify(ctx, d[notification.Name], report) },
	} {
		if err := verify(); err != nil {
			return err
		}
	}
	return nil
}
