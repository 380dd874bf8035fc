package e2e_test

import (
	"net/http"
	"slices"
	"strings"
	"testing"

	"github.com/chromedp/chromedp/kb"

	"github.com/uppsikt/uppsikt/e2e/internal/browser"
	"github.com/uppsikt/uppsikt/e2e/internal/product"
)

const schools = municipality + "/committees/utbildningsnamnden"

// visit opens a page as one of the demo people.
func visit(t *testing.T, s *product.Server, person string, o browser.Options) user {
	t.Helper()
	u := user{t: t, page: page(t, o), see: func(string) {}}
	u.must(u.page.Go(s.Address+"/demo"), http.StatusOK)
	u.must(u.page.Press("Välj "+person), http.StatusOK)
	return u
}

// tabTo presses Tab until the focus is on what begins with the text, and checks that the focus is always to be seen.
func (u user) tabTo(text string) {
	u.t.Helper()
	var passed []string
	for range 80 {
		u.page.Key(kb.Tab)
		at := u.page.Focus()
		passed = append(passed, at)
		if at != "" && !u.page.FocusShown() {
			u.t.Errorf("the focus on %q cannot be seen", at)
		}
		if strings.HasPrefix(at, text) {
			return
		}
	}
	u.t.Fatalf("Tab does not lead to %q but past %q", text, passed)
}

// TestAnswerByKeyboard answers a follow-up with nothing but Tab, Space, Enter, an arrow and letters, without scripts.
func TestAnswerByKeyboard(t *testing.T) {
	t.Parallel()
	s := shared.program.Start(t, product.Options{Demo: true, Now: "2025-06-02"})
	u := visit(t, s, "Rektor", browser.Options{NoScript: true})
	p := u.page
	u.must(p.Go(s.Address+"/"+schools+"/rounds/delar-2025"), http.StatusOK)
	u.tabTo("Hoppa till innehållet")
	u.tabTo("Risk att elevers frånvaro")
	u.must(p.KeyTo(kb.Enter), http.StatusOK)
	u.tabTo("Ja") // the answer so far
	p.Key(kb.ArrowDown)
	p.Key(" ")
	if got := p.Chosen("Följer plan?"); !slices.Equal(got, []string{"Delvis"}) {
		t.Errorf("got the choice %q, want Delvis", got)
	}
	u.tabTo("Kommentar")
	p.Type("Halva året har gått, och hälften är gjort.")
	u.tabTo("Svara")
	for p.Focus() != "Svara" { // "Svarar som" comes before the button
		u.tabTo("Svara")
	}
	u.must(p.KeyTo(kb.Enter), http.StatusOK)
	p.Want("ditt svar är sparat", "Delvis")
	want(t, s.Client(t, s.TokenFor(t, "auditor", municipality), "get", schools+"/rounds/delar-2025"), 0, "ROUND_STATE_OPEN")
}

// TestErrorSummaryByKeyboard: after a fault the focus is on the list of faults, and its links lead to the fields.
func TestErrorSummaryByKeyboard(t *testing.T) {
	t.Parallel()
	u := user{t: t, page: page(t, browser.Options{NoScript: true}), see: func(string) {}}
	p := u.page
	u.must(p.Go(demo(t).Address+"/logga-in"), http.StatusOK)
	u.refused("Logga in", "", "Något behöver rättas")
	u.tabTo("Fyll i")
	p.Key(kb.Enter)
	p.AwaitFocus("E-postadress")
}

// TestStaleForm: two people have the same form open. The one who saves last sees both versions, has lost nothing, and
// may save all the same.
func TestStaleForm(t *testing.T) {
	t.Parallel()
	s := shared.program.Start(t, product.Options{Demo: true, Now: "2025-06-02"})
	u := visit(t, s, "Internkontrollsamordnare", browser.Options{NoScript: true})
	u.must(u.page.Go(s.Address+"/"+schools+"/rounds/delar-2025"), http.StatusOK)
	u.follow("Svara på nästa", "")
	first, second := u.page, u.page.Tab()
	second.Go(first.URL())

	first.Choose("Följer plan?", "Ja")
	first.Fill("Kommentar", "Det här skrevs först.")
	u.press("Svara", "")

	second.Choose("Följer plan?", "Nej")
	second.Fill("Kommentar", "Det här skrevs sist, och får inte gå förlorat.")
	u.page = second
	u.refused("Svara", "", "Någon annan har sparat under tiden", "Du skrev", "Det här skrevs först.", "Det här skrevs sist, och får inte gå förlorat.")
	if got := second.Value("Kommentar"); got != "Det här skrevs sist, och får inte gå förlorat." {
		t.Errorf("the field holds %q, want what was typed", got)
	}
	if got := second.Chosen("Följer plan?"); !slices.Equal(got, []string{"Nej"}) {
		t.Errorf("the choice is %q, want Nej", got)
	}
	u.press("Svara", "")
	second.Want("ditt svar är sparat", "Nej")
}

// TestSignedOutWhileWriting: what was typed waits while its author signs in again.
func TestSignedOutWhileWriting(t *testing.T) {
	t.Parallel()
	s := shared.program.Start(t, product.Options{})
	u := user{t: t, page: page(t, browser.Options{NoScript: true}), see: func(string) {}}
	u.firstStart(s)
	u.follow("Uppföljning", "")
	u.follow("Delårsuppföljning 2025", "")
	u.follow("Svara på nästa", "")
	u.page.Choose("Följer plan?", "Delvis")
	u.page.Fill("Kommentar", "En lång text\nsom tog en timme att skriva.")
	elsewhere := user{t: t, page: u.page.Tab(), see: func(string) {}}
	elsewhere.page.Go(s.Address)
	elsewhere.press("Logga ut", "")
	elsewhere.page.Want("Du är utloggad")

	u.refused("Svara", "", "Din inloggning har gått ut", "finns det du skrev kvar")
	u.page.Fill("E-postadress", "asa.oberg@exempelkommun.example")
	u.page.Fill("Lösenord", "fel lösenord")
	u.refused("Logga in", "", "stämmer inte")
	u.page.Fill("Lösenord", password)
	u.press("Logga in", "")
	u.page.Want("Det du skrev finns kvar")
	if got := u.page.Value("Kommentar"); got != "En lång text\nsom tog en timme att skriva." {
		t.Errorf("the field holds %q, want what was typed", got)
	}
	u.press("Svara", "")
	u.page.Want("1 svar av 4", "Delvis")
}

// TestRoles: members and auditors read and are invited to nothing else; what they may not do is refused when they try.
func TestRoles(t *testing.T) {
	t.Parallel()
	s := demo(t)
	for _, person := range []string{"Ledamot i socialnämnden", "Förtroendevald revisor"} {
		u := visit(t, s, person, browser.Options{})
		u.must(u.page.Go(s.Address+"/"+planName), http.StatusOK)
		u.page.Want("Internkontrollplan 2025", "Fastställd")
		for _, invitation := range []string{"Skapa ny version", "Lägg till risk", "Registrera beslut", "Ändra"} {
			if strings.Contains(u.page.Text(), invitation) {
				t.Errorf("%s is invited to %q", person, invitation)
			}
		}
		u.must(u.page.Go(s.Address+"/"+committee), http.StatusOK)
		for _, address := range u.page.Links() {
			for _, form := range []string{"/ny", "/andra", "/stang", "/gor-slutlig", "/ta-bort", "/foresla", "/beslut"} {
				if strings.Contains(address, form) {
					t.Errorf("the overview of %s leads to the form %s", person, address)
				}
			}
		}
		if status := u.page.Go(s.Address + "/" + planName + "/ny-version"); status == http.StatusOK {
			u.page.Fill("Varför behövs en ny version?", "För att pröva.")
			u.refused("Skapa ny version", "", "behörighet")
		}
	}
}

// TestOwnersAreInvitedToWhatTheyMayDo: an owner answers for the own risks, and is not led to what only the coordinator does.
func TestOwnersAreInvitedToWhatTheyMayDo(t *testing.T) {
	t.Parallel()
	s := demo(t)
	u := visit(t, s, "Rektor", browser.Options{NoScript: true})
	for path, invitation := range map[string]string{"/plans": "Skapa plan", "/plans/2025": "Skapa ny version", "/rounds": "Skapa uppföljning",
		"/rounds/delar-2025": "Stäng uppföljningen", "/cases": "Skapa ärende"} {
		u.must(u.page.Go(s.Address+"/"+schools+path), http.StatusOK)
		if strings.Contains(u.page.Text(), invitation) {
			t.Errorf("%s: an owner is invited to %q", path, invitation)
		}
	}
	u.must(u.page.Go(s.Address+"/"+schools+"/rounds/delar-2025"), http.StatusOK)
	u.page.Want("Ändra svaret", "Visa")

	// Each manager of this committee owns three of its control areas, and measures those alone.
	indicator := s.Address + "/" + care + "/indicators/genomforandeplaner"
	u = visit(t, s, "Tillförordnad verksamhetschef, vård och stöd", browser.Options{NoScript: true})
	u.must(u.page.Go(indicator), http.StatusOK)
	u.page.Want("Registrera mätning")
	u = visit(t, s, "Verksamhetschef, individ- och familjeomsorgen", browser.Options{NoScript: true})
	u.must(u.page.Go(indicator), http.StatusOK)
	if strings.Contains(u.page.Text(), "Registrera mätning") {
		t.Error("a manager who does not own the control area is invited to measure")
	}
	u.must(u.page.Go(indicator+"/ny-matning"), http.StatusOK)
	u.page.Want("Du kan läsa men inte skriva mätningar.")
}

// TestRevisedPlan: the coordinator opens a new version of a decided plan, adds a risk with axes, changes another, has it
// decided, and follows it up with a round of her own, all without scripts.
func TestRevisedPlan(t *testing.T) {
	t.Parallel()
	s := shared.program.Start(t, product.Options{Demo: true, Now: "2025-06-02"})
	u := visit(t, s, "Internkontrollsamordnare", browser.Options{NoScript: true})
	p := u.page
	u.must(p.Go(s.Address+"/"+schools+"/plans/2025"), http.StatusOK)
	u.follow("Skapa ny version", "")
	u.refused("Skapa ny version", "", "Skriv varför")
	p.Fill("Varför behövs en ny version?", "En ny risk har upptäckts.")
	u.press("Skapa ny version", "")
	p.Want("En ny version är öppnad")
	u.addRisk()
	u.decide(s)
	u.newRound()
	want(t, s.Run(t, "verify", "--data", s.Data), 0)
}

func (u user) addRisk() {
	u.t.Helper()
	p := u.page
	u.follow("Lägg till risk", "")
	u.refused("Lägg till i planen", "", "Något behöver rättas")
	p.Fill("Vad är risken?", "Risk att skolskjutsen inte kommer när det är halt.")
	p.Fill("Ansvarsområde/process", "Skolskjuts")
	p.Choose("Sannolikhet", "4 ")
	p.Choose("Konsekvens", "4 ")
	p.Choose("Hur ska risken hanteras?", "Omhändertas")
	p.Fill("Planerad hantering", "Avtalet ses över:\n\n- tider\n- ersättning")
	p.Choose("Tas risken med?", "Ja")
	p.Fill("Ansvariga roller", "skolskjutshandläggare")
	u.press("Lägg till i planen", "")
	p.Want("Risk att skolskjutsen", "16")
}

// decide proposes the plan and registers the decision.
func (u user) decide(s *product.Server) {
	u.t.Helper()
	p := u.page
	u.must(p.Go(s.Address+"/"+schools+"/plans/2025"), http.StatusOK)
	u.follow("Föreslå till nämnden", "")
	u.press("Föreslå till nämnden", "")
	p.Want("Planen är föreslagen")
	u.follow("Registrera beslut", "")
	u.refused("Registrera beslutet", "", "Ange dagen", "paragraf")
	p.Fill("Sammanträdets datum", "2025-06-17")
	p.Fill("Paragraf i protokollet", "61")
	u.press("Registrera beslutet", "")
	p.Want("Planen är fastställd och låst", "2025-06-17 § 61")
}

// newRound makes a round for all critical risks, the new one included.
func (u user) newRound() {
	u.t.Helper()
	p := u.page
	u.follow("Uppföljning", "")
	u.follow("Skapa uppföljning", "")
	u.follow("Särskild uppföljning", "")
	p.Fill("Rubrik", "Särskild uppföljning hösten 2025")
	p.Choose("Vilka risker?", "De kritiska riskerna")
	p.Fill("Ansvariga svarar senast", "2025-10-01")
	u.press("Skapa uppföljningen", "")
	p.Want("Uppföljningen är skapad", "Risk att skolskjutsen", "1 oktober 2025")
}
