package allinone

import (
	"context"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"

	"github.com/uppsikt/uppsikt/internal/sqldb"
	"github.com/uppsikt/uppsikt/services/controlmeasurement"
	"github.com/uppsikt/uppsikt/services/directory"
	"github.com/uppsikt/uppsikt/services/notification"
	"github.com/uppsikt/uppsikt/services/reporting"
	"github.com/uppsikt/uppsikt/services/riskregister"
)

// schema is one service's database.
type schema struct {
	service    string
	migrations fs.FS
	// later says that installations and archives of earlier versions lack it; it is made empty then.
	later bool
}

var directorySchema = schema{service: directory.Name, migrations: directory.Migrations()}

// schemas lists the databases, in the order in which services depend on each other.
var schemas = []schema{
	directorySchema,
	{service: riskregister.Name, migrations: riskregister.Migrations()},
	{service: controlmeasurement.Name, migrations: controlmeasurement.Migrations(), later: true},
	{service: reporting.Name, migrations: reporting.Migrations()},
	{service: notification.Name, migrations: notification.Migrations(), later: true},
}

// databases holds an open database for each service, by its name.
type databases map[string]sqldb.DB

// file returns the path of a service's database.
func (s schema) file(data string) string { return filepath.Join(data, s.service+".db") }

// opener opens one database file.
type opener func(ctx context.Context, path string, migrations fs.FS) (sqldb.DB, error)

// open opens the service's database in a data directory.
func (s schema) open(ctx context.Context, data string, with opener) (sqldb.DB, error) {
	db, err := with(ctx, s.file(data), s.migrations)
	if err != nil {
		return nil, fmt.Errorf("open the database of %s: %w", s.service, err)
	}
	return db, nil
}

// openDatabases opens the database of every service, in a directory that is made when it is not there: with
// sqldb.OpenSQLite brought up to date, with sqldb.OpenSQLiteReadOnly unchanged, also beside a running server.
func openDatabases(ctx context.Context, data string, with opener) (databases, error) {
	return openEach(func(s schema) (sqldb.DB, error) { return s.open(ctx, data, with) })
}

// openEach opens the database of every service. After an error none stays open.
func openEach(open func(schema) (sqldb.DB, error)) (databases, error) {
	dbs := databases{}
	for _, s := range schemas {
		db, err := open(s)
		if err != nil {
			return nil, errors.Join(err, dbs.close())
		}
		dbs[s.service] = db
	}
	return dbs, nil
}

// makeDirectory makes the data directory, for its owner alone. One that a restore has left half done is refused.
func makeDirectory(data string) error {
	if err := checkRestored(data); err != nil {
		return err
	}
	if err := os.MkdirAll(data, 0o700); err != nil {
		return fmt.Errorf("make the data directory: %w", err)
	}
	return nil
}

func (d databases) close() error {
	var faults []error
	for _, s := range schemas {
		if d[s.service] != nil {
			faults = append(faults, d[s.service].Close())
		}
	}
	return errors.Join(faults...)
}

// Migrate creates the databases, or brings them up to date, and does nothing else.
func Migrate(ctx context.Context, data string) error {
	if err := makeDirectory(data); err != nil {
		return err
	}
	dbs, err := openDatabases(ctx, data, sqldb.OpenSQLite)
	if err != nil {
		return err
	}
	return dbs.close()
}
