package web

import (
	"net/http"

	authzv1 "github.com/uppsikt/uppsikt/proto/gen/uppsikt/authz/v1"
	directoryv1 "github.com/uppsikt/uppsikt/proto/gen/uppsikt/directory/v1"

	"github.com/uppsikt/uppsikt/internal/authz"
	"github.com/uppsikt/uppsikt/internal/fault"
)

// home leads to where the user works: the one committee, the choice of committees, or the first steps.
func (s *server) home(c *call) (*page, error) {
	if c.user == nil {
		if s.Demo && !c.posted() {
			return &page{Location: "/demo"}, nil
		}
		return c.askToSignIn()
	}
	names := c.user.municipalityNames()
	if len(names) == 0 || c.user.may(authzv1.Permission_PERMISSION_PLATFORM_MANAGE, authz.Platform) {
		return c.homeOfPlatform()
	}
	if len(names) > 1 {
		return c.chooseMunicipality(names)
	}
	committees, err := c.committeesOf(names[0])
	if err != nil {
		return nil, err
	}
	if len(committees) == 1 && c.user.may(authzv1.Permission_PERMISSION_PLAN_READ, committees[0].GetName()) {
		return &page{Location: address(committees[0].GetName())}, nil
	}
	return &page{Location: address(names[0])}, nil
}

// homeOfPlatform leads an operator of the platform to the first steps, or to the municipalities there are.
func (c *call) homeOfPlatform() (*page, error) {
	r, err := c.Directory.ListMunicipalities(c.ctx(), &directoryv1.ListMunicipalitiesRequest{PageSize: 1000})
	if err != nil {
		return nil, err
	}
	if len(r.GetMunicipalities()) == 0 {
		return &page{Location: "/start"}, nil
	}
	var names []string
	for _, m := range r.GetMunicipalities() {
		names = append(names, m.GetName())
	}
	return c.chooseMunicipality(names)
}

// chooseMunicipality lists municipalities.
func (c *call) chooseMunicipality(names []string) (*page, error) {
	var cards []card
	for _, n := range names {
		m, err := c.municipalityOf(n)
		if err != nil {
			return nil, err
		}
		cards = append(cards, card{Title: m.GetDisplayName(), Address: address(n)})
	}
	p := &page{Title: "Välj kommun", Template: "cards", Data: cardsView{Cards: cards}}
	if c.user.may(authzv1.Permission_PERMISSION_PLATFORM_MANAGE, authz.Platform) {
		p.Actions = []link{{"Lägg till kommun", "/start"}}
	}
	return p, nil
}

// card is one thing to choose.
type card struct {
	Title, Address, Text string
	// More leads to something else about it.
	More link
}

// cardsView is what a page of choices shows; Empty when there are none.
type cardsView struct {
	Cards []card
	Empty *emptyView
}

// emptyView says what will be here, why it is empty and what fills it.
type emptyView struct {
	Title, Text string
	Action      link
}

// startSteps are the first steps on an empty installation.
var startSteps = []string{"Kommun", "Nämnd", "Du", "Lösenord", "Plan"}

// startPage is a page of the first steps.
func startPage(step int, title, lead string) *page {
	return &page{Title: title, Lead: lead, Template: "start", Data: startView{Steps: startSteps, Now: step}}
}

// startView is what a page of the first steps shows beside its form.
type startView struct {
	Steps []string
	Now   int
}

// nameField asks for a name, and for what it becomes in addresses.
func nameField(label, value, hint string) []*field {
	id := text("adress", "Kort namn i adresser", "", "municipality_id", "committee_id").optional().width("medium").
		hint("Bara a–z, siffror och bindestreck. Lämna tomt, så gör vi det av namnet: å och ä blir a, ö blir o.")
	return []*field{text("namn", label, value, "municipality.display_name", "committee.display_name").hint(hint), id}
}

// idOf returns the chosen short name, or the one made of the name.
func (f *form) idOf() (string, error) {
	id := slug(f.value("adress"))
	if id == "" {
		id = slug(f.value("namn"))
	}
	if id == "" {
		return "", fault.Fields(fault.Field{Path: "municipality_id", Swedish: "Skriv ett kort namn med bokstäverna a–z."})
	}
	return id, nil
}

// startMunicipality creates the municipality.
func (s *server) startMunicipality(c *call) (*page, error) {
	f := newForm("Fortsätt", nameField("Kommunens namn", "", "Till exempel Exempelkommun.")...)
	p := startPage(0, "Välkommen till Uppsikt", "Fem korta steg, så kan du börja arbeta med nämndens internkontroll. Vi börjar med kommunen.")
	return c.form(p, f, func() (string, error) {
		id, err := f.idOf()
		if err != nil {
			return "", err
		}
		m, err := s.Directory.CreateMunicipality(c.ctx(), &directoryv1.CreateMunicipalityRequest{Parent: authz.Platform, MunicipalityId: id,
			Municipality: &directoryv1.Municipality{DisplayName: f.value("namn")}})
		if fault.Is(toFaultOrNil(err), fault.Exists) {
			return "/start/municipalities/" + id, nil // the step was done before; go on with the next
		}
		if err != nil {
			return "", err
		}
		return "/start/" + m.GetName(), nil
	})
}

// committeeKinds are the kinds of body that own a plan.
var committeeKinds = []option{
	{Value: "1", Label: "Nämnd"},
	{Value: "2", Label: "Kommunstyrelse", Hint: "Har uppsikt över de andra nämnderna."},
	{Value: "3", Label: "Gemensam nämnd", Hint: "Delas med andra kommuner."},
	{Value: "4", Label: "Bolagsstyrelse"},
}

// committeeFields ask about a committee.
func committeeFields() []*field {
	fields := nameField("Nämndens namn", "", "Till exempel Socialnämnden.")
	return append(fields,
		radios("sort", "Vad är det för organ?", "1", committeeKinds, "committee.kind"),
		text("genitiv", "Namnet i genitiv", "", "committee.genitive").optional().width("medium").
			hint("Som i ”socialnämndens internkontrollplan”. Lämna tomt om det bara är ett s till."),
		text("forvaltning", "Förvaltning", "", "committee.administration").optional().
			hint("Till exempel Vård- och omsorgskontoret."))
}

// saveCommittee creates a committee and returns its name.
func (c *call) saveCommittee(f *form, municipality string) (string, error) {
	id, err := f.idOf()
	if err != nil {
		return "", err
	}
	kind, _ := parseNumber(f.value("sort"))
	k, err := c.Directory.CreateCommittee(c.ctx(), &directoryv1.CreateCommitteeRequest{Parent: municipality, CommitteeId: id,
		Committee: &directoryv1.Committee{DisplayName: f.value("namn"), Genitive: f.value("genitiv"),
			Kind: directoryv1.CommitteeKind(int32(kind)), Administration: f.value("forvaltning")}})
	if err != nil {
		return "", err
	}
	c.sessions.forget(c.user.secret)
	return k.GetName(), nil
}

// startCommittee creates the first committee.
func (s *server) startCommittee(c *call) (*page, error) {
	f := newForm("Fortsätt", committeeFields()...)
	p := startPage(1, "Vilken nämnd gäller det?", "Du kan lägga till fler nämnder senare.")
	return c.form(p, f, func() (string, error) {
		name, err := c.saveCommittee(f, c.name(1))
		if fault.Is(toFaultOrNil(err), fault.Exists) {
			id, _ := f.idOf()
			return "/start/" + c.name(1) + "/committees/" + id, nil // done before; go on
		}
		return "/start/" + name, err
	})
}

// startPerson makes the user a person of the municipality, with the roles of a coordinator, and goes on as that person.
func (s *server) startPerson(c *call) (*page, error) {
	email := &field{Name: "epost", Kind: kindEmail, Label: "E-postadress", Autocomplete: "email", Width: "medium",
		Hint: "Den loggar du in med.", paths: []string{"person.email"}}
	name := text("namn", "Ditt namn", "", "person.display_name").width("medium")
	name.Autocomplete = "name"
	f := newForm("Fortsätt", name, email)
	p := startPage(2, "Vem är du?", "Du blir nämndens internkontrollsamordnare och kan bjuda in andra.")
	return c.form(p, f, func() (string, error) {
		person, err := c.ensurePerson(c.name(1), name.Value, email.Value)
		if err != nil {
			return "", err
		}
		if err := c.giveStartRoles(person, c.name(2)); err != nil {
			return "", err
		}
		if err := c.becomePerson(person); err != nil {
			return "", err
		}
		return "/losenord?" + returnField + "=/start/" + c.name(2) + "/klart", nil
	})
}

// ensurePerson creates a person, or finds the one with the address, so that the step can be repeated.
func (c *call) ensurePerson(municipality, name, email string) (string, error) {
	r, err := c.Directory.CreatePerson(c.ctx(), &directoryv1.CreatePersonRequest{Parent: municipality,
		Person: &directoryv1.Person{DisplayName: name, Email: email}})
	if err == nil {
		return r.GetName(), nil
	}
	people, listErr := c.Directory.ListPeople(c.ctx(), &directoryv1.ListPeopleRequest{Parent: municipality, PageSize: 1000})
	if listErr != nil {
		return "", err
	}
	for _, p := range people.GetPeople() {
		if p.GetEmail() == email {
			return p.GetName(), nil
		}
	}
	return "", err
}

// giveStartRoles gives somebody the three roles that the first steps need. Ids made of person and role let the step be
// repeated.
func (c *call) giveStartRoles(person, committee string) error {
	municipality := upTo(committee, 1)
	for _, g := range []struct {
		role  directoryv1.Role
		scope string
	}{
		{directoryv1.Role_ROLE_COORDINATOR, committee},
		{directoryv1.Role_ROLE_ADMINISTRATOR, municipality},
		{directoryv1.Role_ROLE_OPERATOR, municipality},
	} {
		_, err := c.Directory.CreateRoleAssignment(c.ctx(), &directoryv1.CreateRoleAssignmentRequest{Parent: municipality,
			RoleAssignmentId: assignmentID(person, g.role, g.scope),
			RoleAssignment:   &directoryv1.RoleAssignment{Person: person, Role: g.role, Scope: g.scope}})
		if err != nil && !fault.Is(toFault(err), fault.Exists) {
			return err
		}
	}
	return nil
}

// assignmentID makes the last part of a role assignment's name, within its 63 characters.
func assignmentID(person string, role directoryv1.Role, scope string) string {
	id := slug(last(person) + "-" + roleID(role) + "-" + last(scope))
	return id[:min(len(id), 60)]
}

// becomePerson signs the browser in as a person, by a link that is used up at once.
func (c *call) becomePerson(person string) error {
	l, err := c.Sessions.CreateSignInLink(c.ctx(), &directoryv1.CreateSignInLinkRequest{Person: person})
	if err != nil {
		return err
	}
	r, err := c.Sessions.SignIn(asProcess(c.ctx()), &directoryv1.SignInRequest{
		Credential: &directoryv1.SignInRequest_LinkSecret{LinkSecret: l.GetSecret()}})
	if err != nil {
		return err
	}
	return c.begin(r)
}

// startDone offers to import a plan or to begin with an empty one.
func (s *server) startDone(c *call) (*page, error) {
	committee := c.name(2)
	if c.r.Method != http.MethodGet && c.r.Method != http.MethodHead {
		return nil, notFound()
	}
	p := startPage(4, "Hur vill du börja?", "Har du årets plan i en fil kan du importera den. Annars börjar du med en tom plan.")
	p.Template = "startdone"
	p.Data = startView{Steps: startSteps, Now: 4}
	p.Actions = []link{
		{"Importera en fil", "/importera?till=" + address(committee)},
		{"Börja med en tom plan", address(committee) + "/ny-plan"},
		{"Gå till översikten", address(committee)},
	}
	return p, nil
}
