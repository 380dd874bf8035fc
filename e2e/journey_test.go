package e2e_test

import (
	"bytes"
	"crypto/sha256"
	"encoding/hex"
	"fmt"
	"net/http"
	"os"
	"path/filepath"
	"regexp"
	"strings"
	"testing"

	"github.com/uppsikt/uppsikt/e2e/internal/browser"
	"github.com/uppsikt/uppsikt/e2e/internal/product"
)

// user is somebody at a browser. After each page, see is called with a word for it.
type user struct {
	t    *testing.T
	page *browser.Page
	see  func(word string)
}

// must fails the test unless a page came with the status.
func (u user) must(status, want int) {
	u.t.Helper()
	if status != want {
		u.t.Errorf("%s: got status %d, want %d", u.page.URL(), status, want)
	}
}

// follow follows a link to a page.
func (u user) follow(text, word string) {
	u.t.Helper()
	u.must(u.page.Follow(text), http.StatusOK)
	u.see(word)
}

// press presses a button that leads to a page.
func (u user) press(text, word string) {
	u.t.Helper()
	u.must(u.page.Press(text), http.StatusOK)
	u.see(word)
}

// refused presses a button and expects a form with faults to come back.
func (u user) refused(text, word string, faults ...string) {
	u.t.Helper()
	if status := u.page.Press(text); status < 400 || status >= 500 {
		u.t.Errorf("%s: got status %d, want a refusal", u.page.URL(), status)
	}
	u.page.Want(faults...)
	u.see(word)
}

// The answers of the journey, by the process that the risk concerns.
var answers = map[string]string{
	"Välfärdsbrottslighet": "Alla enheter ber nu om legitimation.\n\n- Rutinen är genomgången\n- Kontrollen av utbetalningar är utökad",
	"Bemanningsekonomi":    "Timmar och kostnader analyseras vid varje uppföljning sedan februari.",
	"skyddad identitet":    "Rutinen är känd och en checklista finns.",
	"gemensamma":           "Mappen är genomgången och gallrad.",
}

const password = "en mening som jag minns"

// firstStart goes from the one-time link to an imported plan, as the README has a new user do.
func (u user) firstStart(s *product.Server) {
	u.t.Helper()
	p := u.page
	u.must(p.Go(s.Link), http.StatusOK)
	p.WantHeading("Logga in med länk")
	u.see("link")
	u.press("Logga in", "start-municipality")
	u.refused("Fortsätt", "start-error", "Något behöver rättas")
	if !strings.HasPrefix(p.Title(), "Fel: ") {
		u.t.Errorf("after a fault the title is %q, want it to begin with Fel:", p.Title())
	}
	p.Fill("Kommunens namn", "Exempelkommun")
	u.press("Fortsätt", "start-committee")
	p.Fill("Nämndens namn", "Socialnämnden")
	p.Choose("Vad är det för organ?", "Nämnd")
	u.press("Fortsätt", "start-person")
	p.Fill("Ditt namn", "Åsa Öberg")
	p.Fill("E-postadress", "asa.oberg@exempelkommun.example")
	u.press("Fortsätt", "password")
	u.setPassword()
	u.follow("Importera en fil", "import")
	u.importPlan()
}

func (u user) setPassword() {
	u.t.Helper()
	u.page.Fill("Nytt lösenord", "för kort")
	u.page.Fill("Samma lösenord igen", "för kort")
	u.refused("Spara lösenordet", "password-error", "minst 12 tecken")
	u.page.Fill("Nytt lösenord", password)
	u.page.Fill("Samma lösenord igen", password)
	u.press("Spara lösenordet", "start-done")
}

// importPlan imports the example, after a file with two faults.
func (u user) importPlan() {
	u.t.Helper()
	p := u.page
	bad := strings.NewReplacer("stated_value: 9", "stated_value: -9", "treatment: direkt", "treatment: x").Replace(read(u.t, examplePlan))
	bad = strings.Replace(bad, "      - treatment: forbattra\n", "      - treatment: hoppas\n", 1)
	p.Upload("Fil att importera", write(u.t, "fel.yaml", bad))
	u.refused("Kontrollera filen", "import-faults", "Filen kan inte importeras än", "stated_value", "treatment", "Inget har sparats")
	u.follow("Välj en rättad fil", "import-again")
	p.Upload("Fil att importera", examplePlan)
	u.press("Kontrollera filen", "import-checked")
	p.WantHeading("Filen kan importeras")
	p.Want("Riskbedömningar 14", "Kontrollmoment och granskningar 5", "Uppföljningar 1", "Nytt:")
	u.press("Importera", "overview")
	p.Want("Filen är importerad.", "Internkontrollplan 2025")
}

// lookAtPlan opens the plan and one of its critical risks.
func (u user) lookAtPlan() {
	u.t.Helper()
	p := u.page
	u.follow("Internkontrollplan 2025", "plan")
	p.Want("Fastställd", "§ 112", "SN-2024/259", "Risker i planen", "Välfärdsbrottslighet", "Kritisk", "Granskas")
	u.follow("Risk att någon genom oriktiga uppgifter", "risk")
	p.Want("Riskvärde 9", "Kritisk", "enhetschef vuxenenheten", "Befintliga aktiviteter och egenkontroller")
	u.follow("Visa historik", "history")
}

// answerAll answers the four critical risks, the first one otherwise when told so.
func (u user) answerAll(first string) {
	u.t.Helper()
	p := u.page
	u.follow("Uppföljning", "rounds")
	u.follow("Delårsuppföljning 2025", "round")
	p.Want("0 svar av 4", "Svara")
	u.follow("Svara på nästa", "answer")
	u.refused("Svara", "answer-missing", "Välj ett svar")
	p.Choose("Följer plan?", "Ja")
	p.Fill("Kommentar", "Handläggaren är Anna Andersson, 19850709-9805.")
	u.refused("Svara", "answer-personal-number", "personnummer", "850709-9805")
	if got := p.Value("Kommentar"); !strings.Contains(got, "Anna Andersson") {
		u.t.Errorf("the refused text is lost, the field holds %q", got)
	}
	for i := range 4 {
		answer := "Ja"
		if i == 0 {
			answer = first
		}
		p.Choose("Följer plan?", answer)
		p.Fill("Kommentar", u.comment())
		u.press("Svara", fmt.Sprintf("round-%d", i+1))
		p.Want("ditt svar är sparat", fmt.Sprintf("%d svar av 4", i+1))
		if i < 3 {
			u.follow("Svara på nästa", fmt.Sprintf("answer-%d", i+2))
		}
	}
}

// comment returns the comment for the risk that the page is about.
func (u user) comment() string {
	u.t.Helper()
	text := u.page.Text()
	for about, comment := range answers {
		if strings.Contains(u.page.Heading()+strings.SplitN(text, "Tidigare svar", 2)[0], about) {
			return comment
		}
	}
	u.t.Errorf("no answer fits the page %s", text)
	return "–"
}

// closeRound closes the round after a look at what that means.
func (u user) closeRound() {
	u.t.Helper()
	u.follow("Stäng uppföljningen", "close")
	u.page.Want("Svaren låses")
	u.press("Stäng uppföljningen", "round-closed")
	u.page.Want("Uppföljningen är stängd")
}

// writeCase makes the case and gives it a text and a proposed decision of its own.
func (u user) writeCase() {
	u.t.Helper()
	p := u.page
	u.follow("Ärenden och dokument", "cases")
	u.follow("Skapa ärende", "case-new")
	p.Fill("Rubrik", "Delårsuppföljning av internkontrollplanen 2025")
	p.Fill("Diarienummer", "SN-2025/118")
	p.Select("Vilken uppföljning redovisas?", "Delårsuppföljning 2025")
	p.Fill("Datum", "2025-09-16")
	p.Fill("Förslag till beslut, punkt 1", "Socialnämnden godkänner delårsuppföljningen.")
	u.press("Skapa ärendet", "case")
	u.follow("Ändra", "case-edit")
	p.Fill("Bakgrund", "Nämnden följer upp planen varje halvår. Den **egna texten** ersätter standardtexten. Enligt kommunallagen ansvarar nämnden.")
	u.press("Spara", "case-saved")
	p.Want("SN-2025/118", "godkänner delårsuppföljningen", "egna texten")
}

// makeDocument makes the document, looks at it and makes it final.
func (u user) makeDocument() {
	u.t.Helper()
	p := u.page
	u.follow("Skapa dokument", "document-new")
	u.press("Skapa dokumentet", "document")
	p.Want("Utkast")
	u.follow("Förhandsgranska", "preview")
	p.Want("Utkast")
	checkContent(u.t, "preview", p.Text())
	u.back("document")
	u.follow("Gör slutlig", "finalize")
	u.press("Gör slutlig", "final")
	p.Want("Dokumentet är slutligt", "Slutlig")
}

// back returns to the page before, by its address.
func (u user) back(string) {
	u.t.Helper()
	u.must(u.page.Go(strings.TrimSuffix(u.page.URL(), "/fil/visa")), http.StatusOK)
}

var checksum = regexp.MustCompile(`\b[0-9a-f]{64}\b`)

// takeOut downloads the files, compares them with the checksums on the page, has them checked, and returns their texts.
func (u user) takeOut() (pdf, word string) {
	u.t.Helper()
	address := u.page.URL()
	u.page.Open("Kontrollsummor och källor")
	sums := checksum.FindAllString(u.page.Text(), -1)
	dir := u.t.TempDir()
	for text, extension := range map[string]string{"Ladda ner PDF": ".pdf", "Ladda ner Word": ".docx"} {
		name, content := u.page.Download(text)
		sum := sha256.Sum256(content)
		if !strings.Contains(strings.Join(sums, " "), hex.EncodeToString(sum[:])) {
			u.t.Errorf("%s has the checksum %x, the page shows %v", name, sum, sums)
		}
		_, again := u.page.Download(text)
		if !bytes.Equal(content, again) || filepath.Ext(name) != extension {
			u.t.Errorf("%s: the second download differs, or the name is wrong", name)
		}
		file := filepath.Join(dir, name)
		if err := os.WriteFile(file, content, 0o600); err != nil {
			u.t.Fatal(err)
		}
		checkReport(u.t, file)
		if extension == ".pdf" {
			_, structure := u.tool("pdfinfo", "-enc", "UTF-8", "-struct-text", file)
			pdf = structText(structure)
			u.pictures(file)
		} else {
			word = wordText(u.t, part(u.t, file, "word/document.xml"))
		}
	}
	u.must(u.page.Go(address), http.StatusOK)
	return pdf, word
}

// everything is the whole way of a new user, up to the final document.
func (u user) everything(s *product.Server, first string) (pdf, word string) {
	u.t.Helper()
	u.firstStart(s)
	u.lookAtPlan()
	u.answerAll(first)
	u.closeRound()
	u.writeCase()
	u.makeDocument()
	return u.takeOut()
}

// wantDocument checks what the journey has put into the document.
func wantDocument(t *testing.T, text string, more ...string) {
	t.Helper()
	for _, want := range append([]string{"SN-2025/118", "egna texten ersätter standardtexten", "Rutinen är känd och en checklista finns.",
		"Kontrollen av utbetalningar är utökad", "9 – kritisk", "Följer plan Ja"}, more...) {
		if !strings.Contains(text, want) {
			t.Errorf("the document lacks %q:\n%s", want, text)
		}
	}
}

// TestFirstDocumentWithoutScripts goes the whole way on an empty data directory, in a browser whose scripts are turned
// off.
func TestFirstDocumentWithoutScripts(t *testing.T) {
	t.Parallel()
	s := shared.program.Start(t, product.Options{})
	u := user{t: t, page: page(t, browser.Options{NoScript: true}), see: func(string) {}}
	pdf, word := u.everything(s, "Ja")
	for _, text := range []string{pdf, word} {
		wantDocument(t, text, "samtliga fyra kritiska risker hanteras enligt planen", "Efter årets slut")
	}
	want(t, s.Run(t, "verify", "--data", s.Data), 0)
	if strings.Contains(s.Log(), `"level":"ERROR"`) {
		t.Errorf("the server has logged errors:\n%s", s.Log())
	}
}

// TestFirstDocumentWithOneNo goes the same way with scripts allowed and one answer Nej: the conclusion says so. Every
// page on the way is checked for accessibility.
func TestFirstDocumentWithOneNo(t *testing.T) {
	t.Parallel()
	s := shared.program.Start(t, product.Options{})
	u := user{t: t, page: page(t, browser.Options{})}
	u.see = inspector(t, u.page, "first")
	pdf, word := u.everything(s, "Nej")
	for _, text := range []string{pdf, word} {
		wantDocument(t, text, "Följer plan Nej", "tre av de fyra kritiska riskerna hanteras enligt planen",
			"följer inte planen för en av de fyra kritiska riskerna")
		if strings.Contains(text, "samtliga fyra kritiska risker hanteras") {
			t.Errorf("the document still says that all is well:\n%s", text)
		}
	}
}
