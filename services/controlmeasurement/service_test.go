package controlmeasurement_test

import (
	"log/slog"
	"strings"
	"testing"
	"time"

	"github.com/uppsikt/uppsikt/internal/rpctest"
	"github.com/uppsikt/uppsikt/services/controlmeasurement"
)

func TestOpenNeedsItsDeps(t *testing.T) {
	deps := controlmeasurement.Deps{Logger: slog.New(slog.DiscardHandler), Clock: rpctest.NewClock()}
	if _, err := controlmeasurement.Open(t.Context(), controlmeasurement.DefaultConfig(), deps); err == nil {
		t.Error("opened without a database and the risk register")
	}
}

func TestConfig(t *testing.T) {
	if err := controlmeasurement.DefaultConfig().Validate(); err != nil {
		t.Error(err)
	}
	for _, d := range []time.Duration{0, -time.Second, 2 * time.Hour} {
		if err := (controlmeasurement.Config{Deliver: d}).Validate(); err == nil || !strings.Contains(err.Error(), "deliver") {
			t.Errorf("deliver %s: %v", d, err)
		}
	}
}

func TestHealth(t *testing.T) {
	if err := start(t).service.Health(t.Context()); err != nil {
		t.Error(err)
	}
}
