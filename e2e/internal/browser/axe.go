package browser

import (
	"encoding/json"
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/chromedp/cdproto/page"
)

// Axe is the source of axe-core, the checker of accessibility.
type Axe string

// LoadAxe reads axe-core from the module's Node packages.
func LoadAxe(t testing.TB, module string) Axe {
	t.Helper()
	source, err := os.ReadFile(filepath.Join(module, "node_modules", "axe-core", "axe.min.js"))
	if err != nil {
		t.Fatalf("axe-core is not installed; `make test` installs it (tools/setup/node.sh): %v", err)
	}
	return Axe(source)
}

// Violation is one rule that a page breaks.
type Violation struct {
	ID    string `json:"id"`
	Help  string `json:"help"`
	Nodes []struct {
		HTML    string `json:"html"`
		Summary string `json:"failureSummary"`
	} `json:"nodes"`
}

// String names the rule and where it is broken.
func (v Violation) String() string {
	var b strings.Builder
	fmt.Fprintf(&b, "%s (%s)", v.ID, v.Help)
	for _, n := range v.Nodes {
		fmt.Fprintf(&b, "\n  %s\n    %s", n.HTML, strings.ReplaceAll(n.Summary, "\n", "\n    "))
	}
	return b.String()
}

// Rules that axe is asked for, as its options.
const (
	// every rule but the experimental ones, also the size of targets, which axe leaves out by default.
	every = `rules: {"target-size": {enabled: true}}`
	// colours are the rules whose outcome can differ between colour schemes.
	colours = `runOnly: ["color-contrast", "link-in-text-block"]`
)

// run asks for rules.
const run = `axe.run(document, {resultTypes: ["violations"], %s}).then(r => JSON.stringify(r.violations.map(
	v => ({id: v.id, help: v.help, nodes: v.nodes.map(n => ({html: n.html.slice(0, 400), failureSummary: n.failureSummary}))}))))`

// Violations returns what axe finds on the page as it is shown now. Scripts must not be turned off.
func (p *Page) Violations(a Axe) []Violation {
	p.t.Helper()
	return p.violations(a, every)
}

// ColorViolations returns what axe finds wrong with the colours alone: enough for a second colour scheme of the same page.
func (p *Page) ColorViolations(a Axe) []Violation {
	p.t.Helper()
	return p.violations(a, colours)
}

func (p *Page) violations(a Axe, rules string) []Violation {
	p.t.Helper()
	if !eval[bool](p, "axe", `typeof axe === "object"`) {
		eval[bool](p, "axe", "("+"() => {"+string(a)+"})(), true")
	}
	var found []Violation
	if err := json.Unmarshal([]byte(eval[string](p, "axe", fmt.Sprintf(run, rules))), &found); err != nil {
		p.t.Fatal(err)
	}
	return found
}

// Overflow describes what sticks out to the right of the window; empty when nothing does.
func (p *Page) Overflow() string {
	p.t.Helper()
	return eval[string](p, "overflow", `(() => {
	const width = document.documentElement.clientWidth;
	if (document.documentElement.scrollWidth <= width) return "";
	const out = [...document.querySelectorAll("body *")].filter(e => e.getBoundingClientRect().right > width + 1).slice(0, 5);
	return document.documentElement.scrollWidth + " px: " + out.map(e => e.outerHTML.slice(0, 200)).join("\n") })()`)
}

// Picture returns the whole page as PNG.
func (p *Page) Picture() []byte {
	p.t.Helper()
	beyond := true
	return call(p, page.CaptureScreenshot, page.CaptureScreenshotParams{CaptureBeyondViewport: &beyond}).Data
}
