package directory_test

import (
	"context"
	"errors"
	"fmt"
	"io"
	"strings"
	"testing"
	"time"

	"google.golang.org/protobuf/proto"
	"google.golang.org/protobuf/types/known/anypb"

	"github.com/uppsikt/uppsikt/internal/fault"
	directoryv1 "github.com/uppsikt/uppsikt/proto/gen/uppsikt/directory/v1"
	journalv1 "github.com/uppsikt/uppsikt/proto/gen/uppsikt/journal/v1"
	transferv1 "github.com/uppsikt/uppsikt/proto/gen/uppsikt/transfer/v1"
	"github.com/uppsikt/uppsikt/services/directory"
)

// file is a municipality with everything, children before parents.
func file() []proto.Message {
	return []proto.Message{
		&directoryv1.RoleAssignment{Name: m + "/roleAssignments/a", Person: anna, Role: directoryv1.Role_ROLE_OWNER, Scope: committee + "/units/v", ValidFrom: "2025-01-01"},
		&directoryv1.Person{Name: anna, DisplayName: "Anna", Email: "anna@exempel.se"},
		&directoryv1.Unit{Name: committee + "/units/v", DisplayName: "Hemtjänst", ParentUnit: committee + "/units/u", Position: 2},
		&directoryv1.Unit{Name: committee + "/units/u", DisplayName: "Äldreomsorg"},
		&directoryv1.Committee{Name: committee, DisplayName: "Socialnämnden", Kind: directoryv1.CommitteeKind_COMMITTEE_KIND_COMMITTEE},
		&directoryv1.Municipality{Name: m, DisplayName: "Exempelkommun", AccentColor: "#1f5f8b"},
	}
}

func (b *bench) load(ctx context.Context, parent string, dry bool, resources ...proto.Message) (*transferv1.ImportResponse, error) {
	b.t.Helper()
	stream, err := b.transfer.Import(ctx)
	b.ok(err)
	req := &transferv1.ImportRequest{Parent: parent, ValidateOnly: dry}
	for i, r := range resources {
		packed, err := anypb.New(r)
		b.ok(err)
		req.Items = append(req.Items, &transferv1.ImportItem{Path: fmt.Sprintf("items[%d]", i), Resource: packed})
	}
	if err := stream.Send(req); err != nil && !errors.Is(err, io.EOF) {
		b.t.Fatal(err)
	}
	return stream.CloseAndRecv()
}

func (b *bench) export(parent string) []proto.Message {
	b.t.Helper()
	stream, err := b.transfer.Export(b.operator(), &transferv1.ExportRequest{Parent: parent})
	b.ok(err)
	var all []proto.Message
	for {
		page, err := stream.Recv()
		if errors.Is(err, io.EOF) {
			return all
		}
		b.ok(err)
		for _, packed := range page.GetResources() {
			r, err := packed.UnmarshalNew()
			b.ok(err)
			all = append(all, r)
		}
	}
}

func counts(a *transferv1.ImportResponse) string {
	return fmt.Sprintf("%d new, %d changed, %d equal, faults %v", a.GetCreated(), a.GetUpdated(), a.GetUnchanged(), a.GetFaults())
}

func TestImport(t *testing.T) {
	b := open(t, directory.DefaultConfig())
	checked, err := b.load(b.operator(), m, true, file()...)
	b.ok(err)
	if got, want := counts(checked), "6 new, 0 changed, 0 equal, faults []"; got != want {
		t.Errorf("check: got %s, want %s", got, want)
	}
	_, err = b.directory.GetMunicipality(b.operator(), &directoryv1.GetMunicipalityRequest{Name: m})
	b.refused("nothing was written", err, fault.NotFound, "NOT_FOUND")
	for i, want := range []string{"6 new, 0 changed, 0 equal, faults []", "0 new, 0 changed, 6 equal, faults []"} {
		applied, err := b.load(b.operator(), m, false, file()...)
		b.ok(err)
		if got := counts(applied); got != want {
			t.Errorf("apply %d: got %s, want %s", i, got, want)
		}
	}
	got, err := b.directory.GetCommittee(b.operator(), &directoryv1.GetCommitteeRequest{Name: committee})
	b.ok(err)
	if got.GetGenitive() != "socialnämndens" {
		t.Errorf("genitive: got %q", got.GetGenitive())
	}
	session := b.signedIn(anna)
	_, err = b.sessions.SetPassword(b.token(session), &directoryv1.SetPasswordRequest{Password: password})
	b.ok(err)
	_, err = b.byPassword("anna@exempel.se", password)
	b.ok(err)
	b.verified()
}

func TestExportComesBackEqual(t *testing.T) {
	b, other := open(t, directory.DefaultConfig()), open(t, directory.DefaultConfig())
	_, err := b.load(b.operator(), m, false, file()...)
	b.ok(err)
	first := b.export(m)
	if len(first) != 6 {
		t.Fatalf("got %d resources, want 6", len(first))
	}
	_, err = other.load(other.operator(), m, false, first...)
	b.ok(err)
	second := other.export(m)
	for i := range first {
		if !proto.Equal(first[i], second[i]) {
			t.Errorf("got %v, want %v", second[i], first[i])
		}
	}
	_, err = b.transfer.Export(b.as("coordinator", m), &transferv1.ExportRequest{Parent: m})
	b.ok(err) // the refusal comes with the first answer
	stream, err := b.transfer.Export(b.as("coordinator", m), &transferv1.ExportRequest{Parent: m})
	b.ok(err)
	_, err = stream.Recv()
	b.refused("coordinator", err, fault.Denied, "PERMISSION_DENIED")
}

func TestImportFaults(t *testing.T) {
	tests := []struct {
		name string
		give []proto.Message
		want string
	}{
		{"light accent", []proto.Message{&directoryv1.Municipality{Name: m, DisplayName: "M", AccentColor: "#ffcc00"}}, "items[0].accent_color:CONTRAST"},
		{"no municipality", []proto.Message{&directoryv1.Committee{Name: committee, DisplayName: "C", Kind: directoryv1.CommitteeKind_COMMITTEE_KIND_JOINT}}, "items[0].name:NOT_FOUND"},
		{"no committee", []proto.Message{&directoryv1.Municipality{Name: m, DisplayName: "M"}, &directoryv1.Unit{Name: committee + "/units/u", DisplayName: "U"}}, "items[1].name:NOT_FOUND"},
		{"circle", append(file()[4:], &directoryv1.Unit{Name: committee + "/units/u", DisplayName: "U", ParentUnit: committee + "/units/v"},
			&directoryv1.Unit{Name: committee + "/units/v", DisplayName: "V", ParentUnit: committee + "/units/u"}),
			"items[2].parent_unit:CYCLE items[3].parent_unit:CYCLE"},
		{"one address twice", append(file()[5:], &directoryv1.Person{Name: anna, DisplayName: "A", Email: "a@exempel.se"},
			&directoryv1.Person{Name: m + "/people/bo", DisplayName: "B", Email: "A@exempel.se"}),
			"items[1].email:ALREADY_EXISTS items[2].email:ALREADY_EXISTS"},
		{"role of nobody", append(file()[4:], &directoryv1.RoleAssignment{Name: m + "/roleAssignments/a", Person: anna, Role: directoryv1.Role_ROLE_MEMBER, Scope: committee}),
			"items[2].person:NOT_FOUND"},
		{"role on the platform", append(file()[1:], &directoryv1.RoleAssignment{Name: m + "/roleAssignments/a", Person: anna, Role: directoryv1.Role_ROLE_OPERATOR, Scope: "-"}),
			"items[5].scope:OUTSIDE_SCOPE"},
		{"wildcard as a name", append(file()[5:], &directoryv1.Committee{Name: m + "/committees/-", DisplayName: "C", Kind: directoryv1.CommitteeKind_COMMITTEE_KIND_JOINT}), "items[1].name:RESOURCE_NAME"},
		{"field rule", []proto.Message{&directoryv1.Municipality{Name: m}}, "items[0].display_name:string.min_len"},
	}
	for _, tt := range tests {
		b := open(t, directory.DefaultConfig())
		answer, err := b.load(b.operator(), m, false, tt.give...)
		b.ok(err)
		var got []string
		for _, f := range answer.GetFaults() {
			got = append(got, f.GetPath()+":"+f.GetReason())
		}
		if strings.Join(got, " ") != tt.want {
			t.Errorf("%s: got %v, want %s", tt.name, got, tt.want)
		}
		_, err = b.directory.GetMunicipality(b.operator(), &directoryv1.GetMunicipalityRequest{Name: m})
		b.refused(tt.name+" writes nothing", err, fault.NotFound, "NOT_FOUND")
	}
}

// TestImportFoundsAMunicipality: in the platform's scope one municipality comes into being, with everything in it.
func TestImportFoundsAMunicipality(t *testing.T) {
	b := open(t, directory.DefaultConfig())
	cyclic := append(file()[4:], &directoryv1.Unit{Name: committee + "/units/x", DisplayName: "X", ParentUnit: committee + "/units/x"})
	for _, tt := range []struct {
		name string
		give []proto.Message
		want string
	}{
		{"a circle", cyclic, "[items[2].parent_unit:CYCLE]"},
		{"two municipalities", append(file()[5:], &directoryv1.Municipality{Name: "municipalities/n", DisplayName: "N"}), "[items[1].name:OUTSIDE_SCOPE]"},
		{"one", file(), "[]"},
	} {
		answer, err := b.load(b.operator(), "-", false, tt.give...)
		b.ok(err)
		got := []string{}
		for _, f := range answer.GetFaults() {
			got = append(got, f.GetPath()+":"+f.GetReason())
		}
		if fmt.Sprint(got) != tt.want {
			t.Errorf("%s: got %v, want %s", tt.name, got, tt.want)
		}
	}
	_, err := b.load(b.as("operator", m), "-", false, file()...)
	b.refused("operator of a municipality", err, fault.Denied, "PERMISSION_DENIED")
	answer, err := b.load(b.operator(), platform, false, &directoryv1.Person{Name: platform + "/people/ops", DisplayName: "Drift", Email: "drift@exempel.se"},
		&directoryv1.RoleAssignment{Name: platform + "/roleAssignments/ops", Person: platform + "/people/ops", Role: directoryv1.Role_ROLE_OPERATOR, Scope: "-"})
	b.ok(err)
	if answer.GetCreated() != 2 {
		t.Errorf("the platform's own: got %s", counts(answer))
	}
	b.verified()
}

func TestImportRevokes(t *testing.T) {
	b := seeded(t, directory.DefaultConfig())
	b.person("bo", "")
	b.clock.advance(time.Second)
	_, err := b.load(b.operator(), m, false,
		&directoryv1.RoleAssignment{Name: annasRole, Person: m + "/people/bo", Role: directoryv1.Role_ROLE_COORDINATOR, Scope: committee},
		&directoryv1.Person{Name: m + "/people/bo", DisplayName: "Bo", Disabled: true})
	b.ok(err)
	list, err := b.service.Revocations(t.Context())
	b.ok(err)
	var got []string
	for _, r := range list {
		got = append(got, r.Subject)
	}
	if want := anna + " " + m + "/people/bo"; strings.Join(got, " ") != want {
		t.Errorf("got %v, want %s", got, want)
	}
}

func TestImportForTheOthers(t *testing.T) {
	b := open(t, directory.DefaultConfig())
	_, err := b.load(b.as("administrator", m), m, false, file()...)
	b.refused("administrator", err, fault.Denied, "PERMISSION_DENIED")
	_, err = b.load(b.as("operator", "municipalities/n"), m, false, file()...)
	b.refused("operator of another municipality", err, fault.Denied, "PERMISSION_DENIED")
	answer, err := b.load(b.as("operator", "municipalities/m"), m, false, file()...)
	b.ok(err)
	if answer.GetCreated() != 6 {
		t.Errorf("operator of the municipality: got %s", counts(answer))
	}
}

func TestJournal(t *testing.T) {
	b := seeded(t, directory.DefaultConfig())
	_, err := b.directory.UpdatePerson(b.operator(), &directoryv1.UpdatePersonRequest{Reason: "gift sig",
		Person: &directoryv1.Person{Name: anna, DisplayName: "Anna Ny"}, UpdateMask: mask("display_name")})
	b.ok(err)
	history, err := b.journal.ListJournalEntries(b.as("auditor", m), &journalv1.ListJournalEntriesRequest{Name: anna})
	b.ok(err)
	if len(history.GetEntries()) != 2 {
		t.Fatalf("got %v", history)
	}
	newest := history.GetEntries()[0]
	if newest.GetActor() != "serviceAccounts/cli" || newest.GetReason() != "gift sig" || newest.GetScope() != m ||
		newest.GetMethod() != directoryv1.DirectoryService_UpdatePerson_FullMethodName || newest.GetChanges()[0].GetPath() != "display_name" {
		t.Errorf("got %v", newest)
	}
	_, err = b.journal.ListJournalEntries(b.as("member", committee), &journalv1.ListJournalEntriesRequest{Name: anna})
	b.refused("member", err, fault.Denied, "PERMISSION_DENIED")
}

func TestWatchChanges(t *testing.T) {
	b := seeded(t, directory.DefaultConfig())
	ctx, cancel := context.WithCancel(b.as("coordinator", m))
	defer cancel()
	stream, err := b.journal.WatchChanges(ctx, &journalv1.WatchChangesRequest{Parent: m, ResumeToken: "start"})
	b.ok(err)
	names := map[string]bool{}
	for range 6 { // the resume token, and what seeded has made
		change, err := stream.Recv()
		b.ok(err)
		names[change.GetName()] = true
	}
	for _, want := range []string{"", m, committee, committee + "/units/u", anna, annasRole} {
		if !names[want] {
			t.Errorf("got %v, want %q", names, want)
		}
	}
}
