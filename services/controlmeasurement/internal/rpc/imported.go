package rpc

import (
	"context"
	"slices"

	"google.golang.org/grpc"

	"github.com/uppsikt/uppsikt/internal/resource"
	controlv1 "github.com/uppsikt/uppsikt/proto/gen/uppsikt/control/v1"
	riskv1 "github.com/uppsikt/uppsikt/proto/gen/uppsikt/risk/v1"
	transferv1 "github.com/uppsikt/uppsikt/proto/gen/uppsikt/transfer/v1"
	"github.com/uppsikt/uppsikt/services/controlmeasurement/internal/sqlstore"
)

// imported is what an import has changed that needs the risk register to be brought up to date.
type imported struct {
	// results were written, in rounds open and closed; subjects, by committee, have indicators or measurements that were.
	results  []string
	subjects map[string][]string
}

// reset begins anew: a transaction may run twice.
func (i *imported) reset() { i.results, i.subjects = nil, map[string][]string{} }

type importedKey struct{}

// importStream is the stream of an import that notes what it changes, and brings results up to date before it answers.
type importStream struct {
	grpc.ClientStreamingServer[transferv1.ImportRequest, transferv1.ImportResponse]
	ctx  context.Context
	done *imported
	dry  *bool
	// stored is called once an import is stored.
	stored func(ctx context.Context, done *imported)
}

// Context carries where the check notes what changes.
func (s importStream) Context() context.Context { return s.ctx }

// Recv remembers whether the import is only to be checked, which the first message says.
func (s importStream) Recv() (*transferv1.ImportRequest, error) {
	req, err := s.ClientStreamingServer.Recv()
	*s.dry = *s.dry || req.GetValidateOnly()
	return req, err
}

// SendAndClose answers.
func (s importStream) SendAndClose(answer *transferv1.ImportResponse) error {
	if !*s.dry && len(answer.GetFaults()) == 0 {
		s.stored(s.ctx, s.done)
	}
	return s.ClientStreamingServer.SendAndClose(answer)
}

// Import imports, and brings results up to date once that is stored; see Server.afterImport.
func (t transferServer) Import(stream grpc.ClientStreamingServer[transferv1.ImportRequest, transferv1.ImportResponse]) error {
	done := &imported{}
	done.reset()
	return t.Server.Import(importStream{ClientStreamingServer: stream, ctx: context.WithValue(stream.Context(), importedKey{}, done),
		done: done, dry: new(bool), stored: t.control.afterImport})
}

// afterImport brings up to date what an import could not ask the register about: whether imported results deviate by their
// grades, which actions the register has from them, and the results of open rounds that rest on imported measurements.
// When the register does not answer that is logged: the import is stored, and the next write of the result mends it.
func (s *Server) afterImport(ctx context.Context, done *imported) {
	results := map[string][]string{}
	for parent := range done.subjects {
		results[parent] = nil
	}
	for _, name := range done.results {
		results[committee(name)] = append(results[committee(name)], name)
	}
	for parent, names := range results {
		if err := s.refresh(ctx, parent, names, done.subjects[parent]); err != nil {
			s.logger.WarnContext(ctx, "imported results were not brought up to date", "committee", parent, "error", err)
		}
	}
	s.wake()
}

// refresh asks the register about imported results, and about those of open rounds whose subjects were measured, and
// computes them again.
func (s *Server) refresh(ctx context.Context, parent string, names, subjects []string) error {
	slices.Sort(subjects)
	known, err := s.ask(ctx, parent, slices.Compact(subjects), 0)
	if err != nil {
		return err
	}
	if known == nil {
		known = facts{}
	}
	results, err := s.named(ctx, parent, names)
	if err != nil {
		return err
	}
	if err := s.askOnce(ctx, results, known); err != nil {
		return err
	}
	links, err := s.actionsFrom(ctx, parent, results)
	if err != nil {
		return err
	}
	write := resource.Write{Scopes: []string{parent}, Method: controlv1.TransferService_Import_FullMethodName}
	return s.store.Write(ctx, write, func(ctx context.Context, tx *resource.Tx) error {
		return s.restage(ctx, tx, parent, known, names, links)
	})
}

// named reads results of a committee by their names.
func (s *Server) named(ctx context.Context, parent string, names []string) ([]*controlv1.Result, error) {
	if len(names) == 0 {
		return nil, nil
	}
	all, err := s.tables.Results.All(ctx, s.store, parent)
	wanted := make(map[string]bool, len(names))
	for _, name := range names {
		wanted[name] = true
	}
	return slices.DeleteFunc(all, func(r *controlv1.Result) bool { return !wanted[r.GetName()] }), err
}

// askOnce asks about the subjects of imported results; the grades are the same for all of a round and a plan, so that it
// asks once for each.
func (s *Server) askOnce(ctx context.Context, results []*controlv1.Result, known facts) error {
	answers := facts{}
	var asked []*controlv1.Result
	of := map[[2]string]string{}
	for _, r := range results {
		key := gradesKey(r)
		if _, ok := of[key]; !ok {
			of[key] = r.GetName()
			asked = append(asked, r)
		}
	}
	if err := s.askEach(ctx, asked, answers); err != nil {
		return err
	}
	for _, r := range results {
		known[r.GetName()] = answers[of[gradesKey(r)]]
	}
	return nil
}

// gradesKey is what the grades of a result follow from: the round and the plan.
func gradesKey(r *controlv1.Result) [2]string {
	return [2]string{resource.Parent(r.GetName()), sqlstore.PlanOf(r.GetSubject())}
}

// actionsFrom returns the actions that the register has from results, as these tell of them.
func (s *Server) actionsFrom(ctx context.Context, parent string, results []*controlv1.Result) (map[string][]*controlv1.ProposedAction, error) {
	links := map[string][]*controlv1.ProposedAction{}
	if len(results) == 0 {
		return links, nil
	}
	req := &riskv1.ListActionsRequest{Parent: parent, PageSize: maxPage}
	for {
		answer, err := s.risk.ListActions(ctx, req)
		if err != nil {
			return nil, err
		}
		for _, a := range answer.GetActions() {
			if from := a.GetOrigin(); from.GetKind() == riskv1.ActionOriginKind_ACTION_ORIGIN_KIND_RESULT {
				links[from.GetResource()] = append(links[from.GetResource()], &controlv1.ProposedAction{Action: a.GetName(), Title: a.GetTitle(),
					State: controlv1.ProposedActionState_PROPOSED_ACTION_STATE_DELIVERED})
			}
		}
		if req.PageToken = answer.GetNextPageToken(); req.GetPageToken() == "" {
			return links, nil
		}
	}
}

// restage computes results again and links those that were imported with the actions that they have given rise to. The
// others propose theirs, as with any change of what they rest on; a file that brings in results proposes nothing.
func (s *Server) restage(ctx context.Context, tx *resource.Tx, parent string, known facts, names []string, links map[string][]*controlv1.ProposedAction) error {
	all, err := s.tables.Results.All(ctx, tx, parent)
	if err != nil {
		return err
	}
	all = slices.DeleteFunc(all, func(r *controlv1.Result) bool { _, ok := known[r.GetName()]; return !ok })
	f, err := s.find(ctx, tx, parent, each(all, (*controlv1.Result).GetSubject), change{})
	if err != nil {
		return err
	}
	for _, r := range all {
		subject := known[r.GetName()]
		if subject != nil {
			f.settle(r, gradesOf(subject))
		}
		if err := s.link(ctx, tx, r, subject, names, links); err != nil {
			return err
		}
		if err := s.tables.Results.Put(ctx, tx, r); err != nil {
			return err
		}
	}
	return nil
}

// link gives an imported result the register's actions, and lets another propose its own.
func (s *Server) link(ctx context.Context, tx *resource.Tx, r *controlv1.Result, subject *riskv1.ControlSubject, names []string, links map[string][]*controlv1.ProposedAction) error {
	if !slices.Contains(names, r.GetName()) {
		if subject == nil { // it stays as it is
			return nil
		}
		return s.propose(ctx, tx, r, subject, nil)
	}
	if len(r.GetProposedActions()) == 0 {
		r.ProposedActions = links[r.GetName()]
	}
	return nil
}
