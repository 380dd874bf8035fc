package web

import (
	"slices"
	"strings"
	"time"

	authzv1 "github.com/uppsikt/uppsikt/proto/gen/uppsikt/authz/v1"
	directoryv1 "github.com/uppsikt/uppsikt/proto/gen/uppsikt/directory/v1"
)

// municipality lists the committees of a municipality and leads to its administration.
func (s *server) municipality(c *call) (*page, error) {
	m, err := c.municipalityOf(c.name(1))
	if err != nil {
		return nil, err
	}
	committees, err := c.committeesOf(m.GetName())
	if err != nil {
		return nil, err
	}
	return municipalityPage(m, committees, c.user, c.mayTransfer()), nil
}

// municipalityPage shows a municipality.
func municipalityPage(m *directoryv1.Municipality, committees []*directoryv1.Committee, u *user, mayTransfer bool) *page {
	at := address(m.GetName())
	v := cardsView{}
	manage := u.may(authzv1.Permission_PERMISSION_DIRECTORY_MANAGE, m.GetName())
	for _, k := range committees {
		view := card{Title: k.GetDisplayName(), Text: k.GetAdministration()}
		if u.may(authzv1.Permission_PERMISSION_PLAN_READ, k.GetName()) {
			view.Address = address(k.GetName())
		}
		if manage {
			view.More = link{"Enheter", address(k.GetName()) + "/enheter"}
		}
		v.Cards = append(v.Cards, view)
	}
	p := &page{Title: m.GetDisplayName(), Template: "cards"}
	if manage || mayTransfer {
		p.Section = sectionAdmin
	}
	if manage {
		p.Actions = []link{{"Personer och roller", at + "/people"}, {"Lägg till nämnd", at + "/ny-namnd"}, {"Konton för andra system", at + "/serviceAccounts"}}
	}
	if u.may(authzv1.Permission_PERMISSION_REMINDER_WRITE, m.GetName()) {
		p.Actions = append(p.Actions, link{"Påminnelser", at + "/paminnelser"})
	}
	if mayTransfer {
		p.Actions = append(p.Actions, link{"Importera en fil", "/importera?till=" + at})
	}
	if len(v.Cards) == 0 {
		v.Empty = &emptyView{Title: "Inga nämnder", Text: "Här visas de nämnder som du har en roll i."}
		if manage {
			v.Empty.Action = link{"Lägg till nämnd", at + "/ny-namnd"}
			p.Actions = slices.DeleteFunc(p.Actions, func(l link) bool { return l.Text == "Lägg till nämnd" })
		}
	}
	p.Data = v
	return p
}

// createCommittee adds a committee.
func (s *server) createCommittee(c *call) (*page, error) {
	f := newForm("Lägg till nämnden", committeeFields()...)
	f.Cancel = address(c.name(1))
	p := &page{Title: "Lägg till nämnd", Section: sectionAdmin, Crumbs: []link{{"Administration", f.Cancel}}}
	return c.form(p, f, func() (string, error) {
		name, err := c.saveCommittee(f, c.name(1))
		return receipt(address(name), "skapad"), err
	})
}

// peopleView is what the list of people shows.
type peopleView struct{ People []personRow }

// personRow is one person with the roles held now.
type personRow struct {
	Name, Address, Email string
	Roles                []string
	Status               statusView
}

// people lists people with their roles.
func (s *server) people(c *call) (*page, error) {
	people, err := s.Directory.ListPeople(c.ctx(), &directoryv1.ListPeopleRequest{Parent: c.name(1), PageSize: 1000})
	if err != nil {
		return nil, err
	}
	roles, err := s.Directory.ListRoleAssignments(c.ctx(), &directoryv1.ListRoleAssignmentsRequest{Parent: c.name(1), PageSize: 1000})
	if err != nil {
		return nil, err
	}
	if _, err := c.committeesOf(c.name(1)); err != nil { // their names stand beside the roles
		return nil, err
	}
	return peoplePage(c.name(1), people.GetPeople(), roles.GetRoleAssignments(), c.user), nil
}

// peoplePage shows the people of a municipality, å ä ö last.
func peoplePage(municipality string, people []*directoryv1.Person, roles []*directoryv1.RoleAssignment, u *user) *page {
	v := peopleView{}
	for _, person := range people {
		row := personRow{Name: person.GetDisplayName(), Address: address(person.GetName()), Email: person.GetEmail(), Status: statusView{"done", "Kan logga in"}}
		switch {
		case person.GetDisabled():
			row.Status = statusView{"stop", "Avstängd"}
		case person.GetEmail() == "":
			row.Status = statusView{"todo", "Loggar inte in"}
		}
		for _, a := range roles {
			if a.GetPerson() == person.GetName() {
				row.Roles = append(row.Roles, assignmentText(a, u))
			}
		}
		v.People = append(v.People, row)
	}
	sortSwedish(v.People, func(r personRow) string { return r.Name })
	p := &page{Title: "Personer och roller", Section: sectionAdmin, Template: "people", Data: v, Wide: true,
		Crumbs: []link{{"Administration", address(municipality)}}}
	if u.may(authzv1.Permission_PERMISSION_DIRECTORY_MANAGE, municipality) {
		p.Actions = []link{{"Lägg till person", address(municipality) + "/ny-person"}}
	}
	return p
}

// assignmentText writes a role with its place and time.
func assignmentText(a *directoryv1.RoleAssignment, u *user) string {
	text := roleTitle(roleID(a.GetRole()))
	if a.GetActing() {
		text = "tf. " + strings.ToLower(text)
	}
	if a.GetTitle() != "" && !strings.EqualFold(a.GetTitle(), text) {
		text += " (" + a.GetTitle() + ")"
	}
	text += ", " + u.placeName(a.GetScope())
	if a.GetValidTo() != "" {
		text += ", till " + dateText(a.GetValidTo())
	}
	return text
}

// roleFields ask which role somebody gets, where and how long.
func (c *call) roleFields(role string) ([]*field, error) {
	committees, err := c.committeesOf(c.name(1))
	if err != nil {
		return nil, err
	}
	scopes := []option{}
	for _, k := range committees {
		scopes = append(scopes, option{Value: k.GetName(), Label: k.GetDisplayName()})
	}
	scopes = append(scopes, option{Value: c.name(1), Label: "Hela kommunen"})
	var roles []option
	for _, w := range roleWords {
		roles = append(roles, option{Value: w.id, Label: w.title, Hint: w.hint})
	}
	return []*field{
		radios("roll", "Vilken roll?", role, roles, "role_assignment.role"),
		{Name: "var", Kind: kindSelect, Label: "Var gäller rollen?", Value: scopes[0].Value, Options: scopes, paths: []string{"role_assignment.scope"}},
		text("titel", "Titel", "", "role_assignment.title").optional().width("medium").hint("Som den skrivs under, till exempel enhetschef hemtjänst norr."),
		checks("tf", "Tillförordnad", nil, []option{{Value: "ja", Label: "Ja, personen är tillförordnad"}}, "role_assignment.acting"),
		date("fran", "Från och med", "", "role_assignment.valid_from").optional(),
		date("till", "Till och med", "", "role_assignment.valid_to").optional().hint("Lämna tomt om rollen gäller tills vidare."),
	}, nil
}

// typedRole reads a role from its form.
func typedRole(f *form, person string) *directoryv1.RoleAssignment {
	return &directoryv1.RoleAssignment{Person: person, Role: roleValue(f.value("roll")), Scope: f.value("var"), Title: f.value("titel"),
		Acting: f.field("tf").has("ja"), ValidFrom: f.value("fran"), ValidTo: f.value("till")}
}

// createPerson adds a person with a first role.
func (s *server) createPerson(c *call) (*page, error) {
	roles, err := c.roleFields("owner")
	if err != nil {
		return nil, err
	}
	f := newForm("Lägg till personen", hidden("skapad", ""), text("namn", "Namn", "", "person.display_name").width("medium"),
		&field{Name: "epost", Kind: kindEmail, Label: "E-postadress", Width: "medium", Optional: true, paths: []string{"person.email"},
			Hint: "Behövs för att kunna logga in med lösenord."})
	f.add("Roll", "", roles...)
	f.Cancel = address(c.name(1)) + "/people"
	p := &page{Title: "Lägg till person", Section: sectionAdmin, Crumbs: []link{{"Administration", address(c.name(1))}, {"Personer och roller", f.Cancel}}}
	return c.form(p, f, func() (string, error) {
		made := f.field("skapad")
		if made.Value == "" { // not made by an earlier try of the same form, whose role was refused
			person, err := s.Directory.CreatePerson(c.ctx(), &directoryv1.CreatePersonRequest{Parent: c.name(1),
				Person: &directoryv1.Person{DisplayName: f.value("namn"), Email: f.value("epost")}})
			if err != nil {
				return "", err
			}
			made.Value = person.GetName()
		}
		_, err := s.Directory.CreateRoleAssignment(c.ctx(), &directoryv1.CreateRoleAssignmentRequest{Parent: c.name(1), RoleAssignment: typedRole(f, made.Value)})
		return receipt(address(made.Value), "inbjudan"), err
	})
}

// personView is what the page of a person shows beside the form for a new role.
type personView struct {
	Facts   []fact
	Roles   []heldRole
	MayLink bool
	// Link is a sign-in link, shown once.
	Link, Until string
	Active      bool
}

// heldRole is a role that somebody has or had.
type heldRole struct {
	Text, Name, Etag string
	// Open is true for a role that has no last day yet.
	Open bool
}

// person shows a person, gives roles, makes sign-in links and shuts the person out.
func (s *server) person(c *call) (*page, error) {
	person, err := s.Directory.GetPerson(c.ctx(), &directoryv1.GetPersonRequest{Name: c.name(2)})
	if err != nil {
		return nil, err
	}
	held, err := s.Directory.ListRoleAssignments(c.ctx(), &directoryv1.ListRoleAssignmentsRequest{Parent: c.name(1), Person: person.GetName(), PageSize: 1000})
	if err != nil {
		return nil, err
	}
	if _, err := c.committeesOf(c.name(1)); err != nil { // their names stand beside the roles
		return nil, err
	}
	p, v := personPage(person, held.GetRoleAssignments(), c.user)
	if c.posted() && !c.restored && c.r.PostForm.Get("gor") != "" {
		return s.personAction(c, person, p, v)
	}
	if !v.MayLink {
		return p, nil
	}
	fields, err := c.roleFields("owner")
	if err != nil {
		return nil, err
	}
	f := newForm("Ge rollen", fields...)
	return c.form(p, f, func() (string, error) {
		_, err := s.Directory.CreateRoleAssignment(c.ctx(), &directoryv1.CreateRoleAssignmentRequest{Parent: c.name(1), RoleAssignment: typedRole(f, person.GetName())})
		if person.GetName() == c.user.person {
			s.sessions.forget(c.user.secret)
		}
		return receipt(address(person.GetName()), "roll"), err
	})
}

// personAction makes a sign-in link, ends a role, or opens or shuts the person's access.
func (s *server) personAction(c *call, person *directoryv1.Person, p *page, v personView) (*page, error) {
	var err error
	switch typed := c.r.PostForm; typed.Get("gor") {
	case "lank":
		r, err := s.Sessions.CreateSignInLink(c.ctx(), &directoryv1.CreateSignInLinkRequest{Person: person.GetName()})
		if err != nil {
			return nil, err
		}
		v.Link, v.Until = c.site()+"/logga-in/"+r.GetSecret(), momentText(r.GetExpireTime(), s.zone)
		p.Data = v
		return p, nil
	case "avsluta":
		_, err = s.Directory.UpdateRoleAssignment(c.ctx(), &directoryv1.UpdateRoleAssignmentRequest{UpdateMask: mask("valid_to"),
			RoleAssignment: &directoryv1.RoleAssignment{Name: typed.Get("roll"), Etag: typed.Get("etag"),
				ValidTo: s.Clock.Now().In(s.zone).Format(time.DateOnly)}})
	default:
		_, err = s.Directory.UpdatePerson(c.ctx(), &directoryv1.UpdatePersonRequest{UpdateMask: mask("disabled"),
			Person: &directoryv1.Person{Name: person.GetName(), Etag: person.GetEtag(), Disabled: typed.Get("gor") == "stang"}})
	}
	if err != nil {
		return nil, err
	}
	return &page{Location: receipt(address(person.GetName()), "sparad")}, nil
}

// site is the address of these pages as the browser sees it.
func (c *call) site() string {
	if c.Secure {
		return "https://" + c.r.Host
	}
	return "http://" + c.r.Host
}

// personPage shows a person.
func personPage(person *directoryv1.Person, held []*directoryv1.RoleAssignment, u *user) (*page, personView) {
	municipality := upTo(person.GetName(), 1)
	v := personView{Facts: []fact{{Label: "E-postadress", Text: person.GetEmail()}}, Active: !person.GetDisabled(),
		MayLink: u.may(authzv1.Permission_PERMISSION_DIRECTORY_MANAGE, municipality)}
	for _, a := range held {
		v.Roles = append(v.Roles, heldRole{assignmentText(a, u), a.GetName(), a.GetEtag(), a.GetValidTo() == ""})
	}
	p := &page{Title: person.GetDisplayName(), Section: sectionAdmin, Template: "person", Data: v,
		Crumbs: []link{{"Administration", address(municipality)}, {"Personer och roller", address(municipality) + "/people"}}}
	if u.may(authzv1.Permission_PERMISSION_JOURNAL_READ, municipality) {
		p.History = "/historik/" + person.GetName()
	}
	return p, v
}

// unitsView is what the list of units shows beside the form for a new one.
type unitsView struct{ Units []*directoryv1.Unit }

// units lists the units of a committee and adds one.
func (s *server) units(c *call) (*page, error) {
	r, err := s.Directory.ListUnits(c.ctx(), &directoryv1.ListUnitsRequest{Parent: c.name(2), PageSize: 1000})
	if err != nil {
		return nil, err
	}
	parents := []option{{Label: "Ingen, den ligger överst"}}
	for _, u := range r.GetUnits() {
		parents = append(parents, option{Value: u.GetName(), Label: u.GetDisplayName()})
	}
	p := &page{Title: "Enheter", Section: sectionAdmin, Template: "units", Data: unitsView{r.GetUnits()}, Crumbs: []link{{"Administration", address(c.name(1))}}}
	if !c.user.may(authzv1.Permission_PERMISSION_DIRECTORY_MANAGE, c.name(2)) {
		return p, nil
	}
	f := newForm("Lägg till enheten", text("namn", "Enhetens namn", "", "unit.display_name").width("medium"),
		&field{Name: "over", Kind: kindSelect, Label: "Ligger under", Options: parents, Optional: true, paths: []string{"unit.parent_unit"}})
	return c.form(p, f, func() (string, error) {
		_, err := s.Directory.CreateUnit(c.ctx(), &directoryv1.CreateUnitRequest{Parent: c.name(2), UnitId: slug(f.value("namn")),
			Unit: &directoryv1.Unit{DisplayName: f.value("namn"), ParentUnit: f.value("over"), Position: int32(len(r.GetUnits()) + 1)}})
		return receipt(address(c.name(2))+"/enheter", "skapad"), err
	})
}
