package web_test

import (
	"net/http"
	"strings"
	"testing"

	"golang.org/x/net/html"

	"github.com/uppsikt/uppsikt/internal/suitetest"
)

// draftPlan makes a plan with scales and one risk, and returns the coordinator's browser.
func draftPlan(t *testing.T) *browser {
	t.Helper()
	return draftedPlan(firstStart(t))
}

// draftedPlan makes a draft with one risk.
func draftedPlan(b *browser) *browser {
	b.Helper()
	b.open(board+"/ny-plan").submit(form("ar", "2025", "metod", "ny:fyra-ganger-fyra")).want(http.StatusOK, "Internkontrollplan 2025")
	b.open(plan+"/ny-risk").submit(form("risk", "Risk att rutinen inte följs.", "sannolikhet", "3", "konsekvens", "4", "hantering", "direktatgard",
		"ansvariga", "enhetschefer", "planerad", "Ny rutin.")).want(http.StatusOK, "Skapat.", "Riskvärde 12")
	return b
}

// TestActionsFromRiskToClosing walks an action through every decision.
func TestActionsFromRiskToClosing(t *testing.T) {
	b := draftPlan(t)
	b.open(b.link("Lägg till åtgärd")).want(http.StatusOK, "Ny åtgärd", "En risk i planen")
	b.submit(form("rubrik", "")).want(http.StatusUnprocessableEntity, "Skriv i en mening vad som ska göras.")
	b.submit(form("rubrik", "Skriv en ny rutin")).want(http.StatusOK, "Åtgärden är tillagd som förslag.", "Föreslagen", "Risk att rutinen inte följs.")
	at := b.at.Path
	b.open(b.link("Godkänn")).want(http.StatusOK, "Åtgärden saknar en ansvarig och en sista dag")
	b.open(b.link("Ändra åtgärden")).want(http.StatusOK, "Klar senast")
	b.open(at+"/avsla").submit(nil).want(http.StatusUnprocessableEntity, "Skriv varför åtgärden inte ska genomföras.")
	b.submit(form("skal", "Ryms inte.")).want(http.StatusOK, "Förslaget avslogs", "Ryms inte.", "Godkänn ändå")
	b.open(board+"/actions").want(http.StatusOK, "Skriv en ny rutin", "Avslagen")
	second(b)
	b.open(board+"/sok?q=chefer+utbilda").want(http.StatusOK, "Utbilda alla chefer", "Planår 2024")
	b.open(board).want(http.StatusOK, "Tider att hålla", "Öppna åtgärder")
	b.open(b.link("1Öppna åtgärder")).want(http.StatusOK, "Utbilda alla chefer")
}

// second is an assignment that is done in time, ended and taken up again.
func second(b *browser) {
	b.Helper()
	b.open(board+"/ny-atgard").submit(form("fran", "uppdrag", "not", "Kommunstyrelsen § 40", "rubrik", "Utbilda alla chefer", "ansvariga", "HR-chef", "dag", "2099-03-31")).
		want(http.StatusUnprocessableEntity, "Skriv vilket planår uppdraget räknas till")
	b.submit(form("planar", "2024")).want(http.StatusOK, "Uppdrag", "Kommunstyrelsen § 40", "2024")
	at := b.at.Path
	b.open(b.link("Godkänn")).submit(nil).want(http.StatusOK, "Åtgärden är godkänd.", "31 mars 2099", "Inte rapporterad")
	first, late := b.clone().open(at+"/andra"), b.clone().open(at+"/andra")
	first.submit(form("status", "paborjad", "kommentar", "Halva gruppen.")).want(http.StatusOK, "Sparat.", "Påbörjad", "Halva gruppen.")
	late.submit(form("kommentar", "Sist.")).want(http.StatusConflict, "Någon annan har sparat under tiden", "Sist.", "Halva gruppen.")
	b.open(at+"/forlang").submit(form("dag", "2098-01-01", "skal", "Mer tid.")).want(http.StatusUnprocessableEntity, "efter den förra")
	b.submit(form("dag", "2100-01-31", "paragraf", "70")).want(http.StatusUnprocessableEntity, "Ange sammanträdets datum.")
	b.submit(form("dag", "2100-01-31", "beslutsdag", "2025-06-03", "paragraf", "70")).want(http.StatusOK, "ny sista dag", "Förlängningar", "2025-06-03 § 70")
	b.open(at+"/avsluta").submit(form("gjord", "nej")).want(http.StatusUnprocessableEntity, "utan att vara genomförd")
	b.submit(form("gjord", "ja", "skal-ja", "Alla är utbildade.")).want(http.StatusOK, "Avslutad, genomförd", "Alla är utbildade.")
	b.open(at+"/oppna").submit(form("skal", "Två chefer till.")).want(http.StatusOK, "öppnad igen", "Påbörjad")
	b.open(b.link("Visa historik")).want(http.StatusOK, "Utbilda alla chefer", "Två chefer till.", "Förlängning 1: nytt sista datum", "Förlängning 1: beslutets paragraf")
	b.open(board+"/actions?status=paborjad").want(http.StatusOK, "1 åtgärd", "Utbilda alla chefer", "2024")
	b.open(board+"/actions?lage=avslutad").want(http.StatusOK, "Ingen åtgärd passar")
}

// TestFinishedActionIsNotLate: what is done by its status waits for its closing, and is late nowhere.
func TestFinishedActionIsNotLate(t *testing.T) {
	b := draftPlan(t)
	b.open(board+"/ny-atgard").submit(form("rubrik", "Gallra mapparna", "ansvariga", "HR-chef", "dag", "2020-03-31")).
		want(http.StatusOK, "Den sista dagen har redan varit")
	at := b.at.Path
	b.open(board).want(http.StatusOK, "Godkänn eller avslå den föreslagna åtgärden.", "Väntar på beslut")
	b.open(at+"/godkann").want(http.StatusOK, "31 mars 2020, har redan varit").submit(nil).want(http.StatusOK, "Försenad")
	b.open(board+"/actions?status=forsenad").want(http.StatusOK, "Gallra mapparna")
	done := b.open(at+"/andra").submit(form("status", "klar")).want(http.StatusOK, "Klar – ska avslutas")
	if strings.Contains(done.text(), "Försenad") {
		t.Error("a finished action is shown as late")
	}
	b.open(board+"/actions?status=forsenad").want(http.StatusOK, "Ingen åtgärd passar")
	b.open(town + "/oversikt?ar=abc").want(http.StatusNotFound)
}

// TestMatrixAndComparison shows the matrix, its files, and the comparison with the year before.
func TestMatrixAndComparison(t *testing.T) {
	b := draftPlan(t)
	b.open(plan).want(http.StatusOK, "Riskmatris 2025", "1 risk")
	b.open(plan+"/jamfor").want(http.StatusOK, "Det finns ingen tidigare plan")
	b.open(plan+"?jamfor=2024").want(http.StatusOK, "Nämnden har ingen plan för 2024 att jämföra med.")
	for _, f := range []struct{ path, magic string }{{"svg", "<svg"}, {"pdf", "%PDF-"}, {"png", "\x89PNG"}} {
		file := b.clone().open(plan + "/riskmatris/" + f.path)
		if file.status != http.StatusOK || !strings.Contains(file.body[:min(len(file.body), 400)], f.magic) ||
			!strings.Contains(file.header.Get("Content-Disposition"), `filename="riskmatris-2025-socialnamnden.`+f.path) {
			b.Errorf("%s: got %d %v", f.path, file.status, file.header)
		}
	}
	b.open(board+"/ny-plan").want(http.StatusOK, "Utgå från planen för 2025")
	b.submit(form("ar", "2026")).want(http.StatusOK, "Internkontrollplan 2026", "Risk att rutinen inte följs.")
	next := board + "/plans/2026"
	b.open(next+"?jamfor=2025").want(http.StatusOK, "Riskmatris 2025 och 2026", "2025: 1 risk")
	b.open(next+"/jamfor").want(http.StatusOK, "Kvar sedan 2025", "Oförändrad", "Ersatta", "Flyttade", "Borta")
}

// TestCommonItems decides one for all committees; a plan gets it, and what is decided cannot be changed there.
func TestCommonItems(t *testing.T) {
	s, _ := suitetest.Start(t, suitetest.WithReferenceData)
	b := newBrowser(t, s.URL)
	person := townCoordinator(b)
	if person == "" {
		t.Fatal("nobody coordinates the whole municipality in the reference data")
	}
	become(b, person)
	b.open(town+"/oversikt?ar=2025").want(http.StatusOK, "Socialnämnden", "Fastställd")
	b.open(town+"/ny-granskning?ar=2031").submit(form("rubrik", "Följs reglerna om jäv?", "ar", "tjugo")).want(http.StatusUnprocessableEntity, "Skriv ett år")
	b.submit(form("ar", "2031")).want(http.StatusOK, "Utkast", "Följs reglerna om jäv?")
	at := b.at.Path
	b.open(at+"/beslut").want(http.StatusOK, "Granskningen saknar metod")
	b.open(b.link("Ändra granskningen")).submit(form("metod", "Stickprov.")).want(http.StatusOK, "Sparat.")
	b.open(at+"/beslut").submit(form("datum", "2030-11-05", "paragraf", "201")).want(http.StatusOK, "Beslutad 2030-11-05", "Ingen plan än")
	b.open(board+"/ny-plan").submit(form("ar", "2031", "utga-fran", "")).want(http.StatusOK, "Kommungemensamma granskningar", "Följs reglerna om jäv?")
	b.open(at).want(http.StatusOK, "Finns i planen")
	b.open(board+"/plans/2031").open(b.link("Följs reglerna om jäv?")).want(http.StatusOK, "Beslutad av kommunstyrelsen")
	b.open(b.link("Ändra")).want(http.StatusOK, "kommungemensam").submit(form("ansvariga", "controller", "nar", "I maj")).want(http.StatusOK, "Sparat.", "controller", "Stickprov.")
	b.open(board+"/plans/2031/hamta-gemensamma").submit(nil).want(http.StatusOK, "Planen har redan alla kommungemensamma granskningar.")
	b.open(town+"/ny-granskning?ar=2031").submit(form("rubrik", "Följs attestreglerna?", "ar", "2031", "metod", "Stickprov.")).want(http.StatusOK, "Utkast")
	b.open(b.at.Path+"/beslut").submit(form("datum", "2030-11-05", "paragraf", "202")).want(http.StatusOK, "Hämta kommungemensamma granskningar", "Saknas i planen")
	b.open(board+"/plans/2031").want(http.StatusOK, "Planen saknar 1 kommungemensam granskning", "Följs attestreglerna?")
	lacking := b.open(board+"/plans/2031/hamta-gemensamma").submit(nil).want(http.StatusOK, "granskningarna är hämtade")
	if strings.Contains(lacking.text(), "Planen saknar") {
		t.Error("the plan is said to lack what it has")
	}
	b.open(at+"/dra-tillbaka").submit(form("skal", "Görs av revisionen.")).want(http.StatusOK, "Tillbakadragen", "Görs av revisionen.")
}

// townCoordinator returns the demo person who coordinates the whole municipality; empty when there is none.
func townCoordinator(b *browser) string {
	b.Helper()
	for _, person := range demoPeople(newBrowser(b.T, b.at.String())) {
		c := newBrowser(b.T, b.at.String())
		become(c, person)
		if c.open(town+"/ny-granskning").status == http.StatusOK && find(c.doc, func(n *html.Node) bool { return get(n, "name") == "rubrik" }) != nil &&
			strings.Contains(c.open(town+"/commonItems?ar=2031").text(), "Ny granskning") {
			return person
		}
	}
	return ""
}

// TestRoundOfActions follows up actions alone.
func TestRoundOfActions(t *testing.T) {
	b := draftPlan(t)
	second(b)
	b.open(board+"/ny-uppfoljning").want(http.StatusOK, "Återrapportering av åtgärder")
	b.open(board+"/ny-uppfoljning?slag=1").submit(form("planer", "")).want(http.StatusUnprocessableEntity, "Välj minst en plan")
	b.open(board+"/ny-uppfoljning?slag=3").submit(form("dag0", "2099-05-12")).
		want(http.StatusOK, "Utbilda alla chefer", "Vem rapporterar om vilken åtgärd", "0 svar av 1")
	round := b.at.Path
	b.open(b.link("Svara på nästa")).want(http.StatusOK, "Hur långt har åtgärden kommit?").submit(form("status", "klar", "kommentar", "Alla är klara.")).
		want(http.StatusOK, "Alla har svarat", "Klar")
	b.open(round+"/andra").submit(form("dag0", "2099-06-12")).want(http.StatusOK, "12 juni 2099")
	b.open(round+"/stang").submit(nil).want(http.StatusOK, "Uppföljningen är stängd")
	b.open(board+"/actions").want(http.StatusOK, "Utbilda alla chefer", "Klar")
}

// TestAccountsOfOtherSystems makes an account, shows its secret once, shuts it and takes it away.
func TestAccountsOfOtherSystems(t *testing.T) {
	s, _ := suitetest.Start(t, suitetest.WithReferenceData)
	b := newBrowser(t, s.URL)
	become(b, "municipalities/exempelkommun/people/systemadministrator")
	b.open(town+"/nytt-konto").submit(form("titel", "Ärendesystemet, IT-enheten")).want(http.StatusUnprocessableEntity, "Välj minst en roll.")
	b.submit(form("roll0", "auditor", "var0", "municipalities/exempelkommun")).want(http.StatusOK, "Kontot är skapat", "Revisor, hela kommunen")
	at := b.at.Path
	buttons := find(b.doc, func(n *html.Node) bool { return n.Data == "form" && get(n, "class") == "actions" })
	b.clone().send(buttons, form("gor", "hemlighet")).want(http.StatusOK, "Hemligheten visas bara nu", "client_secret")
	if text := b.clone().open(at).text(); strings.Contains(text, "client_secret") {
		t.Errorf("the secret is shown again:\n%s", text)
	}
	b.send(buttons, form("gor", "stang")).want(http.StatusOK, "Sparat.", "Avstängt")
	b.open(at+"/ta-bort").submit(nil).want(http.StatusOK, "Inga konton för andra system")
}

// TestMoving gives a risk and a control point to another committee; both committees say so.
func TestMoving(t *testing.T) {
	s, _ := suitetest.Start(t, suitetest.WithReferenceData)
	b := newBrowser(t, s.URL)
	become(b, townCoordinator(b))
	school := town + "/committees/utbildningsnamnden"
	for _, committee := range []string{board, school} {
		b.open(committee+"/ny-plan").submit(form("ar", "2032", "utga-fran", "")).want(http.StatusOK, "Internkontrollplan 2032")
	}
	b.open(board+"/plans/2032/ny-risk").submit(form("risk", "Risk att skolskjutsen uteblir.", "tidigare", "")).want(http.StatusOK, "Skapat.")
	entry := b.at.Path
	b.open(b.link("Risken år för år")).open(b.link("Flytta till annan nämnd")).submit(form("till", school[1:])).want(http.StatusUnprocessableEntity, "Skriv varför den flyttas.")
	b.submit(form("skal", "Skjutsen sköts där.")).want(http.StatusOK, "Risken är flyttad till Utbildningsnämnden")
	b.open(entry).want(http.StatusOK, "Risken är flyttad till Utbildningsnämnden")
	b.open(school+"/plans/2032/ny-risk").want(http.StatusOK, "Risk att skolskjutsen uteblir.")
	b.open(board+"/plans/2032/nytt-kontrollmoment").submit(form("rubrik", "Kontrollera körscheman", "metod", "Stickprov.")).want(http.StatusOK, "Skapat.")
	point := b.at.Path
	b.open(b.link("Flytta till annan nämnd")).submit(form("till", school[1:], "skal", "Hör hemma där.")).want(http.StatusOK, "Flyttad till Utbildningsnämnden")
	b.open(point).want(http.StatusOK, "Flyttad till Utbildningsnämnden")
	b.open(board+"/plans/2032").want(http.StatusOK, "Flyttad till en annan nämnd")
	b.open(school+"/plans/2032").want(http.StatusOK, "Kontrollera körscheman")
}

// TestPlanDocumentAndClosing makes the plan's own document final, and ends the plan year.
func TestPlanDocumentAndClosing(t *testing.T) {
	b := draftPlan(t)
	b.open(plan).open(b.link("Skapa dokument")).want(http.StatusOK, "Internkontrollplan").submit(nil).want(http.StatusOK, "Utkast", "Delar", "Internkontrollplan")
	document := b.at.Path
	b.clone().open(b.link("Förhandsgranska")).want(http.StatusOK, "Risk att rutinen inte följs.")
	b.open(plan+"/foresla").submit(nil).want(http.StatusOK, "Planen är föreslagen")
	b.open(b.link("Registrera beslut")).submit(form("datum", "2024-12-10", "paragraf", "112")).want(http.StatusOK, "Planen är fastställd och låst")
	b.open(document+"/gor-slutlig").submit(nil).want(http.StatusOK, "Dokumentet är slutligt")
	for name, magic := range map[string]string{"Ladda ner PDF": "%PDF-", "Ladda ner Word": "PK"} {
		if file := b.clone().open(b.link(name)); file.status != http.StatusOK || !strings.HasPrefix(file.body, magic) {
			b.Errorf("%s: got %d, %v", name, file.status, file.header)
		}
	}
	b.open(plan).open(b.link("Avsluta planåret")).want(http.StatusOK, "Det går inte att ångra.").submit(nil).want(http.StatusOK, "Planåret är avslutat", "Avslutad")
}
