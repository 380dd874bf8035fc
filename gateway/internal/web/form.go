package web

import (
	"net/http"
	"net/url"
	"slices"
	"strconv"
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
	// Extra are more buttons, such as one that shows what an answer would mean. They store nothing.
	Extra []button
	// Notice is said above the form, such as that the sign-in had expired.
	Notice string
	// Problems are what the error summary lists.
	Problems []problem
	// Differences are the fields that somebody else changed meanwhile.
	Differences []difference

	status int
	// try answers the extra buttons; it stores nothing.
	try func() error
}

// group is a part of a form under its own heading; without a legend its fields stand alone.
type group struct {
	Legend, Lead string
	Fields       []*field
	// Buttons add a row to the group; nothing is stored.
	Buttons []button
}

// button is a button beside the main one: what it says, and what it sends under the name "gor".
type button struct {
	Text, Do string
	// Tab opens the answer in a tab of its own, so that the form stays.
	Tab bool
}

// doField is the name that the extra buttons of a form send.
const doField = "gor"

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
	f.Groups = append(f.Groups, group{Legend: legend, Lead: lead, Fields: fields})
}

// button adds a button to the last group.
func (f *form) button(text, do string) {
	g := &f.Groups[len(f.Groups)-1]
	g.Buttons = append(g.Buttons, button{Text: text, Do: do})
}

// HasRows reports whether a button stands before the main one, which the key Enter would press then.
func (f *form) HasRows() bool {
	return slices.ContainsFunc(f.Groups, func(g group) bool { return len(g.Buttons) > 0 })
}

// wants reports whether a button of the form does what was asked for, other than to save.
func (f *form) wants(do string) bool {
	return f.adds(do) || slices.ContainsFunc(f.Extra, func(b button) bool { return b.Do == do })
}

// adds reports whether a button of the form adds what was asked for.
func (f *form) adds(do string) bool {
	return slices.ContainsFunc(f.Groups, func(g group) bool {
		return slices.ContainsFunc(g.Buttons, func(b button) bool { return b.Do == do })
	})
}

// rows is how many rows of a kind a form shows: as many as were sent, else as there are, and one more when the button that
// adds one was pressed. What it returns is sent with the form.
func (c *call) rows(key string, have int) int {
	if !c.posted() {
		return have
	}
	name := rowsField(key)
	n := have
	if sent, err := strconv.Atoi(c.r.PostForm.Get(name)); err == nil {
		n = max(have, min(sent, maxFormRows))
	}
	if c.r.PostForm.Get(doField) == addRow+key && n < maxFormRows {
		n++
	}
	c.r.PostForm.Set(name, strconv.Itoa(n))
	return n
}

// maxFormRows is how many rows of a kind a form takes.
const maxFormRows = 50

// addRow begins what a button sends that adds a row.
const addRow = "rad-"

// rowsField is the field that says how many rows a form shows.
func rowsField(key string) string { return "rader-" + key }

// rowCount tells how many rows of a kind to show.
type rowCount func(key string, have int) int

// asStored shows as many rows as there are.
func asStored(_ string, have int) int { return have }

// each calls fn for every field, those inside options too.
func (f *form) each(fn func(*field)) {
	for _, g := range f.Groups {
		for _, q := range g.Fields {
			q.each(fn)
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

// cells returns short fields side by side.
func cells(fields ...*field) *field { return &field{Kind: kindCells, Parts: fields, Optional: true} }

// choose returns a list to choose one from.
func choose(name, label, value string, options []option, paths ...string) *field {
	return &field{Name: name, Kind: kindSelect, Label: label, Value: value, Options: options, paths: paths}
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
