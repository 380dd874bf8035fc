package web

import (
	"net/http"
	"net/url"
	"strings"

	"github.com/uppsikt/uppsikt/internal/fault"
)

// form is a form as data: what it asks, and, after a try, what is wrong.
type form struct {
	// Action is where it is posted; empty means the page's own address.
	Action string
	Groups []group
	// Submit is the text of the button; Cancel an address to leave without saving.
	Submit, Cancel string
	// Danger marks something that cannot be undone.
	Danger bool
	// Multipart is true when it takes a file.
	Multipart bool
	// Notice is said above the form, such as that the sign-in had expired.
	Notice string
	// Problems are what the error summary lists.
	Problems []problem
	// Differences are the fields that somebody else changed meanwhile.
	Differences []difference

	status int
}

// group is a part of a form under its own heading; without a legend its fields stand alone.
type group struct {
	Legend, Lead string
	Fields       []*field
}

// problem is one line of the error summary.
type problem struct {
	Text, Target string
}

// difference shows one field as typed and as stored.
type difference struct {
	Label, Yours, Theirs string
}

// newForm returns a form with one group of fields.
func newForm(submit string, fields ...*field) *form {
	return &form{Submit: submit, Groups: []group{{Fields: fields}}}
}

// add appends a group.
func (f *form) add(legend, lead string, fields ...*field) {
	f.Groups = append(f.Groups, group{legend, lead, fields})
}

// each calls fn for every field, those inside options too.
func (f *form) each(fn func(*field)) {
	for _, g := range f.Groups {
		for _, q := range g.Fields {
			fn(q)
			for _, o := range q.Options {
				if o.Extra != nil {
					fn(o.Extra)
				}
			}
		}
	}
}

// field returns the field of the name; one that does not exist is empty and belongs to nothing.
func (f *form) field(name string) *field {
	found := &field{}
	f.each(func(q *field) {
		if q.Name == name {
			found = q
		}
	})
	return found
}

// value returns the answer in the field of the name.
func (f *form) value(name string) string { return f.field(name).Value }

// fill takes the typed answers.
func (f *form) fill(values url.Values) {
	for _, g := range f.Groups {
		for _, q := range g.Fields {
			q.fill(values)
		}
	}
}

// valid notes what is missing and reports whether nothing is.
func (f *form) valid() bool {
	for _, g := range f.Groups {
		for _, q := range g.Fields {
			q.check()
		}
	}
	f.collect()
	return len(f.Problems) == 0
}

// collect lists the faults of the fields in the summary.
func (f *form) collect() {
	f.Problems = nil
	f.each(func(q *field) {
		if q.Error != "" {
			f.Problems = append(f.Problems, problem{q.Error, q.Target()})
		}
	})
	if len(f.Problems) > 0 {
		f.status = http.StatusUnprocessableEntity
	}
}

// reject puts a fault where it can be mended: at its fields, else in the summary alone.
func (f *form) reject(e *fault.Error) {
	var loose []problem
	for _, ff := range e.Fields {
		if q := f.owner(ff.Path); q == nil {
			loose = append(loose, problem{Text: ff.Swedish})
		} else if q.Error == "" {
			q.Error = ff.Swedish
		}
	}
	f.collect()
	f.Problems = append(f.Problems, loose...)
	if len(f.Problems) == 0 || e.Kind != fault.Invalid {
		f.Problems = append([]problem{{Text: e.Swedish}}, f.Problems...)
	}
	f.status = statusOf(e.Kind)
	if e.Reason == "STALE_ETAG" {
		f.compare()
	}
}

// owner returns the field that a path belongs to, or nil.
func (f *form) owner(path string) *field {
	var owner *field
	f.each(func(q *field) {
		if owner == nil && q.owns(path) {
			owner = q
		}
	})
	return owner
}

// compare lists the fields where what was typed differs from what is stored now, and takes over the stored etags, so
// that saving again saves what was typed.
func (f *form) compare() {
	f.each(func(q *field) {
		switch {
		case q.Kind == kindHidden && strings.HasSuffix(q.Name, "etag"):
			q.Value = q.stored
		case q.Kind == kindHidden:
		case q.Kind != kindFile && q.Kind != kindPassword && q.text() != q.stored:
			f.Differences = append(f.Differences, difference{q.Label, q.text(), q.stored})
		}
	})
}

// hidden returns a field that the user does not see.
func hidden(name, value string) *field {
	return &field{Name: name, Kind: kindHidden, Value: value}
}

// text returns a one-line field.
func text(name, label, value string, paths ...string) *field {
	return &field{Name: name, Kind: kindText, Label: label, Value: value, paths: paths}
}

// area returns a field of several lines.
func area(name, label, value string, paths ...string) *field {
	return &field{Name: name, Kind: kindArea, Label: label, Value: value, Rows: 4, paths: paths}
}

// date returns a field for a date.
func date(name, label, value string, paths ...string) *field {
	return &field{Name: name, Kind: kindDate, Label: label, Value: value, Width: "short", paths: paths}
}

// radios returns a choice of one.
func radios(name, label, value string, options []option, paths ...string) *field {
	return &field{Name: name, Kind: kindRadios, Label: label, Value: value, Options: options, paths: paths}
}

// checks returns a choice of none or several.
func checks(name, label string, values []string, options []option, paths ...string) *field {
	return &field{Name: name, Kind: kindChecks, Label: label, Values: values, Options: options, Optional: true, paths: paths}
}

// optional marks the field as one that may be left empty.
func (f *field) optional() *field {
	f.Optional = true
	return f
}

// hint sets the help under the label.
func (f *field) hint(text string) *field {
	f.Hint = text
	return f
}

// help sets the longer explanation.
func (f *field) help(text string) *field {
	f.Help = text
	return f
}

// rows sets the height of a text area.
func (f *field) rows(n int) *field {
	f.Rows = n
	return f
}

// width sets the width of a text field.
func (f *field) width(w string) *field {
	f.Width = w
	return f
}

// missing sets what is said when nothing was answered.
func (f *field) missing(text string) *field {
	f.Missing = text
	return f
}
