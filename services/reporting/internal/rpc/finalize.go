package rpc

import (
	"context"

	"golang.org/x/sync/errgroup"
	"google.golang.org/protobuf/types/known/timestamppb"

	"github.com/uppsikt/uppsikt/internal/authn"
	"github.com/uppsikt/uppsikt/internal/fault"
	"github.com/uppsikt/uppsikt/internal/resource"
	reportv1 "github.com/uppsikt/uppsikt/proto/gen/uppsikt/report/v1"
	"github.com/uppsikt/uppsikt/services/reporting/internal/document"
	"github.com/uppsikt/uppsikt/services/reporting/internal/report"
	"github.com/uppsikt/uppsikt/services/reporting/internal/sqlstore"
)

// attempts is how often a final document is made anew because its sources changed meanwhile.
const attempts = 3

// FinalizeDocument freezes a draft.
func (s *Server) FinalizeDocument(ctx context.Context, req *reportv1.FinalizeDocumentRequest) (*reportv1.Document, error) {
	d, err := s.tables.Documents.Get(ctx, s.store, req.GetName())
	if err != nil {
		return nil, err
	}
	if err := mustBeDraft(d); err != nil {
		return nil, err
	}
	if req.GetEtag() != "" && req.GetEtag() != d.GetEtag() {
		return nil, fault.Stale(d.GetName())
	}
	spec, err := report.Lookup(kindOf(d.GetKind()))
	if err != nil {
		return nil, err
	}
	for range attempts {
		f, err := s.freeze(ctx, spec, d)
		if err != nil {
			return nil, err
		}
		now, err := s.gather(ctx, queryOf(d))
		if err != nil {
			return nil, err
		}
		if f.source.same(now) {
			return s.storeFinal(ctx, d, f)
		}
	}
	return nil, &fault.Error{Kind: fault.Conflict, Reason: "SOURCES_MOVED",
		Swedish: "Underlaget ändrades medan dokumentet gjordes. Vänta tills ingen ändrar i planen eller uppföljningen och försök igen.",
		English: "the sources changed while the document was being made"}
}

// frozen is a document with everything it rests on.
type frozen struct {
	source   *source
	document *document.Document
	formats  []report.Format
	// contents are the bytes, in the order of formats.
	contents [][]byte
}

// freeze reads the sources and renders every format from the one reading.
func (s *Server) freeze(ctx context.Context, spec report.Spec, d *reportv1.Document) (*frozen, error) {
	src, err := s.gather(ctx, queryOf(d))
	if err != nil {
		return nil, err
	}
	if spec.ReportsRound && !src.closed() {
		return nil, fault.State("WRONG_STATE", "Uppföljningen är öppen. Avsluta den innan dokumentet görs slutligt.",
			"the round is open", fault.Field{Path: src.round.GetName(), Reason: "WRONG_STATE",
				Swedish: "Uppföljningen är öppen.", English: "the round is open"})
	}
	if spec.NeedsDecision && standingOf(src.snapshot.GetPlan().GetState()) != report.Decided {
		return nil, undecided(src.snapshot.GetPlan().GetName())
	}
	m := src.make(spec.Kind, d.GetTitle(), s.today(), document.Final)
	if faults := m.contents.Obstacles(); len(faults) > 0 {
		return nil, fault.State("INCOMPLETE", "Något saknas innan dokumentet kan göras slutligt. "+faults[0].Swedish, "the case is incomplete", faults...)
	}
	f := &frozen{source: src, formats: spec.Formats, contents: make([][]byte, len(spec.Formats)), document: m.document}
	renderings, ctx := errgroup.WithContext(ctx)
	for i, format := range f.formats {
		renderings.Go(func() (err error) {
			f.contents[i], err = s.render(ctx, m, format)
			return err
		})
	}
	return f, renderings.Wait()
}

// undecided refuses to make a plan final that the committee has not decided.
func undecided(plan string) error {
	return fault.State("WRONG_STATE", "Planen är inte beslutad. Registrera nämndens beslut om planen innan dokumentet görs slutligt.",
		"the plan is not decided", fault.Field{Path: plan, Reason: "WRONG_STATE", Swedish: "Planen är inte beslutad.", English: "the plan is not decided"})
}

// storeFinal stores the bytes and the new state in one transaction. It fails when the draft was changed meanwhile.
func (s *Server) storeFinal(ctx context.Context, d *reportv1.Document, f *frozen) (*reportv1.Document, error) {
	return resource.Modify(ctx, s.store, s.tables.Documents, resource.Modification[*reportv1.Document]{
		Name: d.GetName(), Etag: d.GetEtag(),
		Apply: func(ctx context.Context, tx *resource.Tx, m *reportv1.Document) error {
			if err := mustBeDraft(m); err != nil {
				return err
			}
			m.State, m.Title, m.Positions = final, f.document.Meta.Title, f.source.positions
			m.FinalTime, m.FinalBy, m.Files = timestamppb.New(tx.Now()), "", nil
			if caller, ok := authn.From(ctx); ok {
				m.FinalBy = caller.Subject
			}
			for i, format := range f.formats {
				if err := tx.Run(ctx, sqlstore.InsertFile(m.GetName(), protoFormat(format), f.contents[i])); err != nil {
					return err
				}
				m.Files = append(m.Files, &reportv1.DocumentFile{Format: protoFormat(format),
					Sha256: sqlstore.Digest(f.contents[i]), SizeBytes: int64(len(f.contents[i]))})
			}
			return nil
		},
	})
}
