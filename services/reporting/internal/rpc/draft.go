package rpc

import (
	"context"

	"google.golang.org/genproto/googleapis/api/httpbody"

	"github.com/uppsikt/uppsikt/internal/authz"
	"github.com/uppsikt/uppsikt/internal/resource"
	authzv1 "github.com/uppsikt/uppsikt/proto/gen/uppsikt/authz/v1"
	reportv1 "github.com/uppsikt/uppsikt/proto/gen/uppsikt/report/v1"
	"github.com/uppsikt/uppsikt/services/reporting/internal/document"
	"github.com/uppsikt/uppsikt/services/reporting/internal/document/typeface"
	"github.com/uppsikt/uppsikt/services/reporting/internal/report"
	"github.com/uppsikt/uppsikt/services/reporting/internal/sqlstore"
)

// RenderDraft renders a document from current data without storing anything.
func (s *Server) RenderDraft(ctx context.Context, req *reportv1.RenderDraftRequest) (*httpbody.HttpBody, error) {
	spec, err := specOf(req.GetKind(), req.GetFormat())
	if err != nil {
		return nil, err
	}
	if req.GetTemplate() != nil {
		if err := authz.Require(ctx, authzv1.Permission_PERMISSION_TEMPLATE_WRITE, resource.Parent(req.GetParent())); err != nil {
			return nil, err
		}
	}
	q := query{kind: spec.Kind, parent: req.GetParent(), plan: req.GetPlan(), round: req.GetRound(), kase: req.GetCase(), template: req.GetTemplate()}
	return s.sendDraft(ctx, spec, q, "", formatOf(req.GetFormat()))
}

func (s *Server) sendDraft(ctx context.Context, spec report.Spec, q query, title string, format report.Format) (*httpbody.HttpBody, error) {
	src, err := s.gather(ctx, q)
	if err != nil {
		return nil, err
	}
	made := src.make(spec.Kind, title, s.today(), document.Draft)
	content, err := s.render(ctx, made, format)
	if err != nil {
		return nil, err
	}
	return send(ctx, spec, src.snapshot.GetPlan().GetName(), document.Draft, format, content)
}

// ListDocumentParts tells of which parts a document will consist and what is missing.
func (s *Server) ListDocumentParts(ctx context.Context, req *reportv1.ListDocumentPartsRequest) (*reportv1.ListDocumentPartsResponse, error) {
	spec, err := report.Lookup(kindOf(req.GetKind()))
	if err != nil {
		return nil, err
	}
	src, err := s.gather(ctx, query{kind: spec.Kind, parent: req.GetParent(), plan: req.GetPlan(), round: req.GetRound(), kase: req.GetCase()})
	if err != nil {
		return nil, err
	}
	contents := src.contents(spec.Kind, "", s.today(), document.Draft)
	parts := contents.Parts()
	replaced, err := replacedRunes(contents.Build())
	if err != nil {
		return nil, err
	}
	if len(replaced) > 0 {
		parts = append(parts, report.Replaced(replaced, src.concern()))
	}
	answer := &reportv1.ListDocumentPartsResponse{Title: contents.DocumentTitle()}
	for _, p := range parts {
		answer.Parts = append(answer.Parts, &reportv1.DocumentPart{Key: p.Key, Title: p.Title, Ready: p.Missing == "",
			Missing: p.Missing, Resource: p.Resource, StandardText: p.Standard})
	}
	return answer, nil
}

// concern is where the texts of the document are mended: the round that it reports, else the plan.
func (s *source) concern() string {
	if s.kase != nil && s.round == nil {
		return s.kase.GetName()
	}
	if s.round != nil {
		return s.round.GetName()
	}
	return s.snapshot.GetPlan().GetName()
}

// replacedRunes lists the characters of a document that its typeface lacks.
func replacedRunes(d *document.Document) ([]rune, error) {
	family, err := typeface.Load()
	if err != nil {
		return nil, err
	}
	_, replaced := document.Sanitize(d, family.Covers)
	runes := make([]rune, len(replaced))
	for i, r := range replaced {
		runes[i] = r.Rune
	}
	return runes, nil
}

// DownloadDocument returns the frozen file of a final document, or a fresh rendering of a draft.
func (s *Server) DownloadDocument(ctx context.Context, req *reportv1.DownloadDocumentRequest) (*httpbody.HttpBody, error) {
	d, err := s.GetDocument(ctx, &reportv1.GetDocumentRequest{Name: req.GetName()}) // drafts only for those who may see them
	if err != nil {
		return nil, err
	}
	spec, err := specOf(d.GetKind(), req.GetFormat())
	if err != nil {
		return nil, err
	}
	if d.GetState() != final {
		return s.sendDraft(ctx, spec, queryOf(d), d.GetTitle(), formatOf(req.GetFormat()))
	}
	return s.sendFinal(ctx, spec, d, req.GetFormat())
}

// queryOf says what a stored document is about.
func queryOf(d *reportv1.Document) query {
	return query{kind: kindOf(d.GetKind()), parent: resource.Parent(d.GetName()), plan: d.GetPlan(), round: d.GetRound(), kase: d.GetCase()}
}

func (s *Server) sendFinal(ctx context.Context, spec report.Spec, d *reportv1.Document, format reportv1.DocumentFormat) (*httpbody.HttpBody, error) {
	for _, f := range d.GetFiles() {
		if f.GetFormat() != format {
			continue
		}
		content, err := sqlstore.ReadFile(ctx, s.store.DB(), d.GetName(), f)
		if err != nil {
			return nil, err
		}
		return send(ctx, spec, d.GetPlan(), document.Final, formatOf(format), content)
	}
	return nil, report.NotMade(formatOf(format))
}
