package web

import (
	"slices"
	"strconv"
	"strings"

	authzv1 "github.com/uppsikt/uppsikt/proto/gen/uppsikt/authz/v1"
	directoryv1 "github.com/uppsikt/uppsikt/proto/gen/uppsikt/directory/v1"
)

// accounts lists the accounts of other systems.
func (s *server) accounts(c *call) (*page, error) {
	r, err := s.Directory.ListServiceAccounts(c.ctx(), &directoryv1.ListServiceAccountsRequest{Parent: c.name(1), PageSize: 1000})
	if err != nil {
		return nil, err
	}
	if _, err := c.committeesOf(c.name(1)); err != nil { // their names stand beside the roles
		return nil, err
	}
	return accountsPage(c.name(1), r.GetServiceAccounts(), c.user), nil
}

// accountsPage shows the accounts of other systems.
func accountsPage(municipality string, accounts []*directoryv1.ServiceAccount, u *user) *page {
	at := address(municipality)
	v := plansView{Empty: emptyView{Title: "Inga konton för andra system",
		Text: "Ett annat system, som ärendesystemet, får ett eget konto med egna roller. Det loggar in med en hemlighet och ser bara det rollerna ger."}}
	p := &page{Title: "Konton för andra system", Section: sectionAdmin, Template: "plans", Crumbs: []link{{"Administration", at}}}
	create := link{"Nytt konto", at + "/nytt-konto"}
	if u.may(authzv1.Permission_PERMISSION_DIRECTORY_MANAGE, municipality) {
		v.Empty.Action = create
		if len(accounts) > 0 {
			p.Actions = []link{create}
		}
	}
	p.Actions = append(p.Actions, link{"Läs om API:et", "/docs"})
	for _, a := range accounts {
		v.Plans = append(v.Plans, task{link{a.GetTitle(), address(a.GetName())}, strings.Join(accountRoles(a, u), " · "), accountStatus(a)})
	}
	p.Data = v
	return p
}

// accountStatus shows whether an account may call.
func accountStatus(a *directoryv1.ServiceAccount) statusView {
	if a.GetDisabled() {
		return statusView{"stop", "Avstängt"}
	}
	return statusView{"done", "Kan logga in"}
}

// accountRoles writes the roles of an account with their places.
func accountRoles(a *directoryv1.ServiceAccount, u *user) []string {
	var roles []string
	for _, r := range a.GetRoles() {
		roles = append(roles, roleTitle(r.GetRole())+", "+u.placeName(r.GetScope()))
	}
	return roles
}

// accountView is what the page of an account shows.
type accountView struct {
	Status statusView
	Facts  []fact
	// Secret is shown once.
	Client, Secret string
	Active         bool
}

// account shows an account, makes and takes away secrets, and opens or shuts it.
func (s *server) account(c *call) (*page, error) {
	a, err := s.Directory.GetServiceAccount(c.ctx(), &directoryv1.GetServiceAccountRequest{Name: c.name(2)})
	if err != nil {
		return nil, err
	}
	if _, err := c.committeesOf(c.name(1)); err != nil { // their names stand beside the roles
		return nil, err
	}
	p, v := accountPage(a, c.user)
	if !c.posted() || c.restored {
		return p, nil
	}
	return s.accountAction(c, a, p, v)
}

// accountPage shows an account.
func accountPage(a *directoryv1.ServiceAccount, u *user) (*page, accountView) {
	v := accountView{Status: accountStatus(a), Active: !a.GetDisabled(), Facts: []fact{{Label: "Konto (client_id)", Text: a.GetName()},
		{Label: "Roller", Text: strings.Join(accountRoles(a, u), "\n")}}}
	at := address(a.GetName())
	p := &page{Title: a.GetTitle(), Over: "Konto för ett annat system", Section: sectionAdmin, Template: "account", Crumbs: accountCrumbs(a.GetName()), Data: v,
		Actions: []link{{"Ändra", at + "/andra"}, {"Ta bort", at + "/ta-bort"}}}
	if u.may(authzv1.Permission_PERMISSION_JOURNAL_READ, upTo(a.GetName(), 1)) {
		p.History = "/historik/" + a.GetName()
	}
	return p, v
}

// accountCrumbs lead back from the pages of an account.
func accountCrumbs(name string) []link {
	at := address(upTo(name, 1))
	return []link{{"Administration", at}, {"Konton för andra system", at + "/serviceAccounts"}}
}

// accountAction does what a button asks for.
func (s *server) accountAction(c *call, a *directoryv1.ServiceAccount, p *page, v accountView) (*page, error) {
	var err error
	switch gor := c.r.PostForm.Get("gor"); gor {
	case "hemlighet":
		r, err := s.Sessions.CreateServiceAccountSecret(c.ctx(), &directoryv1.CreateServiceAccountSecretRequest{Name: a.GetName()})
		if err != nil {
			return nil, err
		}
		v.Client, v.Secret = r.GetClientId(), r.GetClientSecret()
		p.Data = v
		return p, nil
	case "glom":
		_, err = s.Sessions.DeleteServiceAccountSecrets(c.ctx(), &directoryv1.DeleteServiceAccountSecretsRequest{Name: a.GetName()})
	case "stang", "oppna":
		_, err = s.Directory.UpdateServiceAccount(c.ctx(), &directoryv1.UpdateServiceAccountRequest{UpdateMask: mask("disabled"),
			ServiceAccount: &directoryv1.ServiceAccount{Name: a.GetName(), Etag: a.GetEtag(), Disabled: gor == "stang"}})
	default:
		return nil, notFound()
	}
	if err != nil {
		return nil, err
	}
	return &page{Location: receipt(address(a.GetName()), "sparad")}, nil
}

// accountForm asks what a system is called and what it may do.
func accountForm(a *directoryv1.ServiceAccount, municipality string, committees []option) *form {
	f := newForm("Spara", hidden("etag", a.GetEtag()),
		text("titel", "Vad heter systemet, och vem svarar för det?", a.GetTitle(), "service_account.title").
			hint("Till exempel Ärendesystemet, IT-enheten.").missing("Skriv vad systemet heter."))
	roles := []option{{Label: "Ingen roll"}}
	for _, w := range roleWords {
		if w.id != "owner" && w.id != "manager" { // they answer for work of their own
			roles = append(roles, option{Value: w.id, Label: w.title})
		}
	}
	scopes := append([]option{{Value: municipality, Label: "Hela kommunen"}}, committees...)
	for i := range len(a.GetRoles()) + extraRows {
		role, scope := "", municipality
		if i < len(a.GetRoles()) {
			role, scope = a.GetRoles()[i].GetRole(), a.GetRoles()[i].GetScope()
		}
		n, nr := strconv.Itoa(i), strconv.Itoa(i+1)
		f.add("Roll "+nr, "",
			&field{Name: "roll" + n, Kind: kindSelect, Label: "Vilken roll?", Value: role, Options: roles, Optional: i > 0, Missing: "Välj minst en roll.",
				paths: []string{"service_account.roles[" + n + "]"}},
			&field{Name: "var" + n, Kind: kindSelect, Label: "Var gäller den?", Value: scope, Options: scopes, Optional: i > 0,
				paths: []string{"service_account.roles[" + n + "].scope"}})
	}
	f.field("roll0").paths = append(f.field("roll0").paths, "service_account.roles")
	return f
}

// typedAccount reads an account from its form.
func typedAccount(f *form) *directoryv1.ServiceAccount {
	a := &directoryv1.ServiceAccount{Title: f.value("titel"), Etag: f.value("etag")}
	for i := 0; f.field("roll"+strconv.Itoa(i)).Name != ""; i++ {
		n := strconv.Itoa(i)
		if f.value("roll"+n) != "" {
			a.Roles = append(a.Roles, &directoryv1.ServiceAccountRole{Role: f.value("roll" + n), Scope: f.value("var" + n)})
		}
	}
	return a
}

// createAccount adds an account.
func (s *server) createAccount(c *call) (*page, error) {
	committees, err := c.committeesOf(c.name(1))
	if err != nil {
		return nil, err
	}
	f := accountForm(&directoryv1.ServiceAccount{}, c.name(1), committeeOptions(committees))
	f.Submit, f.Cancel = "Skapa kontot", address(c.name(1))+"/serviceAccounts"
	p := &page{Title: "Nytt konto", Section: sectionAdmin, Crumbs: accountCrumbs(c.name(1) + "/serviceAccounts/-")}
	return c.form(p, f, func() (string, error) {
		made, err := s.Directory.CreateServiceAccount(c.ctx(), &directoryv1.CreateServiceAccountRequest{Parent: c.name(1), ServiceAccount: typedAccount(f)})
		return receipt(address(made.GetName()), "konto"), err
	})
}

// editAccount changes what an account is called and may do.
func (s *server) editAccount(c *call) (*page, error) {
	a, err := s.Directory.GetServiceAccount(c.ctx(), &directoryv1.GetServiceAccountRequest{Name: c.name(2)})
	if err != nil {
		return nil, err
	}
	committees, err := c.committeesOf(c.name(1))
	if err != nil {
		return nil, err
	}
	f := accountForm(a, c.name(1), committeeOptions(committees))
	f.Cancel = address(a.GetName())
	p := &page{Title: "Ändra kontot", Over: a.GetTitle(), Section: sectionAdmin, Crumbs: append(slices.Clone(accountCrumbs(a.GetName())), link{a.GetTitle(), f.Cancel})}
	return c.form(p, f, func() (string, error) {
		next := typedAccount(f)
		next.Name = a.GetName()
		_, err := s.Directory.UpdateServiceAccount(c.ctx(), &directoryv1.UpdateServiceAccountRequest{ServiceAccount: next, UpdateMask: mask("title", "roles")})
		return receipt(f.Cancel, "sparad"), err
	})
}

// deleteAccount takes an account away.
func (s *server) deleteAccount(c *call) (*page, error) {
	a, err := s.Directory.GetServiceAccount(c.ctx(), &directoryv1.GetServiceAccountRequest{Name: c.name(2)})
	if err != nil {
		return nil, err
	}
	f := removeForm(a.GetEtag(), address(a.GetName()))
	f.Submit = "Ta bort kontot"
	p := &page{Title: "Ta bort kontot", Over: a.GetTitle(), Section: sectionAdmin, Crumbs: accountCrumbs(a.GetName()),
		Lead: "Systemet kan inte logga in längre, och dess hemligheter slutar gälla. Det går inte att ångra. Historiken finns kvar."}
	return c.form(p, f, func() (string, error) {
		_, err := s.Directory.DeleteServiceAccount(c.ctx(), &directoryv1.DeleteServiceAccountRequest{Name: a.GetName(), Etag: f.value("etag"), Reason: f.value("skal")})
		return receipt(address(c.name(1))+"/serviceAccounts", "borttagen"), err
	})
}
