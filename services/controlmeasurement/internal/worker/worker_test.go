package worker

import (
	"context"
	"errors"
	"log/slog"
	"sync"
	"testing"
	"time"

	"go.uber.org/goleak"
	"google.golang.org/grpc"
	"google.golang.org/protobuf/proto"

	"github.com/uppsikt/uppsikt/internal/fault"
	"github.com/uppsikt/uppsikt/internal/resource"
	"github.com/uppsikt/uppsikt/internal/rpctest"
	"github.com/uppsikt/uppsikt/internal/sqldb"
	"github.com/uppsikt/uppsikt/internal/sqldb/sqldbtest"
	controlv1 "github.com/uppsikt/uppsikt/proto/gen/uppsikt/control/v1"
	riskv1 "github.com/uppsikt/uppsikt/proto/gen/uppsikt/risk/v1"
	"github.com/uppsikt/uppsikt/services/controlmeasurement/internal/sqlstore"
)

func TestMain(m *testing.M) { goleak.VerifyTestMain(m) }

const (
	result = "municipalities/ume/committees/on/rounds/r/results/a"
	action = "municipalities/ume/committees/on/actions/r-a"
)

// register answers proposals with err and counts them. It is safe for concurrent use.
type register struct {
	riskv1.UnimplementedRiskRegisterServiceServer
	mu    sync.Mutex
	err   error
	calls int
}

// SubmitProposedAction counts and answers.
func (r *register) SubmitProposedAction(_ context.Context, req *riskv1.SubmitProposedActionRequest) (*riskv1.Action, error) {
	r.mu.Lock()
	defer r.mu.Unlock()
	r.calls++
	return req.GetAction(), r.err
}

func (r *register) answer(err error) {
	r.mu.Lock()
	defer r.mu.Unlock()
	r.err = err
}

func (r *register) called() int {
	r.mu.Lock()
	defer r.mu.Unlock()
	return r.calls
}

// fixture is a worker over a database with one proposal.
type fixture struct {
	*Worker
	register *register
	clock    *rpctest.Clock
}

// run runs a test on both engines.
func run(t *testing.T, test func(t *testing.T, f fixture)) {
	t.Helper()
	sqldbtest.Run(t, sqlstore.Migrations(), func(t *testing.T, db sqldb.DB) {
		f := fixture{register: &register{}, clock: rpctest.NewClock()}
		tables := sqlstore.NewTables()
		store := resource.NewStore("controlmeasurement", db, f.clock, tables.All()...)
		h := rpctest.Serve(t, f.clock, func(r grpc.ServiceRegistrar) { riskv1.RegisterRiskRegisterServiceServer(r, f.register) })
		f.Worker = New(Deps{Store: store, Tables: tables, RiskRegister: riskv1.NewRiskRegisterServiceClient(h.Conn),
			Logger: slog.New(slog.DiscardHandler), Every: time.Hour})
		f.put(t)
		test(t, f)
	})
}

// put stores a result with its proposal.
func (f fixture) put(t *testing.T) {
	t.Helper()
	body, err := proto.Marshal(&riskv1.SubmitProposedActionRequest{OnBehalfOf: "municipalities/ume/people/anna", Action: &riskv1.Action{Name: action,
		Title: "Utbilda", Origin: &riskv1.ActionOrigin{Kind: riskv1.ActionOriginKind_ACTION_ORIGIN_KIND_RESULT, Resource: result}}})
	if err != nil {
		t.Fatal(err)
	}
	err = f.deps.Store.Write(t.Context(), resource.Write{Scopes: []string{resource.Scope(result)}, Method: "/test"}, func(ctx context.Context, tx *resource.Tx) error {
		r := &controlv1.Result{Name: result, ProposedActions: []*controlv1.ProposedAction{{Action: action, Title: "Utbilda",
			State: controlv1.ProposedActionState_PROPOSED_ACTION_STATE_PENDING}}}
		return errors.Join(f.deps.Tables.Results.Put(ctx, tx, r), tx.Run(ctx, sqlstore.InsertProposal(action, result, body, tx.Now())...))
	})
	if err != nil {
		t.Fatal(err)
	}
}

// want checks how often the register was called and where the proposal stands.
func (f fixture) want(t *testing.T, calls int, state controlv1.ProposedActionState) {
	t.Helper()
	r, err := f.deps.Tables.Results.Get(t.Context(), f.deps.Store, result)
	if err != nil {
		t.Fatal(err)
	}
	if got := r.GetProposedActions()[0].GetState(); f.register.called() != calls || got != state {
		t.Errorf("%d calls, %v; want %d, %v", f.register.called(), got, calls, state)
	}
}

func (f fixture) pass(t *testing.T, fails bool) {
	t.Helper()
	if err := f.Pass(t.Context()); (err != nil) != fails {
		t.Errorf("pass: %v, want an error: %t", err, fails)
	}
}

// The states, shorter.
const (
	pending   = controlv1.ProposedActionState_PROPOSED_ACTION_STATE_PENDING
	delivered = controlv1.ProposedActionState_PROPOSED_ACTION_STATE_DELIVERED
	refused   = controlv1.ProposedActionState_PROPOSED_ACTION_STATE_REFUSED
)

// TestPausesGrow: after a failure the proposal rests, each time longer, and then goes on.
func TestPausesGrow(t *testing.T) {
	run(t, func(t *testing.T, f fixture) {
		f.register.answer(fault.Unreachable("the register", nil))
		f.pass(t, true)
		f.want(t, f.register.called(), pending)
		made := f.register.called()
		f.pass(t, false)
		f.want(t, made, pending)
		f.clock.Advance(pause(1))
		f.pass(t, true)
		f.clock.Advance(pause(1))
		made = f.register.called()
		f.pass(t, false)
		f.want(t, made, pending)
		f.register.answer(nil)
		f.clock.Advance(pause(2))
		f.pass(t, false)
		f.want(t, made+1, delivered)
		f.clock.Advance(2 * lease)
		f.pass(t, false)
		f.want(t, made+1, delivered)
	})
}

// TestALeaseEnds: a proposal that a replica took and never settled is taken again once the lease has ended, and not before.
func TestALeaseEnds(t *testing.T) {
	run(t, func(t *testing.T, f fixture) {
		if turns, err := f.claim(t.Context()); err != nil || len(turns) != 1 || turns[0].Action != action {
			t.Fatalf("claimed %v, %v", turns, err)
		}
		f.pass(t, false)
		f.want(t, 0, pending)
		f.clock.Advance(lease)
		f.pass(t, false)
		f.want(t, 1, delivered)
	})
}

// TestTheClockIsSetBack: a proposal does not wait for a time that is far ahead.
func TestTheClockIsSetBack(t *testing.T) {
	run(t, func(t *testing.T, f fixture) {
		f.clock.Advance(-24 * time.Hour)
		f.pass(t, false)
		f.want(t, 1, delivered)
	})
}

// TestSendingTwiceIsHarmless: a proposal whose settling was lost is sent again and settled.
func TestSendingTwiceIsHarmless(t *testing.T) {
	run(t, func(t *testing.T, f fixture) {
		f.pass(t, false)
		f.want(t, 1, delivered)
		f.putBack(t)
		f.pass(t, false)
		f.want(t, 2, delivered)
	})
}

// putBack lets the proposal wait again.
func (f fixture) putBack(t *testing.T) {
	t.Helper()
	body, err := proto.Marshal(&riskv1.SubmitProposedActionRequest{OnBehalfOf: "municipalities/ume/people/anna", Action: &riskv1.Action{Name: action, Title: "Utbilda",
		Origin: &riskv1.ActionOrigin{Kind: riskv1.ActionOriginKind_ACTION_ORIGIN_KIND_RESULT, Resource: result}}})
	if err != nil {
		t.Fatal(err)
	}
	err = f.deps.Store.DB().Write(t.Context(), "ume", nil, sqldb.Stmts(sqlstore.InsertProposal(action, result, body, f.clock.Now())...))
	if err != nil {
		t.Fatal(err)
	}
}

func TestRefusedForGood(t *testing.T) {
	run(t, func(t *testing.T, f fixture) {
		f.register.answer(fault.State("ROUND_CLOSED", "Uppföljningen är avslutad.", "closed"))
		f.pass(t, false)
		f.want(t, 1, refused)
	})
}

func TestFinal(t *testing.T) {
	for kind, want := range map[fault.Kind]bool{fault.Invalid: true, fault.Precondition: true, fault.NotFound: true, fault.Exists: true,
		fault.Unavailable: false, fault.Internal: false, fault.Denied: false, fault.Unauthenticated: false, fault.Exhausted: false,
		fault.Conflict: false, fault.Unsupported: false} {
		if got := final(&fault.Error{Kind: kind}); got != want {
			t.Errorf("final(%v) = %t", kind, got)
		}
	}
	if pause(1) != firstPause || pause(2) != 2*firstPause || pause(100) != longestPause {
		t.Errorf("pauses are %s, %s, %s", pause(1), pause(2), pause(100))
	}
}
