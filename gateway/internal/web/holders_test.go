package web

import (
	"context"
	"net/http/httptest"
	"net/url"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	"google.golang.org/grpc"
	"google.golang.org/protobuf/proto"
	"google.golang.org/protobuf/testing/protocmp"

	directoryv1 "github.com/uppsikt/uppsikt/proto/gen/uppsikt/directory/v1"
	riskv1 "github.com/uppsikt/uppsikt/proto/gen/uppsikt/risk/v1"
)

const fixAssignment = fixMunicipality + "/roleAssignments/"

// fixRoles are role assignments of many kinds in and around the committee.
func fixRoles() []*directoryv1.RoleAssignment {
	role := func(id, person, title string, r directoryv1.Role, scope string) *directoryv1.RoleAssignment {
		return &directoryv1.RoleAssignment{Name: fixAssignment + id, Person: fixMunicipality + "/people/" + person, Title: title, Role: r, Scope: scope}
	}
	owner, manager := directoryv1.Role_ROLE_OWNER, directoryv1.Role_ROLE_MANAGER
	former, coming, today := role("former", "anna", "enhetschef", owner, fixCommittee), role("coming", "anna", "enhetschef", owner, fixCommittee),
		role("today", "anna", "enhetschef", owner, fixCommittee)
	day := fixNow.Format(time.DateOnly)
	former.ValidTo, coming.ValidFrom = fixNow.AddDate(0, 0, -1).Format(time.DateOnly), fixNow.AddDate(0, 0, 1).Format(time.DateOnly)
	today.ValidFrom, today.ValidTo = day, day
	return []*directoryv1.RoleAssignment{
		role("unit", "osten", "överförmyndarchef", manager, fixCommittee+"/units/norr"), role("other", "osten", "ekonomichef", owner, fixCommittee+"-2"),
		role("town", "osten", "controller", directoryv1.Role_ROLE_COORDINATOR, fixCommittee), former, coming, today,
		role("left", "borta", "enhetschef", owner, fixCommittee), role("plain", "osten", "", owner, fixCommittee), role("area", "anna", "ärendechef", manager, fixCommittee),
	}
}

// fixPeople are who holds them; one has left.
func fixPeople() []*directoryv1.Person {
	at := fixMunicipality + "/people/"
	return []*directoryv1.Person{{Name: at + "anna", DisplayName: "Anna Ek"}, {Name: at + "borta", DisplayName: "Bo Ring", Disabled: true}, {Name: at + "osten", DisplayName: "Östen Åberg"}}
}

// holderDirectory answers with the roles above, two to a page.
type holderDirectory struct {
	directoryv1.DirectoryServiceClient
	down error
}

func (d holderDirectory) ListUnits(context.Context, *directoryv1.ListUnitsRequest, ...grpc.CallOption) (*directoryv1.ListUnitsResponse, error) {
	return &directoryv1.ListUnitsResponse{}, d.down
}

func (d holderDirectory) ListPeople(_ context.Context, r *directoryv1.ListPeopleRequest, _ ...grpc.CallOption) (*directoryv1.ListPeopleResponse, error) {
	if r.GetPageToken() == "" {
		return &directoryv1.ListPeopleResponse{NextPageToken: "2", People: fixPeople()[:2]}, d.down
	}
	return &directoryv1.ListPeopleResponse{People: fixPeople()[2:]}, d.down
}

func (d holderDirectory) ListRoleAssignments(_ context.Context, r *directoryv1.ListRoleAssignmentsRequest, _ ...grpc.CallOption) (*directoryv1.ListRoleAssignmentsResponse, error) {
	all := fixRoles()
	if r.GetPageToken() == "" {
		return &directoryv1.ListRoleAssignmentsResponse{NextPageToken: "2", RoleAssignments: all[:2]}, d.down
	}
	return &directoryv1.ListRoleAssignmentsResponse{RoleAssignments: all[2:]}, d.down
}

// holderContext is the context of a form in the committee.
func holderContext(t *testing.T, d holderDirectory) *entryContext {
	t.Helper()
	s := newTestServer(t)
	s.Directory = d
	r := httptest.NewRequest("GET", "/"+fixPlan, nil)
	c := &call{server: s, r: r, user: coordinatorUser()}
	return c.entryContext(nil)
}

// fixHolders is a context with people to choose.
func fixHolders() *entryContext {
	x := &entryContext{people: map[string]string{}}
	people := map[string]*directoryv1.Person{}
	for _, p := range fixPeople() {
		people[p.GetName()] = p
	}
	x.offer(fixCommittee, fixNow.Format(time.DateOnly), fixRoles(), people)
	return x
}

// fixTied is a control point that people answer for; one of them does not hold the role any more.
func fixTied(k *riskv1.ControlPoint) *riskv1.ControlPoint {
	k = proto.CloneOf(k)
	k.Owners = []*riskv1.Owner{{Role: "controller"}, {Role: "enhetschefer", RoleAssignment: fixAssignment + "today"}, {Role: "enhetschef norr", RoleAssignment: fixAssignment + "former"}}
	k.ResponsibleManager = &riskv1.Owner{Role: "ärendechef", RoleAssignment: fixAssignment + "area"}
	return k
}

func labels(options []option) []string {
	var out []string
	for _, o := range options {
		out = append(out, o.Label+"|"+o.Hint)
	}
	return out
}

// TestHoldersOfTodayAreOffered: owners and managers of the committee and its units, whoever has the role today, å ä ö last.
func TestHoldersOfTodayAreOffered(t *testing.T) {
	x := holderContext(t, holderDirectory{})
	want := []string{"enhetschef, Anna Ek|", "ärendechef, Anna Ek|", "Östen Åberg|", "överförmyndarchef, Östen Åberg|"}
	if diff := cmp.Diff(want, labels(x.holderOptions(x.holders, nil))); diff != "" {
		t.Errorf("owners (-want +got):\n%s", diff)
	}
	if diff := cmp.Diff([]string{"ärendechef, Anna Ek|", "överförmyndarchef, Östen Åberg|"}, labels(x.holderOptions(x.managers, nil))); diff != "" {
		t.Errorf("managers (-want +got):\n%s", diff)
	}
}

// TestFormsWorkWithoutDirectory: nobody new can be chosen, and nobody chosen is lost.
func TestFormsWorkWithoutDirectory(t *testing.T) {
	x := holderContext(t, holderDirectory{down: context.DeadlineExceeded})
	if len(x.holders)+len(x.managers) > 0 {
		t.Errorf("offered %v", x.holders)
	}
	k := fixTied(fixRegister(0).GetControlPoints()[0])
	f := pointForm(fixRegister(0), x, k)
	f.fill(postedValues(f))
	next := &riskv1.ControlPoint{Owners: k.GetOwners(), ResponsibleManager: k.GetResponsibleManager()}
	if err := readPoint(f, x, next); err != nil || !f.valid() {
		t.Fatalf("%v, %v", err, f.Problems)
	}
	if diff := cmp.Diff(k.GetOwners(), next.GetOwners(), protocmp.Transform()); diff != "" || !proto.Equal(next.GetResponsibleManager(), k.GetResponsibleManager()) {
		t.Errorf("lost: %v\n%s", next.GetResponsibleManager(), diff)
	}
}

// TestChosenOwnersKeepTheWords: the words and the order of the plan stay, a new person comes with their title.
func TestChosenOwnersKeepTheWords(t *testing.T) {
	x, k := fixHolders(), fixTied(fixRegister(0).GetControlPoints()[0])
	f := pointForm(fixRegister(0), x, k)
	want := []string{"enhetschef, Anna Ek|Står i planen som ”enhetschefer”.", "ärendechef, Anna Ek|", "Östen Åberg|", "överförmyndarchef, Östen Åberg|",
		"enhetschef norr, Anna Ek|Har inte uppdraget i dag, så inga påminnelser går dit."}
	if diff := cmp.Diff(want, labels(f.field("innehavare").Options)); diff != "" {
		t.Errorf("options (-want +got):\n%s", diff)
	}
	values := postedValues(f)
	values["ansvariga"] = []string{"nämndsekreterare\ncontroller"}
	values["innehavare"] = []string{fixAssignment + "unit", fixAssignment + "today"}
	f.fill(values)
	want2 := []*riskv1.Owner{{Role: "controller"}, {Role: "enhetschefer", RoleAssignment: fixAssignment + "today"}, {Role: "nämndsekreterare"},
		{Role: "överförmyndarchef", RoleAssignment: fixAssignment + "unit"}}
	if diff := cmp.Diff(want2, typedOwners(f, x, k.GetOwners()), protocmp.Transform()); diff != "" || !f.valid() {
		t.Errorf("owners (-want +got):\n%s%v", diff, f.Problems)
	}
}

// TestResponsibleManagerIsChosen: a person beside the words, with a title of their own when there are none or they were another's.
func TestResponsibleManagerIsChosen(t *testing.T) {
	x, area, unit := fixHolders(), fixAssignment+"area", fixAssignment+"unit"
	tied := &riskv1.Owner{Role: "ärendechef", RoleAssignment: area}
	for name, tt := range map[string]struct {
		before       *riskv1.Owner
		role, person string
		want         *riskv1.Owner
	}{
		"nobody":                {nil, "", "", nil},
		"a role in words":       {nil, "chef", "", &riskv1.Owner{Role: "chef"}},
		"a person alone":        {nil, "", unit, &riskv1.Owner{Role: "överförmyndarchef", RoleAssignment: unit}},
		"a person to the words": {&riskv1.Owner{Role: "chef"}, "chef", unit, &riskv1.Owner{Role: "chef", RoleAssignment: unit}},
		"unchanged":             {tied, "ärendechef", area, tied},
		"other words":           {tied, "chef", area, &riskv1.Owner{Role: "chef", RoleAssignment: area}},
		"another person":        {tied, "ärendechef", unit, &riskv1.Owner{Role: "överförmyndarchef", RoleAssignment: unit}},
		"no person any more":    {tied, "ärendechef", "", &riskv1.Owner{Role: "ärendechef"}},
	} {
		f := newForm("Spara", managerFields(x, tt.before, "control_point.responsible_manager")...)
		f.fill(url.Values{"chef": {tt.role}, "chef-person": {tt.person}})
		if got := typedManager(f, x, tt.before); !proto.Equal(got, tt.want) || !f.valid() {
			t.Errorf("%s: got %v, want %v, problems %v", name, got, tt.want, f.Problems)
		}
	}
}
