package rpc

import (
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/uppsikt/uppsikt/internal/authn"
	"github.com/uppsikt/uppsikt/internal/resource"
	"github.com/uppsikt/uppsikt/internal/rpctest"
	"github.com/uppsikt/uppsikt/internal/sqldb"
	"github.com/uppsikt/uppsikt/internal/sqldb/sqldbtest"
	riskv1 "github.com/uppsikt/uppsikt/proto/gen/uppsikt/risk/v1"
	"github.com/uppsikt/uppsikt/services/riskregister/internal/risk"
	"github.com/uppsikt/uppsikt/services/riskregister/internal/sqlstore"
)

// TestStreamsLeaveOutProposedActions for who may not see drafts.
func TestStreamsLeaveOutProposedActions(t *testing.T) {
	const committee = "municipalities/m/committees/c"
	zone, err := risk.Zone()
	if err != nil {
		t.Fatal(err)
	}
	tables := sqlstore.NewTables()
	store := resource.NewStore("riskregister", sqldbtest.Open(t, sqldb.SQLite, sqlstore.Migrations()), rpctest.NewClock(), tables.All()...)
	server := New(store, tables, zone)
	var names []string
	for id, state := range map[string]risk.ActionState{"proposed": risk.ActionProposed, "declined": risk.ActionDeclined, "accepted": risk.ActionAccepted} {
		a, err := resource.Create(t.Context(), store, tables.Actions, resource.Creation[*riskv1.Action]{Parent: committee, ID: id,
			Message: &riskv1.Action{State: actionStateTo(state)}})
		if err != nil {
			t.Fatal(err)
		}
		names = append(names, a.GetName())
	}
	for role, want := range map[string]map[string]bool{"member": {committee + "/actions/proposed": true}, "auditor": {}, "owner": {}} {
		caller := &authn.Identity{Roles: []authn.Role{{Role: role, Scope: committee}}}
		got, err := server.hiddenChanges(t.Context(), caller, append(names, names...))
		if diff := cmp.Diff(want, got); err != nil || diff != "" {
			t.Errorf("hidden from the %s: %v (-want +got):\n%s", role, err, diff)
		}
	}
}

// TestYearIn: a year is read from days and plans, and nothing else.
func TestYearIn(t *testing.T) {
	for text, want := range map[string]int32{"2025": 2025, "2025-05-12": 2025, "": 0, "x": 0, "åäöå": 0, "-202": 0, "99": 99} {
		if got := yearIn(text); got != want {
			t.Errorf("yearIn(%q) = %d, want %d", text, got, want)
		}
	}
}
