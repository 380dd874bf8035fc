package journal

import (
	"context"
	"errors"
	"slices"
	"strconv"
	"strings"

	"google.golang.org/grpc"

	"github.com/uppsikt/uppsikt/internal/authn"
	"github.com/uppsikt/uppsikt/internal/authz"
	"github.com/uppsikt/uppsikt/internal/sqldb"
	authzv1 "github.com/uppsikt/uppsikt/proto/gen/uppsikt/authz/v1"
	journalv1 "github.com/uppsikt/uppsikt/proto/gen/uppsikt/journal/v1"
)

const defaultHistoryPage = 50

// feedPage is how many entries of a chain a stream reads at a time.
const feedPage = 500

// Server implements the JournalService of every service: embed it beside the service's Unimplemented type.
type Server struct {
	history History
	feed    *Feed
	content authz.Permission
	hidden  Hidden
	omitted func(resource string) bool
}

// Hidden picks, of resources that changed, those that a caller's stream leaves out although the caller follows their
// chain, such as what only its writers may see yet.
type Hidden func(ctx context.Context, caller *authn.Identity, names []string) (map[string]bool, error)

// NewServer returns the JournalService over a service's database and feed.
func NewServer(db sqldb.DB, decoder Decoder, feed *Feed) *Server {
	return &Server{history: History{DB: db, Decoder: decoder}, feed: feed}
}

// Hide makes streams leave out what hidden picks, and returns s. It is called before the server serves.
func (s *Server) Hide(hidden Hidden) *Server {
	s.hidden = hidden
	return s
}

// ShowTo makes histories need a permission besides that of the method, and returns s: what they show is the content itself,
// drafts included. It is called before the server serves.
func (s *Server) ShowTo(permission authz.Permission) *Server {
	s.content = permission
	return s
}

// Omit makes histories leave out the resources that omitted picks, such as what is one person's own, and returns s. It is called
// before the server serves.
func (s *Server) Omit(omitted func(resource string) bool) *Server {
	s.omitted = omitted
	return s
}

// ListJournalEntries returns the history of a resource or a whole scope, newest first.
func (s *Server) ListJournalEntries(ctx context.Context, req *journalv1.ListJournalEntriesRequest) (*journalv1.ListJournalEntriesResponse, error) {
	if s.content != authzv1.Permission_PERMISSION_UNSPECIFIED {
		if err := authz.Require(ctx, s.content, req.GetName()); err != nil {
			return nil, err
		}
	}
	before, err := parseToken(req.GetPageToken())
	if err != nil {
		return nil, err
	}
	size := int(req.GetPageSize())
	if size == 0 {
		size = defaultHistoryPage
	}
	entries, next, err := s.history.Page(ctx, tenantOf(req.GetName()), req.GetName(), isScope(req.GetName()), before, size)
	if err != nil {
		return nil, err
	}
	if s.omitted != nil {
		entries = slices.DeleteFunc(entries, func(e *journalv1.JournalEntry) bool { return s.omitted(e.GetResource()) })
	}
	answer := &journalv1.ListJournalEntriesResponse{Entries: entries}
	if next > 0 {
		answer.NextPageToken = strconv.FormatInt(next, 10)
	}
	return answer, nil
}

// tenantOf returns the municipality's id in a name that authorization has already parsed.
func tenantOf(name string) string {
	rest, ok := strings.CutPrefix(name, "municipalities/")
	if !ok {
		return Platform
	}
	id, _, _ := strings.Cut(rest, "/")
	return id
}

// isScope tells a chain's name from a resource's: a municipality or a committee.
func isScope(name string) bool {
	switch parts := strings.Split(name, "/"); len(parts) {
	case 1, 2:
		return true
	case 4:
		return parts[2] == "committees"
	}
	return false
}

// WatchChanges streams the changes of a municipality as they are stored.
func (s *Server) WatchChanges(req *journalv1.WatchChangesRequest, out grpc.ServerStreamingServer[journalv1.WatchChangesResponse]) error {
	at, err := parsePosition(req.GetResumeToken())
	if err != nil {
		return err
	}
	caller, ok := authn.From(out.Context())
	if !ok {
		return nil
	}
	w := watch{server: s, out: out, caller: caller, tenant: tenantOf(req.GetParent()), at: at}
	return w.run()
}

// watch is one open stream.
type watch struct {
	server *Server
	out    grpc.ServerStreamingServer[journalv1.WatchChangesResponse]
	caller *authn.Identity
	tenant string
	at     position
}

// run sends what there is, then waits. The server ends its context when the caller's token expires, so that a lost right
// takes effect; to the caller that is the end of the stream, not a fault.
func (w *watch) run() error {
	wake, stop := w.server.feed.listen()
	defer stop()
	if err := w.begin(); err != nil {
		return w.unlessExpired(err)
	}
	for {
		if err := w.send(); err != nil {
			return w.unlessExpired(err)
		}
		select {
		case <-w.out.Context().Done():
			return w.unlessExpired(w.out.Context().Err())
		case <-wake:
		}
	}
}

func (w *watch) unlessExpired(err error) error {
	if errors.Is(w.out.Context().Err(), context.DeadlineExceeded) {
		return nil
	}
	return err
}

// begin fixes where the stream starts and tells the caller, who can then resume even if nothing ever comes.
func (w *watch) begin() error {
	heads, err := w.heads()
	if err != nil {
		return err
	}
	if w.at == nil {
		w.at = position{}
		for _, h := range heads {
			w.at[h.scope] = h.Seq
		}
	}
	if err := w.at.within(heads); err != nil {
		return err
	}
	return w.out.Send(&journalv1.WatchChangesResponse{ResumeToken: w.at.token()})
}

// heads lists the chains of the municipality that the caller follows: a resume token tells nothing of the others.
func (w *watch) heads() ([]scopeHead, error) {
	var all, own []scopeHead
	if err := w.server.history.DB.Read(w.out.Context(), "", readHeads(&all)); err != nil {
		return nil, err
	}
	for _, h := range all {
		if h.tenant == w.tenant && authz.Can(w.caller, authzv1.Permission_PERMISSION_CHANGES_WATCH, h.scope) {
			own = append(own, h)
		}
	}
	return own, nil
}

func (w *watch) send() error {
	heads, err := w.heads()
	if err != nil {
		return err
	}
	for _, h := range heads {
		for w.at[h.scope] < h.Seq {
			if err := w.sendPage(h); err != nil {
				return err
			}
		}
	}
	return nil
}

func (w *watch) sendPage(h scopeHead) error {
	var entries []Entry
	err := w.server.history.DB.Read(w.out.Context(), w.tenant,
		readEntries(w.tenant, h.scope, w.at[h.scope], feedPage, func(e Entry) error {
			entries = append(entries, e)
			return nil
		}))
	if err != nil {
		return err
	}
	if len(entries) == 0 { // an entry is missing: leave it to the verification, and go on
		w.at[h.scope] = h.Seq
	}
	hidden, err := w.hidden(entries)
	if err != nil {
		return err
	}
	for _, e := range entries {
		w.at[h.scope] = e.Seq
		if hidden[e.Resource] {
			continue
		}
		err := w.out.Send(&journalv1.WatchChangesResponse{Name: e.Resource, Kind: e.Kind, Scope: e.Scope, Sequence: e.Seq,
			ResumeToken: w.at.token()})
		if err != nil {
			return err
		}
	}
	return nil
}

// hidden returns the names of a page that the stream leaves out.
func (w *watch) hidden(entries []Entry) (map[string]bool, error) {
	if w.server.hidden == nil || len(entries) == 0 {
		return nil, nil
	}
	names := make([]string, len(entries))
	for i, e := range entries {
		names[i] = e.Resource
	}
	return w.server.hidden(w.out.Context(), w.caller, names)
}
