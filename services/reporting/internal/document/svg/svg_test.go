package svg_test

import (
	"encoding/xml"
	"errors"
	"io"
	"regexp"
	"strings"
	"sync"
	"testing"

	"github.com/uppsikt/uppsikt/services/reporting/internal/document/documenttest"
	"github.com/uppsikt/uppsikt/services/reporting/internal/document/scene"
	"github.com/uppsikt/uppsikt/services/reporting/internal/document/svg"
)

func label() svg.Label {
	return svg.Label{ID: "figur-1", Title: "Riskmatris <&>", Description: "Tolv risker, \"fyra\" kritiska."}
}

func TestGolden(t *testing.T) {
	documenttest.Golden(t, "drawing.svg", svg.Render(documenttest.Drawing(), label()))
}

func TestFigureIsAccessible(t *testing.T) {
	got := svg.Render(documenttest.Drawing(), label())
	for _, want := range []string{`role="img"`, `aria-labelledby="figur-1-titel figur-1-text"`, `<title id="figur-1-titel">Riskmatris &lt;&amp;&gt;</title>`,
		`<desc id="figur-1-text">Tolv risker`, ">12,5</text>"} {
		if !strings.Contains(got, want) {
			t.Errorf("got %s, which lacks %q", got, want)
		}
	}
	point := regexp.MustCompile(`\d\.\d`)
	for _, text := range texts(t, got) {
		if point.MatchString(text) {
			t.Errorf("text %q has a decimal point", text)
		}
	}
}

// texts reads the figure as XML and returns its text nodes.
func texts(t *testing.T, figure string) []string {
	t.Helper()
	var found []string
	d := xml.NewDecoder(strings.NewReader(figure))
	for {
		token, err := d.Token()
		if errors.Is(err, io.EOF) {
			return found
		}
		if err != nil {
			t.Fatal(err)
		}
		if text, ok := token.(xml.CharData); ok {
			found = append(found, string(text))
		}
	}
}

func TestHostileTextStaysText(t *testing.T) {
	s := &scene.Scene{Width: 10, Height: 10, Nodes: []scene.Node{scene.Group{Role: `"><script>`, Nodes: []scene.Node{scene.Text{Text: `</text><script>alert(1)</script>`, Size: 9}}}}}
	got := svg.Render(s, svg.Label{ID: `"><script>`, Title: "<script>", Description: "]]>&"})
	if strings.Contains(got, "<script") {
		t.Errorf("got %s", got)
	}
	texts(t, got)
}

func TestEqualScenesGiveEqualText(t *testing.T) {
	want := svg.Render(documenttest.Drawing(), label())
	var group sync.WaitGroup
	for range 8 {
		group.Go(func() {
			if svg.Render(documenttest.Drawing(), label()) != want {
				t.Error("another rendering differs")
			}
		})
	}
	group.Wait()
}
