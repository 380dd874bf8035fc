package web

import (
	"net/http"
	"net/url"
	"testing"
	"unicode/utf8"

	"github.com/google/go-cmp/cmp"

	riskv1 "github.com/uppsikt/uppsikt/proto/gen/uppsikt/risk/v1"

	"github.com/uppsikt/uppsikt/internal/fault"
)

func TestFormFindsWhatIsMissing(t *testing.T) {
	f := newForm("Spara", text("namn", "Namn", ""), text("titel", "Titel", "").optional(),
		radios("svar", "Följer plan?", "", []option{{Value: "ja", Label: "Ja"}}).missing("Välj ett svar."))
	f.fill(url.Values{"namn": {"  "}, "svar": {"kanske"}})
	if f.valid() {
		t.Fatal("a form with faults is valid")
	}
	want := []problem{{"Fyll i namn.", "namn"}, {"Välj något av svaren i listan.", "svar-0"}}
	if diff := cmp.Diff(want, f.Problems); diff != "" {
		t.Errorf("problems differ (-want +got):\n%s", diff)
	}
	f.fill(url.Values{"namn": {"Karin"}})
	for _, q := range f.Groups[0].Fields {
		q.Error = ""
	}
	if f.valid(); len(f.Problems) != 1 || f.Problems[0].Text != "Välj ett svar." {
		t.Errorf("got %v, want only the missing choice", f.Problems)
	}
}

func TestReasonIsAskedForOnlyWithItsAnswer(t *testing.T) {
	for chosen, want := range map[string]bool{"1": true, "2": false} {
		f := newForm("Spara", selectionField(&riskv1.RiskEntry{}))
		f.fill(url.Values{"i-planen": {chosen}})
		if got := f.valid(); got != want {
			t.Errorf("choice %s: valid is %v, want %v (%v)", chosen, got, want, f.Problems)
		}
	}
}

func TestFaultsLandAtTheirFields(t *testing.T) {
	g := fixRegister(0)
	_, f := entryFormPage(g, 0)
	f.reject(&fault.Error{Kind: fault.Invalid, Swedish: "Något behöver rättas.", Fields: []fault.Field{
		{Path: "risk_entry.treatments[0].reason", Swedish: "Skriv ett skäl."}, {Path: "stated_value", Swedish: "Utanför skalan."}, {Path: "okänt", Swedish: "Löst fel."}}})
	for name, want := range map[string]string{"hantering": "Skriv ett skäl."} {
		if got := f.field(name).Error; got != want {
			t.Errorf("field %s: got %q, want %q", name, got, want)
		}
	}
	if f.status != http.StatusUnprocessableEntity || len(f.Problems) != 3 {
		t.Errorf("got status %d and %v, want 422 and three problems", f.status, f.Problems)
	}
}

func TestPathBelongsToField(t *testing.T) {
	q := text("x", "X", "", "risk_entry.process")
	for path, want := range map[string]bool{"risk_entry.process": true, "risk_entry.process[0]": true, "risk_entry.process.text": true,
		"risk_entry.process_note": false, "risk_entry": false, "update.risk_entry.process": true} {
		if got := q.owns(path); got != want {
			t.Errorf("owns(%q) = %v, want %v", path, got, want)
		}
	}
}

func TestStaleFormKeepsBothVersions(t *testing.T) {
	f := newForm("Spara", hidden("etag", "ny"), text("namn", "Namn", "Deras"), text("titel", "Titel", "Lika"), hidden("skapad", "x"))
	f.fill(url.Values{"etag": {"gammal"}, "namn": {"Mitt"}, "titel": {"Lika"}, "skapad": {"y"}})
	f.reject(fault.Stale("x"))
	if diff := cmp.Diff([]difference{{"Namn", "Mitt", "Deras"}}, f.Differences); diff != "" {
		t.Errorf("differences differ (-want +got):\n%s", diff)
	}
	if f.value("namn") != "Mitt" || f.value("etag") != "ny" || f.value("skapad") != "y" || f.status != http.StatusConflict {
		t.Errorf("got %q, etag %q, made %q, status %d; want the typed text with the new etag", f.value("namn"), f.value("etag"), f.value("skapad"), f.status)
	}
}

func TestEntryFormRoundTrip(t *testing.T) {
	for i, g := range []*register{fixRegister(0), fixMatrix()} {
		e := g.GetRiskEntries()[0]
		_, f := entryFormPage(g, 0)
		f.fill(postedValues(f))
		x := &entryContext{method: g.GetMethodVersion()}
		got := &riskv1.RiskEntry{Name: e.GetName(), Risk: e.GetRisk(), Owners: e.GetOwners()}
		if err := readEntry(f, x, got); err != nil {
			t.Fatal(err)
		}
		if got.GetProcess() != e.GetProcess() || got.GetSelection() != e.GetSelection() || len(got.GetTreatments()) != 1 ||
			(got.StatedValue == nil) != (e.StatedValue == nil) || (got.Likelihood == nil) != (e.Likelihood == nil) || len(got.GetOwners()) != len(e.GetOwners()) {
			t.Errorf("case %d: an unchanged form gives %v, want %v", i, got, e)
		}
	}
}

// postedValues is what a browser sends of a form.
func postedValues(f *form) url.Values {
	v := url.Values{}
	f.each(func(q *field) {
		if q.Kind == kindChecks {
			v[q.Name] = q.Values
		} else {
			v.Set(q.Name, q.Value)
		}
	})
	return v
}

func FuzzForm(f *testing.F) {
	f.Add("risk=Risk+att&varde=12&i-planen=1&hantering=granska&ansvariga=chef%0D%0Achef")
	f.Add("risk=%ff&varde=NaN&sannolikhet=9&hantering=%00&i-planen=7&fraga-rutin=ja")
	s := newTestServer(f)
	f.Fuzz(func(t *testing.T, body string) {
		values, err := url.ParseQuery(body)
		if err != nil {
			return
		}
		for _, g := range []*register{fixRegister(0), fixMatrix()} {
			p, form := entryFormPage(g, 0)
			form.fill(values)
			ok := form.valid()
			x := &entryContext{method: g.GetMethodVersion()}
			if err := readEntry(form, x, &riskv1.RiskEntry{}); err != nil && fault.As(err) == nil {
				t.Errorf("untyped fault %v", err)
			}
			form.each(func(q *field) {
				if !utf8.ValidString(q.Value) {
					t.Errorf("field %s holds invalid UTF-8", q.Name)
				}
			})
			if !ok && len(form.Problems) == 0 {
				t.Error("refused without a problem")
			}
			shot{"x", "/", nil, p}.render(t, s)
		}
	})
}
