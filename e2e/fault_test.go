package e2e_test

import (
	"net/http"
	"strings"
	"testing"

	"github.com/uppsikt/uppsikt/e2e/internal/browser"
	"github.com/uppsikt/uppsikt/e2e/internal/product"
)

// TestDiskFull: without room, writes are refused and say why, and everything can still be read. As soon as there is room,
// the same server writes again, and nothing is out of order.
func TestDiskFull(t *testing.T) {
	t.Parallel()
	s := shared.program.Start(t, product.Options{Demo: true, Now: "2025-06-02"})
	token := s.TokenFor(t, "coordinator", committee)
	create := func(id string) product.Answer {
		return s.Request(t, http.MethodPost, "/v1/"+committee+"/risks?risk_id="+id, token, []byte(`{"title": "Risk att disken tar slut"}`))
	}
	if a := create("innan"); a.Status != http.StatusOK {
		t.Fatalf("got %d %s", a.Status, a.Body)
	}
	s.FillDisk(t)
	for range 3 {
		a := create("medan")
		wantRefusal(t, a, http.StatusServiceUnavailable, "UNAVAILABLE")
		if !strings.Contains(string(a.Body), "disk är full eller trasig") {
			t.Errorf("got %s, want it to say what is wrong", a.Body)
		}
	}
	if a := s.Request(t, http.MethodGet, "/v1/"+committee+"/risks/innan", token, nil); a.Status != http.StatusOK {
		t.Errorf("reading meanwhile: got %d %s", a.Status, a.Body)
	}
	want(t, s.Run(t, "verify", "--data", s.Data), 0)
	s.MakeRoom(t)
	if a := create("medan"); a.Status != http.StatusOK {
		t.Errorf("with room again: got %d %s", a.Status, a.Body)
	}
	want(t, s.Run(t, "verify", "--data", s.Data), 0)
}

// TestDiskFullOnThePages: whoever writes a form is told, loses nothing of it, and saves it when there is room.
func TestDiskFullOnThePages(t *testing.T) {
	t.Parallel()
	s := shared.program.Start(t, product.Options{Demo: true, Now: "2025-06-02"})
	u := visit(t, s, "Internkontrollsamordnare", browser.Options{NoScript: true})
	u.must(u.page.Go(s.Address+"/"+schools+"/rounds/delar-2025"), http.StatusOK)
	u.follow("Svara på nästa", "")
	const text = "Det här skrevs när disken var full."
	u.page.Choose("Följer plan?", "Ja")
	u.page.Fill("Kommentar", text)
	s.FillDisk(t)
	u.must(u.page.Press("Svara"), http.StatusServiceUnavailable)
	u.page.Want("Databasens disk är full eller trasig")
	if got := u.page.Value("Kommentar"); got != text {
		t.Errorf("the field holds %q, want what was typed", got)
	}
	s.MakeRoom(t)
	u.press("Svara", "")
	u.page.Want("ditt svar är sparat")
}
