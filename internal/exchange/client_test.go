package exchange_test

import (
	"bytes"
	"fmt"
	"os"
	"slices"
	"strings"
	"testing"

	"google.golang.org/protobuf/proto"

	directoryv1 "github.com/uppsikt/uppsikt/proto/gen/uppsikt/directory/v1"
	exchangev1 "github.com/uppsikt/uppsikt/proto/gen/uppsikt/exchange/v1"
	riskv1 "github.com/uppsikt/uppsikt/proto/gen/uppsikt/risk/v1"

	"github.com/uppsikt/uppsikt/internal/exchange"
	"github.com/uppsikt/uppsikt/internal/exchange/exchangetest"
	"github.com/uppsikt/uppsikt/internal/refdata"
)

// installation is a suite in memory and a client of it.
type installation struct {
	*exchangetest.Installation
	client *exchange.Client
}

func install(t *testing.T) *installation {
	t.Helper()
	in := exchangetest.Install(t)
	return &installation{in, exchange.NewClient(exchange.Conns{Directory: in.Conn, RiskRegister: in.Conn, ControlMeasurement: in.Conn, Reporting: in.Conn, Notification: in.Conn})}
}

func reference(t *testing.T) *exchange.File {
	t.Helper()
	file, err := refdata.Load()
	if err != nil {
		t.Fatal(err)
	}
	return file
}

func apply(t *testing.T, in *installation, file *exchange.File) *exchange.Report {
	t.Helper()
	report, err := in.client.Apply(t.Context(), file, nil)
	if err != nil {
		t.Fatal(err)
	}
	if !report.OK() {
		t.Fatalf("got faults %v", report.Faults)
	}
	return report
}

// TestRoundTripOverServices: import, export, import into an empty installation and export again is byte-identical.
func TestRoundTripOverServices(t *testing.T) {
	first := install(t)
	apply(t, first, reference(t))
	exported, err := first.client.Export(t.Context(), "", nil)
	if err != nil {
		t.Fatal(err)
	}
	text := encode(t, exported, exchange.YAML)
	second := install(t)
	apply(t, second, decode(t, "export.yaml", text))
	again, err := second.client.Export(t.Context(), refdata.Municipality, nil)
	if err != nil {
		t.Fatal(err)
	}
	if got := encode(t, again, exchange.YAML); !bytes.Equal(text, got) {
		t.Error("the second export differs from the first")
	}
	if got, want := encode(t, exported, exchange.YAML), encode(t, reference(t).Bundle, exchange.YAML); !bytes.Equal(got, want) {
		t.Error("the export differs from what was imported")
	}
}

// TestApplyCounts: the first time all is created, the second time nothing changes.
func TestApplyCounts(t *testing.T) {
	in := install(t)
	total := 0
	for _, part := range apply(t, in, reference(t)).Parts {
		if part.Outcome != exchange.Applied || part.Created != part.Items || part.Updated+part.Unchanged != 0 {
			t.Errorf("first: %+v", part)
		}
		total += part.Created
	}
	if kept := len(in.Directory.Kept) + len(in.Risks.Kept) + len(in.Controls.Kept) + len(in.Reports.Kept) + len(in.Reminders.Kept); total != kept {
		t.Errorf("reported %d created, kept are %d", total, kept)
	}
	second := apply(t, in, reference(t))
	for _, part := range second.Parts {
		if part.Unchanged != part.Items {
			t.Errorf("second: %+v", part)
		}
	}
	if second.Changes() != 0 {
		t.Errorf("the second import reports %d changes", second.Changes())
	}
}

// rules is a file with two reminder rules.
const rules = head + `municipalities:
- name: municipalities/m
  display_name: M
reminder_rules:
- name: municipalities/m/reminderRules/svar
  title: Ansvariga svarar
  kind: DEADLINE_KIND_FOLLOW_UP
  times:
  - days_before: 0
  - days_after: 5
    recipient: LADDER_STEP_MANAGER
  - share:
      percent: 25
      min_days: 7
      max_days: 30
  time_of_day: "07:00"
- name: municipalities/m/committees/c/reminderRules/allt
  title: Tyst
  disabled: true
  times:
  - days_before: 7
  time_of_day: "07:00"
committees:
- name: municipalities/m/committees/c
`

// TestReminderRules go to their own service last, and come back as they were.
func TestReminderRules(t *testing.T) {
	in := install(t)
	file := decode(t, "a.yaml", []byte(rules))
	parts := apply(t, in, file).Parts
	if last := parts[len(parts)-1]; last.Service != exchange.Notification || last.Created != 2 || len(in.Reminders.Kept) != 2 {
		t.Errorf("got %+v and %d rules kept", last, len(in.Reminders.Kept))
	}
	exported, err := in.client.Export(t.Context(), "municipalities/m", nil)
	if err != nil {
		t.Fatal(err)
	}
	if got, want := encode(t, exported, exchange.YAML), encode(t, file.Bundle, exchange.YAML); !bytes.Equal(got, want) {
		t.Errorf("the export differs from what was imported:\n%s", got)
	}
	if again := apply(t, in, file); again.Changes() != 0 {
		t.Errorf("the second import reports %d changes", again.Changes())
	}
}

// TestRulesWithoutTheirService: what no connected service owns is refused, and nothing is written.
func TestRulesWithoutTheirService(t *testing.T) {
	in := install(t)
	client := exchange.NewClient(exchange.Conns{Directory: in.Conn, RiskRegister: in.Conn, ControlMeasurement: in.Conn, Reporting: in.Conn})
	report, err := client.Apply(t.Context(), decode(t, "a.yaml", []byte(rules)), nil)
	if err != nil {
		t.Fatal(err)
	}
	if f := report.Faults; len(f) != 1 || f[0].Path != "reminder_rules[0]" || f[0].Reason != "SERVICE_MISSING" || !strings.Contains(f[0].Swedish, "reminder_rules") {
		t.Errorf("got %v", f)
	}
	if len(in.Directory.Kept)+len(in.Reminders.Kept) != 0 {
		t.Error("something was written")
	}
}

// TestOrder: a new municipality is founded in the platform's scope, then each owner gets its scope, in order.
func TestOrder(t *testing.T) {
	in := install(t)
	var steps []string
	report, err := in.client.Apply(t.Context(), reference(t), func(service, municipality string, done, total int) {
		steps = append(steps, fmt.Sprintf("%s %s %d/%d", service, municipality, done, total))
	})
	if err != nil || !report.OK() {
		t.Fatal(err, report)
	}
	var scopes []string
	for _, c := range in.Directory.Calls {
		scopes = append(scopes, fmt.Sprint(c.Parent, " ", c.Dry))
	}
	want := []string{"- true", refdata.Municipality + " true", "- false", refdata.Municipality + " false"}
	if !slices.Equal(scopes, want) {
		t.Errorf("got %v, want %v", scopes, want)
	}
	half := []string{
		"directory municipalities/exempelkommun 0/5", "riskregister municipalities/exempelkommun 1/5",
		"controlmeasurement municipalities/exempelkommun 2/5", "reporting municipalities/exempelkommun 3/5",
		"notification municipalities/exempelkommun 4/5",
	}
	if !slices.Equal(steps, append(half, half...)) {
		t.Errorf("got steps %v", steps)
	}
}

// TestCheckWritesNothing, and finds the faults of every owner in one go, with lines, in the order of the file.
func TestCheckWritesNothing(t *testing.T) {
	in := install(t)
	in.Directory.Refuse, in.Risks.Refuse = "/committees/c", "/risks/r"
	file := decode(t, "a.yaml", []byte(head+`municipalities:
- name: municipalities/m
  display_name: M
committees:
- name: municipalities/m/committees/c
risks:
- name: municipalities/m/committees/c/risks/r
  title: Fel
risk_entries:
- name: municipalities/m/committees/c/plans/2025/riskEntries/e
  owners:
  - role: chef
    role_assignment: municipalities/m/roleAssignments/saknas
`))
	report, err := in.client.Apply(t.Context(), file, nil)
	if err != nil {
		t.Fatal(err)
	}
	var got []string
	for _, f := range report.Faults {
		got = append(got, fmt.Sprintf("%s %s %s", f.Path, f.Reason, f.Swedish[:strings.Index(f.Swedish, ":")]))
	}
	want := []string{
		"committees[0].title REFUSED Rad 6", "risks[0].title REFUSED Rad 9",
		"risk_entries[0].owners[0].role_assignment MISSING_REFERENCE Rad 14",
	}
	if !slices.Equal(got, want) {
		t.Errorf("got %q, want %q", got, want)
	}
	if n := len(in.Directory.Kept) + len(in.Risks.Kept); n != 0 {
		t.Errorf("%d resources were written", n)
	}
}

// TestReferencesAcrossServices: each reference that crosses services is looked up in the file, then at its owner.
func TestReferencesAcrossServices(t *testing.T) {
	in := install(t)
	apply(t, in, reference(t))
	with := func(change func(*exchangev1.Bundle)) *exchange.File {
		b := &exchangev1.Bundle{Format: exchange.FormatName}
		for _, e := range reference(t).Bundle.GetRiskEntries() {
			if strings.HasSuffix(e.GetName(), "/bemanning") {
				b.RiskEntries = append(b.RiskEntries, e)
			}
		}
		change(b)
		file, err := exchange.NewFile(b)
		if err != nil {
			t.Fatal(err)
		}
		return file
	}
	tests := []struct {
		name   string
		change func(*exchangev1.Bundle)
		want   string
	}{
		{"all stored", func(*exchangev1.Bundle) {}, ""},
		{"unit", func(b *exchangev1.Bundle) { b.RiskEntries[0].Unit += "x" }, "risk_entries[0].unit"},
		{"not a unit at all", func(b *exchangev1.Bundle) { b.RiskEntries[0].Unit = "hemtjänsten" }, "risk_entries[0].unit"},
		{"role assignment", func(b *exchangev1.Bundle) { b.RiskEntries[0].Owners[0].RoleAssignment += "x" }, "risk_entries[0].owners[0].role_assignment"},
		{"person", func(b *exchangev1.Bundle) {
			f := proto.CloneOf(reference(t).Bundle.GetFollowUps()[0])
			f.AnsweredBy += "x"
			b.FollowUps = append(b.FollowUps, f)
		}, "follow_ups[0].answered_by"},
		{"round", func(b *exchangev1.Bundle) {
			c := proto.CloneOf(reference(t).Bundle.GetCases()[0])
			c.Round += "x"
			b.Cases = append(b.Cases, c)
		}, "cases[0].round"},
		{"plan of a case", func(b *exchangev1.Bundle) {
			b.Cases = pick(reference(t).Bundle.GetCases(), "/cases/internkontrollrapport-2025")
			b.Cases[0].Plan += "x"
		}, "cases[0].plan"},
		{"subject of an indicator", func(b *exchangev1.Bundle) {
			b.Indicators = pick(reference(t).Bundle.GetIndicators(), "/indicators/orosanmalningar")
			b.Indicators[0].Subjects = append(b.Indicators[0].Subjects, b.GetIndicators()[0].GetSubjects()[0]+"x")
		}, "indicators[0].subjects[1]"},
		{"unit of a measurement", func(b *exchangev1.Bundle) {
			b.Measurements = pick(reference(t).Bundle.GetMeasurements(), "/measurements/orosanmalningar-2025")
			b.Measurements[0].Unit = refdata.Municipality + "/committees/omsorgsnamnden/units/finns-inte"
		}, "measurements[0].unit"},
		{"subject and author of a result", func(b *exchangev1.Bundle) {
			b.Results = pick(reference(t).Bundle.GetResults(), "/results/franvaro")
			b.Results[0].Subject += "x"
			b.Results[0].ReportedBy += "x"
		}, "results[0].subject results[0].reported_by"},
		{"round and unit of a result", func(b *exchangev1.Bundle) {
			b.Results = pick(reference(t).Bundle.GetResults(), "/results/franvaro")
			b.Results[0].Name = strings.Replace(b.GetResults()[0].GetName(), "helar", "nagon", 1)
			b.Results[0].Samples[1].Unit = "ingen"
		}, "results[0].name results[0].samples[1].unit"},
		{"unit of a control point", func(b *exchangev1.Bundle) {
			b.ControlPoints = pick(reference(t).Bundle.GetControlPoints(), "/controlPoints/aterstallning")
			b.ControlPoints[0].Unit += "x"
		}, "control_points[0].unit"},
		{"owner of a control area", func(b *exchangev1.Bundle) {
			b.ControlAreas = pick(reference(t).Bundle.GetControlAreas(), "/controlAreas/hsl-insatser")
			b.ControlAreas[0].Owners[0].RoleAssignment += "x"
		}, "control_areas[0].owners[0].role_assignment"},
		{"committee of a reminder rule", func(b *exchangev1.Bundle) {
			b.ReminderRules = pick(reference(t).Bundle.GetReminderRules(), "/omsorgsnamnden/reminderRules/ansvariga")
			b.ReminderRules[0].Name = refdata.Municipality + "/committees/finns-inte/reminderRules/r"
		}, "reminder_rules[0].name"},
		{"unit of an action", func(b *exchangev1.Bundle) {
			b.Actions = pick(reference(t).Bundle.GetActions(), "/actions/placeringar")
			b.Actions[0].Unit += "x"
		}, "actions[0].unit"},
		{"owner of an action", func(b *exchangev1.Bundle) {
			b.Actions = pick(reference(t).Bundle.GetActions(), "/actions/placeringar")
			b.Actions[0].Owners[0].RoleAssignment += "x"
		}, "actions[0].owners[0].role_assignment"},
		{"committee of a common item", func(b *exchangev1.Bundle) {
			b.CommonItems = pick(reference(t).Bundle.GetCommonItems(), "/commonItems/direktupphandling-2025")
			b.CommonItems[0].Committees = []string{refdata.Municipality + "/committees/socialnamnden", refdata.Municipality + "/committees/finns-inte"}
		}, "common_items[0].committees[1]"},
		{"committee", func(b *exchangev1.Bundle) {
			b.Risks = append(b.Risks, &riskv1.Risk{Name: refdata.Municipality + "/committees/finns-inte/risks/a"},
				&riskv1.Risk{Name: refdata.Municipality + "/committees/finns-inte/risks/b"})
		}, "risks[0].name"},
		{"municipality", func(b *exchangev1.Bundle) {
			b.Units = append(b.Units, &directoryv1.Unit{Name: "municipalities/x/committees/c/units/a"}, &directoryv1.Unit{Name: "municipalities/x/committees/c/units/b"})
		}, "units[0].name"},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			report, err := in.client.Check(t.Context(), with(test.change), nil)
			if err != nil {
				t.Fatal(err)
			}
			var got []string
			for _, f := range report.Faults {
				got = append(got, f.Path)
			}
			if strings.Join(got, " ") != test.want {
				t.Errorf("got %v, want %q", report.Faults, test.want)
			}
		})
	}
}

// pick copies the resource whose name ends so.
func pick[M interface {
	proto.Message
	GetName() string
}](all []M, end string) []M {
	for _, m := range all {
		if strings.HasSuffix(m.GetName(), end) {
			return []M{proto.CloneOf(m)}
		}
	}
	return nil
}

// TestFailureMidway: the report tells what is in and what is not, and repeating completes it.
func TestFailureMidway(t *testing.T) {
	in := install(t)
	in.Risks.Broken = true
	report, err := in.client.Apply(t.Context(), reference(t), nil)
	if err == nil || !strings.Contains(err.Error(), "riskregister") {
		t.Errorf("got error %v, want one that names riskregister", err)
	}
	var got []exchange.Outcome
	for _, p := range report.Parts {
		got = append(got, p.Outcome)
	}
	if want := []exchange.Outcome{exchange.Applied, exchange.Failed, exchange.NotTried, exchange.NotTried, exchange.NotTried}; !slices.Equal(got, want) {
		t.Errorf("got %v, want %v", got, want)
	}
	in.Risks.Broken = false
	for i, p := range apply(t, in, reference(t)).Parts {
		if created := p.Created == p.Items; created != (i > 0) {
			t.Errorf("repeated: %+v", p)
		}
	}
}

// TestSeveralMunicipalities in one file are each brought in.
func TestSeveralMunicipalities(t *testing.T) {
	in := install(t)
	file := decode(t, "a.yaml", []byte(head+`municipalities:
- name: municipalities/a
- name: municipalities/b
committees:
- name: municipalities/b/committees/c
`))
	apply(t, in, file)
	bundle, err := in.client.Export(t.Context(), "", nil)
	if err != nil {
		t.Fatal(err)
	}
	if diff := string(encode(t, bundle, exchange.YAML)); diff != string(encode(t, file.Bundle, exchange.YAML)) {
		t.Errorf("got\n%s", diff)
	}
}

// TestBatches: many and large resources are split into messages that gRPC takes.
func TestBatches(t *testing.T) {
	in := install(t)
	bundle := proto.CloneOf(reference(t).Bundle)
	for i := range 1200 {
		bundle.Risks = append(bundle.Risks, &riskv1.Risk{Name: fmt.Sprintf("%s/committees/socialnamnden/risks/r%d", refdata.Municipality, i), Title: "x"})
	}
	for i := range 600 {
		bundle.Risks = append(bundle.Risks, &riskv1.Risk{
			Name:  fmt.Sprintf("%s/committees/socialnamnden/risks/s%d", refdata.Municipality, i),
			Title: "x", Description: strings.Repeat("å", 10000),
		})
	}
	file, err := exchange.NewFile(bundle)
	if err != nil {
		t.Fatal(err)
	}
	apply(t, in, file)
	if got := in.Risks.Calls[1]; got.Messages < 8 || got.Items != len(in.Risks.Kept) {
		t.Errorf("got %+v for %d resources", got, len(in.Risks.Kept))
	}
}

// TestExampleImports: the file that docs/bundle.md shows is one that a check takes.
func TestExampleImports(t *testing.T) {
	text, err := os.ReadFile("../../docs/bundle.md")
	if err != nil {
		t.Fatal(err)
	}
	_, after, found := strings.Cut(string(text), "```yaml\n")
	example, _, closed := strings.Cut(after, "```\n")
	if !found || !closed {
		t.Fatal("docs/bundle.md has no example")
	}
	report := apply(t, install(t), decode(t, "example.yaml", []byte(example)))
	if report.Changes() < 10 {
		t.Errorf("the example holds %d resources only", report.Changes())
	}
}
