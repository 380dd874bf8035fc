package notification_test

import (
	"log/slog"
	"testing"
	"time"

	"github.com/uppsikt/uppsikt/internal/journal"
	"github.com/uppsikt/uppsikt/internal/rpctest"
	"github.com/uppsikt/uppsikt/internal/sqldb"
	"github.com/uppsikt/uppsikt/internal/sqldb/sqldbtest"
	"github.com/uppsikt/uppsikt/services/notification"
)

func TestOpenNeedsItsDeps(t *testing.T) {
	deps := notification.Deps{Logger: slog.New(slog.DiscardHandler), Clock: rpctest.NewClock()}
	if _, err := notification.Open(t.Context(), notification.DefaultConfig(), deps); err == nil {
		t.Error("opened without a database and the other services")
	}
}

func TestOpenNeedsAConfiguration(t *testing.T) {
	conn := &line{}
	deps := notification.Deps{Database: sqldbtest.Open(t, sqldb.SQLite, notification.Migrations()), Logger: slog.New(slog.DiscardHandler),
		Clock: rpctest.NewClock(), Directory: conn, RiskRegister: conn, ControlMeasurement: conn}
	good := notification.DefaultConfig()
	good.Outbox, good.From, good.PublicURL = t.TempDir(), "uppsikt@umea.se", "https://uppsikt.umea.se"
	for name, spoil := range map[string]func(*notification.Config){
		"no way to send":      func(c *notification.Config) { c.Outbox = "" },
		"two ways to send":    func(c *notification.Config) { c.SMTP = "smtp://localhost" },
		"no sender":           func(c *notification.Config) { c.From = "" },
		"no such sender":      func(c *notification.Config) { c.From = "nobody" },
		"no pages":            func(c *notification.Config) { c.PublicURL = "uppsikt" },
		"mails of a moment":   func(c *notification.Config) { c.KeepMails = time.Hour },
		"no such server":      func(c *notification.Config) { c.Outbox, c.SMTP = "", "http://localhost" },
		"no such schedule":    func(c *notification.Config) { c.Redis = "http://localhost" },
		"an outbox of a file": func(c *notification.Config) { c.Outbox = "service_test.go/outbox" },
	} {
		cfg := good
		spoil(&cfg)
		if _, err := notification.Open(t.Context(), cfg, deps); err == nil {
			t.Errorf("opened with %s", name)
		}
	}
	s, err := notification.Open(t.Context(), good, deps)
	if err != nil {
		t.Fatal(err)
	}
	if err := s.Close(); err != nil {
		t.Error(err)
	}
}

func TestHealthAndVerification(t *testing.T) {
	engines(t, func(t *testing.T, w *world) {
		w.everybody(t)
		if err := w.service.Health(t.Context()); err != nil {
			t.Error(err)
		}
		if err := notification.Verify(t.Context(), w.db, func(p journal.Problem) { t.Errorf("problem: %v", p) }); err != nil {
			t.Error(err)
		}
	})
}
