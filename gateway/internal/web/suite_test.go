package web_test

import (
	"net/http"
	"net/url"
	"strings"
	"testing"

	"golang.org/x/net/html"

	"github.com/uppsikt/uppsikt/internal/suitetest"
)

const (
	town  = "/municipalities/exempelkommun"
	board = town + "/committees/socialnamnden"
	plan  = board + "/plans/2025"
)

// form is what somebody types, in pairs of field and text.
func form(pairs ...string) url.Values {
	v := url.Values{}
	for i := 0; i+1 < len(pairs); i += 2 {
		v.Add(pairs[i], pairs[i+1])
	}
	return v
}

// firstStart takes the first steps on an empty installation and returns the new coordinator's browser.
func firstStart(t *testing.T) *browser {
	t.Helper()
	s, _ := suitetest.Start(t)
	return firstSteps(t, s)
}

// firstSteps takes the first steps on an empty suite.
func firstSteps(t *testing.T, s *suitetest.Suite) *browser {
	t.Helper()
	b := newBrowser(t, s.URL)
	b.open(s.Link).want(http.StatusOK, "Logga in med länk").submit(nil).want(http.StatusOK, "Välkommen till Uppsikt")
	b.submit(form("namn", "Exempelkommun")).want(http.StatusOK, "Vilken nämnd gäller det?")
	b.submit(form("namn", "Socialnämnden", "forvaltning", "Vård- och omsorgskontoret")).want(http.StatusOK, "Vem är du?")
	b.submit(form("namn", "Karin Ek", "epost", "karin@example.org")).want(http.StatusOK, "Välj ett lösenord")
	b.submit(form("losenord", "kort", "igen-losenord", "kort")).want(http.StatusUnprocessableEntity, "minst 12 tecken")
	b.submit(form("losenord", "en lång mening", "igen-losenord", "en lång mening")).want(http.StatusOK, "Ditt lösenord är sparat", "Hur vill du börja?")
	return b
}

func TestFirstStartWithAnEmptyPlan(t *testing.T) {
	b := firstStart(t)
	b.open(b.link("Börja med en tom plan")).want(http.StatusOK, "Skapa plan")
	b.submit(form("ar", "2025", "metod", "ny:egna-varden")).want(http.StatusOK, "Internkontrollplan 2025", "Utkast", "Inga risker än")
	b.open(plan+"/ny-risk").submit(form("risk", "")).want(http.StatusUnprocessableEntity, "Beskriv risken i en mening.")
	b.submit(form("risk", "Risk att Karin Ek 850709-9805 syns.")).want(http.StatusUnprocessableEntity, "personnummer")
	b.submit(form("risk", "Risk att rutinen inte följs.", "varde", "tolv")).want(http.StatusUnprocessableEntity, "Skriv riskvärdet som ett tal")
	nothingMade(b)
	b.submit(form("varde", "12", "hantering", "granska", "ansvariga", "enhetschefer", "planerad", "Ny rutin.\n\n- Utbildning")).
		want(http.StatusOK, "Skapat.", "Risk att rutinen inte följs.", "Riskvärde 12", "Kritisk", "Granskas")
	entry := b.at.Path
	staleEntry(b, entry)
	b.open(entry+"/andra").submit(form("varde", "9", "skal", "Sänkt av ledningsgruppen.")).want(http.StatusOK, "Sparat.", "Riskvärde 9")
	b.open(b.link("Visa historik")).want(http.StatusOK, "Risk att rutinen inte följs.", "Angivet riskvärde", "Sänkt av ledningsgruppen.",
		"Hantering 1", "Granskas", "Nivå enligt metoden", "Kritisk", "I planen")
	b.open(plan+"/nytt-kontrollomrade").submit(form("rubrik", "Rutiner")).want(http.StatusOK, "Rutiner")
	b.open(plan+"/nytt-kontrollmoment").submit(form("rubrik", "Stickprov på rutinen", "nar", "Varje halvår", "ansvariga", "controller")).want(http.StatusOK, "Varje halvår")
	b.open(plan+"?niva=kritisk").want(http.StatusOK, "1 risk av dem du valde")
	b.open(plan+"/foresla").want(http.StatusOK, "Det här behöver vara klart först", "saknar metod")
	b.open(b.link("Kontrollmomentet ”Stickprov på rutinen” saknar metod. Beskriv hur kontrollen görs.")).open(b.link("Ändra"))
	b.submit(form("metod", "Stickprov i journaler.")).want(http.StatusOK, "Sparat.", "Stickprov i journaler.")
	b.open(plan+"/foresla").want(http.StatusOK, "Föreslå planen till nämnden").submit(nil).want(http.StatusOK, "Planen är föreslagen")
	b.open(plan+"/ta-tillbaka").submit(form("skal", "Fel värde.")).want(http.StatusOK, "tagen tillbaka")
	b.open(plan + "/foresla").submit(nil)
	b.open(b.link("Registrera beslut")).submit(form("datum", "2024-12-10", "paragraf", "112", "dnr", "SN-2024/259")).
		want(http.StatusOK, "Planen är fastställd och låst", "Fastställd 2024-12-10 § 112, SN-2024/259")
	followUp(b)
	caseAndDocument(b)
}

// nothingMade sends a risk whose assessment is refused: nothing is made, and the next try makes one risk.
func nothingMade(b *browser) {
	b.Helper()
	b.submit(form("risk", "Risk att rutinen inte är känd.", "varde", "-12")).want(http.StatusUnprocessableEntity, "Risk att rutinen inte är känd.")
	if text := b.clone().open(plan + "/ny-risk").text(); strings.Contains(text, "Finns risken sedan tidigare?") {
		b.Errorf("a risk was made although its assessment was refused:\n%s", text)
	}
	b.submit(form("risk", "Risk att rutinen inte följs.")).want(http.StatusUnprocessableEntity)
}

// followUp makes a round, answers it and closes it.
func followUp(b *browser) {
	b.Helper()
	b.open(board+"/ny-uppfoljning?slag=1").submit(form("dag0", "2025-05-12", "sammantrade", "2025-09-16")).
		want(http.StatusOK, "Uppföljningen är skapad", "Delårsuppföljning 2025", "Inte besvarad", "12 maj 2025")
	again := b.clone().open(board+"/ny-uppfoljning?slag=1").want(http.StatusOK, "Skapa uppföljning").submit(form("rubrik", "Delårsuppföljning 2025", "period", "hela året")).
		want(http.StatusUnprocessableEntity, "Det finns redan en uppföljning med det namnet för planen. Ge den ett annat namn.")
	if !strings.Contains(again.body, `value="hela året"`) {
		b.Error("what was typed is gone")
	}
	b.clone().open(b.link("Stäng uppföljningen")).submit(nil).want(http.StatusUnprocessableEntity, "Skriv varför svar saknas")
	b.open(b.link("Svara på nästa")).want(http.StatusOK, "Planerad hantering", "Utbildning", "Följer plan?")
	b.clone().submit(form("kommentar", "Det går bra.")).want(http.StatusUnprocessableEntity, "Välj ett svar", "Det går bra.")
	b.submit(form("status", "ja", "kommentar", "Det går bra.")).want(http.StatusOK, "Tack, ditt svar är sparat", "Alla har svarat")
	b.open(b.link("Risk att rutinen inte följs.")).want(http.StatusOK, "Du svarade Ja i dag. Vill du ändra svaret?")
	b.submit(form("status", "delvis", "kommentar", "")).want(http.StatusOK, "Delvis")
	b.open(b.link("Stäng uppföljningen")).want(http.StatusOK, "Svaren låses", "Nämnden får inget veta om varför:", "Risk att rutinen inte följs. (Delvis)").submit(nil).want(http.StatusOK, "Uppföljningen är stängd")
}

// caseAndDocument writes the case, makes the document final and fetches its files.
func caseAndDocument(b *browser) {
	b.Helper()
	b.open(board).open(b.link("Ärende om delårsuppföljning 2025")).submit(form("dnr", "SN-2024/259", "forslag0", "Nämnden godkänner uppföljningen.")).
		want(http.StatusOK, "SN-2024/259", "Nämnden godkänner uppföljningen.")
	b.open(b.link("Ändra")).want(http.StatusOK, "Texter i handlingen", "Visa standardtexten").submit(form("paragraf", "87")).want(http.StatusOK, "87")
	b.open(b.link("Skapa dokument")).submit(nil).want(http.StatusOK, "Utkast", "Delar", "Gör slutlig")
	b.clone().open(b.link("Förhandsgranska")).want(http.StatusOK, "Risk att rutinen inte följs.")
	b.open(b.link("Gör slutlig")).submit(nil).want(http.StatusOK, "Dokumentet är slutligt", "Kontrollsummor")
	for name, magic := range map[string]string{"Ladda ner PDF": "%PDF-", "Ladda ner Word": "PK", "Ladda ner HTML": "<!"} {
		file := b.clone().open(b.link(name))
		if file.status != http.StatusOK || !strings.HasPrefix(file.body, magic) || !strings.Contains(file.header.Get("Content-Disposition"), `attachment; filename="delarsuppfoljning-2025-socialnamnden.`) {
			b.Errorf("%s: got %d, %v", name, file.status, file.header)
		}
	}
	for _, path := range []string{"/gor-slutlig", "/ta-bort"} {
		b.clone().open(b.at.Path+path).want(http.StatusOK, "Filerna är låsta med kontrollsumma", "Till dokumentet")
	}
	b.open(b.link("Visa historik")).want(http.StatusOK, "Gjordes slutlig", "Fil 1: kontrollsumma")
}

// staleEntry saves a risk in two windows: the second sees both versions and loses nothing.
func staleEntry(b *browser, entry string) {
	b.Helper()
	first, second := b.clone().open(entry+"/andra"), b.clone().open(entry+"/andra")
	first.submit(form("process", "Först")).want(http.StatusOK, "Sparat.")
	second.submit(form("process", "Sist")).want(http.StatusConflict, "Någon annan har sparat under tiden", "Du skrev", "Först", "Sist")
	second.submit(nil).want(http.StatusOK, "Sparat.", "Sist")
}

func TestReferenceRound(t *testing.T) {
	s, _ := suitetest.Start(t, suitetest.WithReferenceData)
	b := newBrowser(t, s.URL)
	b.open("/").want(http.StatusOK, "Prova Uppsikt")
	become(b, coordinatorOf(b))
	b.open(board).want(http.StatusOK, "Socialnämnden", "Internkontrollplan 2025", "Fastställd", "Årets arbete")
	b.open(plan).want(http.StatusOK, "14 risker", "Kritisk")
	for _, path := range []string{"/plans", "/rounds", "/cases", "/sok?q=risk", "/nytt-arende", "/nytt-dokument", "/ny-uppfoljning", "/plans/2025/ny-version"} {
		b.open(board + path).want(http.StatusOK)
	}
	b.open(plan+"/andra").want(http.StatusOK, "Planen är fastställd och kan inte ändras.", "Skapa ny version")
}

// become signs in as a demo person.
func become(b *browser, person string) {
	b.Helper()
	b.open("/demo")
	choice := find(b.doc, func(n *html.Node) bool {
		return n.Data == "form" && find(n, func(i *html.Node) bool { return get(i, "name") == "person" && get(i, "value") == person }) != nil
	})
	if choice == nil {
		b.Fatalf("no demo person %s:\n%s", person, b.text())
	}
	b.send(choice, nil).want(http.StatusOK)
}

// coordinatorOf returns the demo person who coordinates the board.
func coordinatorOf(b *browser) string {
	b.Helper()
	line := find(b.doc, func(n *html.Node) bool {
		return n.Data == "li" && strings.HasPrefix(strings.TrimSpace(words(n)), "Internkontrollsamordnare")
	})
	if line == nil {
		b.Fatalf("no coordinator:\n%s", b.text())
	}
	return get(find(line, func(n *html.Node) bool { return get(n, "name") == "person" }), "value")
}

func TestPeople(t *testing.T) {
	s, _ := suitetest.Start(t, suitetest.WithReferenceData)
	b := newBrowser(t, s.URL)
	become(b, "municipalities/exempelkommun/people/systemadministrator")
	b.open(town+"/ny-person").submit(form("namn", "Åsa Öberg", "epost", "fel")).want(http.StatusUnprocessableEntity, "Skriv en e-postadress")
	b.submit(form("epost", "asa@exempelkommun.example")).want(http.StatusOK, "Personen är tillagd", "Ansvarig")
	at := b.at.Path
	link := find(b.doc, func(n *html.Node) bool { return n.Data == "form" && get(n, "class") == "actions" })
	b.send(link, form("gor", "lank")).want(http.StatusOK, "Inloggningslänk", "/logga-in/")
	address := words(find(b.doc, func(n *html.Node) bool { return n.Data == "code" }))
	guest := newBrowser(t, s.URL)
	guest.open(strings.TrimSpace(address)).submit(nil).want(http.StatusOK, "Välj ett lösenord")
	guest.open("/").want(http.StatusOK)
	end := find(b.doc, func(n *html.Node) bool {
		return n.Data == "form" && find(n, func(i *html.Node) bool { return get(i, "name") == "etag" }) != nil
	})
	b.send(end, form("gor", "avsluta")).want(http.StatusOK, "Sparat.", ", till ")
	b.open(at).send(link, form("gor", "stang")).want(http.StatusOK, "Öppna inloggningen igen")
}
