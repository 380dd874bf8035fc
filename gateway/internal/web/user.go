package web

import (
	"slices"
	"strings"
	"sync"
	"time"

	"github.com/uppsikt/uppsikt/internal/authn"
	"github.com/uppsikt/uppsikt/internal/authz"
	authzv1 "github.com/uppsikt/uppsikt/proto/gen/uppsikt/authz/v1"
	directoryv1 "github.com/uppsikt/uppsikt/proto/gen/uppsikt/directory/v1"
)

// user is who is signed in, as the token says. Apart from places, which locks, it does not change.
type user struct {
	secret, token string
	since         time.Time // when the token was put in the cache of sessions
	expires       time.Time
	person, name  string
	roles         []*directoryv1.TokenRole
	identity      *authn.Identity
	places        places
}

// places remembers the names of municipalities and committees for the header, as long as the token lives.
type places struct {
	mu             sync.Mutex
	municipalities map[string]*directoryv1.Municipality
	committees     map[string][]*directoryv1.Committee
}

// may reports whether a role of the user grants a permission on a resource. It only decides what is shown: the
// services decide what is done.
func (u *user) may(p authzv1.Permission, resource string) bool {
	return u != nil && authz.Can(u.identity, p, resource)
}

// newUser returns the user of a token.
func newUser(secret string, t *directoryv1.MintTokenResponse) *user {
	id := &authn.Identity{Subject: t.GetSubject()}
	for _, r := range t.GetRoles() {
		id.Roles = append(id.Roles, authn.Role{Role: r.GetRole(), Scope: r.GetScope(), Assignment: r.GetAssignment()})
	}
	return &user{secret: secret, token: t.GetAccessToken(), expires: t.GetExpireTime().AsTime(), person: t.GetSubject(),
		name: t.GetDisplayName(), roles: t.GetRoles(), identity: id}
}

// covers reports whether a scope reaches a resource.
func covers(scope, resource string) bool {
	return scope == authz.Platform || resource == scope || strings.HasPrefix(resource, scope+"/")
}

// has reports whether the user has one of the roles on a resource.
func (u *user) has(resource string, roles ...string) bool {
	return u != nil && slices.ContainsFunc(u.roles, func(r *directoryv1.TokenRole) bool {
		return covers(r.GetScope(), resource) && slices.Contains(roles, r.GetRole())
	})
}

// assignments returns the role assignments of the user.
func (u *user) assignments() []string {
	var names []string
	for _, r := range u.roles {
		if r.GetAssignment() != "" {
			names = append(names, r.GetAssignment())
		}
	}
	return names
}

// municipalityNames returns the municipalities that the user has a role in, in order.
func (u *user) municipalityNames() []string {
	var names []string
	for _, r := range u.roles {
		if m := upTo(r.GetScope(), 1); m != "" && !slices.Contains(names, m) {
			names = append(names, m)
		}
	}
	slices.Sort(names)
	return names
}

// home is the municipality that the user belongs to; empty for the platform's own people.
func (u *user) home() string {
	if m := upTo(u.person, 1); strings.HasPrefix(m, "municipalities/") && last(m) != authz.Platform {
		return m
	}
	return ""
}

// sees reports whether the user has a role that reaches a committee, or something in it.
func (u *user) sees(committee string) bool {
	return slices.ContainsFunc(u.roles, func(r *directoryv1.TokenRole) bool {
		return covers(r.GetScope(), committee) || strings.HasPrefix(r.GetScope(), committee+"/")
	})
}

// municipality returns a municipality, remembered while the token lives.
func (c *call) municipalityOf(name string) (*directoryv1.Municipality, error) {
	p := &c.user.places
	p.mu.Lock()
	defer p.mu.Unlock()
	if m := p.municipalities[name]; m != nil {
		return m, nil
	}
	m, err := c.Directory.GetMunicipality(c.ctx(), &directoryv1.GetMunicipalityRequest{Name: name})
	if err != nil {
		return nil, err
	}
	if p.municipalities == nil {
		p.municipalities = map[string]*directoryv1.Municipality{}
	}
	p.municipalities[name] = m
	return m, nil
}

// committeesOf returns the committees of a municipality that the user has a role in, å ä ö last, remembered while the
// token lives.
func (c *call) committeesOf(municipality string) ([]*directoryv1.Committee, error) {
	p := &c.user.places
	p.mu.Lock()
	defer p.mu.Unlock()
	if known, ok := p.committees[municipality]; ok {
		return known, nil
	}
	r, err := c.Directory.ListCommittees(c.ctx(), &directoryv1.ListCommitteesRequest{Parent: municipality, PageSize: 1000})
	if err != nil {
		return nil, err
	}
	seen := slices.DeleteFunc(r.GetCommittees(), func(k *directoryv1.Committee) bool { return !c.user.sees(k.GetName()) })
	sortSwedish(seen, (*directoryv1.Committee).GetDisplayName)
	if p.committees == nil {
		p.committees = map[string][]*directoryv1.Committee{}
	}
	p.committees[municipality] = seen
	return seen, nil
}

// placeName names a scope as far as it is remembered: a committee by its name, a unit with that of its committee.
func (u *user) placeName(scope string) string {
	if scope == upTo(scope, 1) {
		return "hela kommunen"
	}
	u.places.mu.Lock()
	defer u.places.mu.Unlock()
	for _, k := range u.places.committees[upTo(scope, 1)] {
		if k.GetName() == scope {
			return k.GetDisplayName()
		}
		if strings.HasPrefix(scope, k.GetName()+"/") {
			return k.GetDisplayName() + ", " + last(scope)
		}
	}
	return last(scope)
}

// committee returns the committee that the address lies in.
func (c *call) committee() (*directoryv1.Committee, error) {
	name := c.name(2)
	known, err := c.committeesOf(upTo(name, 1))
	if err != nil {
		return nil, err
	}
	for _, k := range known {
		if k.GetName() == name {
			return k, nil
		}
	}
	return c.Directory.GetCommittee(c.ctx(), &directoryv1.GetCommitteeRequest{Name: name})
}

// roleWords are the roles in Swedish, in the order to show them.
var roleWords = []struct{ id, title, hint string }{
	{"coordinator", "Internkontrollsamordnare", "Sköter planen, uppföljningarna och handlingarna."},
	{"head", "Förvaltningschef", "Ser allt och ansvarar för förslagen till nämnden."},
	{"secretary", "Nämndsekreterare", "Sköter ärenden, beslut och handlingar."},
	{"manager", "Ansvarig chef", "Ser till att svaren kommer in i tid."},
	{"official", "Handläggare", "Skriver ärenden och handlingar."},
	{"owner", "Ansvarig", "Svarar på uppföljningar av det egna ansvaret."},
	{"member", "Ledamot", "Ser det som är beslutat eller ligger på nämndens bord."},
	{"auditor", "Revisor", "Ser allt men ändrar inget."},
	{"administrator", "Administratör", "Sköter personer och inställningar, inte innehåll."},
	{"operator", "Driftansvarig", "Skapar kommuner, importerar och exporterar."},
}

// roleTitle returns a role in Swedish.
func roleTitle(id string) string {
	for _, w := range roleWords {
		if w.id == id {
			return w.title
		}
	}
	return id
}

// roleID returns the name of a role as tokens have it.
func roleID(r directoryv1.Role) string {
	return strings.ToLower(strings.TrimPrefix(r.String(), "ROLE_"))
}

// roleValue returns the role of a name as tokens have it.
func roleValue(id string) directoryv1.Role {
	return directoryv1.Role(directoryv1.Role_value["ROLE_"+strings.ToUpper(id)])
}
