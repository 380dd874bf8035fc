package report

import (
	"slices"
	"strings"

	"github.com/uppsikt/uppsikt/services/reporting/internal/document"
)

// piece is one part of a document: its heading, its text, and what is made from data.
type piece struct {
	// key names it in templates and, where text is true, in the texts of a case.
	key, heading string
	// aliases are other headings that stand for the same part.
	aliases []string
	text    bool
	// fixed is its built-in text; standard computes one instead. Markdown.
	fixed    string
	standard func() string
	// data makes the blocks that follow the text; nil for text alone.
	data func() []document.Block
	// bare has no heading of its own; optional is left out when there is nothing to say; hidden always.
	bare, optional, hidden bool
	// template is the text that the template gives it.
	template string
}

// arrange puts the parts of a document into the order of a template, with its headings and texts. The first of two parts
// with the same key counts.
func arrange(built []piece, t Template, s about) []piece {
	var arranged []piece
	taken := map[string]bool{}
	for _, part := range t.Parts {
		if taken[part.Key] {
			continue
		}
		taken[part.Key] = true
		if p, ok := shape(built, part, s); ok {
			arranged = append(arranged, p)
		}
	}
	for _, p := range built {
		if !taken[p.key] {
			arranged = append(arranged, p)
		}
	}
	return arranged
}

// shape applies one part of a template. One of its own that says nothing is none.
func shape(built []piece, part TemplatePart, s about) (piece, bool) {
	heading, text := strings.TrimSpace(s.fill(part.Title)), s.fill(part.Text)
	at := slices.IndexFunc(built, func(p piece) bool { return p.key == part.Key })
	if at < 0 {
		own := piece{key: part.Key, heading: heading, text: true, template: text, bare: heading == "", hidden: part.Hidden}
		return own, heading != "" || strings.TrimSpace(text) != ""
	}
	p := built[at]
	p.template, p.hidden = text, part.Hidden
	if heading != "" {
		p.aliases, p.heading, p.bare = append(slices.Clone(p.aliases), p.heading), heading, false
	}
	return p, true
}

// withoutCase returns the text that is printed when the case has none.
func (p piece) withoutCase() string {
	switch {
	case strings.TrimSpace(p.template) != "":
		return p.template
	case p.standard != nil:
		return p.standard()
	}
	return p.fixed
}

// own returns the case's text for a part.
func (c Case) own(p piece) (text string, stated bool) {
	if own := c.Texts[p.key]; p.text && strings.TrimSpace(own) != "" {
		return own, true
	}
	return "", false
}

// blocks writes the part. One of which nothing is known prints the mark, unless it is optional.
func (p piece) blocks(text string) []document.Block {
	if p.hidden {
		return nil
	}
	blocks := document.FromMarkdown(text)
	if p.data != nil {
		blocks = append(blocks, p.data()...)
	}
	if len(blocks) == 0 && p.optional {
		return nil
	}
	if len(blocks) == 0 {
		blocks = []document.Block{document.Text(document.EmptyMark)}
	}
	if p.bare {
		return blocks
	}
	return append([]document.Block{document.Heading{Level: 2, Text: headingText(p.heading)}}, blocks...)
}

// write writes all parts with the texts of a case.
func (c Case) write(parts []piece) []document.Block {
	var blocks []document.Block
	for _, p := range parts {
		text, stated := c.own(p)
		if !stated {
			text = p.withoutCase()
		}
		blocks = append(blocks, p.blocks(text)...)
	}
	return blocks
}

// part tells of the part what a case may write.
func (p piece) part() Part {
	made := Part{Title: headingText(p.heading)}
	if p.text {
		made.Key, made.Standard = p.key, p.withoutCase()
	}
	return made
}

// silent reports whether an optional part has nothing to say, or the part is hidden.
func (p piece) silent(c Case) bool {
	text, stated := c.own(p)
	if !stated {
		text = p.withoutCase()
	}
	return len(p.blocks(text)) == 0
}

// firstOf returns the first text that is not blank.
func firstOf(texts ...string) string {
	for _, text := range texts {
		if strings.TrimSpace(text) != "" {
			return text
		}
	}
	return ""
}

// BuiltIn is the form of a kind before any template.
type BuiltIn struct {
	Title  string
	Parts  []TemplatePart
	Labels []Label
}

// Form returns the built-in form of a kind. A text that is computed from data is left empty, as are names in it that only a
// committee and a year give; these are "{committee}" and "{year}".
func Form(kind Kind) BuiltIn {
	s := placeholder()
	var parts []piece
	form := BuiltIn{Labels: Labels(kind)}
	switch kind {
	case KindInterim:
		i := &Interim{Committee: s.committee, Plan: Plan{Year: s.year}}
		parts, form.Title = i.pieces(), i.DocumentTitle()
	case KindPlan:
		p := &ControlPlan{Committee: s.committee, Year: s.year}
		parts, form.Title = p.pieces(), p.DocumentTitle()
	case KindAnnual:
		a := &Annual{Committee: s.committee, Year: s.year}
		parts, form.Title = a.pieces(), a.DocumentTitle()
	case KindMemorandum, KindMinutesExtract:
		m := &Matter{Annual: Annual{Committee: s.committee, Year: s.year}, Extract: kind == KindMinutesExtract}
		parts = m.pieces()
	case KindConsolidated:
	}
	for _, p := range parts {
		form.Parts = append(form.Parts, TemplatePart{Key: p.key, Title: p.heading, Text: p.fixed})
	}
	return form
}
