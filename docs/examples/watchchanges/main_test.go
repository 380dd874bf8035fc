package main

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"maps"
	"os"
	"path/filepath"
	"slices"
	"strconv"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	"go.uber.org/goleak"
	"google.golang.org/grpc"

	"github.com/uppsikt/uppsikt/internal/exchange"
	"github.com/uppsikt/uppsikt/internal/suitetest"
	controlv1 "github.com/uppsikt/uppsikt/proto/gen/uppsikt/control/v1"
	directoryv1 "github.com/uppsikt/uppsikt/proto/gen/uppsikt/directory/v1"
	journalv1 "github.com/uppsikt/uppsikt/proto/gen/uppsikt/journal/v1"
	reportv1 "github.com/uppsikt/uppsikt/proto/gen/uppsikt/report/v1"
	riskv1 "github.com/uppsikt/uppsikt/proto/gen/uppsikt/risk/v1"
)

func TestMain(m *testing.M) { goleak.VerifyTestMain(m) }

// The municipalities that the tests follow.
const (
	first  = "municipalities/exempelkommun"
	second = "municipalities/grannkommun"
)

// seeds is how many times a random test runs: UPPSIKT_SEEDS, else the number given.
func seeds(t *testing.T, usual int) int {
	t.Helper()
	text := os.Getenv("UPPSIKT_SEEDS")
	if text == "" {
		return usual
	}
	n, err := strconv.Atoi(text)
	if err != nil {
		t.Fatalf("UPPSIKT_SEEDS: %v", err)
	}
	return n
}

// world is a suite with two municipalities that each have a committee with a decided plan.
type world struct {
	*testing.T
	suite *suitetest.Suite
}

func newWorld(t *testing.T) world {
	t.Helper()
	suite, _ := suitetest.Start(t)
	w := world{t, suite}
	text, err := os.ReadFile("../plan.yaml")
	w.must(err)
	for _, m := range []string{first, second} {
		own := bytes.ReplaceAll(text, []byte(first), []byte(m))
		file, err := exchange.Decode("plan.yaml", own)
		w.must(err)
		client := exchange.NewClient(exchange.Conns{Directory: suite.Conn, RiskRegister: suite.Conn, ControlMeasurement: suite.Conn, Reporting: suite.Conn, Notification: suite.Conn})
		report, err := client.Apply(suite.As(t.Context(), "operator", "platform"), file, nil)
		if err != nil || !report.OK() {
			t.Fatalf("import: %v %+v", err, report.Faults)
		}
	}
	return w
}

func (w world) must(err error) {
	w.Helper()
	if err != nil {
		w.Fatal(err)
	}
}

// options are those of a program that reaches the suite at an address.
func (w world) options(address, state string) options {
	return options{
		grpc: address, plaintext: true, token: w.suite.Token("operator", "platform"), state: state, history: true,
		municipalities: []string{first, second}, pause: time.Millisecond,
	}
}

// worked is how many changes work makes.
func worked(n int) int { return 1 + 6*n }

// work makes changes of every kind in a municipality, in every service: n rounds of them.
func (w world) work(municipality string, n int, label string) {
	w.Helper()
	committee := municipality + "/committees/socialnamnden"
	ctx := w.suite.As(w.Context(), "coordinator", municipality)
	risks, reports := riskv1.NewRiskRegisterServiceClient(w.suite.Conn), reportv1.NewReportingServiceClient(w.suite.Conn)
	people := directoryv1.NewDirectoryServiceClient(w.suite.Conn)
	draft, err := risks.CreatePlan(ctx, &riskv1.CreatePlanRequest{Parent: committee, PlanId: label, Plan: &riskv1.Plan{
		MethodVersion: committee + "/methods/socialnamnden/versions/1"}})
	w.must(err)
	for i := range n {
		risk, err := risks.CreateRisk(ctx, &riskv1.CreateRiskRequest{Parent: committee, Risk: &riskv1.Risk{Title: fmt.Sprintf("Risk %s %d", label, i)}})
		w.must(err)
		entry, err := risks.CreateRiskEntry(ctx, &riskv1.CreateRiskEntryRequest{Parent: draft.GetName(), RiskEntry: &riskv1.RiskEntry{Risk: risk.GetName()}})
		w.must(err)
		_, err = risks.UpdateRisk(ctx, &riskv1.UpdateRiskRequest{Risk: &riskv1.Risk{Name: risk.GetName(), Title: "Ändrad."}})
		w.must(err)
		_, err = risks.DeleteRiskEntry(ctx, &riskv1.DeleteRiskEntryRequest{Name: entry.GetName()})
		w.must(err)
		_, err = reports.CreateCase(ctx, &reportv1.CreateCaseRequest{Parent: committee, Case: &reportv1.Case{Title: "Ärende"}})
		w.must(err)
		_, err = people.CreateUnit(w.suite.As(w.Context(), "administrator", municipality), &directoryv1.CreateUnitRequest{
			Parent: committee, Unit: &directoryv1.Unit{DisplayName: fmt.Sprintf("Enhet %s %d", label, i)}})
		w.must(err)
	}
}

// told is what one change says, in the feed and in the journal.
type told struct {
	Sequence   int64
	Kind, Name string
}

// journal returns every change there is by service and scope, oldest first.
func (w world) journal() map[string][]told {
	w.Helper()
	all := map[string][]told{}
	type list = func(context.Context, *journalv1.ListJournalEntriesRequest, ...grpc.CallOption) (*journalv1.ListJournalEntriesResponse, error)
	for service, call := range map[string]list{
		"directory":          directoryv1.NewJournalServiceClient(w.suite.Conn).ListJournalEntries,
		"riskregister":       riskv1.NewJournalServiceClient(w.suite.Conn).ListJournalEntries,
		"controlmeasurement": controlv1.NewJournalServiceClient(w.suite.Conn).ListJournalEntries,
		"reporting":          reportv1.NewJournalServiceClient(w.suite.Conn).ListJournalEntries,
	} {
		for _, m := range []string{first, second} {
			for _, scope := range []string{m, m + "/committees/socialnamnden"} {
				request := &journalv1.ListJournalEntriesRequest{Name: scope, PageSize: 200}
				for {
					page, err := call(w.suite.As(w.Context(), "auditor", m), request)
					w.must(err)
					for _, e := range page.GetEntries() {
						kind := strings.TrimPrefix(e.GetKind().String(), "CHANGE_KIND_")
						all[service+" "+scope] = append(all[service+" "+scope], told{e.GetSequence(), kind, e.GetResource()})
					}
					if request.PageToken = page.GetNextPageToken(); request.GetPageToken() == "" {
						break
					}
				}
				slices.Reverse(all[service+" "+scope])
			}
		}
	}
	maps.DeleteFunc(all, func(_ string, changes []told) bool { return len(changes) == 0 })
	return all
}

// printed collects the lines of the program and tells when there are more.
type printed struct {
	mu    sync.Mutex
	lines []line
	more  chan struct{}
}

func newPrinted() *printed { return &printed{more: make(chan struct{}, 1)} }

// Write takes one line.
func (p *printed) Write(text []byte) (int, error) {
	var l line
	if err := json.Unmarshal(text, &l); err != nil {
		return 0, err
	}
	p.mu.Lock()
	p.lines = append(p.lines, l)
	p.mu.Unlock()
	select {
	case p.more <- struct{}{}:
	default:
	}
	return len(text), nil
}

func (p *printed) count() int {
	p.mu.Lock()
	defer p.mu.Unlock()
	return len(p.lines)
}

// chains returns the lines as the journal has them.
func (p *printed) chains() map[string][]told {
	p.mu.Lock()
	defer p.mu.Unlock()
	all := map[string][]told{}
	for _, l := range p.lines {
		all[l.Service+" "+l.Scope] = append(all[l.Service+" "+l.Scope], told{l.Sequence, l.Kind, l.Name})
	}
	return all
}

// until runs the program until it has printed so many lines in all, then stops it.
func (w world) until(o options, p *printed, lines int) {
	w.Helper()
	w.must(w.through(func(ctx context.Context) error { return run(ctx, o, p, io.Discard) }, p, lines))
}

// through starts a program, waits for the lines, stops it and returns how it ended. It may not end by itself before.
func (w world) through(program func(context.Context) error, p *printed, lines int) error {
	w.Helper()
	ctx, stop := context.WithCancel(w.Context())
	defer stop()
	ended := make(chan error, 1)
	go func() { ended <- program(ctx) }()
	for p.count() < lines {
		select {
		case <-p.more:
		case err := <-ended:
			w.Fatalf("the program ended by itself after %d of %d lines: %v", p.count(), lines, err)
		}
	}
	stop()
	return <-ended
}

// of counts the changes of one municipality.
func of(chains map[string][]told, municipality string) int {
	n := 0
	for _, changes := range chains {
		for _, c := range changes {
			if c.Name == municipality || strings.HasPrefix(c.Name, municipality+"/") {
				n++
			}
		}
	}
	return n
}

func size(chains map[string][]told) int {
	n := 0
	for _, c := range chains {
		n += len(c)
	}
	return n
}

// TestNothingLostNothingTwice: while connections are cut at random places, and the program is stopped and started again, each
// change of two municipalities and three services is printed once, in the order of its chain.
func TestNothingLostNothingTwice(t *testing.T) {
	for seed := range uint64(seeds(t, 3)) {
		t.Run(fmt.Sprintf("seed %d", seed), func(t *testing.T) {
			w := newWorld(t)
			p := newProxy(t, w.suite.GRPC, seed)
			o, out := w.options(p.address(), t.TempDir()), newPrinted()
			var writers sync.WaitGroup
			for _, m := range []string{first, second} {
				writers.Go(func() { w.work(m, 6, "2026") })
			}
			before := size(w.journal())
			for _, share := range []int{3, 2, 1} {
				w.until(o, out, before/share)
			}
			writers.Wait()
			w.until(o, out, size(w.journal()))
			if diff := cmp.Diff(w.journal(), out.chains()); diff != "" {
				t.Fatalf("what was printed differs from the journal (-journal +printed):\n%s", diff)
			}
			if p.rest(); p.cuts < 3 {
				t.Errorf("%d connections were cut, too few to show anything", p.cuts)
			}
			// Had something been told twice, it would come before what happens now.
			w.work(first, 1, "2027")
			w.work(second, 1, "2027")
			w.until(o, out, size(w.journal()))
			if diff := cmp.Diff(w.journal(), out.chains()); diff != "" {
				t.Errorf("afterwards, what was printed differs from the journal (-journal +printed):\n%s", diff)
			}
			wantResources(t, out)
		})
	}
}

// wantResources: a change has the resource that it names, but for one that is gone.
func wantResources(t *testing.T, p *printed) {
	t.Helper()
	gone := map[string]bool{}
	for _, l := range p.lines {
		gone[l.Name] = gone[l.Name] || l.Kind == "DELETED"
	}
	for _, l := range p.lines {
		var resource struct {
			Name string `json:"name"`
		}
		if err := json.Unmarshal(l.Resource, &resource); err != nil {
			t.Fatal(err)
		}
		switch {
		case l.Kind == "DELETED" && resource.Name != "":
			t.Errorf("%s is deleted, but was printed with %s", l.Name, l.Resource)
		case !gone[l.Name] && resource.Name != l.Name:
			t.Errorf("%s was printed with %s", l.Name, l.Resource)
		}
	}
}

// following tells of each stream that has begun.
type following chan struct{}

// Write takes one line of the log.
func (f following) Write(text []byte) (int, error) {
	if strings.HasSuffix(string(text), ": following\n") {
		f <- struct{}{}
	}
	return len(text), nil
}

// TestFromNowOn: without -history the program tells of what happens after it has begun.
func TestFromNowOn(t *testing.T) {
	w := newWorld(t)
	o, out, begun := w.options(w.suite.GRPC, t.TempDir()), newPrinted(), make(following, 1000)
	o.history, o.municipalities = false, []string{first}
	before := w.journal()
	err := w.through(func(ctx context.Context) error {
		ctx, stop := context.WithCancel(ctx)
		defer stop()
		ended := make(chan error, 1)
		go func() { ended <- run(ctx, o, out, begun) }()
		for range 3 {
			<-begun
		}
		w.work(first, 1, "2026")
		return <-ended
	}, out, worked(1))
	w.must(err)
	after := w.journal()
	if got, want := size(out.chains()), size(after)-size(before); got != want {
		t.Errorf("got %d lines, want %d", got, want)
	}
	for chain, changes := range out.chains() {
		if diff := cmp.Diff(after[chain][len(before[chain]):], changes); diff != "" {
			t.Errorf("%s: (-want +got)\n%s", chain, diff)
		}
	}
}

// TestOneMunicipalityFails: an account without rights in one municipality still follows the other.
func TestOneMunicipalityFails(t *testing.T) {
	w := newWorld(t)
	o, out := w.options(w.suite.GRPC, t.TempDir()), newPrinted()
	o.token = w.suite.Token("auditor", first)
	err := w.through(func(ctx context.Context) error { return run(ctx, o, out, io.Discard) }, out, of(w.journal(), first))
	if err == nil || !strings.Contains(err.Error(), second) || strings.Contains(err.Error(), first) {
		t.Errorf("got %v, want failures in %s alone", err, second)
	}
	if got, want := of(out.chains(), first), size(out.chains()); got != want {
		t.Errorf("%d of %d lines are about %s, want all", got, want, first)
	}
}

// account makes a service account with a secret, and returns the arguments that the program needs to use it.
func (w world) account(maker context.Context, parent, role, scope string) (args []string, secretFile string) {
	w.Helper()
	account, err := directoryv1.NewDirectoryServiceClient(w.suite.Conn).CreateServiceAccount(maker, &directoryv1.CreateServiceAccountRequest{
		Parent: parent, ServiceAccountId: "datalager", ServiceAccount: &directoryv1.ServiceAccount{
			Title: "Datalagret", Roles: []*directoryv1.ServiceAccountRole{{Role: role, Scope: scope}}}})
	w.must(err)
	secret, err := directoryv1.NewSessionServiceClient(w.suite.Conn).CreateServiceAccountSecret(maker,
		&directoryv1.CreateServiceAccountSecretRequest{Name: account.GetName()})
	w.must(err)
	secretFile = filepath.Join(w.TempDir(), "secret")
	w.must(os.WriteFile(secretFile, []byte(secret.GetClientSecret()+"\n"), 0o600))
	return []string{"-grpc", w.suite.GRPC, "-http", strings.TrimPrefix(w.suite.URL, "http://"), "-plaintext", "-history",
		"-client-id", account.GetName(), "-client-secret-file", secretFile, "-state", w.TempDir()}, secretFile
}

// TestServiceAccount: the program gets its tokens from the token endpoint with an account's secret, and ends when that is wrong.
func TestServiceAccount(t *testing.T) {
	w := newWorld(t)
	args, secretFile := w.account(w.suite.As(t.Context(), "administrator", first), first, "auditor", first)
	out := newPrinted()
	program := func(ctx context.Context) error {
		return start(ctx, append(args, first), noEnvironment, out, io.Discard)
	}
	w.must(w.through(program, out, of(w.journal(), first)))
	w.must(os.WriteFile(secretFile, []byte("fel"), 0o600))
	if err := program(t.Context()); err == nil || !strings.Contains(err.Error(), "invalid_client") {
		t.Errorf("with a wrong secret: got %v, want invalid_client", err)
	}
}

// TestServiceAccountOfThePlatform follows every municipality.
func TestServiceAccountOfThePlatform(t *testing.T) {
	w := newWorld(t)
	args, _ := w.account(w.suite.As(t.Context(), "operator", "platform"), "municipalities/-", "operator", "-")
	out := newPrinted()
	program := func(ctx context.Context) error {
		return start(ctx, append(args, first, second), noEnvironment, out, io.Discard)
	}
	w.must(w.through(program, out, size(w.journal())))
	if diff := cmp.Diff(w.journal(), out.chains()); diff != "" {
		t.Errorf("(-journal +printed)\n%s", diff)
	}
}

func noEnvironment(string) string { return "" }

// TestStartNeedsToKnow what to follow, and where to remember it.
func TestStartNeedsToKnow(t *testing.T) {
	for _, args := range [][]string{{}, {"-state", t.TempDir()}, {first}, {"-nope"}} {
		if err := start(t.Context(), args, noEnvironment, io.Discard, io.Discard); err == nil {
			t.Errorf("%v: got no error", args)
		}
	}
	missing := []string{"-ca", filepath.Join(t.TempDir(), "ca.pem"), "-state", t.TempDir(), first}
	if err := start(t.Context(), missing, noEnvironment, io.Discard, io.Discard); !errors.Is(err, os.ErrNotExist) {
		t.Errorf("got %v, want that the file does not exist", err)
	}
}

// TestPlace: what was saved last is loaded, and a save that was broken off leaves the one before.
func TestPlace(t *testing.T) {
	p := place(filepath.Join(t.TempDir(), "a.token"))
	for _, want := range []string{"", "one", "two"} {
		if want != "" {
			if err := p.save(want); err != nil {
				t.Fatal(err)
			}
		}
		if got, err := p.load(); got != want || err != nil {
			t.Errorf("got %q, %v, want %q", got, err, want)
		}
	}
	if err := os.WriteFile(string(p)+".next", []byte("thr"), 0o600); err != nil {
		t.Fatal(err)
	}
	if got, err := p.load(); got != "two" || err != nil {
		t.Errorf("got %q, %v after a save that was broken off", got, err)
	}
}
