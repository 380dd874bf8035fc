package e2e_test

import (
	"bytes"
	"database/sql"
	"net/http"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"github.com/chromedp/chromedp/kb"

	"github.com/uppsikt/uppsikt/e2e/internal/browser"
	"github.com/uppsikt/uppsikt/e2e/internal/product"
)

// care is the committee of the reference data that steers by control areas.
const care = municipality + "/committees/omsorgsnamnden"

// TestControlsThroughTheYear goes the way of a committee that steers by what it measures, on the reference data: the official
// measures, the coordinator writes a result that deviates and accepts the action that it proposes, the official words the
// memorandum, and the coordinator makes it final. Every page on the way is examined.
func TestControlsThroughTheYear(t *testing.T) {
	t.Parallel()
	s := shared.program.Start(t, product.Options{Demo: true, Now: "2025-06-02"})
	official := examined(t, s, "Förvaltningschef, omsorgsförvaltningen", "controls-official")
	coordinator := examined(t, s, "Kvalitetssamordnare, omsorgsförvaltningen", "controls-coordinator")
	official.measure(s)
	coordinator.findDeviation(s)
	coordinator.acceptProposal()
	official.wordMemorandum(s)
	pdf := coordinator.finishMemorandum(s)
	for _, want := range []string{"Vård och stöd mätte i maj", "Omsorgsnämnden godkänner internkontrollrapporten för 2025", "Beslutsunderlag"} {
		if !strings.Contains(pdf, want) {
			t.Errorf("the memorandum lacks %q:\n%s", want, pdf)
		}
	}
	want(t, s.Run(t, "verify", "--data", s.Data), 0)
}

// examined is visit for somebody whose every page is examined.
func examined(t *testing.T, s *product.Server, person, group string) user {
	t.Helper()
	u := visit(t, s, person, browser.Options{})
	u.see = inspector(t, u.page, group)
	return u
}

// open opens a page of the committee.
func (u user) open(s *product.Server, path, word string) {
	u.t.Helper()
	u.must(u.page.Go(s.Address+"/"+care+path), http.StatusOK)
	u.see(word)
}

// measure enters a measurement, after one that cannot be and one that there is already.
func (u user) measure(s *product.Server) {
	u.t.Helper()
	p := u.page
	u.open(s, "/controls", "controls")
	p.Want("Fler upprättade genomförandeplaner", "Andel med upprättad genomförandeplan")
	u.follow("Andel med upprättad genomförandeplan", "indicator")
	u.follow("Registrera mätning", "measurement")
	p.Want("100 % ska ha en genomförandeplan", "Andelen ska öka", "96 %")

	p.Choose("När gäller värdet?", "En dag")
	p.Fill("Vilken dag?", "2025-05-30")
	p.Choose("Hur vill du ange värdet?", "Räknat")
	p.Fill("Antal som uppfyller", "201")
	p.Fill("Av hur många", "200")
	p.Fill("Anmärkning", "Räknat i verksamhetssystemet.")
	u.refused("Spara", "measurement-above", "Något behöver rättas")
	u.wantTyped(map[string]string{"Antal som uppfyller": "201", "Av hur många": "200", "Vilken dag?": "2025-05-30", "Anmärkning": "Räknat i verksamhetssystemet."})

	p.Choose("När gäller värdet?", "Ett helt år")
	p.Fill("Vilket år?", "2024")
	p.Fill("Antal som uppfyller", "194")
	u.refused("Spara", "measurement-twice", "Det finns redan ett värde för samma enhet under 2024.")
	u.wantTyped(map[string]string{"Antal som uppfyller": "194", "Vilket år?": "2024"})

	p.Choose("När gäller värdet?", "En dag")
	u.press("Visa utfall", "measurement-outcome")
	p.Want("Så blir utfallet", "Du har skrivit 97 % (30 maj 2025)", "93 %", "3 procentenheter lägre än 2024", "Inget är sparat än.")
	u.press("Spara", "measured")
	p.Want("Mätningen är sparad.", "194 av 200", "97 %")
}

// wantTyped fails the test unless fields hold what was typed into them.
func (u user) wantTyped(fields map[string]string) {
	u.t.Helper()
	for label, want := range fields {
		if got := u.page.Value(label); got != want {
			u.t.Errorf("%s holds %q, want %q as it was typed", label, got, want)
		}
	}
}

// findDeviation writes a result that deviates in the open round. The register is kept from writing meanwhile, so that the
// action is seen on its way.
func (u user) findDeviation(s *product.Server) {
	u.t.Helper()
	p := u.page
	u.open(s, "/rounds/delar-2025", "round")
	u.follow("Registrera resultat om Hela området, Fler upprättade genomförandeplaner", "result-new")
	p.Want("Tidigare resultat", "Helårsuppföljning 2025", "93 %")
	p.Fill("Vad granskades?", "Genomförandeplaner i hemtjänsten")
	p.Fill("Hur många granskades?", "cirka 25")
	p.Fill("Avvikelse 1", "Planen är äldre än ett år")
	p.Fill("Antal, avvikelse 1", "några få")
	p.Choose("Är kontrollen utförd?", "Nej, den utfördes inte")
	u.refused("Spara resultatet", "result-refused", "Skriv varför kontrollen inte utfördes.")
	u.wantTyped(map[string]string{"Hur många granskades?": "cirka 25", "Antal, avvikelse 1": "några få"})

	p.Choose("Är kontrollen utförd?", "Ja, den är utförd")
	p.Choose("Bedömning", "Behöver förbättras")
	p.Fill("Resultat", "Planerna skrivs, men uppdateras för sällan.")
	p.Fill("Vad ska göras?", "Uppdatera planerna två gånger om året")
	p.Fill("Ansvariga roller", "verksamhetschef vård och stöd")
	p.Fill("Klar senast", "2025-12-01")
	release := hold(u.t, s, "riskregister")
	u.press("Spara resultatet", "result-pending")
	p.Want("Resultatet är sparat. Det avviker", "Behöver förbättras", "cirka 25", "några få", "Väntar", "på väg till åtgärdsregistret")
	release()
	for range 1000 { // each time waits for the page
		if u.must(p.Go(p.URL()), http.StatusOK); strings.Contains(p.Text(), "Finns i åtgärdsregistret") {
			break
		}
	}
	p.Want("Finns i åtgärdsregistret")
	u.see("result-proposed")
}

// hold lets nobody else write into a database of the server until release is called.
func hold(t *testing.T, s *product.Server, service string) (release func()) {
	t.Helper()
	db, err := sql.Open("sqlite", "file:"+filepath.Join(s.Data, service+".db")+"?_txlock=immediate&_pragma=busy_timeout(10000)")
	if err != nil {
		t.Fatal(err)
	}
	tx, err := db.BeginTx(t.Context(), nil)
	if err != nil {
		t.Fatal(err)
	}
	return func() {
		t.Helper()
		if err := tx.Rollback(); err != nil {
			t.Fatal(err)
		}
		if err := db.Close(); err != nil {
			t.Fatal(err)
		}
	}
}

// acceptProposal goes from the result to the action that it proposed, and accepts it.
func (u user) acceptProposal() {
	u.t.Helper()
	p := u.page
	u.follow("Uppdatera planerna två gånger om året", "action")
	p.Want("Föreslagen", "1 december 2025", "Resultat: Fler upprättade genomförandeplaner")
	u.follow("Godkänn", "accept")
	u.press("Godkänn", "accepted")
	p.Want("Åtgärden är godkänd.", "Inte rapporterad")
}

// wordMemorandum words the official memorandum's text.
func (u user) wordMemorandum(s *product.Server) {
	u.t.Helper()
	p := u.page
	u.open(s, "/cases/internkontrollrapport-2025", "case")
	u.follow("Ändra", "case-edit")
	p.Fill("Sammanfattning", "Vård och stöd mätte i maj. Resultatet är **97 %**.")
	u.press("Spara", "case-saved")
	p.Want("Vård och stöd mätte i maj")
}

// finishMemorandum previews the memorandum, makes it final and returns the text of its PDF.
func (u user) finishMemorandum(s *product.Server) (pdf string) {
	u.t.Helper()
	p := u.page
	u.open(s, "/cases/internkontrollrapport-2025", "case")
	u.follow("Skapa dokument", "document-new")
	p.Choose("Vad är det för dokument?", "Tjänsteskrivelse")
	u.press("Skapa dokumentet", "document")
	u.follow("Förhandsgranska", "preview")
	p.Want("Vård och stöd mätte i maj", "Utkast", "Förslag till beslut")
	u.back("document")
	u.follow("Gör slutlig", "finalize")
	u.press("Gör slutlig", "final")
	p.Want("Dokumentet är slutligt")
	name, content := p.Download("Ladda ner PDF")
	if !bytes.HasPrefix(content, []byte("%PDF-")) {
		u.t.Fatalf("%s is no PDF", name)
	}
	file := filepath.Join(u.t.TempDir(), name)
	if err := os.WriteFile(file, content, 0o600); err != nil {
		u.t.Fatal(err)
	}
	u.pictures(file)
	return checkPDF(u.t, file)
}

// TestResultByKeyboard writes a result with nothing but Tab, Space, Enter, arrows and letters, without scripts.
func TestResultByKeyboard(t *testing.T) {
	t.Parallel()
	s := shared.program.Start(t, product.Options{Demo: true, Now: "2025-06-02"})
	u := visit(t, s, "Kvalitetssamordnare, omsorgsförvaltningen", browser.Options{NoScript: true})
	p := u.page
	u.must(p.Go(s.Address+"/"+care+"/rounds/delar-2025"), http.StatusOK)
	u.tabTo("Registrera resultat om Hela området, HSL-insatser")
	u.must(p.KeyTo(kb.Enter), http.StatusOK)
	u.tabTo("Ja, den är utförd")
	p.Key(kb.ArrowDown)
	if got := p.Chosen("Är kontrollen utförd?"); !slices.Equal(got, []string{"Den pågår"}) {
		t.Errorf("got the choice %q, want Den pågår", got)
	}
	u.tabTo("Inte bedömd än")
	p.Key(kb.ArrowUp)
	u.tabTo("Resultat")
	p.Type("Halva året har mätts.")
	u.tabTo("Vad granskades?")
	p.Type("Boenden")
	u.tabTo("Hur många granskades?")
	p.Type("tolv")
	u.tabTo("Lägg till en avvikelse i stickprov 1")
	u.must(p.KeyTo(kb.Enter), http.StatusOK)
	for label, want := range map[string]string{"Resultat": "Halva året har mätts.", "Vad granskades?": "Boenden", "Avvikelse 2": ""} {
		if got := p.Value(label); got != want {
			t.Errorf("with one more row %s holds %q, want %q", label, got, want)
		}
	}
	u.tabTo("Avvikelse 2")
	p.Type("Inget är räknat")
	u.tabTo("Antal, avvikelse 2")
	p.Type("3")
	u.tabTo("Spara resultatet")
	u.must(p.KeyTo(kb.Enter), http.StatusOK)
	p.Want("Resultatet är sparat.", "Halva året har mätts.", "Boenden", "tolv", "Allvarlig brist")
}
