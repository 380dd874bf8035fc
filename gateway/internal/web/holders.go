package web

import (
	"slices"
	"strings"
	"time"

	directoryv1 "github.com/uppsikt/uppsikt/proto/gen/uppsikt/directory/v1"
	riskv1 "github.com/uppsikt/uppsikt/proto/gen/uppsikt/risk/v1"
)

// reminded says what it means to be chosen.
const reminded = "Den som väljs får påminnelser. "

// addHolders fetches who can be chosen to answer for something in the committee: those who hold the role of owner or manager
// today, there or in a unit of it. It is help: a form works without it.
func (c *call) addHolders(x *entryContext) {
	people, err := c.peopleByName()
	if err != nil {
		return
	}
	all, err := c.roleAssignments()
	if err != nil {
		return
	}
	x.offer(c.name(2), c.Clock.Now().In(c.zone).Format(time.DateOnly), all, people)
}

// offer sorts out who can be chosen in a committee on a day.
func (x *entryContext) offer(committee, day string, all []*directoryv1.RoleAssignment, people map[string]*directoryv1.Person) {
	for name, person := range people {
		x.people[name] = person.GetDisplayName()
	}
	for _, a := range all {
		if a.GetScope() == committee || strings.HasPrefix(a.GetScope(), committee+"/") {
			x.place(a, validOn(a, day) && !people[a.GetPerson()].GetDisabled())
		}
	}
	sortSwedish(x.holders, x.holderLabel)
	sortSwedish(x.managers, x.holderLabel)
}

// place keeps a role assignment where the form asks for it; one that is not offered still names who was chosen once.
func (x *entryContext) place(a *directoryv1.RoleAssignment, active bool) {
	switch {
	case !active:
		x.inactive = append(x.inactive, a)
	case a.GetRole() == directoryv1.Role_ROLE_MANAGER:
		x.managers, x.holders = append(x.managers, a), append(x.holders, a)
	case a.GetRole() == directoryv1.Role_ROLE_OWNER:
		x.holders = append(x.holders, a)
	default:
		x.others = append(x.others, a)
	}
}

// validOn reports whether a role is held on a day.
func validOn(a *directoryv1.RoleAssignment, day string) bool {
	return a.GetValidFrom() <= day && (a.GetValidTo() == "" || day <= a.GetValidTo())
}

// peopleByName are the people of the municipality.
func (c *call) peopleByName() (map[string]*directoryv1.Person, error) {
	people := map[string]*directoryv1.Person{}
	for token := ""; ; {
		r, err := c.Directory.ListPeople(c.ctx(), &directoryv1.ListPeopleRequest{Parent: c.name(1), PageSize: 1000, PageToken: token})
		if err != nil {
			return nil, err
		}
		for _, p := range r.GetPeople() {
			people[p.GetName()] = p
		}
		if token = r.GetNextPageToken(); token == "" {
			return people, nil
		}
	}
}

// roleAssignments are who holds which role in the municipality.
func (c *call) roleAssignments() ([]*directoryv1.RoleAssignment, error) {
	var all []*directoryv1.RoleAssignment
	for token := ""; ; {
		r, err := c.Directory.ListRoleAssignments(c.ctx(), &directoryv1.ListRoleAssignmentsRequest{Parent: c.name(1), PageSize: 1000, PageToken: token})
		if err != nil {
			return nil, err
		}
		all = append(all, r.GetRoleAssignments()...)
		if token = r.GetNextPageToken(); token == "" {
			return all, nil
		}
	}
}

// ownersOf ask who answers for something: roles in words, and people who hold roles. What a chosen person may do besides
// being reminded is the hint.
func ownersOf(x *entryContext, all []*riskv1.Owner, path, people, hint string) []*field {
	var words, held []string
	for _, o := range all {
		if o.GetRoleAssignment() == "" {
			words = append(words, o.GetRole())
		} else {
			held = append(held, o.GetRoleAssignment())
		}
	}
	fields := []*field{area("ansvariga", "Ansvariga roller", strings.Join(words, "\n"), path).optional().rows(2).
		hint("En roll per rad, till exempel enhetschefer. En roll utan person får inga påminnelser.")}
	if options := x.holderOptions(x.holders, all); len(options) > 0 {
		fields = append(fields, checks("innehavare", people, held, options, path).hint(reminded+hint))
	}
	return fields
}

// managerFields ask who the responsible manager is: the role in words, and the person who holds it.
func managerFields(x *entryContext, o *riskv1.Owner, path string) []*field {
	fields := []*field{text("chef", "Ansvarig chef", o.GetRole(), path).optional().width("medium").hint("Rollen, som den står i planen.")}
	var stored []*riskv1.Owner
	if o != nil {
		stored = append(stored, o)
	}
	options := x.holderOptions(x.managers, stored)
	if len(options) == 0 {
		return fields
	}
	return append(fields, &field{Name: "chef-person", Kind: kindSelect, Label: "Person som är ansvarig chef", Value: o.GetRoleAssignment(), Optional: true,
		Options: append([]option{{Label: "Ingen person vald"}}, options...), paths: []string{path}, Hint: "Den som väljs kan skriva och ändra resultatet av kontrollen."})
}

// holderOptions offer holders of roles, and whoever was chosen before.
func (x *entryContext) holderOptions(offered []*directoryv1.RoleAssignment, stored []*riskv1.Owner) []option {
	var options []option
	for _, a := range offered {
		q := option{Value: a.GetName(), Label: x.holderLabel(a)}
		if o := ownerBy(stored, a.GetName()); o != nil && o.GetRole() != x.holderTitle(a) {
			q.Hint = "Står i planen som ”" + o.GetRole() + "”."
		}
		options = append(options, q)
	}
	for _, o := range stored {
		name := o.GetRoleAssignment()
		if name == "" || slices.ContainsFunc(options, func(q option) bool { return q.Value == name }) {
			continue
		}
		q := option{Value: name, Label: o.GetRole()}
		if a := assignmentBy(x.inactive, name); a != nil {
			q.Label, q.Hint = x.labelAs(o.GetRole(), a), "Har inte uppdraget i dag, så inga påminnelser går dit."
		} else if a := assignmentBy(slices.Concat(x.holders, x.others), name); a != nil {
			q.Label = x.labelAs(o.GetRole(), a)
		}
		options = append(options, q)
	}
	return options
}

// typedOwners reads who answers for something: roles in words, and holders of roles. Those who answered before come first, in
// the order and the words of the plan.
func typedOwners(f *form, x *entryContext, before []*riskv1.Owner) []*riskv1.Owner {
	words, held := f.field("ansvariga").lines(), slices.Clone(f.field("innehavare").Values)
	var out []*riskv1.Owner
	for _, o := range before {
		from, what := &words, o.GetRole()
		if o.GetRoleAssignment() != "" {
			from, what = &held, o.GetRoleAssignment()
		}
		if i := slices.Index(*from, what); i >= 0 {
			*from = slices.Delete(*from, i, i+1)
			out = append(out, o)
		}
	}
	for _, role := range words {
		out = append(out, &riskv1.Owner{Role: role})
	}
	for _, name := range held {
		out = append(out, &riskv1.Owner{Role: x.titleOf(name, "ansvarig"), RoleAssignment: name})
	}
	return out
}

// typedManager reads who the responsible manager is; nil for nobody. A person who takes over from another comes with a title
// of their own, unless the role was written anew.
func typedManager(f *form, x *entryContext, before *riskv1.Owner) *riskv1.Owner {
	role, name := f.value("chef"), f.value("chef-person")
	replaced := before.GetRoleAssignment() != "" && name != "" && name != before.GetRoleAssignment() && role == before.GetRole()
	if role == "" && name != "" || replaced {
		role = x.titleOf(name, "ansvarig chef")
	}
	if role == "" {
		return nil
	}
	return &riskv1.Owner{Role: role, RoleAssignment: name}
}

// titleOf is how the holder of a role is written in the plan; otherwise when the directory could not say.
func (x *entryContext) titleOf(name, otherwise string) string {
	if a := assignmentBy(slices.Concat(x.holders, x.managers, x.others, x.inactive), name); a != nil {
		return x.holderTitle(a)
	}
	return otherwise
}

// holderLabel tells a holder of a role from others with the same title.
func (x *entryContext) holderLabel(a *directoryv1.RoleAssignment) string {
	return x.labelAs(x.holderTitle(a), a)
}

// labelAs is a role in words with the name of the person who holds it.
func (x *entryContext) labelAs(role string, a *directoryv1.RoleAssignment) string {
	if name := x.people[a.GetPerson()]; name != "" && name != role {
		return role + ", " + name
	}
	return role
}

// holderTitle is how a holder of a role is written in the plan: by title, else by name.
func (x *entryContext) holderTitle(a *directoryv1.RoleAssignment) string {
	return orElse(a.GetTitle(), orElse(x.people[a.GetPerson()], last(a.GetPerson())))
}

// ownerBy is the owner with a role assignment; nil when there is none.
func ownerBy(owners []*riskv1.Owner, assignment string) *riskv1.Owner {
	for _, o := range owners {
		if o.GetRoleAssignment() == assignment {
			return o
		}
	}
	return nil
}

// assignmentBy is the role assignment with a name; nil when there is none.
func assignmentBy(all []*directoryv1.RoleAssignment, name string) *directoryv1.RoleAssignment {
	for _, a := range all {
		if a.GetName() == name {
			return a
		}
	}
	return nil
}
