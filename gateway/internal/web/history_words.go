package web

import (
	"encoding/json"
	"fmt"
	"regexp"
	"strconv"
	"strings"
	"time"

	"google.golang.org/protobuf/types/known/timestamppb"

	directoryv1 "github.com/uppsikt/uppsikt/proto/gen/uppsikt/directory/v1"
	journalv1 "github.com/uppsikt/uppsikt/proto/gen/uppsikt/journal/v1"
	riskv1 "github.com/uppsikt/uppsikt/proto/gen/uppsikt/risk/v1"
)

// historyWords turns the codes of a history into words. What it does not know it shows as it is.
type historyWords struct {
	zone *time.Location
	// register holds the plan and its method; empty when the history is of something else.
	register *register
	// names are what resources are called, by resource name.
	names map[string]string
	// assignments are the held roles, when some are mentioned.
	assignments []*directoryv1.RoleAssignment
}

// newHistoryWords knows nothing but how times are written.
func newHistoryWords(zone *time.Location) *historyWords {
	return &historyWords{zone: zone, register: indexed(nil, time.Time{}, zone), names: map[string]string{}}
}

// heading is what the resource is called now or was called last; else its kind.
func (w *historyWords) heading(name string, entries []*journalv1.JournalEntry) string {
	if known := w.names[name]; known != "" {
		return known
	}
	for _, e := range entries {
		for _, change := range e.GetChanges() {
			if p := change.GetPath(); p == "title" || p == "display_name" || p == "risk" || p == "risk_entry" || p == "subject" || p == "indicator" {
				value := w.value(p, change.GetAfter())
				if value == "" {
					value = w.value(p, change.GetBefore())
				}
				return value
			}
		}
	}
	if kind := resourceKinds[collection(name)]; kind != "" {
		return kind
	}
	return last(name)
}

// changes are the changed fields of an entry that say something to people.
func (w *historyWords) changes(name string, e *journalv1.JournalEntry) []changeView {
	var out []changeView
	kind := collection(orElse(e.GetResource(), name))
	for _, change := range e.GetChanges() {
		if path := change.GetPath(); !technical(path) {
			out = append(out, changeView{fieldLabel(kind, path), w.value(path, change.GetBefore()), w.value(path, change.GetAfter())})
		}
	}
	return out
}

// below names the resource that an entry is about, when the history is of what holds it.
func (w *historyWords) below(name string, e *journalv1.JournalEntry) string {
	if e.GetResource() == "" || e.GetResource() == name {
		return ""
	}
	kind, title := resourceKinds[collection(e.GetResource())], w.names[e.GetResource()]
	if kind == "" || title == "" {
		return w.resource(e.GetResource())
	}
	return kind + ": " + title
}

// technical reports whether a field says nothing to people: the address of the page says the name, and the order of
// rows, sizes and places in journals are for machines.
func technical(path string) bool {
	switch path {
	case "name", "position", "etag", "create_time", "update_time":
		return true
	}
	return strings.HasPrefix(path, "positions[") || strings.HasSuffix(path, ".size_bytes")
}

// actor names who made a change.
func (w *historyWords) actor(name string) string {
	switch {
	case w.names[name] != "":
		return w.names[name]
	case strings.HasPrefix(name, "serviceAccounts/"), strings.Contains(name, "/serviceAccounts/"):
		return "Systemet (" + last(name) + ")"
	default:
		return last(name)
	}
}

// index is the place of an element in a list, in a path.
var index = regexp.MustCompile(`\[(\d+)\]`)

// value shows a JSON value as people read it.
func (w *historyWords) value(path, raw string) string {
	var v any
	if raw == "" || json.Unmarshal([]byte(raw), &v) != nil {
		return raw
	}
	plain := index.ReplaceAllString(path, "")
	switch v := v.(type) {
	case bool:
		if v {
			return "Ja"
		}
		return "Nej"
	case float64:
		return w.number(plain, v)
	case string:
		return w.text(plain, v)
	default:
		return raw
	}
}

// number writes a number, a step of a scale with its label.
func (w *historyWords) number(path string, v float64) string {
	switch m := w.register.GetMethodVersion(); path {
	case "likelihood":
		return stepLabel(m.GetLikelihood(), v)
	case "consequence":
		return stepLabel(m.GetConsequence(), v)
	case "year", "origin.year", "action_years", "targets.year", "targets.baseline_year":
		return strconv.FormatFloat(v, 'f', -1, 64) // a year has no space between its figures
	default:
		return number(v)
	}
}

// text writes a string: codes of the method, states, names, times and dates in words, the rest as it is.
func (w *historyWords) text(path, text string) string {
	if known := w.code(path, text); known != "" {
		return known
	}
	if known := valueWords[text]; known != "" {
		return known
	}
	if id, ok := strings.CutPrefix(text, "ROLE_"); ok {
		return roleTitle(strings.ToLower(id))
	}
	if isName(text) {
		return w.resource(text)
	}
	if t, err := time.Parse(time.RFC3339, text); err == nil {
		return momentText(timestamppb.New(t), w.zone)
	}
	return dateText(text)
}

// code names what the method calls a code; empty when the field holds none.
func (w *historyWords) code(path, id string) string {
	g := w.register
	switch path {
	case "stated_level", "computed_level":
		return g.levelByID(id).Title
	case "grade":
		return gradeTitle(gradeScale(g.GetMethodVersion()), id)
	case "treatments.treatment":
		return g.treatmentTitle(id)
	case "status":
		if title := g.statusTitle(id); title != id {
			return title
		}
		return progressOf(stepOf(actionScale(g.GetMethodVersion()), id)).Word
	case "classifications", "confirmed_empty":
		return g.classificationTitle(id)
	case "answers.question":
		for _, q := range g.GetMethodVersion().GetQuestions() {
			if q.GetId() == id {
				return q.GetText()
			}
		}
	}
	return ""
}

// gradeTitle names a grade; empty when the scale does not know it.
func gradeTitle(scale []*riskv1.GradeStep, id string) string {
	for _, s := range scale {
		if s.GetId() == id {
			return s.GetTitle()
		}
	}
	return ""
}

// classificationTitle names a choice, which is stored as "dimension/item".
func (g *register) classificationTitle(choice string) string {
	dimension, item, _ := strings.Cut(choice, "/")
	for _, k := range g.GetMethodVersion().GetClassifications() {
		for _, i := range k.GetItems() {
			if k.GetId() == dimension && i.GetId() == item {
				return k.GetTitle() + ": " + i.GetTitle()
			}
		}
	}
	return choice
}

// resource names a resource: by what it is called, else by its kind and id.
func (w *historyWords) resource(name string) string {
	if known := w.names[name]; known != "" {
		return known
	}
	if collection(name) == "versions" {
		return w.resource(strings.TrimSuffix(name, "/versions/"+last(name))) + ", version " + last(name)
	}
	return strings.TrimSpace(resourceKinds[collection(name)] + " " + last(name))
}

// fieldLabel names a field in Swedish, so that it can be told from its neighbours: "Avsnitt 1: rubrik". One that has no
// name is shown as it is.
func fieldLabel(kind, path string) string {
	if own := fieldNames[kind+"."+path]; own != "" {
		return own
	}
	head, inner, nested := strings.Cut(path, ".")
	head, place, listed := strings.Cut(head, "[")
	if !nested && !listed {
		return orElse(fieldNames[head], path)
	}
	label := partNames[head]
	if label == "" {
		return path
	}
	if n, err := strconv.Atoi(strings.TrimSuffix(place, "]")); err == nil {
		label = fmt.Sprintf("%s %d", label, n+1)
	}
	if nested {
		label += innerLabel(head, inner)
	}
	return label
}

// innerLabel names a field of a part; empty for the one that the part is named for.
func innerLabel(head, inner string) string {
	plain := index.ReplaceAllString(inner, "")
	word, own := innerNames[head+"."+plain]
	if !own {
		word = orElse(innerNames[plain], inner)
	}
	if word == "" {
		return ""
	}
	for _, at := range index.FindAllStringSubmatch(inner, -1) {
		if n, err := strconv.Atoi(at[1]); err == nil {
			word += " " + strconv.Itoa(n+1)
		}
	}
	return ": " + word
}

// orElse returns text, or another when it is empty.
func orElse(text, other string) string {
	if text == "" {
		return other
	}
	return text
}
