package web_test

import (
	"bytes"
	"net/http"
	"net/url"
	"slices"
	"strings"
	"testing"

	"github.com/xuri/excelize/v2"
	"golang.org/x/net/html"

	"github.com/uppsikt/uppsikt/internal/suitetest"
)

// decidedPlan makes a decided plan with a control area and a point, and an open round; it returns the coordinator's browser
// and where the round is.
func decidedPlan(t *testing.T) (b *browser, round string) {
	t.Helper()
	b = draftPlan(t)
	b.open(plan+"/nytt-kontrollomrade").submit(form("rubrik", "Skyddade personuppgifter")).want(http.StatusOK, "Skapat.")
	area := b.at.Path
	b.open(plan+"/nytt-kontrollmoment").submit(form("rubrik", "Stickprov på rutinen", "omrade", area[1:], "nar", "Varje halvår", "metod", "Stickprov i journaler.", "syfte", "Se om rutinen är känd.", "ansvariga", "controller")).want(http.StatusOK, "Skapat.")
	b.open(board+"/controls").want(http.StatusOK, "Skyddade personuppgifter", "Stickprov på rutinen", "Inget resultat")
	b.open(plan + "/foresla").submit(nil)
	b.open(b.link("Registrera beslut")).submit(form("datum", "2024-12-10", "paragraf", "112")).want(http.StatusOK, "Planen är fastställd")
	b.open(board+"/ny-uppfoljning?slag=2").submit(form("rubrik", "Helårsuppföljning 2025", "dag0", "2099-01-12", "sammantrade", "2099-02-16")).want(http.StatusOK, "Kontroller", "Stickprov på rutinen", "Registrera resultat")
	return b, b.at.Path
}

// press sends the page's form with one of its other buttons.
func press(b *browser, do string, answers url.Values) *browser {
	b.Helper()
	if answers == nil {
		answers = url.Values{}
	}
	answers.Set("gor", do)
	return b.submit(answers)
}

// TestMeasuringShowsTheOutcomeFirst writes an indicator with targets and its measurements; nothing is stored before it is
// saved, and what is wrong is said at its field.
func TestMeasuringShowsTheOutcomeFirst(t *testing.T) {
	b, _ := decidedPlan(t)
	b.open(board+"/ny-indikator").submit(form("rubrik", "Andel aktuella planer", "mal-slag0", "1", "mal-varde0", "9,3,5")).want(http.StatusUnprocessableEntity, "högst ett decimalkomma", "Andel aktuella planer")
	press(b, "rad-mal", form("mal-varde0", "95")).want(http.StatusOK, "Mål 2", "Andel aktuella planer")
	point := find(b.doc, func(n *html.Node) bool {
		return get(n, "name") == "hor-till" && strings.Contains(get(n, "value"), "controlPoints")
	})
	b.submit(form("mal-slag1", "4", "hor-till", get(point, "value"))).want(http.StatusOK, "Skapat.", "Inga mätningar än", "Minst 95 %", "Öka jämfört med året före")
	at := b.at.Path
	b.open(at+"/ny-matning").submit(form("nar", "ar", "ar", "2024", "hur", "varde", "varde", "93 %")).want(http.StatusOK, "Mätningen är sparad.", "93 %")
	b.open(at+"/ny-matning").want(http.StatusOK, "Senaste värdena", "93 %")
	b.submit(form("ar", "2025", "hur", "antal", "taljare", "41", "namnare", "40")).want(http.StatusUnprocessableEntity, "Något behöver rättas")
	if !strings.Contains(b.body, `value="41"`) {
		t.Error("what was typed is gone")
	}
	press(b, "utfall", form("taljare", "39", "namnare", "40")).want(http.StatusOK, "Så blir utfallet", "97,5", "Uppfyllt", "procentenheter", "Inget är sparat än.")
	if text := b.clone().open(at).text(); strings.Contains(text, "39 av 40") {
		t.Errorf("a tried measurement was stored:\n%s", text)
	}
	b.submit(form()).want(http.StatusOK, "Mätningen är sparad.", "39 av 40", "97,5 %", "Uppfyllt")
	b.open(at+"/ny-matning").submit(form("ar", "2025", "hur", "varde", "varde", "90")).want(http.StatusUnprocessableEntity, "Det finns redan ett värde för samma enhet under 2025.")
	for _, f := range []struct{ path, magic string }{{"svg", "<svg"}, {"pdf", "%PDF-"}, {"png", "\x89PNG"}} {
		if file := b.clone().open(at + "/fil/ar." + f.path + "?ar=2025"); file.status != http.StatusOK || !strings.Contains(file.body[:min(len(file.body), 400)], f.magic) {
			t.Errorf("%s: got %d %v", f.path, file.status, file.header)
		}
	}
	b.open(board+"/controls?ar=2025").want(http.StatusOK, "Andel aktuella planer", "97,5 %")
	b.open(at).open(b.link("2024, ändra mätningen för Alla")).want(http.StatusOK, "Ändra mätningen", "Ta bort mätningen")
	b.open(b.link("Ta bort mätningen")).submit(nil).want(http.StatusOK, "Borttaget.")
	b.open(b.link("Visa historik")).want(http.StatusOK, "Andel aktuella planer", "Mål 1: när det är uppfyllt", "Minst")
}

// TestDeviationProposesAnAction writes a result that deviates: its action comes into the register, linked both ways.
func TestDeviationProposesAnAction(t *testing.T) {
	b, round := decidedPlan(t)
	b.open(b.link("Registrera resultat om Stickprov på rutinen")).want(http.StatusOK, "Se om rutinen är känd.", "Det finns inga tidigare resultat.")
	press(b, "rad-avvikelse0", form("text", "Rutinen följs inte.", "prov0", "Ärenden", "prov-antal0", "25")).want(http.StatusOK, "Avvikelse 2", "Rutinen följs inte.")
	b.submit(form("genomforande", "3", "avv0-0", "Saknar motivering", "avv-antal0-0", "några få")).want(http.StatusUnprocessableEntity, "Skriv varför kontrollen inte utfördes.", "Rutinen följs inte.")
	b.submit(form("genomforande", "2", "bedomning", "storre-avvikelse", "maluppfyllelse", "3")).want(http.StatusUnprocessableEntity, "Skriv varför du anger en annan måluppfyllelse")
	b.submit(form("maluppfyllelse", "0", "atgard", "Inför checklista", "atgard-dag", "2099-06-30")).want(http.StatusOK, "Resultatet är sparat. Det avviker", "Större avvikelse", "några få", "Inför checklista")
	at := b.at.Path
	for range 200 { // the proposal is on its way
		if b.open(at); strings.Contains(b.text(), "Finns i åtgärdsregistret") {
			break
		}
	}
	b.want(http.StatusOK, "Finns i åtgärdsregistret").open(b.link("Inför checklista")).want(http.StatusOK, "Resultat: Stickprov på rutinen, Helårsuppföljning 2025", "30 juni 2099")
	b.open(b.link("Resultat: Stickprov på rutinen, Helårsuppföljning 2025")).want(http.StatusOK, "Större avvikelse")
	first, second := b.clone().open(at+"/andra"), b.clone().open(at+"/andra")
	first.submit(form("text", "Först")).want(http.StatusOK, "Först")
	second.submit(form("text", "Sist")).want(http.StatusConflict, "Någon annan har sparat under tiden", "Först", "Sist")
	b.open(round+"/nytt-resultat?om="+strings.TrimPrefix(b.open(at).link("Läs allt om Stickprov på rutinen"), board+"/")).want(http.StatusOK, "Ändra resultatet")
	b.open(board+"/sok?q=Först").want(http.StatusOK, "Resultat")
	b.open(round+"/stang").submit(form("skal", "Ingen hann svara.")).want(http.StatusOK, "Uppföljningen är stängd")
	b.open(at+"/andra").want(http.StatusOK, "Uppföljningen är stängd")
	b.open(b.link("Läs allt om Stickprov på rutinen")).want(http.StatusOK, "Stickprov i journaler.")
	b.open(at).open(b.link("Visa historik")).want(http.StatusOK, "Bedömning", "Större avvikelse", "Stickprov 1: antal granskade")
}

// TestMemorandumAndExtract writes the case with what is proposed and what is decided, and previews both documents.
func TestMemorandumAndExtract(t *testing.T) {
	b, _ := decidedPlan(t)
	b.open(board+"/nytt-arende").submit(form("rubrik", "Internkontrollrapport 2025", "plan", plan[1:], "skrivelse", "2025-12-22", "chef-roll0", "verksamhetschef", "chef-namn0", "Anna Ek", "chef-tf0", "ja",
		"underlag0", "Rapporten", "underlag-dag0", "2025-12-19", "kannedom", "Kommunstyrelsen", "verkstallighet", "Förvaltningschefen", "forslag0", "Nämnden godkänner rapporten.", "beslut0", "Nämnden återremitterar rapporten.", "paragraf", "4", "dnr", "SN-2025/7", "sammantrade", "2026-01-20")).
		want(http.StatusOK, "tf. verksamhetschef, Anna Ek", "Rapporten, 19 december 2025", "Nämnden återremitterar rapporten.")
	of := b.at.Path
	for kind, want := range map[string]string{"4": "Nämnden godkänner rapporten.", "5": "Nämnden återremitterar rapporten."} {
		b.open(of).open(b.link("Skapa dokument")).submit(form("slag", kind)).want(http.StatusOK, "Utkast", "Delar")
		if strings.Contains(b.text(), "Excel") {
			t.Error("a letter is offered as a workbook")
		}
		b.clone().open(b.link("Förhandsgranska")).want(http.StatusOK, want)
	}
}

// TestTemplates changes the form of a document, tries it before it is saved, and takes it back.
func TestTemplates(t *testing.T) {
	s, _ := suitetest.Start(t, suitetest.WithReferenceData)
	b := newBrowser(t, s.URL)
	become(b, townCoordinator(b))
	b.open(town+"/templates").want(http.StatusOK, "Tjänsteskrivelse", "Inbyggd form").open(b.link("Tjänsteskrivelse")).want(http.StatusOK, "Dokumentets rubrik", "Ord i dokumentet")
	b.clone().submit(form("rubrik", "Vår skrivelse {year}", "namnd", town[1:]+"/committees/omsorgsnamnden", "gor", "visa")).want(http.StatusOK, "Vår skrivelse")
	b.submit(form("rubrik", "Vår skrivelse {year}")).want(http.StatusOK, "Sparat.", "Återställ till den inbyggda formen")
	b.open(town+"/templates").want(http.StatusOK, "Egen form")
	b.open(town+"/templates/memorandum/aterstall").submit(nil).want(http.StatusOK, "inbyggda form igen")
	if text := b.text(); strings.Contains(text, "Egen form") {
		t.Errorf("the template is still there:\n%s", text)
	}
}

// TestWorkbooks fills in a template, changes a heading, and reads it: what is wrong has its place, and nothing is stored
// before it is right.
func TestWorkbooks(t *testing.T) {
	b := draftPlan(t)
	b.open(board+"/importera").want(http.StatusOK, "Mall för risker", "Mall för mätningar")
	for _, kind := range []string{"risker", "kontroller", "mätningar"} {
		file := b.clone().open(b.link("Mall för " + kind))
		if file.status != http.StatusOK || !strings.HasPrefix(file.body, "PK") || !strings.Contains(file.header.Get("Content-Disposition"), ".xlsx") {
			t.Errorf("%s: got %d %v", kind, file.status, file.header)
		}
	}
	b.clone().submit(form("slag", "risks", "ar", "2025")).want(http.StatusUnprocessableEntity, "Välj en fil att importera.")
	b.clone().submit(form("slag", "risks", "ar", "2025", "fil", "risker.xlsx inget blad")).want(http.StatusUnprocessableEntity, "Arbetsboken gick inte att läsa")
	template := b.clone().open(b.link("Mall för risker")).body
	wrong := filled(t, template, map[string]string{"Risk": "Risk att avtal inte följs upp.", "Sannolikhet": "9", "Konsekvens": "2"}, "")
	b.clone().submit(form("slag", "risks", "ar", "2025", "fil", "risker.xlsx "+wrong)).want(http.StatusUnprocessableEntity, "1 fel att rätta", "Sannolikhet")
	own := filled(t, template, map[string]string{"Risk": "Risk att avtal inte följs upp.", "Sannolikhet": "3", "Konsekvens": "2"}, "Vad kan gå fel")
	b.submit(form("slag", "risks", "ar", "2025", "fil", "risker.xlsx "+own)).want(http.StatusUnprocessableEntity, "bladet ”Risker”", "Rubriken ”Risk” saknas på rad 1", "Vad kan gå fel läses som")
	ask := find(b.doc, func(n *html.Node) bool { return n.Data == "form" && get(n, "class") == "form" })
	named := shown(ask)
	for i, heading := range named["rubrik"] {
		if heading == "Vad kan gå fel" {
			named["som"][i] = "title"
		}
	}
	b.send(ask, named).want(http.StatusOK, "Arbetsboken kan importeras", "Nytt: 2.", "Vad kan gå fel")
	apply := find(b.doc, func(n *html.Node) bool {
		return n.Data == "form" && find(n, func(i *html.Node) bool { return get(i, "value") == "importera" }) != nil
	})
	if text := b.clone().open(plan).text(); strings.Contains(text, "avtal inte följs") {
		t.Error("a checked workbook was stored")
	}
	b.send(apply, nil).want(http.StatusOK, "Filen är importerad.", "Risk att avtal inte följs upp.")
}

// TestACommitteesCoordinatorImports: who coordinates one committee finds the way to the import, sees how far a long sheet has
// come, chooses another sheet, and cannot import into a sister committee.
func TestACommitteesCoordinatorImports(t *testing.T) {
	s, _ := suitetest.Start(t, suitetest.WithReferenceData)
	b := newBrowser(t, s.URL)
	become(b, coordinatorOf(b.open("/demo")))
	b.open(board + "/controls").open(b.link("Importera från Excel"))
	f := excelize.NewFile()
	defer f.Close()
	setRows(t, f, "Sheet1", [][]any{{"Indikator", "Period", "Värde"}, {"Okänd", "2025-01", 3}})
	if _, err := f.NewSheet("Lång"); err != nil {
		t.Fatal(err)
	}
	rows := [][]any{{"Indikator", "Period", "Värde", "Anmärkning"}}
	for range 2500 {
		rows = append(rows, []any{"Okänd", "2025", "3,5,1", ""})
	}
	setRows(t, f, "Lång", rows)
	var file bytes.Buffer
	if err := f.Write(&file); err != nil {
		t.Fatal(err)
	}
	b.submit(form("slag", "measurements", "ar", "2025", "fil", "m.xlsx "+file.String())).want(http.StatusOK, "Kontroll av arbetsboken", "Har läst rad 2 000 av 2 501.", "Arbetsboken kan inte importeras än", "två decimaltecken", "Läs ett annat blad")
	other := find(b.doc, func(n *html.Node) bool {
		return n.Data == "form" && find(n, func(i *html.Node) bool { return get(i, "id") == "blad" }) != nil
	})
	b.send(other, form("blad", "Sheet1")).want(http.StatusUnprocessableEntity, "bladet ”Sheet1”", "1 fel att rätta", "”Okänd” finns inte bland nämndens indikatorer")
	b.open(town+"/committees/omsorgsnamnden/importera").want(http.StatusForbidden, "Du har inte behörighet")
}

// setRows writes rows into a sheet.
func setRows(t *testing.T, f *excelize.File, sheet string, rows [][]any) {
	t.Helper()
	for i, r := range rows {
		cell, err := excelize.CoordinatesToCellName(1, i+1)
		if err == nil {
			err = f.SetSheetRow(sheet, cell, &r)
		}
		if err != nil {
			t.Fatal(err)
		}
	}
}

// filled writes one row into a template, and another heading over the risk when one is given.
func filled(t *testing.T, template string, row map[string]string, heading string) string {
	t.Helper()
	f, err := excelize.OpenReader(strings.NewReader(template))
	if err != nil {
		t.Fatal(err)
	}
	defer f.Close()
	rows, err := f.GetRows("Risker")
	if err != nil {
		t.Fatal(err)
	}
	for r, cells := range rows {
		for c, cell := range cells {
			if !slices.Contains(cells, "Sannolikhet") || row[cell] == "" {
				continue
			}
			setCell(t, f, c, r+1, row[cell])
			if cell == "Risk" && heading != "" {
				setCell(t, f, c, r, heading)
			}
		}
	}
	var out bytes.Buffer
	if err := f.Write(&out); err != nil {
		t.Fatal(err)
	}
	return out.String()
}

func setCell(t *testing.T, f *excelize.File, column, row int, text string) {
	t.Helper()
	at, err := excelize.CoordinatesToCellName(column+1, row+1)
	if err == nil {
		err = f.SetCellValue("Risker", at, text)
	}
	if err != nil {
		t.Fatal(err)
	}
}
