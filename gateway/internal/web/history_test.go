package web

import (
	"strings"
	"testing"
	"time"

	"google.golang.org/protobuf/proto"
	"google.golang.org/protobuf/reflect/protoreflect"

	controlv1 "github.com/uppsikt/uppsikt/proto/gen/uppsikt/control/v1"
	directoryv1 "github.com/uppsikt/uppsikt/proto/gen/uppsikt/directory/v1"
	journalv1 "github.com/uppsikt/uppsikt/proto/gen/uppsikt/journal/v1"
	notificationv1 "github.com/uppsikt/uppsikt/proto/gen/uppsikt/notification/v1"
	reportv1 "github.com/uppsikt/uppsikt/proto/gen/uppsikt/report/v1"
	riskv1 "github.com/uppsikt/uppsikt/proto/gen/uppsikt/risk/v1"
)

// fixWords knows a person, a plan and a method.
func fixWords(zone *time.Location) *historyWords {
	w := newHistoryWords(zone)
	m := fourByFour()
	m.Classifications = []*riskv1.Classification{{Id: "kategori", Title: "Riskkategori", Items: []*riskv1.ClassificationItem{{Id: "ekonomi", Title: "Ekonomi"}}}}
	m.Questions = []*riskv1.Question{{Id: "ny", Text: "Är risken ny?"}}
	w.register = indexed(&riskv1.PlanSnapshot{Plan: &riskv1.Plan{Name: fixPlan}, MethodVersion: m}, fixNow, zone)
	w.names[fixPlan] = "Internkontrollplan 2025"
	w.names[fixMunicipality+"/people/karin-ek"] = "Karin Ek"
	return w
}

func TestFieldLabels(t *testing.T) {
	for path, want := range map[string]string{
		"stated_value": "Angivet riskvärde", "decision.paragraph": "Beslut: paragraf", "decision.meeting_date": "Beslut: sammanträdesdatum",
		"sections[0].title": "Avsnitt 1: rubrik", "sections[11].text": "Avsnitt 12: text", "treatments[0].treatment": "Hantering 1",
		"treatments[0].reason": "Hantering 1: skäl", "owners[1].role": "Ansvarig 2", "owners[1].role_assignment": "Ansvarig 2: innehavare",
		"responsible_manager.role": "Ansvarig chef", "classifications[0]": "Kategori 1", "answers[0].question": "Fråga 1", "answers[0].yes": "Fråga 1: svar",
		"steps[0].due_date": "Steg 1: senast", "steps[0].title": "Steg 1: vad", "decision_points[1].decided": "Beslutspunkt 2: beslut",
		"files[0].sha256": "Fil 1: kontrollsumma", "case_numbers[0]": "Diarienummer 1", "levels[0].prescribed_treatments[1]": "Nivå 1: föreskriven hantering 2",
		"renewals[0].due_date": "Förlängning 1: nytt sista datum", "renewals[0].previous_due_date": "Förlängning 1: tidigare sista datum",
		"renewals[0].decision.meeting_date": "Förlängning 1: beslutets sammanträdesdatum", "closing.decision.case_number": "Avslut: beslutets diarienummer",
		"okant": "okant", "okant[0].falt": "okant[0].falt", "decision.okant": "Beslut: okant",
	} {
		if got := fieldLabel("plans", path); got != want {
			t.Errorf("fieldLabel(%q) = %q, want %q", path, got, want)
		}
	}
	if got, want := fieldLabel("roleAssignments", "scope"), "Gäller för"; got != want {
		t.Errorf("got %q, want %q", got, want)
	}
	if got, want := fieldLabel("controlPoints", "scope"), "Omfattning"; got != want {
		t.Errorf("got %q, want %q", got, want)
	}
}

func TestHistoryValues(t *testing.T) {
	zone, err := time.LoadLocation("Europe/Stockholm")
	if err != nil {
		t.Fatal(err)
	}
	w := fixWords(zone)
	for _, c := range []struct{ path, raw, want string }{
		{"answer_time", `"2026-11-22T07:17:09.123Z"`, "22 november 2026 kl. 08.17"},
		{"meeting_date", `"2025-09-16"`, "16 september 2025"},
		{"stated_value", "2.5", "2,5"},
		{"likelihood", "3", "3 – Möjlig"},
		{"computed_level", `"kritisk"`, "Kritisk"},
		{"computed_level", `"borttagen"`, "borttagen"},
		{"treatments[0].treatment", `"direktatgard"`, "Direktåtgärd"},
		{"treatments[0].reason", `"kritisk"`, "kritisk"},
		{"classifications[0]", `"kategori/ekonomi"`, "Riskkategori: Ekonomi"},
		{"classifications[0]", `"kategori/okand"`, "kategori/okand"},
		{"confirmed_empty[2]", `"kategori/ekonomi"`, "Riskkategori: Ekonomi"},
		{"answers[0].question", `"ny"`, "Är risken ny?"},
		{"answers[0].yes", "false", "Nej"},
		{"comment", `"false"`, "false"},
		{"status", `"delvis"`, "Delvis"},
		{"selection", `"SELECTION_IN_PLAN"`, "I planen"},
		{"role", `"ROLE_COORDINATOR"`, "Internkontrollsamordnare"},
		{"plan", `"` + fixPlan + `"`, "Internkontrollplan 2025"},
		{"final_by", `"` + fixMunicipality + `/people/karin-ek"`, "Karin Ek"},
		{"risk", `"` + fixCommittee + `/risks/borta"`, "Risk borta"},
		{"method_version", `"` + fixCommittee + `/methods/egna/versions/2"`, "Metod egna, version 2"},
		{"comment", `"municipalities/ är ett ord"`, "municipalities/ är ett ord"},
		{"comment", "", ""},
		{"comment", "inte json", "inte json"},
	} {
		if got := strings.ReplaceAll(w.value(c.path, c.raw), nbsp, " "); got != c.want {
			t.Errorf("value(%q, %s) = %q, want %q", c.path, c.raw, got, c.want)
		}
	}
}

func TestHistoryHidesTechnicalFields(t *testing.T) {
	w := newHistoryWords(time.UTC)
	e := &journalv1.JournalEntry{}
	for _, path := range []string{"name", "position", "positions[0].hash", "files[2].size_bytes", "title"} {
		e.Changes = append(e.Changes, &journalv1.FieldChange{Path: path, After: `"x"`})
	}
	if got := w.changes(fixPlan, e); len(got) != 1 || got[0] != (changeView{"Rubrik", "", "x"}) {
		t.Errorf("got %v, want the title alone", got)
	}
}

func TestHistoryOfWhatIsHeld(t *testing.T) {
	w := newHistoryWords(time.UTC)
	unit := fixCommittee + "/units/norr"
	if got := w.below(fixCommittee, &journalv1.JournalEntry{Resource: fixCommittee}); got != "" {
		t.Errorf("got %q for the resource itself", got)
	}
	if got, want := w.below(fixCommittee, &journalv1.JournalEntry{Resource: unit}), "Enhet norr"; got != want {
		t.Errorf("got %q, want %q", got, want)
	}
	w.names[unit] = "Hemtjänst norr"
	if got, want := w.below(fixCommittee, &journalv1.JournalEntry{Resource: unit}), "Enhet: Hemtjänst norr"; got != want {
		t.Errorf("got %q, want %q", got, want)
	}
}

func TestHistoryHeading(t *testing.T) {
	risk := fixCommittee + "/risks/r1"
	named := newHistoryWords(time.UTC)
	named.names[risk] = "Risk att rutinen inte följs."
	gone := []*journalv1.JournalEntry{{Changes: []*journalv1.FieldChange{{Path: "title", Before: `"Risken som fanns"`}}}}
	for _, c := range []struct {
		words   *historyWords
		name    string
		entries []*journalv1.JournalEntry
		want    string
	}{
		{named, risk, nil, "Risk att rutinen inte följs."},
		{newHistoryWords(time.UTC), risk, gone, "Risken som fanns"},
		{newHistoryWords(time.UTC), risk, nil, "Risk"},
		{newHistoryWords(time.UTC), fixRound, nil, "Uppföljning"},
		{newHistoryWords(time.UTC), "slag/id", nil, "id"},
	} {
		if got := c.words.heading(c.name, c.entries); got != c.want {
			t.Errorf("heading(%q) = %q, want %q", c.name, got, c.want)
		}
	}
}

// TestEveryFieldHasALabel holds for the resources whose history people read most.
func TestEveryFieldHasALabel(t *testing.T) {
	for kind, m := range map[string]proto.Message{"plans": &riskv1.Plan{}, "riskEntries": &riskv1.RiskEntry{}, "risks": &riskv1.Risk{},
		"rounds": &riskv1.Round{}, "followUps": &riskv1.FollowUp{}, "controlAreas": &riskv1.ControlArea{}, "controlPoints": &riskv1.ControlPoint{},
		"methodVersions": &riskv1.MethodVersion{}, "roleAssignments": &directoryv1.RoleAssignment{}, "people": &directoryv1.Person{},
		"units": &directoryv1.Unit{}, "committees": &directoryv1.Committee{}, "municipalities": &directoryv1.Municipality{},
		"indicators": &controlv1.Indicator{}, "measurements": &controlv1.Measurement{}, "results": &controlv1.Result{}, "templates": &reportv1.Template{},
		"cases": &reportv1.Case{}, "documents": &reportv1.Document{}, "actions": &riskv1.Action{}, "commonItems": &riskv1.CommonItem{},
		"reminderRules": &notificationv1.ReminderRule{}} {
		for _, path := range fieldPaths(m.ProtoReflect().Descriptor(), "") {
			if got := fieldLabel(kind, path); !technical(path) && (got == path || strings.ContainsAny(got, "_.")) {
				t.Errorf("%s.%s has no label: %q", kind, path, got)
			}
		}
	}
}

// fieldPaths lists the paths that the journal has for a message, with one element in each list.
func fieldPaths(m protoreflect.MessageDescriptor, prefix string) []string {
	var out []string
	for i := range m.Fields().Len() {
		f := m.Fields().Get(i)
		path := prefix + string(f.Name())
		if f.IsList() {
			path += "[0]"
		}
		if f.Message() == nil || f.Message().FullName() == "google.protobuf.Timestamp" {
			out = append(out, path)
		} else {
			out = append(out, fieldPaths(f.Message(), path+".")...)
		}
	}
	return out
}
