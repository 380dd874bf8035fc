package web

import (
	"net/http"
	"strings"

	authzv1 "github.com/uppsikt/uppsikt/proto/gen/uppsikt/authz/v1"
	directoryv1 "github.com/uppsikt/uppsikt/proto/gen/uppsikt/directory/v1"
)

// page is everything a template shows, or where to go instead.
type page struct {
	// Title is the heading; the browser's title is made from it.
	Title string
	// Over is said above the heading, such as the committee's name; Lead below it.
	Over, Lead string
	// Template is the file that shows Data; empty shows the form alone.
	Template string
	Data     any
	Form     *form
	// Crumbs lead back, from the first level on; the page itself is not among them.
	Crumbs []link
	// Section is the entry of the menu that is marked.
	Section string
	// Actions are what can be done here; the first is the main one.
	Actions []link
	// Receipt confirms what was just done.
	Receipt string
	// History is the address of the page's history, if it has one.
	History string
	// Wide pages hold a table and use the whole width.
	Wide bool

	// Status is the HTTP status; 0 means 200.
	Status int
	// Location redirects instead; File answers with a file.
	Location string
	File     *file
	// Sent is true when the answer is with the browser already; see perform.
	Sent bool
	// Replay shows a form that waited for a new sign-in.
	Replay *http.Request

	// Shell is what surrounds every page; furnish sets it.
	Shell shell
}

// file is an answer that is no page.
type file struct {
	MediaType string
	Body      []byte
}

// link is a text with an address.
type link struct {
	Text, Address string
}

// menuItem is one entry of the menu.
type menuItem struct {
	link
	Current bool
}

// shell is what surrounds a page.
type shell struct {
	Style, Icon, Accent string
	User                string
	// Admin leads to the administration, for those who see it.
	Admin        menuItem
	Committee    link
	Municipality link
	Committees   []menuItem
	Menu         []menuItem
	// Sub divides the marked entry of the menu.
	Sub    []menuItem
	Search string
	// Tasks leads to what waits for the user, for those who belong to a municipality.
	Tasks menuItem
	Demo  bool
}

// failed marks a page whose form was refused.
func (p *page) failed() *page {
	p.Status = p.Form.status
	if p.Status == 0 {
		p.Status = http.StatusUnprocessableEntity
	}
	return p
}

// DocTitle is the browser's title: what it is, where, and first of all whether something is wrong.
func (p *page) DocTitle() string {
	parts := []string{p.Title}
	if p.Shell.Committee.Text != "" && p.Title != p.Shell.Committee.Text {
		parts = append(parts, p.Shell.Committee.Text)
	}
	title := strings.Join(append(parts, "Uppsikt"), " – ")
	if p.Form != nil && len(p.Form.Problems) > 0 {
		return "Fel: " + title
	}
	return title
}

// Sections of the menu.
const (
	sectionOverview   = "oversikt"
	sectionPlan       = "plan"
	sectionRounds     = "uppfoljning"
	sectionControls   = "kontroller"
	sectionActions    = "atgarder"
	sectionCases      = "arenden"
	sectionReminders  = "paminnelser"
	sectionDeliveries = "utskick"
	sectionTown       = "kommunen"
	sectionAdmin      = "administration"
)

// receipts are what a page confirms after something was done, by the code in its address.
var receipts = map[string]string{
	"sparad":         "Sparat.",
	"svar":           "Tack, ditt svar är sparat. Du kan ändra det tills uppföljningen stängs.",
	"svar-borta":     "Svaret är borttaget.",
	"skapad":         "Skapat.",
	"borttagen":      "Borttaget. Historiken finns kvar.",
	"foreslagen":     "Planen är föreslagen till nämnden.",
	"tillbaka":       "Planen är tagen tillbaka och kan ändras igen.",
	"beslutad":       "Beslutet är registrerat. Planen är fastställd och låst.",
	"ny-version":     "En ny version är öppnad. Den fastställda versionen gäller tills nämnden har beslutat om den nya.",
	"stangd":         "Uppföljningen är stängd. Nu kan handlingen göras slutlig.",
	"slutlig":        "Dokumentet är slutligt. Filerna är låsta och kan laddas ner.",
	"losenord":       "Ditt lösenord är sparat.",
	"importerad":     "Filen är importerad.",
	"utloggad":       "Du är utloggad.",
	"inbjudan":       "Personen är tillagd.",
	"roll":           "Rollen är sparad.",
	"uppfoljning":    "Uppföljningen är skapad. De ansvariga kan svara nu.",
	"atgard":         "Åtgärden är tillagd som förslag.",
	"godkand":        "Åtgärden är godkänd.",
	"avslagen":       "Åtgärden är avslagen. Skälet är sparat.",
	"forlangd":       "Åtgärden har fått en ny sista dag.",
	"avslutad":       "Åtgärden är avslutad.",
	"oppnad":         "Åtgärden är öppnad igen.",
	"planslut":       "Planåret är avslutat. Planen kan läsas men inte ändras.",
	"flyttad":        "Flyttad till den andra nämnden.",
	"hamtade":        "De kommungemensamma granskningarna är hämtade.",
	"inga-nya":       "Planen har redan alla kommungemensamma granskningar.",
	"granskning":     "Beslutet är registrerat. En nämnd med ett utkast tar in granskningen med ”Hämta kommungemensamma granskningar”. En nämnd med en fastställd plan skapar en ny version av den.",
	"tillbakadragen": "Granskningen är tillbakadragen.",
	"resultat":       "Resultatet är sparat. Du kan ändra det tills uppföljningen stängs.",
	"avvikelse":      "Resultatet är sparat. Det avviker, så en åtgärd är föreslagen i åtgärdsregistret.",
	"matning":        "Mätningen är sparad.",
	"standard":       "Dokumenten har sin inbyggda form igen.",
	"regel":          "Regeln är sparad. Påminnelser som inte är skickade följer den.",
	"regel-av":       "Regeln är avstängd och skickar inget. Du kan sätta på den igen här.",
	"regel-pa":       "Regeln är på igen.",
	"regel-borta":    "Regeln är borttagen. Påminnelser som inte var skickade är inställda. Historiken finns kvar.",
	"skickas":        "Mejlet skickas nu. Ladda om sidan om en stund för att se hur det gick.",
	"kalender-borta": "Kalenderns adress gäller inte längre.",
	"konto":          "Kontot är skapat. Skapa en hemlighet, så kan systemet logga in.",
}

// furnish gives a page its surroundings.
func (c *call) furnish(p *page) {
	if p.Status == 0 {
		p.Status = http.StatusOK
	}
	if p.Receipt == "" {
		p.Receipt = receipts[c.query("kvitto")]
	}
	p.Shell = shell{Style: c.assets["uppsikt.css"].address, Icon: c.assets["uppsikt.svg"].address, Demo: c.Demo}
	if c.user == nil {
		return
	}
	p.Shell.User = c.user.name
	m, k := c.surroundings()
	p.Shell.fill(c.user, m, k, c.visible(m), p.Section)
	if m != nil && k == nil {
		p.Shell.Menu = nil
	}
	if p.Shell.Sub = subMenu(m, k, p.Section); c.user.home() != "" {
		p.Shell.Tasks = menuItem{link{"Mina uppgifter", tasksPath}, c.r.URL.Path == tasksPath}
	}
	c.addMunicipality(p, m)
	c.addAdministration(p, m, k)
}

// addMunicipality adds the entry of the whole municipality for those who see all its committees.
func (c *call) addMunicipality(p *page, m *directoryv1.Municipality) {
	if m != nil && c.user.may(authzv1.Permission_PERMISSION_PLAN_READ, m.GetName()) {
		p.Shell.Menu = append(p.Shell.Menu, menuItem{link{"Kommunen", address(m.GetName()) + "/oversikt"}, p.Section == sectionTown})
	}
}

// addAdministration adds the way to the administration, beside the name of the user, for those who see it.
func (c *call) addAdministration(p *page, m *directoryv1.Municipality, k *directoryv1.Committee) {
	scope := k.GetName()
	if scope == "" {
		scope = m.GetName()
	}
	if m != nil && c.user.has(scope, "administrator", "operator", "coordinator") {
		p.Shell.Admin = menuItem{link{"Administration", address(m.GetName())}, p.Section == sectionAdmin}
	}
}

// surroundings returns the municipality and the committee that the address lies in; nil where there is none, or when
// the directory cannot say, since a header is no reason to withhold a page.
func (c *call) surroundings() (*directoryv1.Municipality, *directoryv1.Committee) {
	name := upTo(strings.TrimPrefix(c.r.URL.Path, "/"), 1)
	if h, ok := strings.CutPrefix(c.r.URL.Path, "/historik/"); ok {
		name = upTo(h, 1)
	}
	if c.r.URL.Path == tasksPath || strings.HasPrefix(c.r.URL.Path, settingsPath) {
		name = c.user.home()
	}
	if !strings.HasPrefix(name, "municipalities/") || strings.HasPrefix(c.r.URL.Path, "/start") {
		return nil, nil
	}
	m, err := c.municipalityOf(name)
	if err != nil {
		return nil, nil
	}
	committee := committeeOf(strings.TrimPrefix(strings.TrimPrefix(c.r.URL.Path, "/historik"), "/"))
	for _, k := range c.visible(m) {
		if k.GetName() == committee {
			return m, k
		}
	}
	return m, nil
}

// visible returns the committees to choose from; none when the directory cannot say.
func (c *call) visible(m *directoryv1.Municipality) []*directoryv1.Committee {
	if m == nil {
		return nil
	}
	known, err := c.committeesOf(m.GetName())
	if err != nil {
		return nil
	}
	return known
}

// fill sets what depends on the place.
func (s *shell) fill(u *user, m *directoryv1.Municipality, k *directoryv1.Committee, all []*directoryv1.Committee, section string) {
	if m == nil {
		return
	}
	s.Municipality = link{m.GetDisplayName(), address(m.GetName())}
	s.Accent = strings.TrimPrefix(m.GetAccentColor(), "#")
	for _, o := range all {
		if !u.may(authzv1.Permission_PERMISSION_PLAN_READ, o.GetName()) {
			continue
		}
		s.Committees = append(s.Committees, menuItem{link{o.GetDisplayName(), address(o.GetName())}, k != nil && o.GetName() == k.GetName()})
	}
	if k == nil || !u.may(authzv1.Permission_PERMISSION_PLAN_READ, k.GetName()) {
		return
	}
	at := address(k.GetName())
	s.Committee = link{k.GetDisplayName(), at}
	s.Search = at + "/sok"
	s.Menu = []menuItem{
		{link{"Översikt", at}, section == sectionOverview},
		{link{"Plan", at + "/plans"}, section == sectionPlan},
		{link{"Uppföljning", at + "/rounds"}, section == sectionRounds || section == sectionActions},
		{link{"Kontroller", at + "/controls"}, section == sectionControls},
		{link{"Ärenden och dokument", at + "/cases"}, section == sectionCases},
	}
	if u.may(authzv1.Permission_PERMISSION_REMINDER_READ, k.GetName()) {
		s.Menu = append(s.Menu, menuItem{link{"Påminnelser", at + "/paminnelser"}, section == sectionReminders || section == sectionDeliveries})
	}
}

// subMenu divides an entry of the menu, so that the menu itself stays short.
func subMenu(m *directoryv1.Municipality, k *directoryv1.Committee, section string) []menuItem {
	at := address(orElse(k.GetName(), m.GetName()))
	switch section {
	case sectionRounds, sectionActions:
		return []menuItem{{link{"Uppföljningar", at + "/rounds"}, section == sectionRounds}, {link{"Åtgärder", at + "/actions"}, section == sectionActions}}
	case sectionReminders, sectionDeliveries:
		return []menuItem{{link{"Kommande och regler", at + "/paminnelser"}, section == sectionReminders}, {link{"Utskick", at + "/utskick"}, section == sectionDeliveries}}
	default:
		return nil
	}
}
