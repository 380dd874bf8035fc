package reporting_test

import (
	"errors"
	"io"
	"strings"
	"testing"

	"google.golang.org/protobuf/proto"
	"google.golang.org/protobuf/types/known/anypb"
	"google.golang.org/protobuf/types/known/fieldmaskpb"

	"github.com/uppsikt/uppsikt/internal/fault"
	"github.com/uppsikt/uppsikt/internal/rpcerr"
	exchangev1 "github.com/uppsikt/uppsikt/proto/gen/uppsikt/exchange/v1"
	journalv1 "github.com/uppsikt/uppsikt/proto/gen/uppsikt/journal/v1"
	reportv1 "github.com/uppsikt/uppsikt/proto/gen/uppsikt/report/v1"
	transferv1 "github.com/uppsikt/uppsikt/proto/gen/uppsikt/transfer/v1"
)

// newCase stores a case about the round.
func (w *world) newCase(t *testing.T, texts ...*reportv1.CaseText) *reportv1.Case {
	t.Helper()
	return must[*reportv1.Case](t)(w.CreateCase(w.official, &reportv1.CreateCaseRequest{Parent: committee, CaseId: "delar",
		Case: &reportv1.Case{Title: "Delårsuppföljning", CaseNumbers: []string{"SN 2025/77"}, Round: round, Texts: texts}}))
}

func TestCaseTextsReplaceStandardTexts(t *testing.T) {
	w := start(t)
	c := w.newCase(t, &reportv1.CaseText{Key: "year_end", Text: "Allt annat redovisas **i februari**."})
	got := w.html(t)
	contains(t, got, "Diarienummer SN 2025/77", "samtliga fyra", "Allt annat redovisas <strong>i februari</strong>.",
		"Ärenden och dokument, nämndens journal: post 1")
	if strings.Contains(got, "Efter årets slut") {
		t.Error("the standard text is still there")
	}
	changed := must[*reportv1.Case](t)(w.UpdateCase(w.official, &reportv1.UpdateCaseRequest{
		Case:       &reportv1.Case{Name: c.GetName(), Etag: c.GetEtag(), Texts: []*reportv1.CaseText{{Key: "conclusion", Text: "Egen slutsats."}}},
		UpdateMask: &fieldmaskpb.FieldMask{Paths: []string{"texts"}}}))
	contains(t, w.html(t), "Egen slutsats.", "Efter årets slut")
	for parent, want := range map[string]int{round: 1, committee + "/rounds/annan": 0} {
		list := must[*reportv1.ListCasesResponse](t)(w.ListCases(w.member, &reportv1.ListCasesRequest{Parent: committee, Round: parent}))
		if len(list.GetCases()) != want {
			t.Errorf("round %s: got %v, want %d cases", parent, list.GetCases(), want)
		}
	}
	_, err := w.UpdateCase(w.official, &reportv1.UpdateCaseRequest{Case: c, UpdateMask: &fieldmaskpb.FieldMask{Paths: []string{"title"}}})
	refused(t, err, fault.Conflict, "STALE_ETAG")
	if d := w.finalize(t, w.draft(t, "d").GetName()); d.GetCase() != changed.GetName() || len(d.GetPositions()) != 3 {
		t.Errorf("got %v, want the case found by its round, and the three journals", d)
	}
}

func TestCaseFaults(t *testing.T) {
	w := start(t)
	tests := []struct {
		name, path string
		give       *reportv1.Case
	}{
		{"no title", "case.title", &reportv1.Case{}},
		{"no such day", "case.meeting_date", &reportv1.Case{Title: "x", MeetingDate: "2025-02-30"}},
		{"another committee's round", "case.round", &reportv1.Case{Title: "x", Round: sister + "/rounds/delar-2025"}},
		{"no such round", "case.round", &reportv1.Case{Title: "x", Round: committee + "/rounds/ingen"}},
		{"unknown key", "case.texts[0].key", &reportv1.Case{Title: "x", Texts: []*reportv1.CaseText{{Key: "bakgrund", Text: "x"}}}},
		{"repeated key", "case.texts[1].key", &reportv1.Case{Title: "x",
			Texts: []*reportv1.CaseText{{Key: "summary", Text: "x"}, {Key: "summary", Text: "y"}}}},
		{"personal identity number", "case.texts[0].text", &reportv1.Case{Title: "x",
			Texts: []*reportv1.CaseText{{Key: "summary", Text: "Gäller 19121212-1212."}}}},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			_, err := w.CreateCase(w.official, &reportv1.CreateCaseRequest{Parent: committee, Case: tt.give})
			f := rpcerr.FromStatus(err)
			if f == nil || f.Kind != fault.Invalid || len(f.Fields) != 1 || f.Fields[0].Path != tt.path || f.Fields[0].Swedish == "" {
				t.Errorf("got %+v, want one fault at %s", f, tt.path)
			}
		})
	}
	_, err := w.CreateCase(w.member, &reportv1.CreateCaseRequest{Parent: committee, Case: &reportv1.Case{Title: "x"}})
	refused(t, err, fault.Denied, "PERMISSION_DENIED")
}

func TestListDocumentParts(t *testing.T) {
	w := start(t)
	req := &reportv1.ListDocumentPartsRequest{Parent: committee, Kind: interim, Plan: plan}
	answer := must[*reportv1.ListDocumentPartsResponse](t)(w.ListDocumentParts(w.official, req))
	standard := map[string]string{}
	for _, p := range answer.GetParts() {
		if !p.GetReady() || p.GetTitle() == "" {
			t.Errorf("got %v, want it ready", p)
		}
		standard[p.GetKey()] += p.GetStandardText()
	}
	for _, key := range []string{"background", "how_made", "summary", "conclusion", "year_end"} {
		if standard[key] == "" {
			t.Errorf("no standard text for %s", key)
		}
	}
	w.sources.answer("skyddad-identitet", "")
	w.sources.change(func(b *exchangev1.Bundle) {
		for _, p := range b.GetPlans() {
			p.HowMade = "Vi 😀 räknade ✓ risker."
		}
	})
	missing := map[string]string{}
	for _, p := range must[*reportv1.ListDocumentPartsResponse](t)(w.ListDocumentParts(w.official, req)).GetParts() {
		if !p.GetReady() {
			missing[p.GetResource()] += p.GetMissing()
		}
	}
	contains(t, missing[round+"/followUps/skyddad-identitet"], "Svar", "skyddad identitet")
	contains(t, missing[round], "U+1F600")
	if len(missing) != 2 {
		t.Errorf("got %v", missing)
	}
}

func packed(t *testing.T, path string, m proto.Message) *transferv1.ImportItem {
	t.Helper()
	body, err := anypb.New(m)
	if err != nil {
		t.Fatal(err)
	}
	return &transferv1.ImportItem{Path: path, Resource: body}
}

func TestCasesMoveAndDocumentsStay(t *testing.T) {
	w := start(t)
	var items []*transferv1.ImportItem
	for _, c := range w.sources.bundle.GetCases() {
		if strings.HasPrefix(c.GetName(), committee+"/") {
			items = append(items, packed(t, "cases["+c.GetName()+"]", c))
		}
	}
	if got := w.importCases(t, committee, false, items...); len(got.GetFaults()) > 0 || got.GetCreated() != int32(len(items)) {
		t.Fatalf("got %v", got)
	}
	if got := w.importCases(t, committee, false, items...); got.GetUnchanged() != int32(len(items)) {
		t.Errorf("a repeat: got %v, want all unchanged", got)
	}
	w.draft(t, "delar")
	stream, err := w.transfer.Export(w.operator, &transferv1.ExportRequest{Parent: municipality})
	if err != nil {
		t.Fatal(err)
	}
	exported := 0
	for {
		answer, err := stream.Recv()
		if errors.Is(err, io.EOF) {
			break
		}
		if err != nil {
			t.Fatal(err)
		}
		for _, r := range answer.GetResources() {
			if !r.MessageIs(&reportv1.Case{}) {
				t.Errorf("exported %s", r.GetTypeUrl())
			}
			exported++
		}
	}
	if exported != len(items) {
		t.Errorf("exported %d cases, want %d", exported, len(items))
	}
	bad := &reportv1.Case{Name: committee + "/cases/fel", Title: "x", MeetingDate: "2025-13-01", Round: sister + "/rounds/r"}
	got := w.importCases(t, committee, true, packed(t, "cases[0]", bad))
	var paths []string
	for _, f := range got.GetFaults() {
		paths = append(paths, f.GetPath())
	}
	if strings.Join(paths, " ") != "cases[0].meeting_date cases[0].round" {
		t.Errorf("got faults %v", got.GetFaults())
	}
}

func TestHistory(t *testing.T) {
	w := start(t)
	c := w.newCase(t)
	got := must[*journalv1.ListJournalEntriesResponse](t)(w.journal.ListJournalEntries(w.auditor,
		&journalv1.ListJournalEntriesRequest{Name: c.GetName()}))
	if len(got.GetEntries()) != 1 || got.GetEntries()[0].GetActor() != municipality+"/people/handlaggare" {
		t.Errorf("got %v", got)
	}
}
