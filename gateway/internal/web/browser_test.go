package web_test

import (
	"bytes"
	"io"
	"mime/multipart"
	"net/http"
	"net/http/cookiejar"
	"net/url"
	"slices"
	"strings"
	"testing"

	"golang.org/x/net/html"
)

// browser is a browser without scripts: it opens pages, fills in their forms and sends them.
type browser struct {
	*testing.T
	client *http.Client
	at     *url.URL
	status int
	header http.Header
	body   string
	doc    *html.Node
}

func newBrowser(t *testing.T, address string) *browser {
	t.Helper()
	jar, err := cookiejar.New(nil)
	if err != nil {
		t.Fatal(err)
	}
	at, err := url.Parse(address)
	if err != nil {
		t.Fatal(err)
	}
	return &browser{T: t, client: &http.Client{Jar: jar}, at: at}
}

// clone is a second window of the same browser.
func (b *browser) clone() *browser {
	c := *b
	return &c
}

func (b *browser) do(r *http.Request) {
	b.Helper()
	res, err := b.client.Do(r)
	if err != nil {
		b.Fatal(err)
	}
	defer res.Body.Close()
	body, err := io.ReadAll(res.Body)
	if err != nil {
		b.Fatal(err)
	}
	b.at, b.status, b.header, b.body = res.Request.URL, res.StatusCode, res.Header, string(body)
	if b.doc, err = html.Parse(bytes.NewReader(body)); err != nil {
		b.Fatal(err)
	}
}

// open follows a link.
func (b *browser) open(path string) *browser {
	b.Helper()
	u, err := b.at.Parse(path)
	if err != nil {
		b.Fatal(err)
	}
	r, err := http.NewRequestWithContext(b.Context(), http.MethodGet, u.String(), nil)
	if err != nil {
		b.Fatal(err)
	}
	b.do(r)
	return b
}

// submit sends the page's main form, filled in as it is shown, with the given answers on top.
func (b *browser) submit(answers url.Values) *browser {
	b.Helper()
	form := find(b.doc, func(n *html.Node) bool {
		return n.Data == "form" && get(n, "method") == "post" && get(n, "class") == "form"
	})
	if form == nil {
		b.Fatalf("no form on %s:\n%s", b.at, b.text())
	}
	return b.send(form, answers)
}

// send sends one form.
func (b *browser) send(form *html.Node, answers url.Values) *browser {
	b.Helper()
	values := shown(form)
	for k, v := range answers {
		values[k] = v
	}
	to, err := b.at.Parse(get(form, "action"))
	if err != nil {
		b.Fatal(err)
	}
	body, kind := io.Reader(strings.NewReader(values.Encode())), "application/x-www-form-urlencoded"
	if get(form, "enctype") != "" {
		body, kind = parts(b, values)
	}
	r, err := http.NewRequestWithContext(b.Context(), http.MethodPost, to.String(), body)
	if err != nil {
		b.Fatal(err)
	}
	r.Header.Set("Content-Type", kind)
	r.Header.Set("Sec-Fetch-Site", "same-origin")
	b.do(r)
	return b
}

// parts writes a form with a file; the value "fil" is its name, a space and its content.
func parts(b *browser, values url.Values) (io.Reader, string) {
	b.Helper()
	var body bytes.Buffer
	w := multipart.NewWriter(&body)
	for k, vs := range values {
		if k != "fil" {
			if err := w.WriteField(k, vs[0]); err != nil {
				b.Fatal(err)
			}
			continue
		}
		name, content, _ := strings.Cut(vs[0], " ")
		f, err := w.CreateFormFile(k, name)
		if err != nil {
			b.Fatal(err)
		}
		if _, err := io.WriteString(f, content); err != nil {
			b.Fatal(err)
		}
	}
	if err := w.Close(); err != nil {
		b.Fatal(err)
	}
	return &body, w.FormDataContentType()
}

// shown is what a browser would send of a form as it is.
func shown(form *html.Node) url.Values {
	values := url.Values{}
	walk(form, func(n *html.Node) {
		name := get(n, "name")
		switch {
		case name == "" || n.Data == "button":
		case n.Data == "textarea":
			values.Add(name, strings.TrimPrefix(words(n), "\n"))
		case n.Data == "select":
			if o := find(n, func(o *html.Node) bool { return o.Data == "option" && has(o, "selected") }); o != nil {
				values.Add(name, get(o, "value"))
			} else if o := find(n, func(o *html.Node) bool { return o.Data == "option" }); o != nil {
				values.Add(name, get(o, "value"))
			}
		case n.Data == "input" && (get(n, "type") == "radio" || get(n, "type") == "checkbox"):
			if has(n, "checked") {
				values.Add(name, get(n, "value"))
			}
		case n.Data == "input" && get(n, "type") != "file":
			values.Add(name, get(n, "value"))
		}
	})
	return values
}

// want fails unless the page has the status and shows all the texts.
func (b *browser) want(status int, texts ...string) *browser {
	b.Helper()
	text := b.text()
	if b.status != status {
		b.Fatalf("%s: got status %d, want %d\n%s", b.at, b.status, status, text)
	}
	for _, t := range texts {
		if !strings.Contains(text, t) {
			b.Errorf("%s does not show %q:\n%s", b.at, t, text)
		}
	}
	return b
}

// link returns the address of the link with the text.
func (b *browser) link(text string) string {
	b.Helper()
	a := find(b.doc, func(n *html.Node) bool { return n.Data == "a" && strings.TrimSpace(words(n)) == text })
	if a == nil {
		b.Fatalf("%s has no link %q:\n%s", b.at, text, b.text())
	}
	return get(a, "href")
}

// text is what the page says, typed text included, with ordinary spaces.
func (b *browser) text() string {
	if b.doc == nil {
		return ""
	}
	main := find(b.doc, func(n *html.Node) bool { return n.Data == "main" })
	if main == nil {
		main = b.doc
	}
	return strings.Join(strings.Fields(strings.ReplaceAll(words(main), "\u00a0", " ")), " ")
}

func walk(n *html.Node, visit func(*html.Node)) {
	visit(n)
	for k := n.FirstChild; k != nil; k = k.NextSibling {
		walk(k, visit)
	}
}

func find(n *html.Node, match func(*html.Node) bool) *html.Node {
	var found *html.Node
	walk(n, func(k *html.Node) {
		if found == nil && k.Type == html.ElementNode && match(k) {
			found = k
		}
	})
	return found
}

func get(n *html.Node, key string) string {
	i := slices.IndexFunc(n.Attr, func(a html.Attribute) bool { return a.Key == key })
	if i < 0 {
		return ""
	}
	return n.Attr[i].Val
}

func has(n *html.Node, key string) bool {
	return slices.ContainsFunc(n.Attr, func(a html.Attribute) bool { return a.Key == key })
}

// words returns the text below a node; the parts of different elements are kept apart.
func words(n *html.Node) string {
	var b strings.Builder
	walk(n, func(k *html.Node) {
		if k.Type == html.TextNode {
			b.WriteString(k.Data)
		} else if k.Data == "td" || k.Data == "th" || k.Data == "li" || k.Data == "p" || k.Data == "dd" || k.Data == "option" {
			b.WriteString(" ")
		}
	})
	return b.String()
}
