package web

import (
	"bytes"
	"fmt"
	"html"
	"html/template"
	"net/http"
)

// longSheet is how many rows a sheet has when the browser is told how far the work has come. A shorter one is answered as
// any other page, whole.
const longSheet = 2000

// stepsEnd closes the list that the page's template opens.
const stepsEnd = "</ol></div>\n"

// working is an answer that is sent piece by piece while the work goes on: the head of the page at once, then a line for
// each step, last what came of it. Nothing is kept between requests, so any gateway can answer, and no script is needed.
type working struct {
	*call
	title string
	// rest is what comes after the content; nil until something was sent.
	rest []byte
}

// perform does work that may take long. do is given what it tells each step to, with the number of rows that the work is
// about. What do returns is the page when nothing was sent before it was done.
func (c *call) perform(title string, do func(tell func(step string, rows int)) (*page, error)) (*page, error) {
	w := &working{call: c, title: title}
	result, err := do(w.tell)
	if w.rest == nil {
		return result, err
	}
	if err != nil {
		if result, err = c.explain(c, err); err != nil {
			return nil, err
		}
	}
	return &page{Sent: true}, w.finish(result)
}

// tell sends a line. A browser that has gone away is no fault.
func (w *working) tell(step string, rows int) {
	if rows < longSheet || w.rest == nil && !w.begin() {
		return
	}
	w.send(fmt.Appendf(nil, "<li>%s</li>\n", html.EscapeString(step)))
}

// begin sends the page as far as its content; it reports whether that was possible.
func (w *working) begin() bool {
	const here = "<!--steg-->"
	p := workingPage(w.title, here)
	w.furnish(p)
	body, err := w.views.render(p)
	before, after, found := bytes.Cut(body, []byte(here))
	if err != nil || !found {
		return false // the work is answered when it is done
	}
	w.rest = after
	h := w.w.Header()
	h.Set("Content-Type", "text/html; charset=utf-8")
	h.Set("X-Accel-Buffering", "no")
	w.w.WriteHeader(http.StatusOK)
	w.send(before)
	return true
}

// workingPage is the page of work that goes on; steps are what was told so far.
func workingPage(title string, steps template.HTML) *page {
	return &page{Title: title, Lead: "Det kan ta en stund. Låt sidan vara öppen.", Template: "working", Data: steps, Section: sectionControls}
}

func (w *working) send(b []byte) {
	_, _ = w.w.Write(b)
	_ = http.NewResponseController(w.w).Flush()
}

// finish sends what came of the work and the rest of the page. Where the browser would have been sent on, it is given a
// link.
func (w *working) finish(p *page) error {
	w.send([]byte(stepsEnd))
	at := p.Location
	if at != "" {
		p = &page{Title: p.Title, Lead: p.Lead, Template: "workingdone", Data: at}
	}
	p.Shell.Demo = w.Demo
	content, err := w.views.content(p)
	if err != nil {
		return err
	}
	w.send(fmt.Appendf(nil, "<h2>%s</h2>\n", html.EscapeString(p.Title)))
	if p.Lead != "" {
		w.send(fmt.Appendf(nil, "<p>%s</p>\n", html.EscapeString(p.Lead)))
	}
	w.send(append(content, w.rest...))
	return nil
}
