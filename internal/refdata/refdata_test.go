package refdata_test

import (
	"bytes"
	"flag"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"buf.build/go/protovalidate"
	"github.com/google/go-cmp/cmp"
	"google.golang.org/protobuf/proto"
	"google.golang.org/protobuf/testing/protocmp"

	exchangev1 "github.com/uppsikt/uppsikt/proto/gen/uppsikt/exchange/v1"
	riskv1 "github.com/uppsikt/uppsikt/proto/gen/uppsikt/risk/v1"

	"github.com/uppsikt/uppsikt/internal/exchange"
	"github.com/uppsikt/uppsikt/internal/refdata"
)

var update = flag.Bool("update", false, "write the files in their canonical form")

const (
	kommunstyrelsen    = refdata.Municipality + "/committees/kommunstyrelsen"
	socialnamnden      = refdata.Municipality + "/committees/socialnamnden"
	utbildningsnamnden = refdata.Municipality + "/committees/utbildningsnamnden"
)

func load(t *testing.T) *exchangev1.Bundle {
	t.Helper()
	file, err := refdata.Load()
	if err != nil {
		t.Fatal(err)
	}
	return file.Bundle
}

// TestFieldRules holds the data to the field rules of the contract.
func TestFieldRules(t *testing.T) {
	if err := protovalidate.Validate(load(t)); err != nil {
		t.Error(err)
	}
}

// TestCanonical keeps the files in the form that an export would give them. Renew them with
// `go test ./internal/refdata -update`.
func TestCanonical(t *testing.T) {
	names, err := filepath.Glob("data/*.yaml")
	if err != nil || len(names) == 0 {
		t.Fatalf("found %d files: %v", len(names), err)
	}
	for _, name := range names {
		text, err := os.ReadFile(name)
		if err != nil {
			t.Fatal(err)
		}
		file, err := exchange.Decode(name, text)
		if err != nil {
			t.Fatalf("%s: %v", name, err)
		}
		canonical, err := exchange.Encode(file.Bundle, exchange.YAML)
		if err != nil {
			t.Fatal(err)
		}
		if *update {
			if err := os.WriteFile(name, canonical, 0o644); err != nil {
				t.Fatal(err)
			}
			continue
		}
		if !bytes.Equal(text, canonical) {
			t.Errorf("%s is not canonical: %s", name, cmp.Diff(string(text), string(canonical)))
		}
	}
}

// TestSocialnamnden: fourteen risks in the plan, four of them critical, with the values 9, 12, 8 and 12 in that order
// and no axes; one is both improved and reviewed; every answer says that the plan is followed.
func TestSocialnamnden(t *testing.T) {
	bundle := load(t)
	entries := entriesOf(bundle, socialnamnden+"/plans/2025")
	if len(entries) != 14 {
		t.Errorf("got %d risks, want 14", len(entries))
	}
	var critical []float64
	both := 0
	for _, e := range entries {
		if e.Likelihood != nil || e.Consequence != nil {
			t.Errorf("%s has axes", e.GetName())
		}
		if e.GetStatedValue() < 8 {
			continue
		}
		critical = append(critical, e.GetStatedValue())
		if has(e, "forbattra") && has(e, "granska") {
			both++
		} else if !has(e, "forbattra") {
			t.Errorf("%s is critical but not improved", e.GetName())
		}
	}
	if want := []float64{9, 12, 8, 12}; !slices.Equal(critical, want) {
		t.Errorf("got critical values %v, want %v", critical, want)
	}
	if both != 1 {
		t.Errorf("%d critical risks are improved and reviewed, want 1", both)
	}
	if got, want := statuses(bundle, socialnamnden+"/rounds/delar-2025"), []string{"ja", "ja", "ja", "ja"}; !slices.Equal(got, want) {
		t.Errorf("got answers %v, want %v", got, want)
	}
}

// TestUtbildningsnamnden: axes on every entry, risks left out with a reason, and a round that is half answered.
func TestUtbildningsnamnden(t *testing.T) {
	bundle := load(t)
	for _, e := range entriesOf(bundle, utbildningsnamnden+"/plans/2025") {
		if e.Likelihood == nil || e.Consequence == nil || e.StatedValue != nil {
			t.Errorf("%s lacks axes or states a value", e.GetName())
		}
		if left := e.GetSelection() == riskv1.Selection_SELECTION_NOT_CHOSEN; left != (e.GetNotChosenReason() != "") {
			t.Errorf("%s: left out %t, reason %q", e.GetName(), left, e.GetNotChosenReason())
		}
	}
	if got, want := statuses(bundle, utbildningsnamnden+"/rounds/delar-2025"), []string{"ja", "delvis", "nej", ""}; !slices.Equal(got, want) {
		t.Errorf("got answers %v, want %v", got, want)
	}
}

// TestControlPointsWithNoneAndSeveralRisks: items without a risk, and items with several.
func TestControlPointsWithNoneAndSeveralRisks(t *testing.T) {
	none, several := 0, 0
	for _, p := range load(t).GetControlPoints() {
		switch n := len(p.GetRiskEntries()); {
		case n == 0:
			none++
		case n > 1:
			several++
		}
	}
	if none == 0 || several == 0 {
		t.Errorf("%d control points without a risk and %d with several, want both", none, several)
	}
}

// TestCoordinator: the person whom demonstrations offer first exists, is the first by name
// and coordinates both committees.
func TestCoordinator(t *testing.T) {
	var scopes []string
	for _, a := range load(t).GetRoleAssignments() {
		if a.GetPerson() == refdata.Coordinator {
			scopes = append(scopes, a.GetScope())
		}
	}
	if want := []string{socialnamnden, utbildningsnamnden}; !slices.Equal(scopes, want) {
		t.Errorf("got %v, want %v", scopes, want)
	}
	for _, p := range load(t).GetPeople() {
		if p.GetName() < refdata.Coordinator {
			t.Errorf("%s comes before the coordinator", p.GetName())
		}
	}
}

// TestAddressesAreReserved: nobody real can get mail from a demonstration (RFC 2606).
func TestAddressesAreReserved(t *testing.T) {
	for _, p := range load(t).GetPeople() {
		if !strings.HasSuffix(p.GetEmail(), "@exempelkommun.example") {
			t.Errorf("%s has the address %s", p.GetName(), p.GetEmail())
		}
	}
}

// TestExamplePlan: the file that the README gives a new user holds the same plan for 2025, without answers, cases, people and
// what others have decided.
func TestExamplePlan(t *testing.T) {
	const path = "../../docs/examples/plan.yaml"
	text, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	file, err := exchange.Decode(path, text)
	if err != nil {
		t.Fatal(err)
	}
	got := file.Bundle
	all := load(t)
	want := &exchangev1.Bundle{
		Municipalities: got.GetMunicipalities(), Committees: got.GetCommittees(),
		Methods: own(all.GetMethods()), MethodVersions: own(all.GetMethodVersions()), Risks: own(all.GetRisks()), Plans: own(all.GetPlans()),
		RiskEntries: own(all.GetRiskEntries()), ControlAreas: own(all.GetControlAreas()), ControlPoints: own(all.GetControlPoints()),
		Rounds: own(all.GetRounds()),
	}
	thisYear(want)
	for _, e := range want.GetRiskEntries() {
		e.Unit = ""
		anonymise(e.GetOwners()...)
	}
	for _, p := range want.GetControlPoints() {
		anonymise(append(p.GetOwners(), p.GetResponsibleManager())...)
	}
	for _, r := range want.GetRounds() {
		r.State, r.CloseTime = riskv1.RoundState_ROUND_STATE_OPEN, nil
	}
	if diff := cmp.Diff(exchange.Canonical(want), exchange.Canonical(got), protocmp.Transform()); diff != "" {
		t.Errorf("the example differs from the reference data (-want +got):\n%s", diff)
	}
}

// thisYear leaves out what belongs to the year before, and the common items.
func thisYear(b *exchangev1.Bundle) {
	risks := map[string]bool{}
	lastYear := func(name string) bool { return !strings.Contains(name, "2025") }
	b.RiskEntries = slices.DeleteFunc(b.GetRiskEntries(), func(e *riskv1.RiskEntry) bool { return lastYear(e.GetName()) })
	for _, e := range b.GetRiskEntries() {
		risks[e.GetRisk()] = true
	}
	b.Risks = slices.DeleteFunc(b.GetRisks(), func(r *riskv1.Risk) bool { return !risks[r.GetName()] })
	b.Plans = slices.DeleteFunc(b.GetPlans(), func(p *riskv1.Plan) bool { return lastYear(p.GetName()) })
	b.ControlPoints = slices.DeleteFunc(b.GetControlPoints(), func(p *riskv1.ControlPoint) bool {
		return lastYear(p.GetName()) || p.GetCommonItem() != ""
	})
	b.Rounds = slices.DeleteFunc(b.GetRounds(), func(r *riskv1.Round) bool { return lastYear(r.GetName()) })
}

// own copies the resources that lie in socialnamnden.
func own[M interface {
	proto.Message
	GetName() string
}](all []M) []M {
	var kept []M
	for _, m := range all {
		if strings.HasPrefix(m.GetName(), socialnamnden+"/") {
			kept = append(kept, proto.CloneOf(m))
		}
	}
	return kept
}

func anonymise(owners ...*riskv1.Owner) {
	for _, o := range owners {
		o.RoleAssignment = ""
	}
}

// entriesOf returns a plan's entries in its order.
func entriesOf(bundle *exchangev1.Bundle, plan string) []*riskv1.RiskEntry {
	var entries []*riskv1.RiskEntry
	for _, e := range bundle.GetRiskEntries() {
		if strings.HasPrefix(e.GetName(), plan+"/") {
			entries = append(entries, e)
		}
	}
	slices.SortFunc(entries, func(a, b *riskv1.RiskEntry) int { return int(a.GetPosition() - b.GetPosition()) })
	return entries
}

// statuses returns a round's answers in its order.
func statuses(bundle *exchangev1.Bundle, round string) []string {
	var found []*riskv1.FollowUp
	for _, f := range bundle.GetFollowUps() {
		if strings.HasPrefix(f.GetName(), round+"/") {
			found = append(found, f)
		}
	}
	slices.SortFunc(found, func(a, b *riskv1.FollowUp) int { return int(a.GetPosition() - b.GetPosition()) })
	answers := make([]string, len(found))
	for i, f := range found {
		answers[i] = f.GetStatus()
	}
	return answers
}

func has(e *riskv1.RiskEntry, treatment string) bool {
	return slices.ContainsFunc(e.GetTreatments(), func(t *riskv1.ChosenTreatment) bool { return t.GetTreatment() == treatment })
}
