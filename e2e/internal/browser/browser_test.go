package browser_test

import (
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"

	"github.com/uppsikt/uppsikt/e2e/internal/browser"
	"github.com/uppsikt/uppsikt/e2e/internal/tool"
)

// site is a page with what the driver must handle.
const site = `<!doctype html><html lang="sv"><title>Prov</title><main><h1>Rubrik&nbsp;ett</h1>
<a href="/nasta">Nästa sida</a> <a href="/fil">Ladda ner</a>
<form method="post"><label for="n">Namn (frivilligt)</label><input id="n" name="n" value="gammalt">
<label for="d">Dag</label><input type="date" id="d" name="d">
<label for="s">Lista</label><select id="s" name="s"><option value="1">Ett</option><option value="2">Två</option></select>
<fieldset><legend>Följer plan?</legend><input type="radio" name="r" id="r1" value="ja"><label for="r1">Ja</label>
<input type="radio" name="r" id="r2" value="nej"><label for="r2">Nej</label></fieldset><button>Spara</button></form></main>
<script>document.title = "Med skript"</script></html>`

func serve(t *testing.T) string {
	s := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		w.Header().Set("Content-Type", "text/html; charset=utf-8")
		switch {
		case r.URL.Path == "/fil":
			w.Header().Set("Content-Disposition", `attachment; filename="prov.txt"`)
			_, _ = w.Write([]byte("innehåll"))
		case r.URL.Path == "/nasta":
			w.WriteHeader(http.StatusNotFound)
			_, _ = w.Write([]byte(`<html><img src="x"><p style="color:#eee;background:#fff">svagt</p><div style="width:3000px">bred</div>`))
		case r.Method == http.MethodPost:
			_, _ = w.Write([]byte(`<h1>` + r.PostFormValue("n") + "," + r.PostFormValue("d") + "," + r.PostFormValue("s") + "," + r.PostFormValue("r") + `</h1>`))
		default:
			_, _ = w.Write([]byte(site))
		}
	}))
	t.Cleanup(s.Close)
	return s.URL
}

func start(t *testing.T) *browser.Browser {
	b, err := browser.Start(t.Context(), tool.Path(t, "chromium"))
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(b.Close)
	return b
}

func TestDriver(t *testing.T) {
	address, b := serve(t), start(t)
	for _, noScript := range []bool{true, false} {
		p := b.Page(t, browser.Options{NoScript: noScript})
		if got := p.Go(address); got != http.StatusOK {
			t.Errorf("got status %d, want 200", got)
		}
		if got, want := p.Title() == "Prov", noScript; got != want {
			t.Errorf("got the title %q, scripts off: %v", p.Title(), noScript)
		}
		p.WantHeading("Rubrik ett")
		if name, content := p.Download("Ladda ner"); name != "prov.txt" || string(content) != "innehåll" {
			t.Errorf("got the file %s with %q", name, content)
		}
		p.Fill("Namn", "Åsa Öberg")
		p.Fill("Dag", "2025-06-13")
		p.Select("Lista", "Två")
		p.Choose("Följer plan?", "Nej")
		p.Press("Spara")
		p.WantHeading("Åsa Öberg,2025-06-13,2,nej")
	}
}

// TestChecksBite is the control of the checks: on a bad page they find what is bad.
func TestChecksBite(t *testing.T) {
	p := start(t).Page(t, browser.Options{})
	p.Go(serve(t))
	if got := p.Follow("Nästa sida"); got != http.StatusNotFound {
		t.Errorf("got status %d, want 404", got)
	}
	axe := browser.LoadAxe(t, tool.Module())
	var ids []string
	for _, v := range p.Violations(axe) {
		ids = append(ids, v.ID)
	}
	if colours := p.ColorViolations(axe); len(colours) != 1 || colours[0].ID != "color-contrast" {
		t.Errorf("the rules of colours found %v, want color-contrast alone", colours)
	}
	for _, want := range []string{"image-alt", "color-contrast", "html-has-lang"} {
		if !strings.Contains(strings.Join(ids, " "), want) {
			t.Errorf("axe found %v, want %s among it", ids, want)
		}
	}
	p.Resize(320)
	if p.Overflow() == "" {
		t.Error("a page 3000 px wide does not count as sticking out at 320")
	}
}
