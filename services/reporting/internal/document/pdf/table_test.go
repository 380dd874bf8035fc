package pdf

import (
	"fmt"
	"strings"
	"testing"

	"github.com/uppsikt/uppsikt/services/reporting/internal/document"
	"github.com/uppsikt/uppsikt/services/reporting/internal/document/documenttest"
)

// afterFilling sets a table of labelled rows of so many words below some paragraphs, and returns the page of its caption
// and the numbers of rows that begin on each page.
func afterFilling(t *testing.T, paragraphs int, words ...int) (caption int, rows map[int]int, laid *layout) {
	t.Helper()
	d := documenttest.Interim()
	d.Blocks = nil
	for range paragraphs {
		d.Blocks = append(d.Blocks, document.Text("Utfyllnad."))
	}
	var labelled []document.Labelled
	for i, n := range words {
		text := strings.TrimSpace(strings.Repeat("ord ", n))
		labelled = append(labelled, document.Labelled{Label: fmt.Sprintf("Etikett%d", i), Value: document.TextCell(text)})
	}
	d.Blocks = append(d.Blocks, document.LabelledRows("Tabellen", labelled...))
	laid, rows = laidOut(t, d), map[int]int{}
	for _, pg := range laid.pages {
		content := dump(&layout{pages: []*page{pg}})
		if strings.Contains(content, `Caption  "Tabellen"`) {
			caption = pg.number
		}
		rows[pg.number] = strings.Count(content, `"Etikett`)
	}
	return caption, rows, laid
}

// TestTablesBeginWithSeveralRows: wherever a table begins, it is whole, has three rows there, or has a quarter of the page.
func TestTablesBeginWithSeveralRows(t *testing.T) {
	short := make([]int, 80)
	for i := range short {
		short[i] = 3
	}
	for count := range 60 {
		if caption, rows, _ := afterFilling(t, count, short...); rows[caption] < minFirstRows {
			t.Errorf("after %d paragraphs, %d rows stand under the caption, want at least %d", count, rows[caption], minFirstRows)
		}
	}
}

// TestTablesMoveToTheNextPage: a table of about half a page is divided only where more than a third of a page is left.
func TestTablesMoveToTheNextPage(t *testing.T) {
	words := []int{3, 3, 150, 150, 150, 150, 3}
	whole, divided := 0, 0
	for count := range 60 {
		caption, rows, laid := afterFilling(t, count, words...)
		if rows[caption] == len(words) {
			whole++
			continue
		}
		divided++
		if y := captionHeight(laid); textBottom-y < (moveTableShare-0.05)*pageRoom {
			t.Errorf("after %d paragraphs the table is divided, with its caption as far down as %.0f", count, y)
		}
	}
	if whole == 0 || divided == 0 {
		t.Errorf("got %d whole and %d divided tables, want both", whole, divided)
	}
}

func captionHeight(laid *layout) float64 {
	for _, pg := range laid.pages {
		for _, m := range pg.marks {
			if m.owner != nil && m.owner.role == "Caption" {
				return m.ops[0].(textOp).y
			}
		}
	}
	return 0
}

// TestGroundsCoverNothing: filled areas lie below all rules and texts of their page.
func TestGroundsCoverNothing(t *testing.T) {
	grounds := 0
	for _, pg := range laidOut(t, documenttest.Everything()).pages {
		grounds += len(pg.grounds)
		for _, m := range pg.marks {
			for _, o := range m.ops {
				if fill, ok := o.(fillOp); ok {
					t.Errorf("page %d: %+v is painted among the marks", pg.number, fill)
				}
			}
		}
	}
	if grounds == 0 {
		t.Error("got no grounds")
	}
}
