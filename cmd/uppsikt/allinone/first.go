package allinone

import (
	"context"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"time"

	"github.com/uppsikt/uppsikt/internal/authn"
	"github.com/uppsikt/uppsikt/internal/exchange"
	"github.com/uppsikt/uppsikt/internal/refdata"
	"github.com/uppsikt/uppsikt/services/directory"
)

// First is what the person who starts the suite must be told.
type First struct {
	// Address of the pages, such as "http://127.0.0.1:8080".
	Address string
	// Link signs the first person in, once; empty when somebody can sign in already.
	Link string
	// Demo says that visitors choose a person at Address + "/demo".
	Demo bool
}

// firstStart loads the reference data of a demonstration, or makes the link of the first start.
func (s *Suite) firstStart(ctx context.Context) (First, error) {
	first := First{Address: s.address(), Demo: s.config.Demo}
	if s.config.Demo {
		return first, s.loadReferenceData(ctx)
	}
	link, err := s.directory.EnsureFirstLink(ctx)
	if err != nil {
		return first, fmt.Errorf("make the first sign-in link: %w", err)
	}
	if link.Secret != "" {
		first.Link = first.Address + "/logga-in/" + link.Secret
	}
	return first, nil
}

func (s *Suite) address() string {
	if s.config.TLS != nil {
		return "https://" + s.HTTPAddress()
	}
	return "http://" + s.HTTPAddress()
}

// loadReferenceData imports the reference bundles; over data that are there already it changes nothing.
func (s *Suite) loadReferenceData(ctx context.Context) error {
	token, err := directory.MintLocal(ctx, s.databases[directory.Name], s.clock, "operator", "-")
	if err != nil {
		return err
	}
	ctx = authn.WithToken(ctx, token)
	client := exchange.NewClient(exchange.Conns{Directory: s.conn, RiskRegister: s.conn, ControlMeasurement: s.conn, Reporting: s.conn, Notification: s.conn})
	file, err := refdata.Load()
	if err != nil {
		return fmt.Errorf("read the reference data: %w", err)
	}
	report, err := client.Apply(ctx, file, nil)
	if err != nil {
		return fmt.Errorf("load the reference data: %w", err)
	}
	if !report.OK() {
		return fmt.Errorf("load the reference data: %s: %s", report.Faults[0].Path, report.Faults[0].English)
	}
	return nil
}

// shiftFile keeps how far a demonstration's clock is ahead, for tokens that are made beside the running server.
const shiftFile = "clock-shift"

// keepShift writes the shift of the clock, or takes away that of an earlier run.
func (s *Suite) keepShift() error {
	path := filepath.Join(s.config.Data, shiftFile)
	if s.config.Now.IsZero() {
		if err := os.Remove(path); err != nil && !errors.Is(err, fs.ErrNotExist) {
			return err
		}
		return nil
	}
	return os.WriteFile(path, []byte(s.clock.Shift().String()), 0o600)
}

// readShift returns the shift of the demonstration that runs, or ran last, on a data directory.
func readShift(data string) (time.Duration, error) {
	text, err := os.ReadFile(filepath.Join(data, shiftFile))
	if errors.Is(err, fs.ErrNotExist) {
		return 0, nil
	}
	if err != nil {
		return 0, err
	}
	return time.ParseDuration(string(text))
}
