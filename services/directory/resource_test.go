package directory_test

import (
	"fmt"
	"testing"

	"google.golang.org/protobuf/types/known/fieldmaskpb"

	"github.com/uppsikt/uppsikt/internal/authn"
	"github.com/uppsikt/uppsikt/internal/fault"
	directoryv1 "github.com/uppsikt/uppsikt/proto/gen/uppsikt/directory/v1"
	"github.com/uppsikt/uppsikt/services/directory"
)

func mask(paths ...string) *fieldmaskpb.FieldMask { return &fieldmaskpb.FieldMask{Paths: paths} }

func TestMunicipality(t *testing.T) {
	b := seeded(t, directory.DefaultConfig())
	ctx := b.operator()
	got, err := b.directory.GetMunicipality(ctx, &directoryv1.GetMunicipalityRequest{Name: m})
	b.ok(err)
	if got.GetDisplayName() != "Exempelkommun" || got.GetEtag() == "" || got.GetCreateTime() == nil {
		t.Errorf("got %v", got)
	}
	changed, err := b.directory.UpdateMunicipality(ctx, &directoryv1.UpdateMunicipalityRequest{
		Municipality: &directoryv1.Municipality{Name: m, AccentColor: "#1f5f8b", Etag: got.GetEtag()}, UpdateMask: mask("accent_color")})
	b.ok(err)
	if changed.GetAccentColor() != "#1f5f8b" || changed.GetDisplayName() != "Exempelkommun" || changed.GetEtag() == got.GetEtag() {
		t.Errorf("got %v", changed)
	}
	_, err = b.directory.UpdateMunicipality(ctx, &directoryv1.UpdateMunicipalityRequest{
		Municipality: &directoryv1.Municipality{Name: m, DisplayName: "X", Etag: got.GetEtag()}})
	b.refused("stale etag", err, fault.Conflict, "STALE_ETAG")
	_, err = b.directory.UpdateMunicipality(ctx, &directoryv1.UpdateMunicipalityRequest{
		Municipality: &directoryv1.Municipality{Name: m, AccentColor: "#ffcc00"}, UpdateMask: mask("accent_color")})
	b.invalid("light accent", err, "municipality.accent_color:CONTRAST")
	_, err = b.directory.CreateMunicipality(ctx, &directoryv1.CreateMunicipalityRequest{Parent: "-", MunicipalityId: "light",
		Municipality: &directoryv1.Municipality{DisplayName: "Ljusa", AccentColor: "#ffcc00"}})
	b.invalid("light accent at creation", err, "municipality.accent_color:CONTRAST")
	_, err = b.directory.CreateMunicipality(ctx, &directoryv1.CreateMunicipalityRequest{Parent: "-", MunicipalityId: "m",
		Municipality: &directoryv1.Municipality{DisplayName: "Igen"}})
	b.refused("name taken", err, fault.Exists, "ALREADY_EXISTS")
	_, err = b.directory.CreateMunicipality(b.as("operator", m), &directoryv1.CreateMunicipalityRequest{Parent: "-",
		Municipality: &directoryv1.Municipality{DisplayName: "Ny"}})
	b.refused("operator of a municipality", err, fault.Denied, "PERMISSION_DENIED")
	_, err = b.directory.GetMunicipality(ctx, &directoryv1.GetMunicipalityRequest{Name: "municipalities/x"})
	b.refused("absent", err, fault.NotFound, "NOT_FOUND")
	b.verified()
}

func TestListMunicipalitiesShowsOwn(t *testing.T) {
	b := open(t, directory.DefaultConfig())
	for _, id := range []string{"a", "b", "c"} {
		_, err := b.directory.CreateMunicipality(b.operator(), &directoryv1.CreateMunicipalityRequest{Parent: "-", MunicipalityId: id,
			Municipality: &directoryv1.Municipality{DisplayName: "Kommun " + id}})
		b.ok(err)
	}
	tests := []struct {
		role, scope string
		want        []string
	}{
		{"operator", "platform", []string{"municipalities/a", "municipalities/b", "municipalities/c"}},
		{"administrator", "-", []string{"municipalities/a", "municipalities/b", "municipalities/c"}},
		{"member", "municipalities/b/committees/x", []string{"municipalities/b"}},
		{"auditor", "municipalities/c", []string{"municipalities/c"}},
		{"auditor", "municipalities/absent", nil},
	}
	for _, tt := range tests {
		var got []string
		req := &directoryv1.ListMunicipalitiesRequest{PageSize: 2}
		for {
			page, err := b.directory.ListMunicipalities(b.as(tt.role, tt.scope), req)
			b.ok(err)
			for _, found := range page.GetMunicipalities() {
				got = append(got, found.GetName())
			}
			if req.PageToken = page.GetNextPageToken(); req.GetPageToken() == "" {
				break
			}
		}
		if fmt.Sprint(got) != fmt.Sprint(tt.want) {
			t.Errorf("%s on %s: got %v, want %v", tt.role, tt.scope, got, tt.want)
		}
	}
	_, err := b.directory.ListMunicipalities(t.Context(), &directoryv1.ListMunicipalitiesRequest{})
	b.refused("nobody", err, fault.Unauthenticated, "UNAUTHENTICATED")
	_, err = b.directory.ListMunicipalities(b.process(), &directoryv1.ListMunicipalitiesRequest{})
	b.refused("a process", err, fault.Unauthenticated, "UNAUTHENTICATED")
}

func TestCommittee(t *testing.T) {
	b := seeded(t, directory.DefaultConfig())
	ctx := b.as("administrator", m)
	got, err := b.directory.GetCommittee(b.as("member", committee), &directoryv1.GetCommitteeRequest{Name: committee})
	b.ok(err)
	if got.GetGenitive() != "socialnämndens" {
		t.Errorf("genitive: got %q", got.GetGenitive())
	}
	renamed, err := b.directory.UpdateCommittee(ctx, &directoryv1.UpdateCommitteeRequest{
		Committee: &directoryv1.Committee{Name: committee, DisplayName: "Omsorgsnämnden"}, UpdateMask: mask("display_name")})
	b.ok(err)
	if renamed.GetGenitive() != "omsorgsnämndens" {
		t.Errorf("genitive after renaming: got %q", renamed.GetGenitive())
	}
	list, err := b.directory.ListCommittees(ctx, &directoryv1.ListCommitteesRequest{Parent: m})
	b.ok(err)
	if len(list.GetCommittees()) != 1 {
		t.Errorf("got %v", list)
	}
	board := &directoryv1.Committee{DisplayName: "Styrelsen", Kind: directoryv1.CommitteeKind_COMMITTEE_KIND_COMPANY_BOARD}
	_, err = b.directory.CreateCommittee(b.operator(), &directoryv1.CreateCommitteeRequest{Parent: "municipalities/absent", Committee: board})
	b.refused("no municipality", err, fault.NotFound, "NOT_FOUND")
	_, err = b.directory.CreateCommittee(b.operator(), &directoryv1.CreateCommitteeRequest{Parent: platform, Committee: board})
	b.invalid("on the platform", err, "parent:RESOURCE_NAME")
	_, err = b.directory.CreateCommittee(ctx, &directoryv1.CreateCommitteeRequest{Parent: m, Committee: &directoryv1.Committee{DisplayName: "Utan sort"}})
	b.refused("no kind", err, fault.Invalid, "INVALID_FIELDS")
	_, err = b.directory.CreateCommittee(b.as("coordinator", m), &directoryv1.CreateCommitteeRequest{Parent: m, Committee: board})
	b.refused("coordinator", err, fault.Denied, "PERMISSION_DENIED")
	_, err = b.directory.GetCommittee(b.as("administrator", "municipalities/n"), &directoryv1.GetCommitteeRequest{Name: committee})
	b.refused("another municipality", err, fault.Denied, "PERMISSION_DENIED")
	b.verified()
}

func TestCreateIsRepeatable(t *testing.T) {
	b := seeded(t, directory.DefaultConfig())
	req := &directoryv1.CreatePersonRequest{Parent: m, RequestId: "r1", Person: &directoryv1.Person{DisplayName: "Bo", Email: "bo@exempel.se"}}
	ctx := b.operator()
	first, err := b.directory.CreatePerson(ctx, req)
	b.ok(err)
	again, err := b.directory.CreatePerson(ctx, req)
	b.ok(err)
	if first.GetName() != again.GetName() || first.GetEtag() != again.GetEtag() {
		t.Errorf("got %v, then %v", first, again)
	}
	req.Person.DisplayName = "Någon annan"
	_, err = b.directory.CreatePerson(ctx, req)
	b.refused("another request", err, fault.Invalid, "REQUEST_ID_REUSED")
}

func TestUnit(t *testing.T) {
	b := seeded(t, directory.DefaultConfig())
	ctx := b.as("administrator", m)
	top := committee + "/units/u"
	below := b.unit("v", top)
	b.unit("w", below.GetName())
	move := func(unit, parent string) error {
		_, err := b.directory.UpdateUnit(ctx, &directoryv1.UpdateUnitRequest{
			Unit: &directoryv1.Unit{Name: unit, ParentUnit: parent}, UpdateMask: mask("parent_unit")})
		return err
	}
	b.invalid("below its own descendant", move(top, committee+"/units/w"), "unit.parent_unit:CYCLE")
	b.invalid("below itself", move(top, top), "unit.parent_unit:CYCLE")
	b.invalid("below an absent one", move(top, committee+"/units/x"), "unit.parent_unit:NOT_FOUND")
	b.invalid("below one of another committee", move(top, m+"/committees/d/units/u"), "unit.parent_unit:NOT_FOUND")
	b.ok(move(committee+"/units/w", top))
	_, err := b.directory.UpdateUnit(ctx, &directoryv1.UpdateUnitRequest{
		Unit: &directoryv1.Unit{Name: top, DisplayName: "Äldreomsorg", Etag: "0"}})
	b.refused("stale etag", err, fault.Conflict, "STALE_ETAG")
	renamed, err := b.directory.UpdateUnit(ctx, &directoryv1.UpdateUnitRequest{Unit: &directoryv1.Unit{Name: top, DisplayName: "Äldreomsorg"}})
	b.ok(err)
	if renamed.GetDisplayName() != "Äldreomsorg" {
		t.Errorf("got %v", renamed)
	}
	list, err := b.directory.ListUnits(b.as("member", committee), &directoryv1.ListUnitsRequest{Parent: committee})
	b.ok(err)
	if len(list.GetUnits()) != 3 {
		t.Errorf("got %v", list)
	}
	_, err = b.directory.CreateUnit(ctx, &directoryv1.CreateUnitRequest{Parent: m + "/committees/absent", Unit: &directoryv1.Unit{DisplayName: "X"}})
	b.refused("no committee", err, fault.NotFound, "NOT_FOUND")
	_, err = b.directory.CreateUnit(ctx, &directoryv1.CreateUnitRequest{Parent: m + "/committees/-", Unit: &directoryv1.Unit{DisplayName: "X"}})
	b.invalid("every committee", err, "parent:RESOURCE_NAME")
	_, err = b.directory.CreateUnit(ctx, &directoryv1.CreateUnitRequest{Parent: committee, UnitId: "self",
		Unit: &directoryv1.Unit{DisplayName: "X", ParentUnit: committee + "/units/self"}})
	b.invalid("its own parent from the start", err, "unit.parent_unit:CYCLE")
	b.verified()
}

func TestDeleteUnit(t *testing.T) {
	b := seeded(t, directory.DefaultConfig())
	ctx := b.as("administrator", m)
	top, used := committee+"/units/u", b.unit("used", "")
	below := b.unit("v", top)
	b.role("anna-u", anna, directoryv1.Role_ROLE_OWNER, used.GetName())
	remove := func(name, etag string) error {
		_, err := b.directory.DeleteUnit(ctx, &directoryv1.DeleteUnitRequest{Name: name, Etag: etag})
		return err
	}
	b.refused("with units below", remove(top, ""), fault.Precondition, "IN_USE")
	b.refused("with a role", remove(used.GetName(), ""), fault.Precondition, "IN_USE")
	b.refused("stale", remove(below.GetName(), "0"), fault.Conflict, "STALE_ETAG")
	b.refused("malformed", remove(m+"/people/anna", ""), fault.Invalid, "INVALID_FIELDS")
	b.ok(remove(below.GetName(), below.GetEtag()))
	b.ok(remove(top, ""))
	b.refused("gone", remove(top, ""), fault.NotFound, "NOT_FOUND")
	_, err := b.directory.GetUnit(ctx, &directoryv1.GetUnitRequest{Name: top})
	b.refused("read after", err, fault.NotFound, "NOT_FOUND")
	b.verified()
}

func TestPerson(t *testing.T) {
	b := seeded(t, directory.DefaultConfig())
	ctx := b.as("administrator", m)
	create := func(id, email string) error {
		_, err := b.directory.CreatePerson(ctx, &directoryv1.CreatePersonRequest{Parent: m, PersonId: id,
			Person: &directoryv1.Person{DisplayName: "Ny", Email: email}})
		return err
	}
	b.refused("address of another, spelt differently", create("bo", "ANNA@exempel.se"), fault.Exists, "ALREADY_EXISTS")
	b.refused("name taken", create("anna", "other@exempel.se"), fault.Exists, "ALREADY_EXISTS")
	b.refused("no address", create("bo", "bo"), fault.Invalid, "INVALID_FIELDS")
	b.ok(create("bo", ""))
	b.ok(create("eva", ""))
	change := func(email string) error {
		_, err := b.directory.UpdatePerson(ctx, &directoryv1.UpdatePersonRequest{
			Person: &directoryv1.Person{Name: m + "/people/bo", Email: email}, UpdateMask: mask("email")})
		return err
	}
	b.refused("changed to another's address", change("anna@EXEMPEL.se"), fault.Exists, "ALREADY_EXISTS")
	b.ok(change("bo@exempel.se"))
	list, err := b.directory.ListPeople(b.as("member", committee), &directoryv1.ListPeopleRequest{Parent: m, PageSize: 2})
	b.ok(err)
	if len(list.GetPeople()) != 2 || list.GetNextPageToken() == "" {
		t.Errorf("got %v", list)
	}
	got, err := b.directory.GetPerson(ctx, &directoryv1.GetPersonRequest{Name: m + "/people/bo"})
	b.ok(err)
	if got.GetEmail() != "bo@exempel.se" {
		t.Errorf("got %v", got)
	}
	_, err = b.directory.CreatePerson(b.operator(), &directoryv1.CreatePersonRequest{Parent: "municipalities/absent", Person: &directoryv1.Person{DisplayName: "X"}})
	b.refused("no municipality", err, fault.NotFound, "NOT_FOUND")
	_, err = b.directory.CreatePerson(ctx, &directoryv1.CreatePersonRequest{Parent: m, Person: &directoryv1.Person{DisplayName: "Kim 19811218-9876"}})
	b.refused("identity number in a name", err, fault.Invalid, "PERSONAL_IDENTITY_NUMBER")
	b.verified()
}

func TestPeopleOfThePlatform(t *testing.T) {
	b := seeded(t, directory.DefaultConfig())
	create := &directoryv1.CreatePersonRequest{Parent: platform, PersonId: "ops", Person: &directoryv1.Person{DisplayName: "Drift"}}
	_, err := b.directory.CreatePerson(b.as("administrator", m), create)
	b.refused("by a municipality", err, fault.Denied, "PERMISSION_DENIED")
	_, err = b.directory.CreatePerson(b.operator(), create)
	b.ok(err)
	grant := func(person, scope string) error {
		_, err := b.directory.CreateRoleAssignment(b.operator(), &directoryv1.CreateRoleAssignmentRequest{Parent: platform,
			RoleAssignment: &directoryv1.RoleAssignment{Person: person, Role: directoryv1.Role_ROLE_OPERATOR, Scope: scope}})
		return err
	}
	b.ok(grant(platform+"/people/ops", "-"))
	b.invalid("person of a municipality", grant(anna, "-"), "role_assignment.person:OUTSIDE_SCOPE")
	b.invalid("in a municipality", grant(platform+"/people/ops", m), "role_assignment.scope:OUTSIDE_SCOPE")
	minted, err := b.mint(b.signedIn(platform + "/people/ops"))
	b.ok(err)
	if len(minted.GetRoles()) != 1 || minted.GetRoles()[0].GetScope() != "-" || minted.GetRoles()[0].GetRole() != "operator" {
		t.Errorf("got %v", minted.GetRoles())
	}
	_, err = b.directory.ListPeople(authn.WithToken(t.Context(), minted.GetAccessToken()), &directoryv1.ListPeopleRequest{Parent: platform})
	b.ok(err)
	b.verified()
}

func TestRoleAssignment(t *testing.T) {
	b := seeded(t, directory.DefaultConfig())
	ctx := b.as("administrator", m)
	create := func(a *directoryv1.RoleAssignment) error {
		_, err := b.directory.CreateRoleAssignment(ctx, &directoryv1.CreateRoleAssignmentRequest{Parent: m, RoleAssignment: a})
		return err
	}
	owner := directoryv1.Role_ROLE_OWNER
	b.invalid("absent person", create(&directoryv1.RoleAssignment{Person: m + "/people/x", Role: owner, Scope: committee}), "role_assignment.person:NOT_FOUND")
	b.invalid("absent committee", create(&directoryv1.RoleAssignment{Person: anna, Role: owner, Scope: m + "/committees/x"}), "role_assignment.scope:NOT_FOUND")
	b.invalid("absent unit", create(&directoryv1.RoleAssignment{Person: anna, Role: owner, Scope: committee + "/units/x"}), "role_assignment.scope:NOT_FOUND")
	b.invalid("the platform", create(&directoryv1.RoleAssignment{Person: anna, Role: directoryv1.Role_ROLE_OPERATOR, Scope: "-"}), "role_assignment.scope:OUTSIDE_SCOPE")
	b.invalid("member of a unit", create(&directoryv1.RoleAssignment{Person: anna, Role: directoryv1.Role_ROLE_MEMBER, Scope: committee + "/units/u"}), "role_assignment.scope:ROLE_SCOPE")
	b.invalid("no such date", create(&directoryv1.RoleAssignment{Person: anna, Role: owner, Scope: committee, ValidFrom: "2025-02-30"}), "role_assignment.valid_from:DATE")
	b.refused("unknown role", create(&directoryv1.RoleAssignment{Person: anna, Role: 99, Scope: committee}), fault.Invalid, "INVALID_FIELDS")
	b.ok(create(&directoryv1.RoleAssignment{Person: anna, Role: owner, Scope: committee + "/units/u", Title: "enhetschef", Acting: true}))
	_, err := b.directory.UpdateRoleAssignment(ctx, &directoryv1.UpdateRoleAssignmentRequest{
		RoleAssignment: &directoryv1.RoleAssignment{Name: annasRole, ValidFrom: "2025-02-01", ValidTo: "2025-01-01"}, UpdateMask: mask("valid_from", "valid_to")})
	b.invalid("ends before it begins", err, "role_assignment.valid_to:BEFORE_START")
	list := func(req *directoryv1.ListRoleAssignmentsRequest) int {
		req.Parent = m
		got, err := b.directory.ListRoleAssignments(ctx, req)
		b.ok(err)
		return len(got.GetRoleAssignments())
	}
	if got := list(&directoryv1.ListRoleAssignmentsRequest{Person: anna}); got != 2 {
		t.Errorf("Anna's roles: got %d, want 2", got)
	}
	if got := list(&directoryv1.ListRoleAssignmentsRequest{Scope: committee}); got != 1 {
		t.Errorf("roles on the committee: got %d, want 1", got)
	}
	if got := list(&directoryv1.ListRoleAssignmentsRequest{Person: m + "/people/x"}); got != 0 {
		t.Errorf("roles of nobody: got %d, want 0", got)
	}
	got, err := b.directory.GetRoleAssignment(ctx, &directoryv1.GetRoleAssignmentRequest{Name: annasRole})
	b.ok(err)
	if got.GetPerson() != anna {
		t.Errorf("got %v", got)
	}
	b.verified()
}
