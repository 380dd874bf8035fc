package journal_test

import (
	"encoding/base64"
	"errors"
	"io"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	"google.golang.org/grpc"
	"google.golang.org/grpc/codes"
	"google.golang.org/grpc/status"
	"google.golang.org/protobuf/testing/protocmp"

	"github.com/uppsikt/uppsikt/internal/rpctest"
	journalv1 "github.com/uppsikt/uppsikt/proto/gen/uppsikt/journal/v1"
)

type (
	listRequest   = journalv1.ListJournalEntriesRequest
	listResponse  = journalv1.ListJournalEntriesResponse
	watchRequest  = journalv1.WatchChangesRequest
	watchResponse = journalv1.WatchChangesResponse
)

func TestHistorySaysWhoChangedWhatWhenAndWhy(t *testing.T) {
	run(t, func(t *testing.T, f fixture) {
		r := f.risk(t, committee, "r1", "A")
		f.clock.Advance(time.Hour)
		f.change(t, r, "B", "stavfel")
		answer, err := f.client.ListJournalEntries(f.As(t.Context(), anna, rpctest.Role("auditor", committee)), &listRequest{Name: r.GetName()})
		if err != nil {
			t.Fatal(err)
		}
		if len(answer.GetEntries()) != 2 {
			t.Fatalf("got %d entries, want 2", len(answer.GetEntries()))
		}
		newest := answer.GetEntries()[0]
		if newest.GetActor() != anna || newest.GetOnBehalfOf() == "" || newest.GetReason() != "stavfel" ||
			!newest.GetTime().AsTime().Equal(f.clock.Now()) || newest.GetKind() != journalv1.ChangeKind_CHANGE_KIND_UPDATED {
			t.Errorf("got %v, want actor, on behalf of, reason, time and kind of the change", newest)
		}
		want := []*journalv1.FieldChange{{Path: "title", Before: `"A"`, After: `"B"`}}
		if diff := cmp.Diff(want, newest.GetChanges(), protocmp.Transform()); diff != "" {
			t.Errorf("changes (-want +got):\n%s", diff)
		}
	})
}

func TestHistoryPagesThroughAScope(t *testing.T) {
	run(t, func(t *testing.T, f fixture) {
		for range 5 {
			f.risk(t, committee, "", "A")
		}
		f.risk(t, sister, "", "elsewhere")
		ctx := f.As(t.Context(), anna, rpctest.Role("coordinator", municipality))
		var got []int64
		for token := ""; ; {
			page, err := f.client.ListJournalEntries(ctx, &listRequest{Name: committee, PageSize: 2, PageToken: token})
			if err != nil {
				t.Fatal(err)
			}
			for _, e := range page.GetEntries() {
				got = append(got, e.GetSequence())
			}
			if token = page.GetNextPageToken(); token == "" {
				break
			}
		}
		if diff := cmp.Diff([]int64{5, 4, 3, 2, 1}, got); diff != "" {
			t.Errorf("sequences (-want +got):\n%s", diff)
		}
	})
}

func TestHistoryIsRefused(t *testing.T) {
	run(t, func(t *testing.T, f fixture) {
		r := f.risk(t, committee, "r1", "A")
		for name, c := range map[string]struct {
			role, scope string
			request     *listRequest
			want        codes.Code
		}{
			"to who sees no content":      {"administrator", municipality, &listRequest{Name: r.GetName()}, codes.PermissionDenied},
			"to a member":                 {"member", committee, &listRequest{Name: r.GetName()}, codes.PermissionDenied},
			"to a sister committee":       {"coordinator", sister, &listRequest{Name: r.GetName()}, codes.PermissionDenied},
			"with a token of another way": {"coordinator", committee, &listRequest{Name: r.GetName(), PageToken: "x"}, codes.InvalidArgument},
		} {
			_, err := f.client.ListJournalEntries(f.As(t.Context(), anna, rpctest.Role(c.role, c.scope)), c.request)
			if status.Code(err) != c.want {
				t.Errorf("%s: got %v, want %v", name, err, c.want)
			}
		}
	})
}

// stream is an open change feed.
type stream struct {
	grpc.ServerStreamingClient[watchResponse]
	t *testing.T
}

func (f fixture) watch(t *testing.T, role, scope, resume string) stream {
	t.Helper()
	s, err := f.client.WatchChanges(f.As(t.Context(), anna, rpctest.Role(role, scope)), &watchRequest{Parent: municipality, ResumeToken: resume})
	if err != nil {
		t.Fatal(err)
	}
	return stream{s, t}
}

func (s stream) next() *watchResponse {
	s.t.Helper()
	change, err := s.Recv()
	if err != nil {
		s.t.Fatal(err)
	}
	return change
}

func TestFeedResumesWithoutGapOrDuplicate(t *testing.T) {
	run(t, func(t *testing.T, f fixture) {
		f.risk(t, committee, "r1", "A")
		first := f.watch(t, "auditor", municipality, "start")
		if opening := first.next(); opening.GetName() != "" || opening.GetResumeToken() == "" {
			t.Errorf("got %v, want an opening message with a token alone", opening)
		}
		seen := first.next()
		if seen.GetName() != committee+"/risks/r1" || seen.GetSequence() != 1 {
			t.Errorf("got %v, want the first change", seen)
		}
		f.risk(t, committee, "r2", "A")
		f.risk(t, sister, "r3", "A")
		second := f.watch(t, "auditor", municipality, seen.GetResumeToken())
		second.next()
		var got []string
		for range 2 {
			got = append(got, second.next().GetName())
		}
		if diff := cmp.Diff([]string{committee + "/risks/r2", sister + "/risks/r3"}, got); diff != "" {
			t.Errorf("after resuming (-want +got):\n%s", diff)
		}
	})
}

func TestFeedWakesOnNewChanges(t *testing.T) {
	run(t, func(t *testing.T, f fixture) {
		s := f.watch(t, "auditor", municipality, "")
		s.next()
		f.risk(t, committee, "r1", "A")
		if err := f.feed.Poll(t.Context()); err != nil {
			t.Fatal(err)
		}
		if got := s.next(); got.GetName() != committee+"/risks/r1" || got.GetKind() != journalv1.ChangeKind_CHANGE_KIND_CREATED {
			t.Errorf("got %v, want the new risk", got)
		}
	})
}

func TestFeedShowsOnlyTheCallersCommittees(t *testing.T) {
	run(t, func(t *testing.T, f fixture) {
		f.risk(t, sister, "r1", "A")
		f.risk(t, foreign, "r1", "A")
		s, err := f.client.WatchChanges(f.As(t.Context(), anna, rpctest.Role("auditor", committee)), &watchRequest{Parent: municipality, ResumeToken: "start"})
		if err == nil {
			_, err = s.Recv()
		}
		if status.Code(err) == codes.PermissionDenied {
			return // a role on one committee does not reach the municipality's feed at all
		}
		f.risk(t, committee, "r2", "A")
		if err := f.feed.Poll(t.Context()); err != nil {
			t.Fatal(err)
		}
		if got, err := s.Recv(); err != nil || got.GetName() != committee+"/risks/r2" {
			t.Errorf("got %v, %v; want only the own committee's change", got, err)
		}
	})
}

func TestResumeTokensTellNothingOfOtherCommittees(t *testing.T) {
	run(t, func(t *testing.T, f fixture) {
		f.risk(t, committee, "r1", "A")
		f.risk(t, sister, "r1", "A")
		f.risk(t, foreign, "r1", "A")
		for scope, want := range map[string]int{committee: 1, municipality: 2} {
			text, err := base64.RawURLEncoding.DecodeString(f.watch(t, "auditor", scope, "").next().GetResumeToken())
			if got := strings.Count(string(text), "municipalities/"); err != nil || got != want {
				t.Errorf("the token of an auditor of %s names %d chains, %v, want %d: %s", scope, got, err, want, text)
			}
		}
	})
}

func TestFeedEndsWithTheToken(t *testing.T) {
	run(t, func(t *testing.T, f fixture) {
		ctx := f.As(t.Context(), anna, rpctest.Role("auditor", municipality))
		f.clock.Advance(5*time.Minute - time.Millisecond)
		s, err := f.client.WatchChanges(ctx, &watchRequest{Parent: municipality})
		if err != nil {
			t.Fatal(err)
		}
		for err == nil { // the opening message, if there was time for it
			_, err = s.Recv()
		}
		if !errors.Is(err, io.EOF) {
			t.Errorf("got %v, want the end of the stream", err)
		}
	})
}

func TestFeedRefusesABrokenToken(t *testing.T) {
	run(t, func(t *testing.T, f fixture) {
		s, err := f.client.WatchChanges(f.As(t.Context(), anna, rpctest.Role("auditor", municipality)), &watchRequest{Parent: municipality, ResumeToken: "%"})
		if err == nil {
			_, err = s.Recv()
		}
		if status.Code(err) != codes.InvalidArgument {
			t.Errorf("got %v, want InvalidArgument", err)
		}
	})
}

func TestFeedRefusesATokenAheadOfTheChain(t *testing.T) {
	run(t, func(t *testing.T, f fixture) {
		f.risk(t, committee, "r1", "A")
		ahead := base64.RawURLEncoding.EncodeToString([]byte(`{"` + committee + `": 7}`))
		s, err := f.client.WatchChanges(f.As(t.Context(), anna, rpctest.Role("auditor", municipality)), &watchRequest{Parent: municipality, ResumeToken: ahead})
		if err == nil {
			_, err = s.Recv()
		}
		if status.Code(err) != codes.FailedPrecondition {
			t.Errorf("got %v, want FailedPrecondition", err)
		}
	})
}
