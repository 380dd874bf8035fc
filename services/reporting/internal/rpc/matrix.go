package rpc

import (
	"context"
	"fmt"

	"google.golang.org/genproto/googleapis/api/httpbody"
	"google.golang.org/grpc"
	"google.golang.org/grpc/metadata"

	"github.com/uppsikt/uppsikt/internal/fault"
	"github.com/uppsikt/uppsikt/internal/resource"
	reportv1 "github.com/uppsikt/uppsikt/proto/gen/uppsikt/report/v1"
	riskv1 "github.com/uppsikt/uppsikt/proto/gen/uppsikt/risk/v1"
	"github.com/uppsikt/uppsikt/services/reporting/internal/document"
	"github.com/uppsikt/uppsikt/services/reporting/internal/document/pdf"
	"github.com/uppsikt/uppsikt/services/reporting/internal/document/raster"
	"github.com/uppsikt/uppsikt/services/reporting/internal/document/svg"
	"github.com/uppsikt/uppsikt/services/reporting/internal/document/typeface"
	"github.com/uppsikt/uppsikt/services/reporting/internal/report"
)

// RenderRiskMatrix draws the risk matrix of a plan as the caller may see the plan.
func (s *Server) RenderRiskMatrix(ctx context.Context, req *reportv1.RenderRiskMatrixRequest) (*httpbody.HttpBody, error) {
	committee := resource.Parent(req.GetPlan())
	if err := resource.RefuseWildcard(req.GetPlan()); err != nil {
		return nil, err
	}
	if req.GetBase() != "" && !report.Below(req.GetBase(), committee, "plans") {
		return nil, fault.Fields(report.Elsewhere("base", "Den tidigare planen"))
	}
	q := query{kind: report.KindPlan, parent: committee, plan: req.GetPlan()}
	src, err := s.gather(ctx, q)
	if err != nil {
		return nil, err
	}
	state := document.Draft
	if standingOf(src.snapshot.GetPlan().GetState()) == report.Decided {
		state = document.Final
	}
	plan := src.controlPlan("", s.today(), state)
	matrix, err := plan.Matrix()
	if err != nil {
		return nil, err
	}
	if err := s.compare(ctx, matrix, req.GetBase()); err != nil {
		return nil, err
	}
	meta := plan.Meta()
	meta.Subject = "Riskmatris"
	content, form, err := s.draw(ctx, matrix.Alone(plan.MatrixHeading(), state), "riskmatris", meta, req.GetFormat())
	if err != nil {
		return nil, err
	}
	return sendFigure(ctx, fmt.Sprintf("riskmatris-%s-%s", resource.ID(committee), resource.ID(req.GetPlan())), state, form, content)
}

// compare adds the earlier plan, read with the caller's rights too.
func (s *Server) compare(ctx context.Context, matrix *report.Matrix, base string) error {
	if base == "" {
		return nil
	}
	answer, err := s.risk.GetPlanSnapshot(ctx, &riskv1.GetPlanSnapshotRequest{Name: base})
	if err != nil {
		return err
	}
	src := &source{snapshot: answer.GetSnapshot()}
	var placed []report.Placed
	for i, e := range src.snapshot.GetRiskEntries() {
		placed = append(placed, report.Placed{Number: i + 1, Likelihood: e.Likelihood, Consequence: e.Consequence})
	}
	matrix.Compare(report.Earlier{Name: resource.ID(base), Risks: placed})
	return nil
}

// form is a file format of a figure.
type form struct{ ending, contentType string }

// draw writes a figure, which has an id in its file. No more renderings than configured run at once.
func (s *Server) draw(ctx context.Context, f document.Figure, id string, meta document.Meta, format reportv1.FigureFormat) ([]byte, form, error) {
	if err := s.turn(ctx); err != nil {
		return nil, form{}, err
	}
	defer s.done()
	clean, err := drawable(f)
	if err != nil {
		return nil, form{}, err
	}
	switch format {
	case reportv1.FigureFormat_FIGURE_FORMAT_SVG:
		return []byte(svg.Render(clean.Scene, svg.Label{ID: id, Title: clean.Caption, Description: clean.Alternative})),
			form{"svg", "image/svg+xml"}, nil
	case reportv1.FigureFormat_FIGURE_FORMAT_PNG:
		content, err := raster.Render(clean.Scene)
		return content, form{"png", "image/png"}, err
	case reportv1.FigureFormat_FIGURE_FORMAT_PDF:
		meta.Title = f.Caption
		content, err := pdf.RenderFigure(meta, f, pdf.Options{})
		return content, form{"pdf", "application/pdf"}, err
	default:
		return nil, form{}, fmt.Errorf("no renderer for %v", format)
	}
}

// drawable returns a figure of which every character can be drawn.
func drawable(f document.Figure) (document.Figure, error) {
	family, err := typeface.Load()
	if err != nil {
		return f, err
	}
	clean, _ := document.Sanitize(&document.Document{Blocks: []document.Block{f}}, family.Covers)
	if figure, ok := clean.Blocks[0].(document.Figure); ok {
		return figure, nil
	}
	return f, nil
}

// sendFigure returns a file and its name as a header, as send does for documents.
func sendFigure(ctx context.Context, stem string, state document.State, f form, content []byte) (*httpbody.HttpBody, error) {
	name := stem + "." + f.ending
	if state == document.Draft {
		name = "utkast-" + name
	}
	if err := grpc.SetHeader(ctx, metadata.Pairs("content-disposition", `attachment; filename="`+name+`"`)); err != nil {
		return nil, err
	}
	return &httpbody.HttpBody{ContentType: f.contentType, Data: content}, nil
}
