package workbook

import (
	"fmt"
	"slices"
	"strings"
)

// headerRows is how far down the headings are looked for.
const headerRows = 40

// Column is one column of a sheet.
type Column struct {
	// Letter names it in the sheet, such as "C".
	Letter string
	// Heading is what stands over it.
	Heading string
	// Field is the key of what it is read as; empty when it is not read.
	Field string

	index int
}

// header is the row of headings and what they mean.
type header struct {
	row     int
	columns []Column
	// of finds a column's index by its field.
	of map[string]int
}

// findHeader looks for the row that has the most headings of the kind, and of several those that are required. It may lack
// some of these, and has no columns when no row has any heading.
func findHeader(s *sheet, kind Kind, mapped map[string]string) header {
	best := header{}
	for _, r := range s.rows {
		if r.number > headerRows {
			break
		}
		if h := readHeader(r, kind, mapped); slices.Compare(h.fit(kind), best.fit(kind)) > 0 {
			best = h
		}
	}
	return best
}

// fit tells how well a row serves as the headings of a kind, the weightiest first.
func (h header) fit(kind Kind) []int {
	fit := []int{len(h.of), 0}
	if h.complete(kind) {
		fit[1] = 1
	}
	return fit
}

// readHeader reads a row as headings. What somebody mapped goes before what is recognised.
func readHeader(r row, kind Kind, mapped map[string]string) header {
	h := header{row: r.number, of: map[string]int{}}
	for _, c := range r.cells {
		heading := strings.Join(strings.Fields(evenSpaces(c.shown())), " ")
		h.columns = append(h.columns, Column{Letter: letters(c.column), Heading: heading, index: c.column})
	}
	taken := map[string]bool{}
	for i := range h.columns {
		if field, ok := mappedTo(h.columns[i].Heading, mapped); ok {
			h.columns[i].Field = field
			taken[plain(h.columns[i].Heading)] = true
			h.claim(field, h.columns[i].index)
		}
	}
	for rank := range ranks {
		for i := range h.columns {
			if !taken[plain(h.columns[i].Heading)] {
				h.recognise(&h.columns[i], kind, rank)
			}
		}
	}
	return h
}

// claim notes the first column of a field, and tells whether it was free.
func (h *header) claim(field string, index int) bool {
	if field == "" {
		return false
	}
	if _, taken := h.of[field]; taken {
		return false
	}
	h.of[field] = index
	return true
}

// ranks is how many ways there are to recognise a heading, the surest first.
const ranks = 3

// recognise gives a column its field: by the heading of the template, by a synonym, or by either without what stands in
// brackets.
func (h *header) recognise(c *Column, kind Kind, rank int) {
	if c.Field != "" {
		return
	}
	heading := plain(c.Heading)
	if rank == ranks-1 {
		before, _, _ := strings.Cut(c.Heading, "(")
		heading = plain(before)
	}
	if heading == "" {
		return
	}
	for _, f := range kind.Fields() {
		names := f.names()
		if rank == 0 {
			names = names[:1]
		}
		if slices.Contains(names, heading) && h.claim(f.Key, c.index) {
			c.Field = f.Key
			return
		}
	}
}

// mappedTo finds a heading among those mapped, as alike as headings are.
func mappedTo(heading string, mapped map[string]string) (string, bool) {
	for from, field := range mapped {
		if same(from) == same(heading) && same(from) != "" {
			return field, true
		}
	}
	return "", false
}

// complete reports whether every required field has a column.
func (h header) complete(kind Kind) bool { return len(h.of) > 0 && len(h.missing(kind)) == 0 }

// missing returns the required fields without a column.
func (h header) missing(kind Kind) []Field {
	var fields []Field
	for _, f := range kind.Fields() {
		if _, ok := h.of[f.Key]; f.Required && !ok {
			fields = append(fields, f)
		}
	}
	return fields
}

// checkMapping returns the mapping by field keys, or a fault for a field that does not exist. An empty field leaves a
// column out.
func checkMapping(kind Kind, mapped map[string]string) (map[string]string, error) {
	keys := map[string]string{}
	for heading, name := range mapped {
		if name == "" || name == "-" {
			keys[heading] = ""
			continue
		}
		f, ok := kind.field(name)
		if !ok {
			return nil, unreadable("UNKNOWN_FIELD", fmt.Sprintf("Rubriken ”%s” ska läsas som ”%s”, som inte finns. De som finns är: %s.", clip(heading), clip(name), fieldKeys(kind)),
				fmt.Sprintf("unknown field %q; known are %s", clip(name), fieldKeys(kind)))
		}
		keys[heading] = f.Key
	}
	return keys, nil
}

func fieldKeys(kind Kind) string {
	var keys []string
	for _, f := range kind.Fields() {
		keys = append(keys, f.Key)
	}
	return strings.Join(keys, ", ")
}
