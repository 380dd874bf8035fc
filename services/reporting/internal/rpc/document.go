package rpc

import (
	"context"

	"google.golang.org/protobuf/types/known/emptypb"

	"github.com/uppsikt/uppsikt/internal/authn"
	"github.com/uppsikt/uppsikt/internal/authz"
	"github.com/uppsikt/uppsikt/internal/fault"
	"github.com/uppsikt/uppsikt/internal/resource"
	authzv1 "github.com/uppsikt/uppsikt/proto/gen/uppsikt/authz/v1"
	reportv1 "github.com/uppsikt/uppsikt/proto/gen/uppsikt/report/v1"
	"github.com/uppsikt/uppsikt/services/reporting/internal/report"
	"github.com/uppsikt/uppsikt/services/reporting/internal/sqlstore"
)

// The two states, shorter.
const (
	draft = reportv1.DocumentState_DOCUMENT_STATE_DRAFT
	final = reportv1.DocumentState_DOCUMENT_STATE_FINAL
)

// seesDrafts reports whether the caller may see what is not final in a committee.
func seesDrafts(ctx context.Context, name string) bool {
	caller, ok := authn.From(ctx)
	return ok && authz.Can(caller, authzv1.Permission_PERMISSION_DRAFT_READ, name)
}

// GetDocument returns one document. Who may not see drafts does not learn that one exists.
func (s *Server) GetDocument(ctx context.Context, req *reportv1.GetDocumentRequest) (*reportv1.Document, error) {
	d, err := s.tables.Documents.Get(ctx, s.store, req.GetName())
	if err != nil {
		return nil, err
	}
	if d.GetState() != final && !seesDrafts(ctx, d.GetName()) {
		return nil, fault.Missing(req.GetName())
	}
	return d, nil
}

// ListDocuments returns the documents of one committee; drafts only to those who may see them.
func (s *Server) ListDocuments(ctx context.Context, req *reportv1.ListDocumentsRequest) (*reportv1.ListDocumentsResponse, error) {
	where := []resource.Filter{resource.Equal("case_name", req.GetCase()), resource.Equal("round", req.GetRound()),
		resource.Equal("state", sqlstore.StateWord(req.GetState()))}
	if !seesDrafts(ctx, req.GetParent()) {
		where = append(where, resource.Equal("state", sqlstore.StateWord(final)))
	}
	found, next, err := s.tables.Documents.List(ctx, s.store, resource.QueryOf(req, where...))
	return &reportv1.ListDocumentsResponse{Documents: found, NextPageToken: next}, err
}

// CreateDocument stores a new draft. Its plan, round and case are looked up, and filled in where they follow from each
// other.
func (s *Server) CreateDocument(ctx context.Context, req *reportv1.CreateDocumentRequest) (*reportv1.Document, error) {
	want := req.GetDocument()
	spec, err := report.Lookup(kindOf(want.GetKind()))
	if err != nil {
		return nil, err
	}
	src, err := s.gather(ctx, query{kind: spec.Kind, parent: req.GetParent(), field: "document.", plan: want.GetPlan(), round: want.GetRound(),
		kase: want.GetCase()})
	if err != nil {
		return nil, err
	}
	return resource.Create(ctx, s.store, s.tables.Documents, resource.Creation[*reportv1.Document]{
		Parent: req.GetParent(), ID: req.GetDocumentId(), Message: want, RequestID: req.GetRequestId(),
		Check: func(_ context.Context, _ *resource.Tx, d *reportv1.Document) error {
			d.Plan, d.Round, d.Case = src.snapshot.GetPlan().GetName(), src.round.GetName(), src.kase.GetName()
			d.State, d.Files, d.Positions, d.FinalTime, d.FinalBy = draft, nil, nil, nil, ""
			return nil
		},
	})
}

// DeleteDocument takes a draft away. A final document stays.
func (s *Server) DeleteDocument(ctx context.Context, req *reportv1.DeleteDocumentRequest) (*emptypb.Empty, error) {
	err := resource.Delete(ctx, s.store, s.tables.Documents, resource.Removal[*reportv1.Document]{
		Name: req.GetName(), Etag: req.GetEtag(), Reason: req.GetReason(),
		Check: func(_ context.Context, _ *resource.Tx, before *reportv1.Document) error { return mustBeDraft(before) },
	})
	return &emptypb.Empty{}, err
}

// mustBeDraft refuses to touch a final document.
func mustBeDraft(d *reportv1.Document) error {
	if d.GetState() != final {
		return nil
	}
	return fault.State("WRONG_STATE",
		"Dokumentet är slutligt och kan varken ändras eller tas bort. Gör ett nytt dokument om något ska rättas.",
		"the document is final", fault.Field{Path: d.GetName(), Reason: "WRONG_STATE",
			Swedish: "Dokumentet är slutligt.", English: "the document is final"})
}
