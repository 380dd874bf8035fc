package rpc

import (
	"context"

	"google.golang.org/protobuf/types/known/emptypb"

	"github.com/uppsikt/uppsikt/internal/fault"
	"github.com/uppsikt/uppsikt/internal/resource"
	reportv1 "github.com/uppsikt/uppsikt/proto/gen/uppsikt/report/v1"
	"github.com/uppsikt/uppsikt/services/reporting/internal/report"
)

// GetTemplate returns one template.
func (s *Server) GetTemplate(ctx context.Context, req *reportv1.GetTemplateRequest) (*reportv1.Template, error) {
	return s.tables.Templates.Get(ctx, s.store, req.GetName())
}

// ListTemplates returns the templates of one municipality.
func (s *Server) ListTemplates(ctx context.Context, req *reportv1.ListTemplatesRequest) (*reportv1.ListTemplatesResponse, error) {
	found, next, err := s.tables.Templates.List(ctx, s.store, resource.QueryOf(req))
	return &reportv1.ListTemplatesResponse{Templates: found, NextPageToken: next}, err
}

// CreateTemplate stores a new template. Its id is the kind that it shapes.
func (s *Server) CreateTemplate(ctx context.Context, req *reportv1.CreateTemplateRequest) (*reportv1.Template, error) {
	return resource.Create(ctx, s.store, s.tables.Templates, resource.Creation[*reportv1.Template]{
		Parent: req.GetParent(), ID: req.GetTemplateId(), Message: req.GetTemplate(), RequestID: req.GetRequestId(),
		Check: func(_ context.Context, _ *resource.Tx, t *reportv1.Template) error {
			return fault.Fields(under("template", checkTemplate(t))...)
		},
	})
}

// UpdateTemplate changes the fields in the mask.
func (s *Server) UpdateTemplate(ctx context.Context, req *reportv1.UpdateTemplateRequest) (*reportv1.Template, error) {
	return resource.Update(ctx, s.store, s.tables.Templates, resource.Change[*reportv1.Template]{
		Message: req.GetTemplate(), Mask: req.GetUpdateMask(), Reason: req.GetReason(),
		Check: func(_ context.Context, _ *resource.Tx, _, after *reportv1.Template) error {
			return fault.Fields(under("template", checkTemplate(after))...)
		},
	})
}

// DeleteTemplate takes a template away; the built-in form is used again.
func (s *Server) DeleteTemplate(ctx context.Context, req *reportv1.DeleteTemplateRequest) (*emptypb.Empty, error) {
	err := resource.Delete(ctx, s.store, s.tables.Templates, resource.Removal[*reportv1.Template]{
		Name: req.GetName(), Etag: req.GetEtag(), Reason: req.GetReason(),
	})
	return &emptypb.Empty{}, err
}

// ListTemplateParts returns the built-in form of a kind.
func (s *Server) ListTemplateParts(_ context.Context, req *reportv1.ListTemplatePartsRequest) (*reportv1.ListTemplatePartsResponse, error) {
	spec, err := report.Lookup(kindOf(req.GetKind()))
	if err != nil {
		return nil, err
	}
	form := report.Form(spec.Kind)
	answer := &reportv1.ListTemplatePartsResponse{Title: form.Title}
	for _, p := range form.Parts {
		answer.Parts = append(answer.Parts, &reportv1.TemplatePart{Key: p.Key, Title: p.Title, Text: p.Text})
	}
	for _, l := range form.Labels {
		answer.Labels = append(answer.Labels, &reportv1.TemplateLabel{Key: l.Key, Text: l.Text})
	}
	return answer, nil
}

// checkTemplate asks the rules.
func checkTemplate(t *reportv1.Template) []fault.Field {
	return report.CheckTemplate(resource.ID(t.GetName()), templateValue(t))
}

// templateValue turns a template into the value of the rules; none is the built-in form.
func templateValue(t *reportv1.Template) report.Template {
	v := report.Template{Title: t.GetTitle()}
	for _, p := range t.GetParts() {
		v.Parts = append(v.Parts, report.TemplatePart{Key: p.GetKey(), Title: p.GetTitle(), Text: p.GetText(), Hidden: p.GetHidden()})
	}
	for _, l := range t.GetLabels() {
		v.Labels = append(v.Labels, report.Label{Key: l.GetKey(), Text: l.GetText()})
	}
	return v
}

// readTemplate returns the form to use: the one to try, else the stored one, else none.
func (s *Server) readTemplate(ctx context.Context, q query) (*reportv1.Template, error) {
	if q.template != nil {
		return q.template, nil
	}
	t, err := s.tables.Templates.Get(ctx, s.store, resource.Join(resource.Parent(q.parent), "templates", report.TemplateID(q.kind)))
	if fault.Is(err, fault.NotFound) {
		return nil, nil
	}
	return t, err
}

// templateKeys returns the keys of all parts in a municipality's templates.
func (s *Server) templateKeys(ctx context.Context, r resource.Reader, municipality string) ([]string, error) {
	all, err := s.tables.Templates.All(ctx, r, municipality)
	var keys []string
	for _, t := range all {
		for _, p := range t.GetParts() {
			keys = append(keys, p.GetKey())
		}
	}
	return keys, err
}
