package web

import (
	"bytes"
	"html/template"
	"io/fs"
	"path"
	"strings"
	"time"
	"unicode"

	"github.com/uppsikt/uppsikt/internal/clock"
)

// views holds the parsed templates. It is safe for concurrent use.
type views struct {
	pages map[string]*template.Template
}

// base are the files that every page is built from.
var base = []string{"templates/layout.html", "templates/parts.html", "templates/form.html"}

// newViews parses the templates: one set per page, over the same layout and parts.
func newViews(c clock.Clock, zone *time.Location) (*views, error) {
	root, err := template.New("layout.html").Funcs(templateFuncs(c, zone)).ParseFS(templateFiles, base...)
	if err != nil {
		return nil, err
	}
	files, err := fs.Glob(templateFiles, "templates/page_*.html")
	if err != nil {
		return nil, err
	}
	v := &views{pages: make(map[string]*template.Template, len(files)+1)}
	for _, f := range files {
		set, err := root.Clone()
		if err != nil {
			return nil, err
		}
		if set, err = set.ParseFS(templateFiles, f); err != nil {
			return nil, err
		}
		v.pages[strings.TrimSuffix(strings.TrimPrefix(path.Base(f), "page_"), ".html")] = set
	}
	v.pages[""] = root
	return v, nil
}

// render returns the HTML of a page, complete or not at all.
func (v *views) render(p *page) ([]byte, error) {
	set := v.pages[p.Template]
	if set == nil {
		return nil, &missingTemplate{p.Template}
	}
	var b bytes.Buffer
	if err := set.ExecuteTemplate(&b, "layout.html", p); err != nil {
		return nil, err
	}
	return b.Bytes(), nil
}

// content returns the HTML of what a page holds, without its surroundings.
func (v *views) content(p *page) ([]byte, error) {
	set := v.pages[p.Template]
	if set == nil {
		return nil, &missingTemplate{p.Template}
	}
	var b bytes.Buffer
	err := set.ExecuteTemplate(&b, "content", p)
	return b.Bytes(), err
}

// missingTemplate is the fault of a page that names a template which does not exist.
type missingTemplate struct{ name string }

// Error names the template.
func (e *missingTemplate) Error() string { return "no template " + e.name }

// humps splits a name in CamelCase before its capitals, so that a long one can break there.
func humps(name string) []string {
	var parts []string
	start, small := 0, false
	for i, r := range name {
		if small && unicode.IsUpper(r) {
			parts, start = append(parts, name[start:i]), i
		}
		small = !unicode.IsUpper(r)
	}
	return append(parts, name[start:])
}

// templateFuncs are what templates may call.
func templateFuncs(c clock.Clock, zone *time.Location) template.FuncMap {
	m := newMarkdown()
	return template.FuncMap{
		"date":     dateText,
		"relative": func(iso string) string { return relativeDate(iso, c.Now(), zone) },
		"number":   number,
		"plural":   plural,
		"markdown": m.html,
		"sentence": sentence,
		"inc":      func(i int) int { return i + 1 },
		"humps":    humps,
	}
}
