package web

import (
	"regexp"
	"strconv"
	"strings"

	controlv1 "github.com/uppsikt/uppsikt/proto/gen/uppsikt/control/v1"
)

// addSamples ask for the samples, each with its deviations by kind.
func addSamples(f *form, r *controlv1.Result, x *entryContext, rows rowCount) {
	n := rows("prov", max(defaultSamples, len(r.GetSamples())))
	f.Groups[0].Fields = append(f.Groups[0].Fields, hidden(rowsField("prov"), strconv.Itoa(n)))
	for i := range n {
		s := &controlv1.Sample{}
		if i < len(r.GetSamples()) {
			s = r.GetSamples()[i]
		}
		id, nr := strconv.Itoa(i), strconv.Itoa(i+1)
		counts := []*field{
			text("prov-antal"+id, "Hur många granskades?", typedCount(s.Examined, s.GetExaminedWords(), s.GetApproximate())).optional().hint("Till exempel 25, cirka 25 eller ett tjugotal."),
			text("prov-av"+id, "Av hur många?", typedCount(s.Population, "", false)).optional().hint("Allt som provet drogs ur.")}
		if len(x.units) > 0 || s.GetUnit() != "" {
			counts = append(counts, choose("prov-enhet"+id, "Enhet", s.GetUnit(), unitOptions(x.units, s.GetUnit())).optional())
		}
		fields := []*field{text("prov"+id, "Vad granskades?", s.GetTitle()).optional().hint("Till exempel ärenden om bistånd."), cells(counts...)}
		f.add("Stickprov "+nr, sampleLead(i), append(fields, deviationFields(s, id, rows)...)...)
		f.button("Lägg till en avvikelse i stickprov "+nr, addRow+"avvikelse"+id)
	}
	f.button("Lägg till ett stickprov", addRow+"prov")
}

// sampleLead explains samples once.
func sampleLead(i int) string {
	if i > 0 {
		return ""
	}
	return "Fyll i om ni granskade ett urval. Avvikelserna kan vara flera i samma ärende och behöver inte gå ihop."
}

// deviationFields ask for the deviations of a sample, one row each.
func deviationFields(s *controlv1.Sample, id string, rows rowCount) []*field {
	n := rows("avvikelse"+id, max(1, len(s.GetDeviations())))
	fields := []*field{hidden(rowsField("avvikelse"+id), strconv.Itoa(n))}
	for k := range n {
		x := &controlv1.Deviation{}
		if k < len(s.GetDeviations()) {
			x = s.GetDeviations()[k]
		}
		at, nr := id+"-"+strconv.Itoa(k), strconv.Itoa(k+1)
		hint := ""
		if k == 0 {
			hint = "Till exempel 3, eller några få."
		}
		fields = append(fields, cells(text("avv"+at, "Avvikelse "+nr, x.GetKind()).optional(),
			text("avv-antal"+at, "Antal, avvikelse "+nr, typedCount(x.Count, x.GetCountWords(), false)).optional().hint(hint),
			text("avv-av"+at, "Av hur många, avvikelse "+nr, typedCount(x.Of, "", false)).optional()))
	}
	return fields
}

// addSurveys ask for the surveys.
func addSurveys(f *form, r *controlv1.Result, rows rowCount) {
	n := rows("enkat", len(r.GetSurveys()))
	fields := []*field{hidden(rowsField("enkat"), strconv.Itoa(n))}
	for i := range n {
		s := &controlv1.Survey{}
		if i < len(r.GetSurveys()) {
			s = r.GetSurveys()[i]
		}
		id, nr := strconv.Itoa(i), strconv.Itoa(i+1)
		fields = append(fields, text("enkat"+id, "Fråga eller ämne, enkät "+nr, s.GetQuestion()).optional(),
			area("enkat-svar"+id, "Vad svaren visar, enkät "+nr, s.GetAnswer()).optional().rows(4),
			cells(text("enkat-antal"+id, "Hur många svarade, enkät "+nr, typedCount(s.Respondents, "", false)).optional(),
				text("enkat-av"+id, "Hur många fick den, enkät "+nr, typedCount(s.Invited, "", false)).optional()))
	}
	f.add("Enkäter", "Fyll i om ni frågade brukare, anhöriga eller medarbetare.", fields...)
	f.button("Lägg till en enkät", addRow+"enkat")
}

// typedCount writes a count as people type it, or the words that stand for it.
func typedCount(n *int64, words string, approximate bool) string {
	text := words
	if n != nil {
		text = strconv.FormatInt(*n, 10)
	}
	if approximate && text != "" {
		text = "cirka " + text
	}
	return text
}

// blank reports whether the fields hold nothing.
func (t *typist) blank(names ...string) bool {
	for _, name := range names {
		if t.form.value(name) != "" {
			return false
		}
	}
	return true
}

// samples reads the samples; a row that holds nothing is none.
func (t *typist) samples() []*controlv1.Sample {
	var out []*controlv1.Sample
	for i := 0; t.form.field("prov"+strconv.Itoa(i)).Name != ""; i++ {
		id := strconv.Itoa(i)
		at := "result.samples[" + strconv.Itoa(len(out)) + "]"
		deviations := t.deviations(id, at)
		if t.blank("prov"+id, "prov-antal"+id, "prov-av"+id) && len(deviations) == 0 {
			continue
		}
		t.place(map[string]string{"prov" + id: at + ".title", "prov-antal" + id: at + ".examined", "prov-av" + id: at + ".population", "prov-enhet" + id: at + ".unit"})
		if t.form.value("prov"+id) == "" {
			t.wrong("prov"+id, "Skriv vad som granskades i stickprovet.")
		}
		s := &controlv1.Sample{Title: t.form.value("prov" + id), Unit: t.form.value("prov-enhet" + id), Population: t.count("prov-av" + id), Deviations: deviations}
		s.Examined, s.ExaminedWords, s.Approximate = t.counted("prov-antal" + id)
		out = append(out, s)
	}
	return out
}

// deviations reads the deviations of a sample.
func (t *typist) deviations(id, sample string) []*controlv1.Deviation {
	var out []*controlv1.Deviation
	for k := 0; t.form.field("avv"+id+"-"+strconv.Itoa(k)).Name != ""; k++ {
		of := id + "-" + strconv.Itoa(k)
		if t.blank("avv"+of, "avv-antal"+of, "avv-av"+of) {
			continue
		}
		at := sample + ".deviations[" + strconv.Itoa(len(out)) + "]"
		t.place(map[string]string{"avv" + of: at + ".kind", "avv-antal" + of: at + ".count", "avv-av" + of: at + ".of"})
		if t.form.value("avv"+of) == "" {
			t.wrong("avv"+of, "Skriv vad avvikelsen är.")
		}
		d := &controlv1.Deviation{Kind: t.form.value("avv" + of), Of: t.count("avv-av" + of)}
		d.Count, d.CountWords, _ = t.counted("avv-antal" + of)
		out = append(out, d)
	}
	return out
}

// surveys reads the surveys; a row that holds nothing is none.
func (t *typist) surveys() []*controlv1.Survey {
	var out []*controlv1.Survey
	for i := 0; t.form.field("enkat"+strconv.Itoa(i)).Name != ""; i++ {
		id := strconv.Itoa(i)
		if t.blank("enkat"+id, "enkat-svar"+id, "enkat-antal"+id, "enkat-av"+id) {
			continue
		}
		at := "result.surveys[" + strconv.Itoa(len(out)) + "]"
		t.place(map[string]string{"enkat" + id: at + ".question", "enkat-svar" + id: at + ".answer", "enkat-antal" + id: at + ".respondents", "enkat-av" + id: at + ".invited"})
		if t.form.value("enkat"+id) == "" {
			t.wrong("enkat"+id, "Skriv vad enkäten frågade om.")
		}
		out = append(out, &controlv1.Survey{Question: t.form.value("enkat" + id), Answer: t.form.value("enkat-svar" + id),
			Respondents: t.count("enkat-antal" + id), Invited: t.count("enkat-av" + id)})
	}
	return out
}

// count reads a whole number that may be absent.
func (t *typist) count(name string) *int64 {
	if t.form.value(name) == "" {
		return nil
	}
	n := t.whole(name, "Skriv ett helt tal med siffror, till exempel 25.", 0)
	return &n
}

// numberLike is text that means to be a number and nothing else.
var numberLike = regexp.MustCompile(`^[-−+\d\s\x{00a0}.,%]+$`)

// counted reads a count, or words that stand for one: words never become a number.
func (t *typist) counted(name string) (n *int64, words string, approximate bool) {
	text := t.form.value(name)
	if text == "" {
		return nil, "", false
	}
	m, ok := parseMeasured(text)
	switch {
	case ok && m.value != nil && *m.value >= 0 && *m.value == float64(int64(*m.value)) && !strings.Contains(text, "%"):
		v := int64(*m.value)
		return &v, "", m.approximate
	case numberLike.MatchString(text):
		t.wrong(name, "Skriv ett helt tal, till exempel 25, eller med ord, till exempel några få.")
		return nil, "", false
	default:
		return nil, text, false
	}
}
