package suitetest_test

import (
	"context"
	"net/http"
	"net/http/httptest"
	"net/url"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	"google.golang.org/grpc"
	"google.golang.org/grpc/codes"
	"google.golang.org/grpc/status"

	"github.com/uppsikt/uppsikt/internal/sqldb/sqldbtest"
	"github.com/uppsikt/uppsikt/internal/suitetest"
	journalv1 "github.com/uppsikt/uppsikt/proto/gen/uppsikt/journal/v1"
	riskv1 "github.com/uppsikt/uppsikt/proto/gen/uppsikt/risk/v1"
)

// TestTheClockStepsBack: an hour back on the wall, and the order of what happened is still that of the chain, in the
// history and in the feed, whatever the times say.
func TestTheClockStepsBack(t *testing.T) {
	for _, engine := range sqldbtest.Engines() {
		t.Run(string(engine), func(t *testing.T) {
			s, _ := suitetest.Start(t, suitetest.On(t, engine))
			load(t, s, "plan.yaml", read(t, "docs/examples/plan.yaml"))
			early := risks(t, s)
			early.create("fore", "Före")
			begin := early.newest()

			s.Clock.Advance(-time.Hour)
			if _, err := early.client.GetRisk(early.ctx, &riskv1.GetRiskRequest{Name: committee + "/risks/fore"}); status.Code(err) != codes.Unauthenticated {
				t.Errorf("a token of a time to come: got %v, want it refused", err)
			}
			late := risks(t, s)
			late.create("efter", "Efter")
			late.rename("fore", "Före, rättad")
			after := late.newest()

			late.wantOrder(begin.GetSequence(), after.GetSequence())
			if !after.GetTime().AsTime().Before(begin.GetTime().AsTime()) {
				t.Errorf("the entry after is of %v, that before of %v: the clock did not step back", after.GetTime().AsTime(), begin.GetTime().AsTime())
			}
			s.Clock.Advance(time.Hour)
			if _, err := late.client.GetRisk(early.ctx, &riskv1.GetRiskRequest{Name: committee + "/risks/efter"}); err != nil {
				t.Errorf("a token made before, now that the clock is right again: %v", err)
			}
			s.WantSound()
		})
	}
}

// register is the risk register as one caller sees it.
type register struct {
	*testing.T
	ctx     context.Context //nolint:containedctx // the caller's
	client  riskv1.RiskRegisterServiceClient
	journal interface {
		ListJournalEntries(context.Context, *journalv1.ListJournalEntriesRequest, ...grpc.CallOption) (*journalv1.ListJournalEntriesResponse, error)
		WatchChanges(context.Context, *journalv1.WatchChangesRequest, ...grpc.CallOption) (grpc.ServerStreamingClient[journalv1.WatchChangesResponse], error)
	}
}

func risks(t *testing.T, s *suitetest.Suite) register {
	t.Helper()
	return register{T: t, ctx: s.As(t.Context(), "coordinator", municipality), client: riskv1.NewRiskRegisterServiceClient(s.Conn),
		journal: riskv1.NewJournalServiceClient(s.Conn)}
}

func (r register) create(id, title string) {
	r.Helper()
	if _, err := r.client.CreateRisk(r.ctx, &riskv1.CreateRiskRequest{Parent: committee, RiskId: id, Risk: &riskv1.Risk{Title: title}}); err != nil {
		r.Fatal(err)
	}
}

func (r register) rename(id, title string) {
	r.Helper()
	risk, err := r.client.GetRisk(r.ctx, &riskv1.GetRiskRequest{Name: committee + "/risks/" + id})
	if err != nil {
		r.Fatal(err)
	}
	risk.Title = title
	if _, err := r.client.UpdateRisk(r.ctx, &riskv1.UpdateRiskRequest{Risk: risk}); err != nil {
		r.Fatal(err)
	}
}

func (r register) entries() []*journalv1.JournalEntry {
	r.Helper()
	page, err := r.journal.ListJournalEntries(r.ctx, &journalv1.ListJournalEntriesRequest{Name: committee, PageSize: 200})
	if err != nil {
		r.Fatal(err)
	}
	return page.GetEntries()
}

func (r register) newest() *journalv1.JournalEntry { return r.entries()[0] }

// wantOrder compares the history and the feed with the sequence, from after one entry to another.
func (r register) wantOrder(from, to int64) {
	r.Helper()
	var want, history, feed []string
	for _, e := range r.entries() {
		if e.GetSequence() > from {
			history = append([]string{e.GetResource()}, history...)
		}
	}
	want = []string{committee + "/risks/efter", committee + "/risks/fore"}
	if diff := cmp.Diff(want, history); diff != "" {
		r.Errorf("the history (-want +got):\n%s", diff)
	}
	ctx, cancel := context.WithCancel(r.ctx)
	defer cancel()
	stream, err := r.journal.WatchChanges(ctx, &journalv1.WatchChangesRequest{Parent: municipality, ResumeToken: "start"})
	if err != nil {
		r.Fatal(err)
	}
	for last := int64(0); last < to; {
		change, err := stream.Recv()
		if err != nil {
			r.Fatal(err)
		}
		if change.GetScope() != committee {
			continue
		}
		if change.GetSequence() != last+1 {
			r.Errorf("the feed goes from %d to %d", last, change.GetSequence())
		}
		if last = change.GetSequence(); last > from {
			feed = append(feed, change.GetName())
		}
	}
	if diff := cmp.Diff(want, feed); diff != "" {
		r.Errorf("the feed (-want +got):\n%s", diff)
	}
}

// TestPagesGoOnWhenTheClockStepsBack: whoever is signed in stays so.
func TestPagesGoOnWhenTheClockStepsBack(t *testing.T) {
	s, _ := suitetest.Start(t, suitetest.WithReferenceData)
	visitor := visit(t, s)
	before := visitor.page("/" + plan)
	for _, step := range []time.Duration{-time.Hour, time.Hour} {
		s.Clock.Advance(step)
		if got := visitor.page("/" + plan); got != before {
			t.Errorf("after %v the page is another", step)
		}
	}
}

// visitor is somebody's browser.
type visitor struct {
	*testing.T
	handler http.Handler
	cookies []*http.Cookie
}

// visit signs somebody in as the demonstration's coordinator.
func visit(t *testing.T, s *suitetest.Suite) *visitor {
	t.Helper()
	v := &visitor{T: t, handler: s.Handler()}
	choice := url.Values{"person": {municipality + "/people/ansvarig-internkontroll"}}
	request := httptest.NewRequest(http.MethodPost, s.URL+"/demo", strings.NewReader(choice.Encode()))
	request.Header.Set("Content-Type", "application/x-www-form-urlencoded")
	request.Header.Set("Sec-Fetch-Site", "same-origin")
	answer := httptest.NewRecorder()
	v.handler.ServeHTTP(answer, request)
	if v.cookies = answer.Result().Cookies(); len(v.cookies) == 0 {
		t.Fatalf("not signed in: %d\n%s", answer.Code, answer.Body)
	}
	return v
}

// page reads a page.
func (v *visitor) page(path string) string {
	v.Helper()
	request := httptest.NewRequest(http.MethodGet, path, nil)
	for _, c := range v.cookies {
		request.AddCookie(c)
	}
	answer := httptest.NewRecorder()
	v.handler.ServeHTTP(answer, request)
	if answer.Code != http.StatusOK {
		v.Fatalf("%s: got %d\n%s", path, answer.Code, answer.Body)
	}
	return answer.Body.String()
}
