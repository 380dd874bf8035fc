package sqlstore

import (
	"github.com/uppsikt/uppsikt/internal/resource"
	reportv1 "github.com/uppsikt/uppsikt/proto/gen/uppsikt/report/v1"
)

// documents stay where they are: their bytes move by backup, not by export.
func documents() *resource.Table[*reportv1.Document] {
	return resource.Define(resource.Spec[*reportv1.Document]{
		Table: "documents",
		Local: true,
		Columns: []resource.Column[*reportv1.Document]{
			{Name: "kind", Value: func(d *reportv1.Document) any { return KindWord(d.GetKind()) }},
			{Name: "state", Value: func(d *reportv1.Document) any { return StateWord(d.GetState()) }},
			{Name: "title", Value: func(d *reportv1.Document) any { return d.GetTitle() }},
			{Name: "round", Value: func(d *reportv1.Document) any { return d.GetRound() }},
			{Name: "case_name", Value: func(d *reportv1.Document) any { return d.GetCase() }},
		},
	})
}

// KindWord returns a kind as it lies in the column; empty when unspecified.
func KindWord(k reportv1.DocumentKind) string { return word(k, "DOCUMENT_KIND_") }

// StateWord returns a state as it lies in the column; empty when unspecified.
func StateWord(s reportv1.DocumentState) string { return word(s, "DOCUMENT_STATE_") }

// FormatWord returns a format as it lies in the column of document files; empty when unspecified.
func FormatWord(f reportv1.DocumentFormat) string { return word(f, "DOCUMENT_FORMAT_") }
