// Package worker delivers the proposals of results to the risk register. It is level-triggered: the outbox says what is still
// to be delivered, and being woken is a hint. Any number of replicas may run it side by side: a proposal is leased by one at
// a time, and sending it twice changes nothing.
package worker

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"strings"
	"time"

	"google.golang.org/protobuf/proto"

	"github.com/uppsikt/uppsikt/internal/authn"
	"github.com/uppsikt/uppsikt/internal/fault"
	"github.com/uppsikt/uppsikt/internal/resource"
	"github.com/uppsikt/uppsikt/internal/rpcclient"
	"github.com/uppsikt/uppsikt/internal/rpcerr"
	"github.com/uppsikt/uppsikt/internal/sqldb"
	controlv1 "github.com/uppsikt/uppsikt/proto/gen/uppsikt/control/v1"
	riskv1 "github.com/uppsikt/uppsikt/proto/gen/uppsikt/risk/v1"
	"github.com/uppsikt/uppsikt/services/controlmeasurement/internal/sqlstore"
)

const (
	// batch is how many proposals are leased at once. A process that is killed keeps them waiting until the lease ends.
	batch = 4
	// patience is how long one call may take. A lease outlasts the calls of a whole batch.
	patience = 5 * time.Second
	lease    = (batch + 2) * patience
	// The pause after a failed attempt doubles from the first to the longest.
	firstPause   = time.Second
	longestPause = 5 * time.Minute
)

// Deps is what the worker is given.
type Deps struct {
	Store        *resource.Store
	Tables       *sqlstore.Tables
	RiskRegister riskv1.RiskRegisterServiceClient
	Logger       *slog.Logger
	// Every is how often the outbox is looked at when nobody wakes the worker.
	Every time.Duration
}

// Worker delivers proposals. It is safe for concurrent use.
type Worker struct {
	deps Deps
	wake chan struct{}
}

// New returns a worker; Run drives it.
func New(deps Deps) *Worker { return &Worker{deps: deps, wake: make(chan struct{}, 1)} }

// Wake lets the worker look at the outbox at once. It never waits.
func (w *Worker) Wake() {
	select {
	case w.wake <- struct{}{}:
	default: // it is awake already
	}
}

// Run delivers what is due until ctx ends, and returns nil then. What fails is logged and tried again later.
func (w *Worker) Run(ctx context.Context) error {
	ticker := time.NewTicker(w.deps.Every)
	defer ticker.Stop()
	for {
		if err := w.Pass(ctx); err != nil && ctx.Err() == nil {
			w.deps.Logger.WarnContext(ctx, "proposals were not delivered", "error", err)
		}
		select {
		case <-ctx.Done():
			return nil
		case <-w.wake:
		case <-ticker.C:
		}
	}
}

// Pass tries every proposal that is due once.
func (w *Worker) Pass(ctx context.Context) error {
	for {
		turns, err := w.claim(ctx)
		if err != nil || len(turns) == 0 {
			return err
		}
		var faults []error
		for _, turn := range turns {
			faults = append(faults, w.deliver(ctx, turn))
		}
		if err := errors.Join(faults...); err != nil {
			return err
		}
	}
}

// claim leases the proposals that are due. It writes only when there are some.
func (w *Worker) claim(ctx context.Context) ([]sqlstore.Turn, error) {
	now := w.deps.Store.Clock().Now()
	claim := sqlstore.Claim{Now: now, Farthest: now.Add(longestPause + lease), Until: now.Add(lease), Limit: batch}
	var due int64
	if err := w.deps.Store.DB().Read(ctx, "", sqlstore.CountDue(claim, &due)); err != nil || due == 0 {
		return nil, err
	}
	var turns []sqlstore.Turn
	err := w.deps.Store.DB().Write(ctx, "", nil, func(ctx context.Context, r sqldb.Runner) ([]sqldb.Stmt, error) {
		turns = nil
		return []sqldb.Stmt{}, r.Run(ctx, sqlstore.ClaimTurns(claim, func(t sqlstore.Turn) { turns = append(turns, t) }))
	})
	return turns, err
}

// deliver submits one proposal and settles it by the answer, or delays it when there is none.
func (w *Worker) deliver(ctx context.Context, turn sqlstore.Turn) error {
	var (
		result string
		body   []byte
	)
	if err := w.deps.Store.DB().Read(ctx, turn.Tenant, sqlstore.SelectProposal(turn.Tenant, turn.Action, &result, &body)); err != nil {
		return err
	}
	if body == nil {
		return w.drop(ctx, turn)
	}
	req := &riskv1.SubmitProposedActionRequest{}
	if err := proto.Unmarshal(body, req); err != nil {
		return fmt.Errorf("decode proposal %s: %w", turn.Action, err)
	}
	refused, err := w.submit(ctx, req)
	if err != nil {
		return errors.Join(err, w.delay(ctx, turn))
	}
	if err := w.settle(ctx, req, result, refused); err != nil {
		return err
	}
	return w.drop(ctx, turn)
}

// submit sends a proposal as a process. It returns the fault with which the register refused it for good, or an error after
// which it is to be sent again.
func (w *Worker) submit(ctx context.Context, req *riskv1.SubmitProposedActionRequest) (*fault.Error, error) {
	ctx, cancel := context.WithTimeout(rpcclient.AsProcess(ctx), patience)
	defer cancel()
	_, err := w.deps.RiskRegister.SubmitProposedAction(ctx, req)
	f := rpcerr.FromStatus(err)
	if err == nil || final(f) {
		return f, nil
	}
	return nil, fmt.Errorf("submit %s: %w", req.GetAction().GetName(), err)
}

// final reports whether sending the same again would be refused again.
func final(f *fault.Error) bool {
	switch f.Kind {
	case fault.Invalid, fault.Precondition, fault.NotFound, fault.Exists:
		return true
	case fault.Internal, fault.Conflict, fault.Denied, fault.Unauthenticated, fault.Exhausted, fault.Unavailable, fault.Unsupported:
	}
	return false
}

// settle writes into the result what became of its proposal, on behalf of who wrote it.
func (w *Worker) settle(ctx context.Context, req *riskv1.SubmitProposedActionRequest, result string, refused *fault.Error) error {
	ctx = authn.With(ctx, &authn.Identity{Subject: authn.ProcessSubject, OnBehalfOf: req.GetOnBehalfOf(), Process: true})
	write := resource.Write{Scopes: []string{resource.Scope(result)},
		Method: riskv1.RiskRegisterService_SubmitProposedAction_FullMethodName, Touch: []resource.Ref{w.deps.Tables.Results.Ref(result)}}
	return w.deps.Store.Write(ctx, write, func(ctx context.Context, tx *resource.Tx) error {
		r, err := w.deps.Tables.Results.Get(ctx, tx, result)
		if fault.Is(err, fault.NotFound) {
			return nil
		}
		if err != nil {
			return err
		}
		for _, p := range r.GetProposedActions() {
			if p.GetAction() == req.GetAction().GetName() {
				p.State, p.Fault = outcome(refused)
			}
		}
		return w.deps.Tables.Results.Put(ctx, tx, r)
	})
}

// outcome is the state of a proposal after the answer, and why it was refused.
func outcome(refused *fault.Error) (controlv1.ProposedActionState, string) {
	if refused == nil {
		return controlv1.ProposedActionState_PROPOSED_ACTION_STATE_DELIVERED, ""
	}
	texts := []string{refused.Swedish}
	for _, f := range refused.Fields {
		if f.Swedish != refused.Swedish {
			texts = append(texts, f.Swedish)
		}
	}
	return controlv1.ProposedActionState_PROPOSED_ACTION_STATE_REFUSED, strings.Join(texts, " ")
}

// drop takes a settled proposal out of the outbox. Were it lost before that, it would be sent again, which changes nothing.
func (w *Worker) drop(ctx context.Context, turn sqlstore.Turn) error {
	return w.deps.Store.DB().Write(ctx, turn.Tenant, nil, sqldb.Stmts(sqlstore.DeleteProposal(turn.Tenant, turn.Action)...))
}

// delay makes a proposal due again after a pause that grows with the attempts.
func (w *Worker) delay(ctx context.Context, turn sqlstore.Turn) error {
	due := w.deps.Store.Clock().Now().Add(pause(turn.Attempts))
	return w.deps.Store.DB().Write(context.WithoutCancel(ctx), turn.Tenant, nil, sqldb.Stmts(sqlstore.DelayTurn(turn, due)))
}

// pause is how long to wait after so many attempts.
func pause(attempts int64) time.Duration {
	p := firstPause
	for range min(attempts, 20) - 1 {
		p = min(2*p, longestPause)
	}
	return p
}
