package report

import (
	"fmt"
	"slices"
	"strings"

	"github.com/uppsikt/uppsikt/internal/fault"
)

// Template is a municipality's form of one kind of document. What it leaves out is as the built-in form has it, and the
// zero value is the built-in form. No template keeps a document from being made.
type Template struct {
	// Title replaces the built-in one unless blank; "{year}" and "{committee}" are filled in, as in headings and texts.
	Title string
	// Parts come first, in this order; the rest follow as they are built in.
	Parts []TemplatePart
	// Labels replace built-in ones.
	Labels []Label
}

// TemplatePart changes one part, or makes one of its own when no built-in part has the key.
type TemplatePart struct {
	Key, Title string
	// Text is Markdown; printed when neither the case nor the plan has a text of its own.
	Text   string
	Hidden bool
}

// Label is a short text such as a column's head.
type Label struct{ Key, Text string }

// about is what "{year}" and "{committee}" stand for.
type about struct {
	year      string
	committee Committee
}

// placeholder stands for the subject where the built-in form itself is shown.
func placeholder() about {
	return about{year: "{year}", committee: Committee{Name: "{committee}", Genitive: "{committee}s"}}
}

// fill puts year and committee into a text of a template.
func (s about) fill(text string) string {
	return strings.NewReplacer("{year}", s.year, "{committee}", lowerCommittee(s.committee)).Replace(text)
}

// title returns the template's title, or an empty one.
func (t Template) title(s about) string { return sentence(strings.TrimSpace(s.fill(t.Title))) }

// label returns a label: the template's, else the built-in one.
func (t Template) label(key string) string {
	for _, labels := range [][]Label{t.Labels, allLabels()} {
		for _, l := range labels {
			if l.Key == key && strings.TrimSpace(l.Text) != "" {
				return l.Text
			}
		}
	}
	return key
}

// Keys of labels that several kinds use.
const (
	labelKeyRisk        = "risk"
	labelKeyProcess     = "process"
	labelKeyValue       = "value"
	labelKeyControls    = "controls"
	labelKeyHandling    = "handling"
	labelKeyFollows     = "follows"
	labelKeyComment     = "comment"
	labelKeyArea        = "control_area"
	labelKeyPoint       = "control_point"
	labelKeyResult      = "result"
	labelKeyGoal        = "goal"
	labelKeyExecution   = "execution"
	labelKeyGrade       = "grade"
	labelKeyFulfilment  = "fulfilment"
	labelKeyComparison  = "comparison"
	labelKeyNumber      = "case_number"
	labelKeyMemorandum  = "memorandum"
	labelKeyDate        = "date"
	labelKeyUnit        = "unit"
	labelKeyManagers    = "managers"
	labelKeyOfficials   = "officials"
	labelKeyActing      = "acting"
	labelKeyExtract     = "minutes_extract"
	labelKeyInformation = "for_information"
	labelKeyExecute     = "for_execution"
)

func riskLabels() []Label {
	return []Label{{labelKeyRisk, labelRisk}, {labelKeyProcess, labelProcess}, {labelKeyValue, labelValue}, {labelKeyControls, labelControls},
		{labelKeyHandling, labelHandling}}
}

func followUpLabels() []Label {
	return append(riskLabels(), Label{labelKeyFollows, labelFollows}, Label{labelKeyComment, labelComment})
}

func resultLabels() []Label {
	return []Label{{labelKeyArea, "Kontrollområde"}, {labelKeyPoint, "Kontroll"}, {labelKeyResult, "Resultat"}, {labelKeyGoal, "Mål"},
		{labelKeyExecution, "Genomförande"}, {labelKeyFulfilment, "Måluppfyllelse"}, {labelKeyGrade, "Bedömning"},
		{labelKeyComparison, "Jämfört med tidigare år"}}
}

func numberLabel() Label { return Label{labelKeyNumber, "Diarienummer"} }

func recipientLabels() []Label {
	return []Label{{labelKeyInformation, "För kännedom"}, {labelKeyExecute, "För åtgärd"}}
}

func memorandumLabels() []Label {
	return append([]Label{{labelKeyMemorandum, "Tjänsteskrivelse"}, {labelKeyDate, "Datum"}, numberLabel(), {labelKeyUnit, "Enhet/Verksamhet"},
		{labelKeyManagers, "Ansvarig chef"}, {labelKeyOfficials, "Handläggare"}, {labelKeyActing, "Tf."}}, recipientLabels()...)
}

func extractLabels() []Label {
	return append([]Label{{labelKeyExtract, "Protokollsutdrag"}, numberLabel()}, recipientLabels()...)
}

// Labels lists the labels of a kind as they are built in.
func Labels(kind Kind) []Label {
	switch kind {
	case KindInterim:
		return append(followUpLabels(), resultLabels()...)
	case KindPlan:
		return append(append(riskLabels(), numberLabel()), resultLabels()[0], resultLabels()[3])
	case KindAnnual:
		return append(resultLabels(), followUpLabels()...)
	case KindMemorandum:
		return append(memorandumLabels(), resultLabels()...)
	case KindMinutesExtract:
		return append(extractLabels(), resultLabels()...)
	case KindConsolidated:
	}
	return nil
}

func allLabels() []Label {
	return slices.Concat(followUpLabels(), resultLabels(), memorandumLabels(), extractLabels())
}

// TemplateID is the last part of the name of a kind's template.
func TemplateID(kind Kind) string { return strings.ReplaceAll(string(kind), "_", "-") }

// templated are the kinds that a template can shape.
func templated() []Kind {
	return []Kind{KindPlan, KindInterim, KindAnnual, KindMemorandum, KindMinutesExtract}
}

// CheckTemplate returns what is wrong with a template of the given id: a kind that does not exist, a part or a label twice,
// a label that no document has. Paths are relative to the template.
func CheckTemplate(id string, t Template) []fault.Field {
	at := slices.IndexFunc(templated(), func(k Kind) bool { return TemplateID(k) == id })
	if at < 0 {
		var ids []string
		for _, k := range templated() {
			ids = append(ids, TemplateID(k))
		}
		return []fault.Field{{Path: "name", Reason: "UNKNOWN_KIND",
			Swedish: "Det finns ingen sådan sorts dokument. Mallen ska heta " + enumerate(ids) + ".", English: "the id must be a kind: " + strings.Join(ids, ", ")}}
	}
	faults := duplicates(len(t.Parts), "parts", func(i int) string { return t.Parts[i].Key })
	faults = append(faults, duplicates(len(t.Labels), "labels", func(i int) string { return t.Labels[i].Key })...)
	known := Labels(templated()[at])
	for i, l := range t.Labels {
		if !slices.ContainsFunc(known, func(k Label) bool { return k.Key == l.Key }) {
			faults = append(faults, fault.Field{Path: fmt.Sprintf("labels[%d].key", i), Reason: "UNKNOWN_KEY",
				Swedish: "Den sortens dokument har ingen etikett ”" + l.Key + "”.", English: "no such label"})
		}
	}
	return faults
}

// duplicates returns a fault for each key of a list that occurred before.
func duplicates(n int, list string, key func(int) string) []fault.Field {
	var faults []fault.Field
	seen := map[string]bool{}
	for i := range n {
		if seen[key(i)] {
			faults = append(faults, fault.Field{Path: fmt.Sprintf("%s[%d].key", list, i), Reason: "DUPLICATE",
				Swedish: "”" + key(i) + "” finns två gånger. Ta bort den ena.", English: "the key occurs twice"})
		}
		seen[key(i)] = true
	}
	return faults
}
