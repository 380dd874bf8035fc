package rpc

import (
	"context"
	"fmt"
	"time"

	"google.golang.org/grpc"
	"google.golang.org/grpc/metadata"

	"google.golang.org/genproto/googleapis/api/httpbody"

	"github.com/uppsikt/uppsikt/internal/resource"
	reportv1 "github.com/uppsikt/uppsikt/proto/gen/uppsikt/report/v1"
	"github.com/uppsikt/uppsikt/services/reporting/internal/document"
	"github.com/uppsikt/uppsikt/services/reporting/internal/document/docx"
	"github.com/uppsikt/uppsikt/services/reporting/internal/document/html"
	"github.com/uppsikt/uppsikt/services/reporting/internal/document/pdf"
	"github.com/uppsikt/uppsikt/services/reporting/internal/document/xlsx"
	"github.com/uppsikt/uppsikt/services/reporting/internal/report"
	"github.com/uppsikt/uppsikt/services/reporting/internal/sqlstore"
)

// kindOf and formatOf turn the API's values into those of the rules.
func kindOf(k reportv1.DocumentKind) report.Kind { return report.Kind(sqlstore.KindWord(k)) }

func formatOf(f reportv1.DocumentFormat) report.Format { return report.Format(sqlstore.FormatWord(f)) }

// protoFormat is the reverse of formatOf.
func protoFormat(f report.Format) reportv1.DocumentFormat {
	switch f {
	case report.FormatHTML:
		return reportv1.DocumentFormat_DOCUMENT_FORMAT_HTML
	case report.FormatPDF:
		return reportv1.DocumentFormat_DOCUMENT_FORMAT_PDF
	case report.FormatDOCX:
		return reportv1.DocumentFormat_DOCUMENT_FORMAT_DOCX
	case report.FormatXLSX:
		return reportv1.DocumentFormat_DOCUMENT_FORMAT_XLSX
	}
	return reportv1.DocumentFormat_DOCUMENT_FORMAT_UNSPECIFIED
}

func contentType(f report.Format) string {
	switch f {
	case report.FormatHTML:
		return "text/html; charset=utf-8"
	case report.FormatPDF:
		return "application/pdf"
	case report.FormatDOCX:
		return "application/vnd.openxmlformats-officedocument.wordprocessingml.document"
	case report.FormatXLSX:
		return "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
	}
	return "application/octet-stream"
}

// specOf returns how documents of a kind are made, after checking that they have the format.
func specOf(k reportv1.DocumentKind, f reportv1.DocumentFormat) (report.Spec, error) {
	spec, err := report.Lookup(kindOf(k))
	if err != nil {
		return report.Spec{}, err
	}
	return spec, spec.Format(formatOf(f))
}

// today is the date where the municipalities are, as a day without a time.
func (s *Server) today() time.Time {
	year, month, day := s.store.Clock().Now().In(s.zone).Date()
	return time.Date(year, month, day, 0, 0, 0, 0, time.UTC)
}

// turn waits until a rendering may begin; done ends it.
func (s *Server) turn(ctx context.Context) error {
	select {
	case s.renderers <- struct{}{}:
		return nil
	case <-ctx.Done():
		return ctx.Err()
	}
}

func (s *Server) done() { <-s.renderers }

// made is what a document is made from, and the document.
type made struct {
	contents report.Contents
	document *document.Document
	// workbook makes the same as sheets.
	workbook func() *document.Workbook
}

// make builds the document from what was read.
func (s *source) make(kind report.Kind, title string, date time.Time, state document.State) made {
	contents := s.contents(kind, title, date, state)
	return made{contents: contents, document: contents.Build(), workbook: func() *document.Workbook { return s.workbook(contents, date, state) }}
}

// render writes a document. No more renderings than configured run at once; the rest wait for their turn.
func (s *Server) render(ctx context.Context, m made, format report.Format) ([]byte, error) {
	if err := s.turn(ctx); err != nil {
		return nil, err
	}
	defer s.done()
	switch format {
	case report.FormatHTML:
		return html.Render(m.document)
	case report.FormatPDF:
		return pdf.Render(m.document, pdf.Options{})
	case report.FormatDOCX:
		return docx.Render(m.document)
	case report.FormatXLSX:
		return xlsx.Render(m.workbook())
	default:
		return nil, fmt.Errorf("no renderer for %q", format)
	}
}

// send returns a file, and its name as a header. The name says what the file is about and nothing about any person.
func send(ctx context.Context, spec report.Spec, plan string, state document.State, format report.Format, content []byte) (*httpbody.HttpBody, error) {
	name := fmt.Sprintf("%s-%s-%s.%s", spec.Stem, resource.ID(resource.Parent(plan)), resource.ID(plan), format)
	if state == document.Draft {
		name = "utkast-" + name
	}
	header := metadata.Pairs("content-disposition", `attachment; filename="`+name+`"`)
	if err := grpc.SetHeader(ctx, header); err != nil {
		return nil, err
	}
	return &httpbody.HttpBody{ContentType: contentType(format), Data: content}, nil
}
