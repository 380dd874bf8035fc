package sqlstore_test

import (
	"strings"
	"testing"

	"github.com/uppsikt/uppsikt/internal/sqldb"
	"github.com/uppsikt/uppsikt/internal/sqldb/sqldbtest"
	"github.com/uppsikt/uppsikt/services/notification/internal/notice"
	"github.com/uppsikt/uppsikt/services/notification/internal/sqlstore"
)

// TestManyMailsAreSearchedFor: SQLite has no statistics, so that it must be led to the key of what it is asked about, and not to
// all of a municipality.
func TestManyMailsAreSearchedFor(t *testing.T) {
	db, mails := base{DB: sqldbtest.Open(t, sqldb.SQLite, sqlstore.Migrations()), t: t}, []string{"m1", "m2"}
	held := sqlstore.TurnLease{Tenant: "ume", Owner: "x", Until: noon}
	for want, stmt := range map[string]sqldb.Stmt{
		"SEARCH mail_turns USING INDEX sqlite_autoindex_mail_turns_1 (tenant=? AND mail=?)":       sqlstore.ClaimTurns(sqldb.SQLite, held, mails, noon, nil)[0],
		"SEARCH r USING INDEX reminders_mail (tenant=? AND mail=?)":                               sqlstore.SelectMails(sqldb.SQLite, "ume", mails, nil),
		"SEARCH d USING INDEX sqlite_autoindex_deliveries_1 (tenant=? AND id=?)":                  sqlstore.SelectFirstDeliveries(sqldb.SQLite, "ume", mails, nil)[0],
		"SEARCH reminders USING INDEX sqlite_autoindex_reminders_1 (tenant=? AND id=?)":           sqlstore.SendReminders(sqldb.SQLite, "ume", mails, "", noon),
		"SEARCH reminders USING INDEX reminders_delivery (tenant=? AND delivery=?)":               sqlstore.SettleMails(sqldb.SQLite, "ume", mails, notice.Sending, notice.Sent, noon),
		"SEARCH reminders USING INDEX reminders_mail (tenant=? AND mail=?)":                       sqlstore.RearmTurns(sqldb.SQLite, "ume", mails, nil),
		"SEARCH delivery_mails USING INDEX sqlite_autoindex_delivery_mails_1 (tenant=? AND id=?)": sqlstore.SelectRaws(sqldb.SQLite, "ume", mails, nil),
	} {
		var plan []string
		db.as("ume", sqldb.Stmt{SQL: "explain query plan " + stmt.SQL, Args: stmt.Args, Each: func(r sqldb.Row) error {
			var (
				id, parent, unused int64
				step               string
			)
			err := r.Scan(&id, &parent, &unused, &step)
			plan = append(plan, step)
			return err
		}})
		if got := strings.Join(plan, "\n"); !strings.Contains(got, want) {
			t.Errorf("want %s:\n%s", want, got)
		}
	}
}
