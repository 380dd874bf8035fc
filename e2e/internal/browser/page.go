package browser

import (
	"context"
	"encoding/json"
	"fmt"
	"strings"

	"github.com/chromedp/cdproto/cdp"
	"github.com/chromedp/cdproto/dom"
	"github.com/chromedp/cdproto/input"
	"github.com/chromedp/cdproto/runtime"
	"github.com/chromedp/chromedp"
	"github.com/chromedp/chromedp/kb"
)

// find are the functions by which steps find what they work on. They run in the page, which scripts being turned off
// does not prevent: it concerns the page's own.
const find = `
const words = s => (s || "").replace(/\u00ad/g, "").replace(/[\s\u00a0]+/g, " ").trim();
const seen = e => e.getClientRects().length > 0;
const named = (selector, text) => {
	const all = [...document.querySelectorAll(selector)].filter(seen);
	return all.find(e => words(e.textContent) === text) || all.find(e => words(e.textContent).startsWith(text));
};
const labelled = (text, inside) => {
	const all = [...(inside || document).querySelectorAll("label")];
	const label = all.find(e => words(e.textContent) === text) || all.find(e => words(e.textContent).startsWith(text));
	return label && document.getElementById(label.htmlFor);
};
const question = text => [...document.querySelectorAll("fieldset")].find(f => {
	const legend = f.querySelector("legend");
	return legend && words(legend.textContent).startsWith(text);
});
`

// expression returns an expression with the value of the last line of code, which may use the functions of find.
func expression(code string, args ...any) string {
	quoted := make([]any, len(args))
	for i, a := range args {
		b, err := json.Marshal(a)
		if err != nil {
			b = []byte("null") // only texts are passed
		}
		quoted[i] = string(b)
	}
	return "(() => {" + find + "return " + fmt.Sprintf(code, quoted...) + "})()"
}

func link(text string) string { return expression(`named("a", %s)`, text) }
func button(text string) string {
	return expression(`named("button:not([aria-hidden]), summary", %s)`, text)
}
func field(label string) string { return expression(`labelled(%s)`, label) }

// fail ends the test and says where the browser was.
func (p *Page) fail(format string, args ...any) {
	p.t.Helper()
	where, _ := chromedp.Run(p.ctx, chromedp.Evaluate[string](`location.href + "\n" + document.body.innerText.slice(0, 3000)`))
	p.t.Fatalf("%s\nThe page is %s", fmt.Sprintf(format, args...), where)
}

// do runs steps within the time limit.
func (p *Page) do(what string, steps ...chromedp.Action[chromedp.Void]) {
	p.t.Helper()
	ctx, cancel := context.WithTimeout(p.ctx, stepWithin)
	defer cancel()
	if err := chromedp.Do(ctx, steps...); err != nil {
		p.fail("%s: %v", what, err)
	}
}

// call sends one command of the protocol.
func call[P, R any](p *Page, command cdp.Command[P, R], params P) R {
	p.t.Helper()
	result, err := chromedp.Call(p.ctx, command, params)
	if err != nil {
		p.fail("%s: %v", command.Method, err)
	}
	return result
}

// eval evaluates an expression in the page.
func eval[T any](p *Page, what, expression string) T {
	p.t.Helper()
	ctx, cancel := context.WithTimeout(p.ctx, stepWithin)
	defer cancel()
	v, err := chromedp.Run(ctx, chromedp.Evaluate[T](expression, chromedp.EvalAwaitPromise))
	if err != nil {
		p.fail("%s: %v", what, err)
	}
	return v
}

// must fails unless an element is on the page, so that a missing one is told at once.
func (p *Page) must(what, element string) {
	p.t.Helper()
	if !eval[bool](p, what, "!!("+element+")") {
		p.fail("the page has no %s", what)
	}
}

func (p *Page) click(element string) {
	p.t.Helper()
	p.must("element to click: "+element[strings.LastIndex(element, "return ")+7:], element)
	p.do("click", chromedp.Click(chromedp.JSPath(element)))
}

// load runs steps that lead to another page and returns its HTTP status.
func (p *Page) load(what string, steps ...chromedp.Action[chromedp.Void]) int {
	p.t.Helper()
	ctx, cancel := context.WithTimeout(p.ctx, stepWithin)
	defer cancel()
	response, err := chromedp.RunResponse(ctx, steps...)
	if err != nil {
		p.fail("%s: %v", what, err)
	}
	return int(response.Status)
}

// Go opens an address and returns the HTTP status.
func (p *Page) Go(address string) int {
	p.t.Helper()
	return p.load("open "+address, chromedp.Navigate(address))
}

// Follow follows the link with the text, or whose text begins so, and returns the HTTP status of where it leads.
func (p *Page) Follow(text string) int {
	p.t.Helper()
	p.must("link "+text, link(text))
	return p.load("follow "+text, chromedp.Click(chromedp.JSPath(link(text))))
}

// Press presses the button with the text and returns the HTTP status of the page that comes.
func (p *Page) Press(text string) int {
	p.t.Helper()
	p.must("button "+text, button(text))
	return p.load("press "+text, chromedp.Click(chromedp.JSPath(button(text))))
}

// Fill replaces the text of the field with the label.
func (p *Page) Fill(label, text string) {
	p.t.Helper()
	p.must("field "+label, field(label))
	if eval[string](p, label, field(label)+".type") == "date" {
		// What is typed into a date field depends on the browser's language; its value does not.
		eval[bool](p, label, expression(`(labelled(%s).value = %s, true)`, label, text))
		return
	}
	// A page that has just come may still move the focus, to its list of faults: then once more.
	for range fillTries {
		eval[bool](p, label, expression(`(labelled(%s).focus(), labelled(%[1]s).select(), true)`, label))
		if text == "" {
			p.Key(kb.Delete)
		} else {
			call(p, input.InsertText, input.InsertTextParams{Text: text})
		}
		if p.Value(label) == text {
			return
		}
	}
	p.fail("the field %s takes no text: it holds %q, want %q", label, p.Value(label), text)
}

// fillTries is how often a field is filled in before it counts as broken.
const fillTries = 5

// Value returns what the field with the label holds.
func (p *Page) Value(label string) string {
	p.t.Helper()
	p.must("field "+label, field(label))
	return eval[string](p, label, field(label)+".value")
}

// Choose chooses an answer to a question, by its text.
func (p *Page) Choose(legend, answer string) {
	p.t.Helper()
	p.click(expression(`labelled(%[2]s, question(%[1]s))`, legend, answer))
}

// Chosen returns the texts of the chosen answers to a question.
func (p *Page) Chosen(legend string) []string {
	p.t.Helper()
	return eval[[]string](p, legend, expression(`[...question(%s).querySelectorAll("input:checked")].map(e => words(e.labels[0].textContent))`, legend))
}

// Select chooses an entry of a list, by its text.
func (p *Page) Select(label, entry string) {
	p.t.Helper()
	p.must("field "+label, field(label))
	if !eval[bool](p, label, expression(`(() => { const s = labelled(%s), o = [...s.options].find(o => words(o.text).startsWith(%s));
		if (o) { s.value = o.value } return !!o })()`, label, entry)) {
		p.fail("the list %s has no entry %s", label, entry)
	}
}

// Upload chooses a file.
func (p *Page) Upload(label, file string) {
	p.t.Helper()
	p.must("field "+label, field(label))
	p.do("choose a file", chromedp.Func(func(ctx context.Context, t *chromedp.Target) error {
		found, err := cdp.Call(ctx, t, runtime.Evaluate, runtime.EvaluateParams{Expression: field(label)})
		if err != nil {
			return err
		}
		_, err = cdp.Call(ctx, t, dom.SetFileInputFiles, dom.SetFileInputFilesParams{Files: []string{file}, ObjectID: found.Result.ObjectID})
		return err
	}))
}

// Key presses a key.
func (p *Page) Key(key string) {
	p.t.Helper()
	p.do("press a key", press(key))
}

// KeyTo presses a key that leads to another page and returns its HTTP status.
func (p *Page) KeyTo(key string) int {
	p.t.Helper()
	return p.load("press a key", press(key))
}

// press presses a key. Enter is one event, as on a keyboard: chromedp adds a second one, which comes to whatever the
// first one has led to.
func press(key string) chromedp.Action[chromedp.Void] {
	if key != kb.Enter {
		return chromedp.KeyEvent(key)
	}
	return chromedp.Func(func(ctx context.Context, t *chromedp.Target) error {
		for _, kind := range []input.DispatchKeyEventType{input.DispatchKeyEventTypeKeyDown, input.DispatchKeyEventTypeKeyUp} {
			event := input.DispatchKeyEventParams{Type: kind, Key: "Enter", Code: "Enter", WindowsVirtualKeyCode: 13}
			if kind == input.DispatchKeyEventTypeKeyDown {
				event.Text = kb.Enter
			}
			if _, err := cdp.Call(ctx, t, input.DispatchKeyEvent, event); err != nil {
				return err
			}
		}
		return nil
	})
}

// Type types text where the focus is.
func (p *Page) Type(text string) {
	p.t.Helper()
	call(p, input.InsertText, input.InsertTextParams{Text: text})
}

// Focus describes what has the focus: the texts of its labels, else its own; empty when nothing has.
func (p *Page) Focus() string {
	p.t.Helper()
	return eval[string](p, "focus", expression(`(e => !e || e === document.body ? "" : words([...(e.labels || [])].map(l => l.textContent).join(" ")) || words(e.textContent))(document.activeElement)`))
}

// AwaitFocus waits until the field with the label has the focus.
func (p *Page) AwaitFocus(label string) {
	p.t.Helper()
	element := expression(`labelled(%s) === document.activeElement ? document.activeElement : null`, label)
	p.do("wait for the focus on "+label, chromedp.WaitReady(chromedp.JSPath(element)))
}

// FocusShown reports whether the element in focus is marked visibly, by an outline.
func (p *Page) FocusShown() bool {
	p.t.Helper()
	return eval[bool](p, "focus", `(s => s.outlineStyle !== "none" && parseFloat(s.outlineWidth) >= 2 || s.boxShadow !== "none")(getComputedStyle(document.activeElement || document.body))`)
}

// Heading returns the page's main heading.
func (p *Page) Heading() string {
	p.t.Helper()
	return eval[string](p, "heading", expression(`words((document.querySelector("h1") || {}).textContent)`))
}

// Title returns the browser's title.
func (p *Page) Title() string { return eval[string](p, "title", "document.title") }

// URL returns the address.
func (p *Page) URL() string { return eval[string](p, "address", "location.href") }

// Text returns all the text of the page, each run of white space as one blank.
func (p *Page) Text() string {
	return eval[string](p, "text", expression(`words(document.body.innerText)`))
}

// Links returns the addresses of all links, without fragments.
func (p *Page) Links() []string {
	return eval[[]string](p, "links", `[...new Set([...document.querySelectorAll("a[href]")].map(a => a.href.split("#")[0]))]`)
}

// Want fails the test unless the page has all the texts.
func (p *Page) Want(texts ...string) {
	p.t.Helper()
	all := p.Text()
	for _, text := range texts {
		if !strings.Contains(all, text) {
			p.fail("the page lacks %q", text)
		}
	}
}

// WantHeading fails the test unless the main heading is the text.
func (p *Page) WantHeading(text string) {
	p.t.Helper()
	if got := p.Heading(); got != text {
		p.fail("got the heading %q, want %q", got, text)
	}
}

// Open opens a part of the page that is folded away, by its heading.
func (p *Page) Open(summary string) {
	p.t.Helper()
	p.click(button(summary))
}
