package document

import (
	"testing"
	"time"
)

func lettered(state State) *Document {
	return &Document{Meta: Meta{Title: "§ 3 Rapport", Committee: "Nämnden", CaseNumber: "N 1", Date: time.Date(2026, 1, 13, 0, 0, 0, 0, time.UTC), State: state},
		Lead: []Paragraph{Text("Nämnden\nProtokollsutdrag"), Text("till\x00 slut")}, Facts: []string{"Diarienummer: N 1"}, Blocks: []Block{Text("Text.")}}
}

func TestLetterheadStandsBeforeTheTitle(t *testing.T) {
	for state, want := range map[State]string{Draft: "Diarienummer: N 1 · Utkast", Final: "Diarienummer: N 1"} {
		body := lettered(state).Body()
		if len(body) != 5 {
			t.Fatalf("got %d blocks", len(body))
		}
		if h, ok := body[2].(Heading); !ok || h.Level != 1 {
			t.Errorf("got %v, want the title after the letterhead", body[2])
		}
		if p, ok := body[3].(Paragraph); !ok || p.Runs[0].Text != want {
			t.Errorf("got %v, want %q", body[3], want)
		}
		for i := range body {
			if got := IsDetails(body, i); got != (i == 3) {
				t.Errorf("block %d: got details %v", i, got)
			}
		}
	}
	d := lettered(Final)
	d.Facts = nil
	if body := d.Body(); len(body) != 4 {
		t.Errorf("got %d blocks, want no facts", len(body))
	}
}

func TestLetterheadIsCheckedAndCleaned(t *testing.T) {
	d := lettered(Final)
	clean, _ := Sanitize(d, nil)
	if got := clean.Lead[1].Runs[0].Text; got != "till slut" {
		t.Errorf("got %q", got)
	}
	if d.Lead[1].Runs[0].Text == clean.Lead[1].Runs[0].Text {
		t.Error("cleaning changed the document itself")
	}
	d.Lead[0].Runs[0].Link = "javascript:alert(1)"
	if Validate(d) == nil {
		t.Error("a link that leads nowhere is accepted")
	}
}
