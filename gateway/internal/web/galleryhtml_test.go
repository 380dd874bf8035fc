package web

import (
	"bytes"
	"slices"
	"strings"
	"testing"

	"golang.org/x/net/html"
)

// checkHTML finds what can be found in a page without a browser: nesting, headings, labels, ids, tables, language.
func checkHTML(t *testing.T, body []byte) {
	t.Helper()
	checkNesting(t, body)
	doc, err := html.Parse(bytes.NewReader(body))
	if err != nil {
		t.Fatal(err)
	}
	c := &htmlCheck{T: t, ids: map[string]int{}}
	c.walk(doc)
	c.finish()
}

// voidTags have no end tag.
var voidTags = []string{"meta", "link", "img", "input", "br", "wbr", "path", "circle", "rect"}

// checkNesting reports tags that are not closed in order.
func checkNesting(t *testing.T, body []byte) {
	t.Helper()
	z := html.NewTokenizer(bytes.NewReader(body))
	var open []string
	for {
		kind := z.Next()
		name, _ := z.TagName()
		tag := string(name)
		switch kind {
		case html.ErrorToken:
			if len(open) > 0 {
				t.Errorf("not closed: %v", open)
			}
			return
		case html.StartTagToken:
			if !slices.Contains(voidTags, tag) {
				open = append(open, tag)
			}
		case html.EndTagToken:
			if len(open) == 0 || open[len(open)-1] != tag {
				t.Errorf("</%s> closes %v", tag, open)
				return
			}
			open = open[:len(open)-1]
		default: // texts and comments need no closing
		}
	}
}

// htmlCheck gathers what a page holds.
type htmlCheck struct {
	*testing.T
	ids                           map[string]int
	labels, inputs, targets, refs []string
	h1, level                     int
	title, lang                   string
}

func (c *htmlCheck) walk(n *html.Node) {
	if n.Type == html.ElementNode {
		c.element(n)
	}
	for k := n.FirstChild; k != nil; k = k.NextSibling {
		c.walk(k)
	}
}

func (c *htmlCheck) element(n *html.Node) {
	if id := attr(n, "id"); id != "" {
		c.ids[id]++
	}
	c.refs = append(c.refs, strings.Fields(attr(n, "aria-describedby")+" "+attr(n, "aria-labelledby"))...)
	if attr(n, "style") != "" || n.Data == "script" || n.Data == "style" {
		c.Errorf("<%s> has a style or script inside the page, which its policy forbids", n.Data)
	}
	switch n.Data {
	case "html":
		c.lang = attr(n, "lang")
	case "title":
		if n.FirstChild != nil && n.Namespace == "" {
			c.title = n.FirstChild.Data
		}
	case "h1", "h2", "h3", "h4":
		c.heading(n)
	case "p":
		if n.FirstChild == nil {
			c.Error("an empty <p>: something that cannot lie in a paragraph does")
		}
	case "label":
		c.labels = append(c.labels, attr(n, "for"))
	case "input", "select", "textarea":
		if attr(n, "type") != "hidden" {
			c.inputs = append(c.inputs, attr(n, "id"))
		}
	case "a":
		c.anchor(n)
	case "table":
		c.table(n)
	case "th":
		if attr(n, "scope") == "" {
			c.Errorf("<th> %q without scope", textOf(n))
		}
	case "button", "legend", "summary", "caption":
		if textOf(n) == "" {
			c.Errorf("<%s> without text", n.Data)
		}
	}
}

func (c *htmlCheck) heading(n *html.Node) {
	level := int(n.Data[1] - '0')
	if level == 1 {
		c.h1++
	}
	if level > c.level+1 && !strings.Contains(attr(n, "id"), "fel-rubrik") && c.level > 0 {
		c.Errorf("<%s> %q follows <h%d>: a level is skipped", n.Data, textOf(n), c.level)
	}
	c.level = level
	if textOf(n) == "" {
		c.Errorf("<%s> without text", n.Data)
	}
}

func (c *htmlCheck) anchor(n *html.Node) {
	href := attr(n, "href")
	if textOf(n) == "" || href == "" {
		c.Errorf("a link without text or address: %q %q", textOf(n), href)
	}
	if strings.HasPrefix(href, "#") {
		c.targets = append(c.targets, href[1:])
	}
}

func (c *htmlCheck) table(n *html.Node) {
	if n.FirstChild == nil || n.FirstChild.Data != "caption" {
		c.Error("a table without a caption first")
	}
}

// finish reports what only the whole page shows.
func (c *htmlCheck) finish() {
	if c.h1 != 1 || c.lang != "sv" || !strings.HasSuffix(c.title, "Uppsikt") {
		c.Errorf("got %d h1, lang %q, title %q; want one h1, sv and a title that ends with Uppsikt", c.h1, c.lang, c.title)
	}
	for id, n := range c.ids {
		if n > 1 {
			c.Errorf("id %q is used %d times", id, n)
		}
	}
	for _, id := range c.inputs {
		if id == "" || !slices.Contains(c.labels, id) {
			c.Errorf("field %q has no label", id)
		}
	}
	for _, id := range slices.Concat(c.targets, c.refs, c.labels) {
		if c.ids[id] == 0 {
			c.Errorf("something refers to %q, which is not in the page", id)
		}
	}
	if c.ids["fel"] > 0 && !strings.HasPrefix(c.title, "Fel: ") {
		c.Errorf("title %q of a page with faults does not begin with Fel:", c.title)
	}
}

func attr(n *html.Node, key string) string {
	for _, a := range n.Attr {
		if a.Key == key {
			return a.Val
		}
	}
	return ""
}

// textOf returns the text of an element, with the alternative texts of its pictures.
func textOf(n *html.Node) string {
	if n.Type == html.TextNode {
		return strings.TrimSpace(n.Data)
	}
	text := attr(n, "alt")
	for k := n.FirstChild; k != nil; k = k.NextSibling {
		text += textOf(k)
	}
	return strings.TrimSpace(text)
}
