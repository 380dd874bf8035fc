package web

import (
	"net/url"
	"strconv"
)

// maxRows is how many rows a list shows at a time; more would make the page heavy.
const maxRows = 50

// window is the part of a long list that a page shows.
type window struct {
	// From and To count from one; All is the length of the list.
	From, To, All int
	// More leads to the next part, Back to the one before; empty when there is none.
	More, Back string
}

// Part says which part of the list is shown; empty when it is all of it.
func (w window) Part() string {
	if w.All == 0 || w.From == 1 && w.To == w.All {
		return ""
	}
	return number(float64(w.From)) + "–" + number(float64(w.To)) + " av " + number(float64(w.All))
}

// windowOf cuts out the part of a list that the address asks for by "fran"; the other choices in the address stay. The
// fragment is where on the page the list begins.
func windowOf[T any](all []T, path string, query url.Values, fragment string) ([]T, window) {
	return windowSized(all, maxRows, path, query, fragment)
}

// windowSized is windowOf for rows that are lighter or heavier than most.
func windowSized[T any](all []T, size int, path string, query url.Values, fragment string) ([]T, window) {
	from, _ := strconv.Atoi(query.Get("fran"))
	if from < 0 || from >= len(all) {
		from = 0
	}
	to := min(from+size, len(all))
	w := window{From: from + 1, To: to, All: len(all)}
	if to < len(all) {
		w.More = windowAddress(path, query, to, fragment)
	}
	if from > 0 {
		w.Back = windowAddress(path, query, max(0, from-size), fragment)
	}
	return all[from:to], w
}

func windowAddress(path string, query url.Values, from int, fragment string) string {
	q := url.Values{}
	for key, values := range query {
		if key != "fran" && key != "kvitto" {
			q[key] = values
		}
	}
	if from > 0 {
		q.Set("fran", strconv.Itoa(from))
	}
	if len(q) > 0 {
		path += "?" + q.Encode()
	}
	return path + "#" + fragment
}
