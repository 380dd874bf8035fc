// Package svg writes scenes as SVG 1.1: real text, no script, no style, and nothing that is fetched.
package svg

import (
	"fmt"
	"html"
	"math"
	"strconv"
	"strings"

	"github.com/uppsikt/uppsikt/services/reporting/internal/document/scene"
)

// Label is what a figure is called and what it shows, for who does not see it.
type Label struct {
	// ID makes the ids of title and description unique in their page.
	ID string
	// Title is its name, Description what it shows.
	Title, Description string
}

// Render writes a scene as an element that can stand in a page or be a file of its own. Equal scenes give equal text. It is
// safe for concurrent use.
func Render(s *scene.Scene, l Label) string {
	w := &writer{}
	id := html.EscapeString(l.ID)
	w.raw(`<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 `, number(s.Width), " ", number(s.Height), `" width="`, number(s.Width),
		`" height="`, number(s.Height), `" role="img" lang="sv" aria-labelledby="`, id, "-titel ", id,
		`-text" font-family="Liberation Sans, Arial, Helvetica, sans-serif">`+"\n")
	w.raw(`<title id="`, id, `-titel">`, html.EscapeString(l.Title), "</title>\n")
	w.raw(`<desc id="`, id, `-text">`, html.EscapeString(l.Description), "</desc>\n")
	w.nodes(s.Nodes)
	w.raw("</svg>\n")
	return w.out.String()
}

type writer struct{ out strings.Builder }

func (w *writer) raw(parts ...string) {
	for _, part := range parts {
		w.out.WriteString(part)
	}
}

func (w *writer) nodes(nodes []scene.Node) {
	for _, node := range nodes {
		group, ok := node.(scene.Group)
		if !ok {
			for _, plain := range scene.Lower(node) {
				w.node(plain)
			}
			continue
		}
		w.raw(`<g data-role="`, html.EscapeString(group.Role), "\">\n")
		w.nodes(group.Nodes)
		w.raw("</g>\n")
	}
}

func (w *writer) node(node scene.Node) {
	switch n := node.(type) {
	case scene.Rect:
		w.raw(`<rect x="`, number(n.X), `" y="`, number(n.Y), `" width="`, number(n.Width), `" height="`, number(n.Height), `"`,
			fill(n.Fill), stroke(n.Stroke), "/>\n")
	case scene.Line:
		w.raw(`<path d="`, data([]scene.Point{n.From, n.To}, false), `" fill="none"`, stroke(n.Stroke), "/>\n")
	case scene.Path:
		w.raw(`<path d="`)
		for _, line := range n.Lines {
			w.raw(data(line, n.Closed))
		}
		w.raw(`"`, fill(n.Fill), stroke(n.Stroke), "/>\n")
	case scene.Text:
		w.text(n)
	}
}

func (w *writer) text(t scene.Text) {
	weight := ""
	if t.Bold {
		weight = ` font-weight="bold"`
	}
	w.raw(`<text x="`, number(t.X), `" y="`, number(t.Y), `" font-size="`, number(t.Size), `"`, weight, anchor(t.Anchor),
		` fill="`, colour(t.Colour), `">`, html.EscapeString(t.Text), "</text>\n")
}

func anchor(a scene.Anchor) string {
	switch a {
	case scene.Middle:
		return ` text-anchor="middle"`
	case scene.End:
		return ` text-anchor="end"`
	case scene.Start:
	}
	return ""
}

func data(line []scene.Point, closed bool) string {
	var out strings.Builder
	for i, p := range line {
		command := "L"
		if i == 0 {
			command = "M"
		}
		out.WriteString(command + number(p.X) + " " + number(p.Y))
	}
	if closed {
		out.WriteString("Z")
	}
	return out.String()
}

func fill(f scene.Fill) string {
	if !f.Solid {
		return ` fill="none"`
	}
	return ` fill="` + colour(f.Colour) + `"`
}

func stroke(s scene.Stroke) string {
	if s.Width <= 0 {
		return ""
	}
	text := ` stroke="` + colour(s.Colour) + `" stroke-width="` + number(s.Width) + `"`
	if s.Dash != [2]float64{} {
		text += ` stroke-dasharray="` + number(s.Dash[0]) + " " + number(s.Dash[1]) + `"`
	}
	return text
}

func colour(c scene.Colour) string { return fmt.Sprintf("#%06x", uint32(c)) }

// number writes a coordinate with at most two decimals.
func number(v float64) string {
	const hundredths = 100
	return strconv.FormatFloat(math.Round(v*hundredths)/hundredths, 'f', -1, 64)
}
