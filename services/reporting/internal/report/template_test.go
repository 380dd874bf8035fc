package report

import (
	"slices"
	"strings"
	"testing"

	"github.com/uppsikt/uppsikt/services/reporting/internal/document"
)

// shaped returns one document of each kind in the form of a template.
func shaped(t Template) map[Kind]Contents {
	i, p, a, m, e := sample(), samplePlan(methods()["four"]), fullAnnual(), sampleMatter(false), sampleMatter(true)
	i.Template, p.Template, a.Template, m.Template, e.Template = t, t, t, t, t
	return map[Kind]Contents{KindInterim: &i, KindPlan: &p, KindAnnual: &a, KindMemorandum: m, KindMinutesExtract: e}
}

// keysOf returns the keys of a kind's built-in parts.
func keysOf(kind Kind) []string {
	var keys []string
	for _, p := range Form(kind).Parts {
		keys = append(keys, p.Key)
	}
	return keys
}

func TestTemplateChangesEveryKindAlike(t *testing.T) {
	for kind := range shaped(Template{}) {
		keys := keysOf(kind)
		last := map[Kind]string{KindInterim: "risks", KindPlan: "appendix", KindAnnual: KeyAssessment}[kind]
		if last == "" {
			last = "recipients"
		}
		template := Template{Title: "{committee} år {year}", Parts: []TemplatePart{{Key: last, Title: "Först {year}"}, {Key: "own", Title: "Eget", Text: "Om {committee}."},
			{Key: "own", Title: "Andra gången"}, {Key: keys[0], Hidden: true}}}
		contents := shaped(template)[kind]
		d := contents.Build()
		if err := document.Validate(d); err != nil {
			t.Errorf("%s: %v", kind, err)
		}
		text := plain(d)
		contains(t, text, []string{"år 202", "## Först 202", "## Eget\nOm "}, []string{"{year}", "{committee}", "Andra gången"})
		if strings.Index(text, "## Först") > strings.Index(text, "## Eget") {
			t.Errorf("%s: the order is not the template's", kind)
		}
		if hidden := Form(kind).Parts[0].Title; hidden != "" && strings.Contains(text, "\n## "+hidden+"\n") {
			t.Errorf("%s: the hidden part %q is printed", kind, hidden)
		}
		if !slices.ContainsFunc(contents.Parts(), func(p Part) bool { return p.Key == "own" && p.Title == "Eget" }) {
			t.Errorf("%s: the template's own part is not among the parts", kind)
		}
	}
}

func TestTextsComeFromCaseThenPlanThenTemplate(t *testing.T) {
	template := Template{Parts: []TemplatePart{{Key: KeyIntroduction, Text: "Mallens."}, {Key: KeyResponsibility, Text: "Mallens ansvar."}}}
	p := samplePlan(methods()["four"])
	p.Template = template
	contains(t, plain(p.Build()), []string{"Planen gäller all verksamhet.", "Mallens ansvar."}, []string{"Mallens.\n", "yttersta ansvaret"})
	p.Case.Texts = map[string]string{KeyResponsibility: "Ärendets ansvar."}
	contains(t, plain(p.Build()), []string{"Ärendets ansvar."}, []string{"Mallens ansvar."})
	i := sample()
	i.Template = Template{Parts: []TemplatePart{{Key: KeyHowMade, Text: "Mallens sätt."}}}
	contains(t, plain(i.Build()), []string{"Enheterna inventerade sina risker."}, []string{"Mallens sätt."})
	i.Plan.HowMade = ""
	contains(t, plain(i.Build()), []string{"Mallens sätt."}, nil)
}

func TestTemplateLabels(t *testing.T) {
	for kind, contents := range shaped(Template{}) {
		for _, l := range Labels(kind) {
			changed := shaped(Template{Labels: []Label{{l.Key, "Xyz"}, {"unknown", "Aldrig"}}})[kind]
			if text := plain(changed.Build()); strings.Contains(text, "Aldrig") {
				t.Errorf("%s: an unknown label is printed", kind)
			} else if text := everyText(contents.Build()); (strings.Contains(text, l.Text+"\n") || strings.Contains(text, l.Text+":")) && !strings.Contains(everyText(changed.Build()), "Xyz") {
				t.Errorf("%s: the label %q is not used", kind, l.Key)
			}
		}
	}
}

// everyText is the content with the heads of columns.
func everyText(d *document.Document) string {
	text := plain(d)
	for _, b := range d.Blocks {
		if t, ok := b.(document.Table); ok {
			for _, c := range t.Columns {
				text += c.Head + "\n"
			}
		}
	}
	return text
}

// A template that hides all, repeats itself or says nothing keeps no document from being made.
func TestNoTemplateBlocksADocument(t *testing.T) {
	for kind := range shaped(Template{}) {
		var hideAll, blank []TemplatePart
		for _, key := range keysOf(kind) {
			hideAll, blank = append(hideAll, TemplatePart{Key: key, Hidden: true}), append(blank, TemplatePart{Key: key}, TemplatePart{Key: key, Title: " "})
		}
		for name, template := range map[string]Template{"hides all": {Parts: hideAll}, "says nothing": {Title: " ", Parts: blank, Labels: []Label{{"risk", " "}}},
			"odd": {Parts: []TemplatePart{{}, {Key: "x"}, {Key: "y", Text: "# inte {rubrik}"}, {Key: "z", Title: "Z"}}}} {
			contents := shaped(template)[kind]
			if p, ok := contents.(*ControlPlan); ok {
				p.Sections, p.Positions = nil, nil
			}
			d := contents.Build()
			if err := document.Validate(d); err != nil {
				t.Errorf("%s, %s: %v", kind, name, err)
			}
			contents.Parts()
			if name == "says nothing" && plain(d) != plain(withoutSections(shaped(Template{})[kind]).Build()) {
				t.Errorf("%s: a template that says nothing changes the document", kind)
			}
		}
	}
}

func withoutSections(c Contents) Contents {
	if p, ok := c.(*ControlPlan); ok {
		p.Sections, p.Positions = nil, nil
	}
	return c
}

func TestCheckTemplate(t *testing.T) {
	if faults := CheckTemplate("minutes-extract", Template{Parts: []TemplatePart{{Key: "a"}, {Key: "b"}}, Labels: []Label{{labelKeyExecute, "x"}}}); len(faults) > 0 {
		t.Errorf("got %+v", faults)
	}
	faults := CheckTemplate("plan", Template{Parts: []TemplatePart{{Key: "a"}, {Key: "a"}}, Labels: []Label{{labelKeyRisk, "x"}, {labelKeyRisk, "y"}, {"no", "z"}}})
	var paths []string
	for _, f := range faults {
		paths = append(paths, f.Path+" "+f.Reason)
	}
	if want := []string{"parts[1].key DUPLICATE", "labels[1].key DUPLICATE", "labels[2].key UNKNOWN_KEY"}; !slices.Equal(paths, want) {
		t.Errorf("got %q, want %q", paths, want)
	}
	if faults := CheckTemplate("consolidated", Template{}); len(faults) != 1 || faults[0].Reason != "UNKNOWN_KIND" {
		t.Errorf("got %+v", faults)
	}
}
