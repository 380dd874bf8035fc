package web_test

import (
	"net/http"
	"strings"
	"testing"
	"time"

	"golang.org/x/net/html"

	"github.com/uppsikt/uppsikt/internal/suitetest"
)

// TestReminderRules writes a rule, looks at what it would send, stores, changes, switches off and takes it away; what is wrong
// is said at its field and nothing is stored before it is saved.
func TestReminderRules(t *testing.T) {
	b, _ := decidedPlan(t)
	b.open(board).want(http.StatusOK, "Året 2025", "Planen fastställdes")
	b.open(b.link("Påminnelser")).want(http.StatusOK, "De närmaste 30 dagarna", "Regler", "Mejlen når ingen mottagare än")
	b.open(b.link("Ny regel")).submit(form("rubrik", "", "klocka", "25")).want(http.StatusUnprocessableEntity, "Skriv vad regeln kallas.")
	b.submit(form("rubrik", "Ansvariga redovisar", "klocka", "25:00")).want(http.StatusUnprocessableEntity, "Något behöver rättas")
	b.submit(form("klocka", "7.30", "tid-antal0", "tolv")).want(http.StatusUnprocessableEntity, "Skriv ett helt tal, till exempel 14.")
	b.submit(form("tid-antal0", "3")).want(http.StatusUnprocessableEntity, "Samma tidpunkt")
	b.submit(form("tid-antal0", "400")).want(http.StatusUnprocessableEntity, "Något behöver rättas")
	if !strings.Contains(b.body, `value="400"`) {
		t.Error("what was typed is gone")
	}
	press(b, "rad-tid", form("tid-antal0", "14")).want(http.StatusOK, "Tidpunkt 4")
	press(b, "forhandsgranska", form("slag", "6", "roll", "1", "tid-slag3", "andel", "tid-antal3", "25", "tid-minst3", "5", "tid-hogst3", "20")).
		want(http.StatusOK, "Så här skulle regeln skicka", "Inget är sparat än.")
	if text := b.clone().open(board + "/paminnelser").text(); strings.Contains(text, "Ansvariga redovisar") {
		t.Errorf("a tried rule was stored:\n%s", text)
	}
	b.submit(form("stege0", "4", "stege1", "3")).want(http.StatusOK, "Regeln är sparad.", "Kontroller som ska redovisas, när de ansvariga är på tur",
		"När 25 % av tiden är kvar (minst 5 och högst 20 dagar före)", "kl. 07:30", "Förvaltningschefen, därefter samordnaren")
	rule := b.at.Path
	b.open(board+"/paminnelser").want(http.StatusOK, "Ansvariga redovisar", "Nämndens egen")
	b.open(board+"/ny-regel").submit(form("rubrik", "En till", "slag", "6", "roll", "1")).want(http.StatusUnprocessableEntity, "gäller redan samma slags uppgifter")
	switchOff(b.open(rule), "stang").want(http.StatusOK, "Regeln är avstängd och skickar inget.", "Avstängd")
	switchOff(b, "oppna").want(http.StatusOK, "Regeln är på igen.")
	first, second := b.clone().open(rule+"/andra"), b.clone().open(rule+"/andra")
	first.submit(form("rubrik", "Först")).want(http.StatusOK, "Först")
	second.submit(form("rubrik", "Sist")).want(http.StatusConflict, "Någon annan har sparat under tiden", "Först", "Sist")
	b.open(rule).open(b.link("Visa historik")).want(http.StatusOK, "Först", "Tidpunkt 4: procent av tiden kvar", "Påminner om", "Kontroller som ska redovisas", "Om ingen kan nås 1", "Förvaltningschefen")
	b.open(rule+"/ta-bort").submit(form("skal", "Behövs inte.")).want(http.StatusOK, "Regeln är borttagen.")
	b.open(rule).want(http.StatusNotFound)
}

// switchOff presses the button of a rule's own page.
func switchOff(b *browser, do string) *browser {
	b.Helper()
	own := find(b.doc, func(n *html.Node) bool { return n.Data == "form" && get(n, "class") == "actions" })
	if own == nil {
		b.Fatalf("no button on %s:\n%s", b.at, b.text())
	}
	return b.send(own, form("gor", do))
}

// TestOwnReminders chooses how mails come, and makes, renews and takes away the address of a calendar. The calendar is read
// without signing in, by who knows the address alone.
func TestOwnReminders(t *testing.T) {
	s, _ := suitetest.Start(t, suitetest.WithReferenceData)
	b := newBrowser(t, s.URL)
	become(b, coordinatorOf(b.open("/")))
	b.open(b.link("Mina uppgifter")).want(http.StatusOK, "Mina uppgifter")
	b.open(b.link("Mina inställningar för påminnelser")).want(http.StatusOK, "Hur vill du få påminnelserna?", "Uppgifterna i din kalender")
	b.submit(form("satt", "1")).want(http.StatusOK, "Sparat.")
	if on := find(b.doc, func(n *html.Node) bool { return get(n, "name") == "satt" && has(n, "checked") }); get(on, "value") != "1" {
		t.Errorf("the choice is %q", get(on, "value"))
	}
	b.open(b.link("Skapa adress till din kalender")).submit(nil).want(http.StatusOK, "Adressen visas bara nu", "Outlook", "Google", "Apple")
	first := calendarAddress(b)
	guest := newBrowser(t, s.URL)
	guest.open(first)
	if guest.status != http.StatusOK || guest.header.Get("Content-Type") != "text/calendar; charset=utf-8" || !strings.HasPrefix(guest.body, "BEGIN:VCALENDAR") {
		t.Fatalf("got %d %v\n%s", guest.status, guest.header, guest.body)
	}
	b.open("/paminnelser/installningar").want(http.StatusOK, "Kalendern hämtades senast").open(b.link("Byt adress")).want(http.StatusOK, "den gamla slutar att fungera")
	second := calendarAddress(b.submit(nil))
	if guest.open(first); guest.status != http.StatusNotFound {
		t.Errorf("the former address gives %d", guest.status)
	}
	if guest.open(second); guest.status != http.StatusOK {
		t.Errorf("the new address gives %d", guest.status)
	}
	b.open("/paminnelser/installningar").open(b.link("Ta bort adressen")).submit(nil).want(http.StatusOK, "Kalenderns adress gäller inte längre.", "Skapa adress till din kalender")
	if guest.open(second); guest.status != http.StatusNotFound {
		t.Errorf("the address that was taken away gives %d", guest.status)
	}
}

// calendarAddress is the address that the page shows.
func calendarAddress(b *browser) string {
	b.Helper()
	shown := find(b.doc, func(n *html.Node) bool { return get(n, "id") == "adress" })
	if shown == nil {
		b.Fatalf("no address:\n%s", b.text())
	}
	return get(shown, "value")
}

// TestLedgerFilters narrows the ledger by person, state and days; who may not see mails is offered no link to one.
func TestLedgerFilters(t *testing.T) {
	s, _ := suitetest.Start(t, suitetest.WithReferenceData)
	b := newBrowser(t, s.URL)
	become(b, coordinatorOf(b.open("/")))
	for _, query := range []string{"", "?lage=stoppade", "?fran=2025-01-01&till=2025-12-31", "?person=a", "?person=ingen-heter-sa", "?fran=nonsens"} {
		b.open(board+"/utskick"+query).want(http.StatusOK, "Utskick")
	}
	b.open(board + "/utskick/finns-inte").want(http.StatusNotFound)
	owner := newBrowser(t, s.URL)
	for _, person := range demoPeople(owner) {
		become(owner, person)
		if owner.open(board); owner.status != http.StatusOK || find(owner.doc, func(n *html.Node) bool { return n.Data == "a" && strings.TrimSpace(words(n)) == "Påminnelser" }) != nil {
			continue
		}
		owner.open(board + "/paminnelser").want(http.StatusForbidden).open(board + "/utskick").want(http.StatusForbidden)
		return
	}
	t.Error("everybody reads reminders")
}

// until opens a page again until it shows a text: what it shows is on its way.
func until(b *browser, path, text string) *browser {
	b.Helper()
	for range 400 {
		if b.open(path); strings.Contains(b.text(), text) {
			return b
		}
	}
	return b.want(http.StatusOK, text)
}

// TestReminderIsSent follows a reminder from the rule to the mail as it was read.
func TestReminderIsSent(t *testing.T) {
	s, _ := suitetest.Start(t)
	b := draftedPlan(firstSteps(t, s))
	b.open(plan + "/foresla").submit(nil)
	b.open(b.link("Registrera beslut")).submit(form("datum", "2024-12-10", "paragraf", "112")).want(http.StatusOK, "Planen är fastställd")
	zone, err := time.LoadLocation("Europe/Stockholm")
	if err != nil {
		t.Fatal(err)
	}
	soon := s.Clock.Now().In(zone).Add(time.Hour).Format("15:04") // a reminder of today, while the sign-in still holds
	due := s.Clock.Now().AddDate(0, 0, 10)
	b.open(board+"/ny-uppfoljning?slag=2").submit(form("rubrik", "Helårsuppföljning 2025", "dag0", due.Format("2006-01-02"), "sammantrade", "2025-09-16")).want(http.StatusOK, "Helårsuppföljning 2025")
	b.open(board+"/ny-regel").submit(form("rubrik", "Ansvariga svarar", "slag", "1", "tid-antal0", "10", "klocka", soon)).want(http.StatusOK, "Regeln är sparad.")
	until(b, "/mina-uppgifter", "Risk att rutinen inte följs").want(http.StatusOK, "Senare", "Socialnämnden", "Svara", "eftersom den ansvariga inte kan nås")
	b.open(b.link("Svara: Ansvariga svarar: Risk att rutinen inte följs, helårsuppföljning 2025")).want(http.StatusOK, "Risk att rutinen inte följs.")
	until(b, board+"/paminnelser", "Karin Ek").want(http.StatusOK, "1 person", "i stället för")
	s.Clock.Advance(2 * time.Hour)
	until(b, board+"/utskick", "Skickat").want(http.StatusOK, "Karin Ek", "Påminnelse", "Mejlen når ingen mottagare än")
	b.open(board+"/utskick?person=karin&lage=skickade").want(http.StatusOK, "Skickat")
	b.open(board+"/utskick?lage=stoppade").want(http.StatusOK, "Inget mejl passar det du valde.")
	sent := find(b.open(board+"/utskick").doc, func(n *html.Node) bool { return n.Data == "a" && strings.HasPrefix(get(n, "href"), board+"/utskick/") })
	b.open(get(sent, "href")).want(http.StatusOK, "Skickad", "Vad mejlet påminner om", "karin@example.org", "Visa mejlet som det såg ut")
	mail := b.clone().open(b.link("Visa mejlet som det såg ut"))
	if policy := mail.header.Get("Content-Security-Policy"); mail.status != http.StatusOK || !strings.Contains(policy, "sandbox") || !strings.Contains(mail.body, "<html") {
		t.Errorf("the mail is shown with %d and the policy %q", mail.status, policy)
	}
	b.open(board).want(http.StatusOK, "på dig.", "Visa mina uppgifter")
}
