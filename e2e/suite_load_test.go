package e2e_test

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"io"
	"net"
	"net/http"
	"slices"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"google.golang.org/grpc"
	"google.golang.org/grpc/codes"
	"google.golang.org/grpc/metadata"
	"google.golang.org/grpc/status"

	"github.com/uppsikt/uppsikt/deploy/suite"
	controlv1 "github.com/uppsikt/uppsikt/proto/gen/uppsikt/control/v1"
	directoryv1 "github.com/uppsikt/uppsikt/proto/gen/uppsikt/directory/v1"
	reportv1 "github.com/uppsikt/uppsikt/proto/gen/uppsikt/report/v1"
	riskv1 "github.com/uppsikt/uppsikt/proto/gen/uppsikt/risk/v1"
)

// errUnavailable is what a client gets while something is down; everything else is a fault.
var errUnavailable = errors.New("unavailable")

// load is what clients do to a suite at the same time: writes to every service and reads, over REST through the gateways
// and over gRPC.
type load struct {
	committee            string
	coordinator, manager string // tokens of those who write the plan and the units
	prefix               string // of the ids of what is written
	risks                riskv1.RiskRegisterServiceClient
	directory            directoryv1.DirectoryServiceClient
	cases                reportv1.ReportingServiceClient
	controls             controlv1.ControlMeasurementServiceClient
	measured             atomic.Int64 // days that have a measurement
	gateways             *http.Client
	gateway              string

	stop    chan struct{}
	workers sync.WaitGroup

	mu           sync.Mutex
	changed      chan struct{} // closed, and replaced, at each acknowledgement
	acknowledged []string
	done         map[string]int // by worker
	failures     []string       // of all kinds
	faults       []string       // those that are no errUnavailable
}

// startLoad begins; end must be called.
func startLoad(t *testing.T, s *suite.Suite, committee, prefix string) *load {
	t.Helper()
	dial := func(name string) *grpc.ClientConn {
		conn, err := s.Dial(name)
		if err != nil {
			t.Fatal(err)
		}
		t.Cleanup(func() { conn.Close() })
		return conn
	}
	l := &load{committee: committee, prefix: prefix, gateway: "http://uppsikt.example",
		coordinator: mint(t, s, "coordinator", committee), manager: mint(t, s, "administrator", committee),
		risks:     riskv1.NewRiskRegisterServiceClient(dial("risk-register")),
		directory: directoryv1.NewDirectoryServiceClient(dial("directory")),
		cases:     reportv1.NewReportingServiceClient(dial("reporting")),
		controls:  controlv1.NewControlMeasurementServiceClient(dial("control-measurement")),
		gateways:  behindOneAddress(strings.Split(s.Address("gateway"), ",")),
		stop:      make(chan struct{}), changed: make(chan struct{}), done: map[string]int{}}
	t.Cleanup(l.gateways.CloseIdleConnections)
	if err := l.send(t.Context(), http.MethodPost, committee+"/indicators?indicator_id="+prefix, prefix, crashIndicatorBody); err != nil {
		t.Fatal(err)
	}
	for name, work := range l.jobs() {
		l.workers.Go(func() { l.work(name, work) })
	}
	return l
}

// jobs are what the clients do. A write returns the name of what it made, a read none.
func (l *load) jobs() map[string]job {
	return map[string]job{"rest-risk": l.riskByREST, "rest-case": l.caseByREST, "rest-read": l.readByREST,
		"grpc-risk": l.riskByGRPC, "grpc-unit": l.unitByGRPC, "grpc-read": l.readByGRPC,
		"rest-measurement": l.measurementByREST, "grpc-result": l.resultByGRPC}
}

// job does one thing with an id of its own.
type job func(ctx context.Context, id string) (name string, err error)

// behindOneAddress returns a client that does what any load balancer before the gateways does: it goes round them, and to
// the next one when a connection is refused, which is before anything was sent.
func behindOneAddress(gateways []string) *http.Client {
	var mu sync.Mutex
	next := 0
	dialer := net.Dialer{}
	dial := func(ctx context.Context, network, _ string) (conn net.Conn, err error) {
		mu.Lock()
		next++
		first := next
		mu.Unlock()
		for k := range gateways {
			if conn, err = dialer.DialContext(ctx, network, gateways[(first+k)%len(gateways)]); err == nil {
				return conn, nil
			}
		}
		return nil, err
	}
	return &http.Client{Transport: &http.Transport{DialContext: dial, MaxIdleConnsPerHost: 8}}
}

// work does one thing after another until the load ends. Each is let to its end, so that what was acknowledged is known.
func (l *load) work(name string, do job) {
	for i := 0; ; i++ {
		select {
		case <-l.stop:
			return
		default:
		}
		id := fmt.Sprintf("%s-%s-%d", l.prefix, name, i)
		ctx, cancel := context.WithTimeout(context.Background(), 30*time.Second)
		made, err := do(ctx, id)
		cancel()
		l.note(name, made, id, err)
	}
}

func (l *load) note(worker, made, id string, err error) {
	l.mu.Lock()
	defer l.mu.Unlock()
	if err != nil {
		l.failures = append(l.failures, fmt.Sprintf("%s: %v", id, err))
		if !errors.Is(err, errUnavailable) {
			l.faults = append(l.faults, fmt.Sprintf("%s: %v", id, err))
		}
		return
	}
	l.done[worker]++
	if made != "" {
		l.acknowledged = append(l.acknowledged, made)
	}
	close(l.changed)
	l.changed = make(chan struct{})
}

// await waits until every worker has done n more things.
func (l *load) await(t *testing.T, n int) {
	t.Helper()
	limit := time.After(90 * time.Second)
	l.mu.Lock()
	start := make(map[string]int, len(l.done))
	for name, done := range l.done {
		start[name] = done
	}
	l.mu.Unlock()
	for {
		l.mu.Lock()
		changed, ready := l.changed, len(l.done) == len(l.jobs())
		for name, done := range l.done {
			ready = ready && done >= start[name]+n
		}
		failures := slices.Clone(l.failures)
		l.mu.Unlock()
		if ready {
			return
		}
		select {
		case <-changed:
		case <-limit:
			t.Fatalf("the clients do not get on; %d failures, at last %q", len(failures), failures[max(0, len(failures)-3):])
		}
	}
}

// end stops the clients and returns what was acknowledged, every request that failed, and those that failed otherwise than
// because something was down.
func (l *load) end() (acknowledged, failures, faults []string) {
	close(l.stop)
	l.workers.Wait()
	return l.acknowledged, l.failures, l.faults
}

func with(ctx context.Context, token string) context.Context {
	return metadata.AppendToOutgoingContext(ctx, "authorization", "Bearer "+token)
}

func (l *load) riskByGRPC(ctx context.Context, id string) (string, error) {
	r, err := l.risks.CreateRisk(with(ctx, l.coordinator), &riskv1.CreateRiskRequest{Parent: l.committee, RiskId: id, RequestId: id,
		Risk: &riskv1.Risk{Title: "Risk att " + id + " går förlorad"}})
	return r.GetName(), overGRPC(err)
}

func (l *load) unitByGRPC(ctx context.Context, id string) (string, error) {
	u, err := l.directory.CreateUnit(with(ctx, l.manager), &directoryv1.CreateUnitRequest{Parent: l.committee, UnitId: id, RequestId: id,
		Unit: &directoryv1.Unit{DisplayName: "Enhet " + id}})
	return u.GetName(), overGRPC(err)
}

func (l *load) readByGRPC(ctx context.Context, _ string) (string, error) {
	_, err := l.risks.GetPlan(with(ctx, l.coordinator), &riskv1.GetPlanRequest{Name: l.committee + "/plans/2025"})
	return "", overGRPC(err)
}

func overGRPC(err error) error {
	if status.Code(err) == codes.Unavailable {
		return fmt.Errorf("%w: %w", errUnavailable, err)
	}
	return err
}

func (l *load) riskByREST(ctx context.Context, id string) (string, error) {
	name := l.committee + "/risks/" + id
	return name, l.send(ctx, http.MethodPost, l.committee+"/risks?risk_id="+id+"&request_id="+id, id, `{"title": "Risk att `+id+` går förlorad"}`)
}

func (l *load) caseByREST(ctx context.Context, id string) (string, error) {
	name := l.committee + "/cases/" + id
	return name, l.send(ctx, http.MethodPost, l.committee+"/cases?case_id="+id+"&request_id="+id, id, `{"title": "Ärende `+id+`"}`)
}

func (l *load) measurementByREST(ctx context.Context, id string) (string, error) {
	body := measurementBody(l.committee, l.prefix, int(l.measured.Add(1)))
	return l.committee + "/measurements/" + id, l.send(ctx, http.MethodPost, l.committee+"/measurements?measurement_id="+id+"&request_id="+id, id, body)
}

// resultByGRPC writes a round and its result, which deviates and so proposes an action.
func (l *load) resultByGRPC(ctx context.Context, id string) (string, error) {
	ctx = with(ctx, l.coordinator)
	plan := l.committee + "/plans/2025"
	round, err := l.risks.CreateRound(ctx, &riskv1.CreateRoundRequest{Parent: l.committee, RoundId: id, RequestId: id, DueEntries: []string{l.committee + dueEntry},
		Round: &riskv1.Round{Title: "Uppföljning " + id, Kind: riskv1.RoundKind_ROUND_KIND_INTERIM, Plans: []string{plan}, Selection: riskv1.RoundSelection_ROUND_SELECTION_DUE}})
	if err != nil {
		return "", overGRPC(err)
	}
	r, err := l.controls.CreateResult(ctx, &controlv1.CreateResultRequest{Parent: round.GetName(), ResultId: "avtal", RequestId: id, Result: &controlv1.Result{
		Subject: plan + "/controlPoints/avtal", Execution: controlv1.Execution_EXECUTION_DONE, StatedFulfilment: controlv1.Fulfilment_FULFILMENT_NOT_MET,
		OverrideReason: "Avtalen följs inte.", Text: "Två av tre avtal saknar uppföljning."}})
	return r.GetName(), overGRPC(err)
}

func (l *load) readByREST(ctx context.Context, _ string) (string, error) {
	return "", l.send(ctx, http.MethodGet, l.committee+"/plans/2025/riskEntries", "", "")
}

// send sends a request to the gateways. One with a request id may be sent again when its connection ends, which Go's
// client is told by a header.
func (l *load) send(ctx context.Context, method, path, id, body string) error {
	r, err := http.NewRequestWithContext(ctx, method, l.gateway+"/v1/"+path, strings.NewReader(body))
	if err != nil {
		return err
	}
	r.Header.Set("Authorization", "Bearer "+l.coordinator)
	if id != "" {
		r.Header.Set("Idempotency-Key", id)
	}
	answer, err := l.gateways.Do(r)
	if err != nil {
		return fmt.Errorf("%w: %w", errUnavailable, err) // the gateway ended
	}
	defer answer.Body.Close()
	content, err := io.ReadAll(answer.Body)
	switch {
	case err != nil || answer.StatusCode == http.StatusServiceUnavailable:
		return fmt.Errorf("%w: %d %s %w", errUnavailable, answer.StatusCode, content, err)
	case answer.StatusCode != http.StatusOK:
		return fmt.Errorf("%d %s", answer.StatusCode, bytes.TrimSpace(content))
	default:
		return nil
	}
}

// named is a resource.
type named interface{ GetName() string }

// collect adds the names on every page of a list.
func collect[T named](t *testing.T, into map[string]bool, list func(token string) (page []T, next string, err error)) {
	t.Helper()
	token := ""
	for {
		page, next, err := list(token)
		if err != nil {
			t.Fatal(err)
		}
		for _, r := range page {
			into[r.GetName()] = true
		}
		if token = next; token == "" {
			return
		}
	}
}

// stored returns the names of everything in the committee that the load can have written.
func (l *load) stored(t *testing.T) map[string]bool {
	t.Helper()
	all, ctx := map[string]bool{}, with(t.Context(), l.coordinator)
	collect(t, all, func(token string) ([]*riskv1.Risk, string, error) {
		r, err := l.risks.ListRisks(ctx, &riskv1.ListRisksRequest{Parent: l.committee, PageSize: 1000, PageToken: token})
		return r.GetRisks(), r.GetNextPageToken(), err
	})
	collect(t, all, func(token string) ([]*reportv1.Case, string, error) {
		r, err := l.cases.ListCases(ctx, &reportv1.ListCasesRequest{Parent: l.committee, PageSize: 1000, PageToken: token})
		return r.GetCases(), r.GetNextPageToken(), err
	})
	collect(t, all, func(token string) ([]*directoryv1.Unit, string, error) {
		r, err := l.directory.ListUnits(ctx, &directoryv1.ListUnitsRequest{Parent: l.committee, PageSize: 1000, PageToken: token})
		return r.GetUnits(), r.GetNextPageToken(), err
	})
	collect(t, all, func(token string) ([]*controlv1.Measurement, string, error) {
		r, err := l.controls.ListMeasurements(ctx, &controlv1.ListMeasurementsRequest{Parent: l.committee, PageSize: 1000, PageToken: token})
		return r.GetMeasurements(), r.GetNextPageToken(), err
	})
	collect(t, all, func(token string) ([]*controlv1.Result, string, error) {
		r, err := l.controls.ListResults(ctx, &controlv1.ListResultsRequest{Parent: l.committee + "/rounds/-", PageSize: 1000, PageToken: token})
		return r.GetResults(), r.GetNextPageToken(), err
	})
	return all
}

// wantStored fails the test unless everything that was acknowledged is there.
func (l *load) wantStored(t *testing.T, acknowledged []string) {
	t.Helper()
	stored, lost := l.stored(t), 0
	for _, name := range acknowledged {
		if !stored[name] {
			lost++
			t.Errorf("%s was acknowledged and is gone", name)
		}
	}
	if lost == 0 && len(acknowledged) == 0 {
		t.Error("nothing was acknowledged")
	}
}
