package resource_test

import (
	"context"
	"embed"
	"io/fs"
	"sync"
	"testing"
	"time"

	"go.uber.org/goleak"

	"github.com/uppsikt/uppsikt/internal/authn"
	"github.com/uppsikt/uppsikt/internal/resource"
	"github.com/uppsikt/uppsikt/internal/sqldb"
	"github.com/uppsikt/uppsikt/internal/sqldb/sqldbtest"
	riskv1 "github.com/uppsikt/uppsikt/proto/gen/uppsikt/risk/v1"
)

func TestMain(m *testing.M) { goleak.VerifyTestMain(m) }

//go:embed testdata/migrations
var files embed.FS

var (
	risks = resource.Define(resource.Spec[*riskv1.Risk]{
		Table:   "risks",
		Columns: []resource.Column[*riskv1.Risk]{{Name: "title", Value: func(r *riskv1.Risk) any { return r.GetTitle() }}},
	})
	entries = resource.Define(resource.Spec[*riskv1.RiskEntry]{
		Table: "risk_entries",
		Columns: []resource.Column[*riskv1.RiskEntry]{
			{Name: "position", Value: func(e *riskv1.RiskEntry) any { return int64(e.GetPosition()) }},
			{Name: "risk", Value: func(e *riskv1.RiskEntry) any { return e.GetRisk() }},
			{Name: "value", Value: func(e *riskv1.RiskEntry) any {
				if e.StatedValue == nil {
					return nil
				}
				return e.GetStatedValue()
			}},
		},
		Order: []string{"position"},
	})
)

const (
	municipality = "municipalities/ume"
	committee    = municipality + "/committees/sn"
	sister       = municipality + "/committees/un"
	foreign      = "municipalities/lund/committees/sn"
	plan         = committee + "/plans/2025"
)

// stepClock is a clock that a test moves.
type stepClock struct {
	mu  sync.Mutex
	now time.Time
}

func (c *stepClock) Now() time.Time {
	c.mu.Lock()
	defer c.mu.Unlock()
	return c.now
}

func (c *stepClock) step(d time.Duration) {
	c.mu.Lock()
	defer c.mu.Unlock()
	c.now = c.now.Add(d)
}

type fixture struct {
	*resource.Store
	clock *stepClock
	ctx   context.Context
}

// run runs a test of the store on every engine.
func run(t *testing.T, test func(t *testing.T, f fixture)) {
	t.Helper()
	own, err := fs.Sub(files, "testdata")
	if err != nil {
		t.Fatal(err)
	}
	sqldbtest.Run(t, resource.Migrations(own), func(t *testing.T, db sqldb.DB) {
		clk := &stepClock{now: time.Date(2025, 5, 12, 8, 0, 0, 0, time.UTC)}
		test(t, fixture{
			Store: resource.NewStore("riskregister", db, clk, risks, entries),
			clock: clk,
			ctx:   authn.With(t.Context(), &authn.Identity{Subject: municipality + "/people/anna"}),
		})
	})
}

// risk stores a risk and returns it.
func (f fixture) risk(t *testing.T, parent, id, title string) *riskv1.Risk {
	t.Helper()
	r, err := resource.Create(f.ctx, f.Store, risks, resource.Creation[*riskv1.Risk]{Parent: parent, ID: id, Message: &riskv1.Risk{Title: title}})
	if err != nil {
		t.Fatalf("create risk %s: %v", id, err)
	}
	return r
}

// entry stores a risk entry at a position.
func (f fixture) entry(t *testing.T, parent, id string, position int32) *riskv1.RiskEntry {
	t.Helper()
	e, err := resource.Create(f.ctx, f.Store, entries, resource.Creation[*riskv1.RiskEntry]{Parent: parent, ID: id,
		Message: &riskv1.RiskEntry{Position: position, Risk: committee + "/risks/r1"}})
	if err != nil {
		t.Fatalf("create entry %s: %v", id, err)
	}
	return e
}
