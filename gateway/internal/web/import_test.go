package web_test

import (
	"net/http"
	"os"
	"strings"
	"testing"

	"golang.org/x/net/html"
)

// TestFirstStartWithAPlanFromAFile imports the example that new users are given, answers its four critical risks, closes
// the round and makes the document final, all in the browser.
func TestFirstStartWithAPlanFromAFile(t *testing.T) {
	file, err := os.ReadFile("../../../docs/examples/plan.yaml")
	if err != nil {
		t.Fatal(err)
	}
	b := firstStart(t)
	b.open(b.link("Importera en fil")).want(http.StatusOK, "Filen kontrolleras först")
	b.clone().submit(form("fil", "plan.yaml a: [b")).want(http.StatusUnprocessableEntity)
	b.clone().submit(form("fil", "plan.yaml format: annat\nplan: []")).want(http.StatusUnprocessableEntity, "Filen kan inte importeras än", "format", "Plats i filen")
	b.clone().submit(nil).want(http.StatusUnprocessableEntity, "Välj en fil")
	broken := strings.Replace(string(file), "stated_value: 12", "stated_value: -12", 1)
	b.clone().submit(form("fil", "plan.yaml "+broken)).want(http.StatusUnprocessableEntity, "Filen kan inte importeras än", "stated_value", "Inget har sparats")
	elsewhere := strings.ReplaceAll(string(file), "municipalities/exempelkommun", "municipalities/grannkommun")
	b.clone().submit(form("fil", "plan.yaml "+elsewhere)).want(http.StatusForbidden, "Byt namnen i filen, eller be den som har rätt att läsa in till ")
	b.submit(form("fil", "plan.yaml "+string(file))).want(http.StatusOK, "Filen kan importeras", "Riskbedömningar 14")
	apply := find(b.doc, func(n *html.Node) bool {
		return n.Data == "form" && find(n, func(i *html.Node) bool { return get(i, "name") == "innehall" }) != nil
	})
	b.send(apply, nil).want(http.StatusOK, "Filen är importerad", "Socialnämnden", "Delårsuppföljning", "0 svar av 4")
	answerAll(b, 4)
	b.open(b.link("Stäng uppföljningen")).submit(nil).want(http.StatusOK, "Uppföljningen är stängd")
	b.open(b.link("Skapa handling")).submit(nil).want(http.StatusOK, "Utkast")
	b.open(b.link("Gör slutlig")).submit(nil).want(http.StatusOK, "Dokumentet är slutligt")
	preview := b.clone().open(b.link("Visa")).want(http.StatusOK, "14 risker", "Det går enligt plan.")
	if policy := preview.header.Get("Content-Security-Policy"); !strings.Contains(policy, "sandbox") {
		t.Errorf("the preview has the policy %q", policy)
	}
}

// answerAll answers every follow-up of the first round.
func answerAll(b *browser, n int) {
	b.Helper()
	b.open(board + "/rounds")
	b.open(get(find(b.doc, func(k *html.Node) bool { return k.Data == "a" && strings.Contains(get(k, "href"), "/rounds/") }), "href"))
	for range n {
		b.open(b.link("Svara på nästa")).submit(form("status", "ja", "kommentar", "Det går enligt plan.")).want(http.StatusOK, "Tack, ditt svar är sparat")
	}
	b.want(http.StatusOK, "Alla har svarat")
}
