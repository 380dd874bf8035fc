package rpc

import (
	"time"

	"github.com/uppsikt/uppsikt/services/reporting/internal/document"
	"github.com/uppsikt/uppsikt/services/reporting/internal/report"
)

// workbook returns what a kind that can be a workbook is as one, made from the same reading as the document; an empty one, which nothing
// renders, for another.
func (s *source) workbook(contents report.Contents, date time.Time, state document.State) *document.Workbook {
	switch c := contents.(type) {
	case *report.ControlPlan:
		return c.Workbook()
	case *report.Annual:
		return c.Workbook(s.controlPlan("", date, state))
	}
	return &document.Workbook{}
}
