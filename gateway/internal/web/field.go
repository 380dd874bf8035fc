package web

import (
	"net/url"
	"slices"
	"strings"
	"unicode/utf8"
)

// Kinds of fields; each is one template in templates/parts.html.
const (
	kindText     = "text"
	kindArea     = "area"
	kindRadios   = "radios"
	kindChecks   = "checks"
	kindSelect   = "select"
	kindDate     = "date"
	kindPassword = "password"
	kindEmail    = "email"
	kindFile     = "file"
	kindHidden   = "hidden"
	kindShown    = "shown" // an answer that is given already, shown as text
	kindCells    = "cells" // fields side by side
)

// field is one question of a form.
type field struct {
	// Name in the posted form; also the id of its element.
	Name string
	Kind string
	// Label is the question, Hint what helps to answer it, Help what it means ("Vad betyder det här?").
	Label, Hint, Help string
	// Value is what the field holds; Values for checkboxes.
	Value  string
	Values []string
	// Options of radios, checkboxes and select.
	Options []option
	// Parts are the fields that stand side by side in cells.
	Parts []*field
	// Optional fields say so; the others must be filled in.
	Optional bool
	// Standard is the text that is used when the field is left empty.
	Standard string
	// Rows of a text area; Width "short" or "medium" of a text field.
	Rows  int
	Width string
	// Autocomplete is the purpose of the field (WCAG 2.2, 1.3.5); Accept the file types.
	Autocomplete, Accept string
	// Missing says how to mend an empty answer; empty takes a general text.
	Missing string
	// Error says what is wrong and how to mend it.
	Error string

	// paths are the fields of the request that this one fills; faults about them, or below them, belong here.
	paths []string
	// stored is what the resource holds now, to compare with when somebody else saved meanwhile.
	stored string
}

// option is one answer to choose.
type option struct {
	Value, Label, Hint string
	// Extra is a field that belongs to this answer, such as its reason.
	Extra *field
}

// each calls fn for the field and those inside it.
func (f *field) each(fn func(*field)) {
	fn(f)
	for _, o := range f.Options {
		if o.Extra != nil {
			o.Extra.each(fn)
		}
	}
	for _, p := range f.Parts {
		p.each(fn)
	}
}

// has reports whether the option with the value is chosen.
func (f *field) has(value string) bool {
	if f.Kind == kindChecks {
		return slices.Contains(f.Values, value)
	}
	return f.Value == value
}

// Chosen is has, for templates.
func (f *field) Chosen(value string) bool { return f.has(value) }

// Describes lists the elements that describe the field, for aria-describedby.
func (f *field) Describes() string {
	var ids []string
	if f.Hint != "" {
		ids = append(ids, f.Name+"-hint")
	}
	if f.Error != "" {
		ids = append(ids, f.Name+"-error")
	}
	return strings.Join(ids, " ")
}

// Target is the id that a link in the error summary leads to: the first answer of a choice.
func (f *field) Target() string {
	if (f.Kind == kindRadios || f.Kind == kindChecks) && len(f.Options) > 0 {
		return f.Name + "-0"
	}
	return f.Name
}

// Text is text, for templates.
func (f *field) Text() string { return f.text() }

// text shows the answer in words, for the comparison of two versions.
func (f *field) text() string {
	if len(f.Options) == 0 {
		return f.Value
	}
	var chosen []string
	for _, o := range f.Options {
		if f.has(o.Value) && o.Value != "" {
			chosen = append(chosen, o.Label)
		}
	}
	return strings.Join(chosen, "\n")
}

// fill takes the typed answer.
func (f *field) fill(values url.Values) {
	f.stored = f.text()
	for _, p := range f.Parts {
		p.fill(values)
	}
	if f.Kind == kindShown || f.Kind == kindCells {
		return
	}
	if f.Kind == kindChecks {
		f.Values = clean(values[f.Name])
	} else if f.Kind != kindFile {
		f.Value = cleanText(values.Get(f.Name))
	}
	for _, o := range f.Options {
		if o.Extra != nil {
			o.Extra.fill(values)
		}
	}
}

// check notes an answer that is missing, or that was never offered.
func (f *field) check() {
	empty := strings.TrimSpace(f.Value) == "" && len(f.Values) == 0
	switch {
	case f.Kind == kindHidden || f.Kind == kindFile || f.Kind == kindShown || f.Kind == kindCells:
	case empty && !f.Optional:
		f.Error = f.missingText()
	case !f.offered():
		f.Error = "Välj något av svaren i listan."
	}
	for _, p := range f.Parts {
		p.check()
	}
	for _, o := range f.Options {
		if o.Extra != nil && f.has(o.Value) {
			o.Extra.check()
		}
	}
}

// missingText says how to mend an empty answer.
func (f *field) missingText() string {
	switch {
	case f.Missing != "":
		return f.Missing
	case f.Kind == kindRadios, f.Kind == kindSelect:
		return "Välj ett svar: " + strings.ToLower(f.Label) + "."
	default:
		return "Fyll i " + definite(f.Label) + "."
	}
}

// definiteForms are the labels that a sentence needs in definite form.
var definiteForms = map[string]string{"e-postadress": "e-postadressen", "lösenord": "lösenordet", "nytt lösenord": "det nya lösenordet",
	"riskvärde": "riskvärdet", "angivet riskvärde": "det angivna riskvärdet"}

// definite writes a label in a sentence.
func definite(label string) string {
	label = strings.ToLower(label)
	return orElse(definiteForms[label], label)
}

// offered reports whether every chosen answer is among the options.
func (f *field) offered() bool {
	if len(f.Options) == 0 {
		return true
	}
	chosen := f.Values
	if f.Kind != kindChecks && f.Value != "" {
		chosen = []string{f.Value}
	}
	for _, v := range chosen {
		if !slices.ContainsFunc(f.Options, func(o option) bool { return o.Value == v }) {
			return false
		}
	}
	return true
}

// owns reports whether a fault about the path belongs to the field: the path is one of its own, or lies below one.
func (f *field) owns(path string) bool {
	return slices.ContainsFunc(f.paths, func(own string) bool {
		path := path
		for {
			if rest, ok := strings.CutPrefix(path, own); ok && (rest == "" || rest[0] == '.' || rest[0] == '[') {
				return true
			}
			_, below, found := strings.Cut(path, ".")
			if !found {
				return false
			}
			path = below
		}
	})
}

// lines returns the lines of a text area that hold something.
func (f *field) lines() []string {
	var out []string
	for line := range strings.Lines(f.Value) {
		if line = strings.TrimSpace(line); line != "" {
			out = append(out, line)
		}
	}
	return out
}

// cleanText makes typed text valid and its line ends uniform; spaces around it go.
func cleanText(text string) string {
	if !utf8.ValidString(text) {
		text = strings.ToValidUTF8(text, "\uFFFD")
	}
	text = strings.ReplaceAll(text, "\r\n", "\n")
	return strings.TrimSpace(strings.ReplaceAll(text, "\r", "\n"))
}

// clean cleans each text and drops the empty ones.
func clean(texts []string) []string {
	var out []string
	for _, t := range texts {
		if t = cleanText(t); t != "" && !slices.Contains(out, t) {
			out = append(out, t)
		}
	}
	return out
}
