package reconcile

import (
	"cmp"
	"context"
	"slices"
	"sync"
	"time"

	"github.com/uppsikt/uppsikt/internal/authn"
	"github.com/uppsikt/uppsikt/internal/clock"
	"github.com/uppsikt/uppsikt/internal/fault"
	"github.com/uppsikt/uppsikt/internal/rpcclient"
	"github.com/uppsikt/uppsikt/internal/rpcerr"
	controlv1 "github.com/uppsikt/uppsikt/proto/gen/uppsikt/control/v1"
	directoryv1 "github.com/uppsikt/uppsikt/proto/gen/uppsikt/directory/v1"
	riskv1 "github.com/uppsikt/uppsikt/proto/gen/uppsikt/risk/v1"
	"github.com/uppsikt/uppsikt/services/notification/internal/sqlstore"
)

const (
	// pageSize is how much is asked for at once.
	pageSize = 1000
	// service is the name under which the process asks for its token.
	service = "notification"
	// ahead is how long before its end a token is replaced.
	ahead = time.Minute
)

// tokens keeps the token that the process asks with. It is safe for concurrent use.
type tokens struct {
	sessions directoryv1.SessionServiceClient
	clock    clock.Clock

	mu      sync.Mutex
	token   string
	expires time.Time
}

// carry returns a context whose calls carry a token, and the token.
func (t *tokens) carry(ctx context.Context) (context.Context, string, error) {
	t.mu.Lock()
	defer t.mu.Unlock()
	if t.token == "" || !t.clock.Now().Add(ahead).Before(t.expires) {
		issued, err := t.sessions.IssueProcessToken(rpcclient.AsProcess(ctx), &directoryv1.IssueProcessTokenRequest{Service: service})
		if err != nil {
			return nil, "", err
		}
		t.token, t.expires = issued.GetAccessToken(), issued.GetExpireTime().AsTime()
	}
	return authn.WithToken(ctx, t.token), t.token, nil
}

// drop forgets a token that was refused, as after a change of keys or of clocks.
func (t *tokens) drop(token string) {
	t.mu.Lock()
	defer t.mu.Unlock()
	if t.token == token {
		t.token = ""
	}
}

// refused reports whether a call failed because of its token.
func refused(err error) bool {
	return err != nil && rpcerr.FromStatus(err).Kind == fault.Unauthenticated
}

// source asks the owners of what reminders follow from.
type source struct {
	directory directoryv1.DirectoryServiceClient
	deadlines riskv1.RiskRegisterServiceClient
	results   controlv1.ControlMeasurementServiceClient
	tokens    *tokens
}

// call makes one call with a token, and once more with a new one when it is refused.
func (s source) call(ctx context.Context, call func(context.Context) error) error {
	with, token, err := s.tokens.carry(ctx)
	if err != nil {
		return err
	}
	err = call(with)
	if !refused(err) {
		return err
	}
	s.tokens.drop(token)
	if with, _, err = s.tokens.carry(ctx); err != nil {
		return err
	}
	return call(with)
}

// pages calls get for each page until the last.
func (s source) pages(ctx context.Context, get func(ctx context.Context, token string) (next string, err error)) error {
	for token := ""; ; {
		next := ""
		err := s.call(ctx, func(ctx context.Context) error {
			var err error
			next, err = get(ctx, token)
			return err
		})
		if err != nil || next == "" {
			return err
		}
		token = next
	}
}

// municipalities returns the names of all.
func (s source) municipalities(ctx context.Context) ([]string, error) {
	var names []string
	err := s.pages(ctx, func(ctx context.Context, token string) (string, error) {
		page, err := s.directory.ListMunicipalities(ctx, &directoryv1.ListMunicipalitiesRequest{PageSize: pageSize, PageToken: token})
		for _, m := range page.GetMunicipalities() {
			names = append(names, m.GetName())
		}
		return page.GetNextPageToken(), err
	})
	return names, err
}

// directoryOf returns whom the directory names in a municipality: of each no more than reminders need.
func (s source) directoryOf(ctx context.Context, municipality string) (*sqlstore.Directory, error) {
	d := &sqlstore.Directory{}
	err := s.call(ctx, func(ctx context.Context) error {
		m, err := s.directory.GetMunicipality(ctx, &directoryv1.GetMunicipalityRequest{Name: municipality})
		d.Municipality = &directoryv1.Municipality{Name: m.GetName(), DisplayName: m.GetDisplayName()}
		return err
	})
	if err != nil {
		return nil, err
	}
	for _, add := range []func(context.Context, source, string) error{(*reading)(d).committees, (*reading)(d).people, (*reading)(d).assignments} {
		if err := add(ctx, s, municipality); err != nil {
			return nil, err
		}
	}
	return d, nil
}

// reading is a directory being read.
type reading sqlstore.Directory

func (l *reading) committees(ctx context.Context, s source, parent string) error {
	err := s.pages(ctx, func(ctx context.Context, token string) (string, error) {
		page, err := s.directory.ListCommittees(ctx, &directoryv1.ListCommitteesRequest{Parent: parent, PageSize: pageSize, PageToken: token})
		for _, c := range page.GetCommittees() {
			l.Committees = append(l.Committees, &directoryv1.Committee{Name: c.GetName(), DisplayName: c.GetDisplayName(), Genitive: c.GetGenitive()})
		}
		return page.GetNextPageToken(), err
	})
	sortByName(l.Committees)
	return err
}

func (l *reading) people(ctx context.Context, s source, parent string) error {
	err := s.pages(ctx, func(ctx context.Context, token string) (string, error) {
		page, err := s.directory.ListPeople(ctx, &directoryv1.ListPeopleRequest{Parent: parent, PageSize: pageSize, PageToken: token})
		for _, p := range page.GetPeople() {
			l.People = append(l.People, &directoryv1.Person{Name: p.GetName(), DisplayName: p.GetDisplayName(), Email: p.GetEmail(), Disabled: p.GetDisabled()})
		}
		return page.GetNextPageToken(), err
	})
	sortByName(l.People)
	return err
}

func (l *reading) assignments(ctx context.Context, s source, parent string) error {
	err := s.pages(ctx, func(ctx context.Context, token string) (string, error) {
		page, err := s.directory.ListRoleAssignments(ctx, &directoryv1.ListRoleAssignmentsRequest{Parent: parent, PageSize: pageSize, PageToken: token})
		for _, a := range page.GetRoleAssignments() {
			l.Assignments = append(l.Assignments, &directoryv1.RoleAssignment{Name: a.GetName(), Person: a.GetPerson(), Role: a.GetRole(),
				Scope: a.GetScope(), Title: a.GetTitle(), ValidFrom: a.GetValidFrom(), ValidTo: a.GetValidTo()})
		}
		return page.GetNextPageToken(), err
	})
	sortByName(l.Assignments)
	return err
}

func sortByName[M interface{ GetName() string }](list []M) {
	slices.SortFunc(list, func(a, b M) int { return cmp.Compare(a.GetName(), b.GetName()) })
}

// deadlinesOf returns the deadlines of a committee, also those that are done, with what control measurement knows: that a
// control has its result.
func (s source) deadlinesOf(ctx context.Context, committee string) ([]*riskv1.Deadline, error) {
	var deadlines []*riskv1.Deadline
	err := s.pages(ctx, func(ctx context.Context, token string) (string, error) {
		page, err := s.deadlines.ListDeadlines(ctx, &riskv1.ListDeadlinesRequest{Parent: committee, IncludeDone: true, PageSize: pageSize, PageToken: token})
		deadlines = append(deadlines, page.GetDeadlines()...)
		return page.GetNextPageToken(), err
	})
	if err != nil {
		return nil, err
	}
	return deadlines, s.markReported(ctx, deadlines)
}

// markReported marks those controls as done that are reported: a result of the round is about the control, or about the area
// that it belongs to.
func (s source) markReported(ctx context.Context, deadlines []*riskv1.Deadline) error {
	reported := map[string]map[string]bool{}
	for _, d := range deadlines {
		if d.GetKind() != riskv1.DeadlineKind_DEADLINE_KIND_CONTROL || d.GetDone() {
			continue
		}
		subjects, asked := reported[d.GetRound()]
		if !asked {
			var err error
			if subjects, err = s.subjectsOf(ctx, d.GetRound()); err != nil {
				return err
			}
			reported[d.GetRound()] = subjects
		}
		d.Done = subjects[d.GetResource()] || d.GetControlArea() != "" && subjects[d.GetControlArea()]
	}
	return nil
}

// subjectsOf returns the controls and areas that the results of a round are about.
func (s source) subjectsOf(ctx context.Context, round string) (map[string]bool, error) {
	subjects := map[string]bool{}
	err := s.pages(ctx, func(ctx context.Context, token string) (string, error) {
		page, err := s.results.ListResults(ctx, &controlv1.ListResultsRequest{Parent: round, PageSize: pageSize, PageToken: token})
		for _, r := range page.GetResults() {
			subjects[r.GetSubject()] = true
		}
		return page.GetNextPageToken(), err
	})
	return subjects, err
}
