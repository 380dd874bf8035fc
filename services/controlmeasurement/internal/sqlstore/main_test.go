package sqlstore_test

import (
	"testing"

	"go.uber.org/goleak"

	"github.com/uppsikt/uppsikt/internal/sqldb/sqldbtest"
	"github.com/uppsikt/uppsikt/services/controlmeasurement/internal/sqlstore"
)

func TestMain(m *testing.M) { goleak.VerifyTestMain(m) }

func TestMigrationsAreTheSameOnBothEngines(t *testing.T) {
	sqldbtest.SameMigrations(t, sqlstore.Migrations())
}
