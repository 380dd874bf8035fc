package riskregister_test

import (
	"context"
	"log/slog"
	"slices"
	"testing"

	"github.com/google/go-cmp/cmp"
	"go.uber.org/goleak"
	"google.golang.org/protobuf/proto"

	"github.com/uppsikt/uppsikt/internal/fault"
	"github.com/uppsikt/uppsikt/internal/rpcerr"
	"github.com/uppsikt/uppsikt/internal/rpctest"
	"github.com/uppsikt/uppsikt/internal/sqldb"
	"github.com/uppsikt/uppsikt/internal/sqldb/sqldbtest"
	riskv1 "github.com/uppsikt/uppsikt/proto/gen/uppsikt/risk/v1"
	transferv1 "github.com/uppsikt/uppsikt/proto/gen/uppsikt/transfer/v1"
	"github.com/uppsikt/uppsikt/services/riskregister"
)

func TestMain(m *testing.M) { goleak.VerifyTestMain(m) }

// Names that the tests use.
const (
	ume       = "municipalities/ume"
	sn        = ume + "/committees/sn"
	un        = ume + "/committees/un"
	plan2025  = sn + "/plans/2025"
	stated1   = ume + "/methods/skala/versions/1"
	product1  = ume + "/methods/matris/versions/1"
	chefs     = ume + "/roleAssignments/chefer"
	others    = ume + "/roleAssignments/andra"
	anna      = ume + "/people/anna"
	riskFraud = sn + "/risks/fusk"
	riskStaff = sn + "/risks/personal"
)

// world is a running risk register and people who call it.
type world struct {
	riskv1.RiskRegisterServiceClient
	journal  riskv1.JournalServiceClient
	transfer riskv1.TransferServiceClient
	clock    *rpctest.Clock
	db       sqldb.DB

	// coordinator, member, owner, manager, head, secretary, auditor and operator are contexts of callers.
	coordinator, member, owner, manager, head, secretary, auditor, operator context.Context
	// process is the context of a process of the suite that acts for nobody.
	process context.Context
	// as returns a context of one more caller.
	as func(subject, role, scope string, assignment ...string) context.Context
}

// start serves an empty register over SQLite.
func start(t *testing.T) *world {
	t.Helper()
	return serve(t, sqldbtest.Open(t, sqldb.SQLite, riskregister.Migrations()))
}

// serve serves a register over a database.
func serve(t *testing.T, db sqldb.DB) *world {
	t.Helper()
	clk := rpctest.NewClock()
	s, err := riskregister.Open(t.Context(), riskregister.DefaultConfig(),
		riskregister.Deps{Database: db, Logger: slog.New(slog.DiscardHandler), Clock: clk})
	if err != nil {
		t.Fatal(err)
	}
	h := rpctest.Serve(t, clk, s.Register)
	as := func(subject, role, scope string, assignment ...string) context.Context {
		return h.As(t.Context(), subject, rpctest.Role(role, scope, assignment...))
	}
	return &world{
		RiskRegisterServiceClient: riskv1.NewRiskRegisterServiceClient(h.Conn),
		journal:                   riskv1.NewJournalServiceClient(h.Conn), transfer: riskv1.NewTransferServiceClient(h.Conn),
		clock: clk, db: db,
		coordinator: as(ume+"/people/karin", "coordinator", ume), member: as(ume+"/people/moa", "member", sn),
		owner: as(anna, "owner", sn, chefs), manager: as(ume+"/people/mats", "manager", sn, others),
		head: as(ume+"/people/hans", "head", sn), secretary: as(ume+"/people/siv", "secretary", sn),
		auditor: as(ume+"/people/rut", "auditor", ume), operator: as("serviceAccounts/cli", "operator", ume),
		process: h.AsProcess(t.Context()), as: as,
	}
}

// must returns the answer of a call that may not fail.
func must[M proto.Message](t *testing.T) func(M, error) M {
	return func(m M, err error) M {
		t.Helper()
		if err != nil {
			t.Fatalf("unexpected fault: %v", rpcerr.FromStatus(err))
		}
		return m
	}
}

// wantFault checks a fault's kind and reason, and the paths and reasons of its fields when any are given.
func wantFault(t *testing.T, err error, kind fault.Kind, reason string, fields ...string) {
	t.Helper()
	if err == nil {
		t.Fatalf("no fault, want %s", reason)
	}
	f := rpcerr.FromStatus(err)
	if f == nil || f.Kind != kind || f.Reason != reason || f.Swedish == "" {
		t.Fatalf("fault = %+v, want kind %v, reason %s and a Swedish text", f, kind, reason)
	}
	if len(fields) == 0 {
		return
	}
	var got []string
	for _, v := range f.Fields {
		got = append(got, v.Path+" "+v.Reason)
		if v.Swedish == "" || v.English == "" {
			t.Errorf("field %+v lacks a text", v)
		}
	}
	if diff := cmp.Diff(fields, got); diff != "" {
		t.Errorf("fields differ (-want +got):\n%s", diff)
	}
}

// statedMethod has no axes: values are stated, and 8 is critical.
func statedMethod() *riskv1.MethodVersion {
	return &riskv1.MethodVersion{
		Levels: []*riskv1.Level{{Id: "ovrig", Title: "Övrig"}, {Id: "kritisk", Title: "Kritisk", Critical: true, PrescribedTreatments: []string{"forbattra"}}},
		Bands:  []*riskv1.Band{{Level: "ovrig", Upper: proto.Float64(8), UpperExclusive: true}, {Level: "kritisk", Lower: proto.Float64(8)}},
		Treatments: []*riskv1.Treatment{
			{Id: "forbattra", Title: "Förbättringsarbete", Kind: riskv1.TreatmentKind_TREATMENT_KIND_IMPROVEMENT},
			{Id: "granska", Title: "Granska", Kind: riskv1.TreatmentKind_TREATMENT_KIND_REVIEW},
			{Id: "acceptera", Title: "Acceptera", Kind: riskv1.TreatmentKind_TREATMENT_KIND_ACCEPT, ReasonRequired: true},
		},
		Classifications: []*riskv1.Classification{{Id: "kategori", Title: "Kategori", Kind: riskv1.ClassificationKind_CLASSIFICATION_KIND_CATEGORY,
			Items: []*riskv1.ClassificationItem{{Id: "verksamhet", Title: "Verksamhet", Mandatory: true}, {Id: "fusk", Title: "Oegentligheter", Mandatory: true}}}},
		Questions: []*riskv1.Question{{Id: "rutin", Text: "Finns en rutin?"}, {Id: "kontroll", Text: "Görs egenkontroll?"}},
		FollowUpScale: []*riskv1.StatusStep{
			{Id: "ja", Title: "Ja", Meaning: riskv1.StatusMeaning_STATUS_MEANING_YES},
			{Id: "nej", Title: "Nej", Meaning: riskv1.StatusMeaning_STATUS_MEANING_NO},
		},
	}
}

// productMethod has a 4×4 matrix.
func productMethod() *riskv1.MethodVersion {
	m := statedMethod()
	axis := func(title string) *riskv1.Axis {
		a := &riskv1.Axis{Title: title}
		for i := range int32(4) {
			a.Steps = append(a.Steps, &riskv1.Step{Value: i + 1, Label: string(rune('A' + i))})
		}
		return a
	}
	m.Likelihood, m.Consequence, m.ValueRule = axis("Sannolikhet"), axis("Väsentlighet"), riskv1.ValueRule_VALUE_RULE_PRODUCT
	return m
}

// methods stores both methods.
func (w *world) methods(t *testing.T) {
	t.Helper()
	for id, version := range map[string]*riskv1.MethodVersion{"skala": statedMethod(), "matris": productMethod()} {
		must[*riskv1.Method](t)(w.CreateMethod(w.coordinator, &riskv1.CreateMethodRequest{Parent: ume, MethodId: id, Method: &riskv1.Method{Title: id}}))
		must[*riskv1.MethodVersion](t)(w.CreateMethodVersion(w.coordinator, &riskv1.CreateMethodVersionRequest{Parent: ume + "/methods/" + id, MethodVersion: version}))
	}
}

// draft stores the draft of the plan for 2025 with a critical entry "fusk", owned by chefs, and a mild one "personal".
func (w *world) draft(t *testing.T) *riskv1.Plan {
	t.Helper()
	w.methods(t)
	p := must[*riskv1.Plan](t)(w.CreatePlan(w.coordinator, &riskv1.CreatePlanRequest{Parent: sn, PlanId: "2025", Plan: &riskv1.Plan{
		MethodVersion: stated1, HowMade: "Riskanalys i ledningsgruppen.", CaseNumber: "SN-2024/259",
		Sections: []*riskv1.PlanSection{{Title: "Inledning", Text: "Text"}},
	}}))
	for id, title := range map[string]string{"fusk": "Risk för fusk", "personal": "Risk för brist"} {
		must[*riskv1.Risk](t)(w.CreateRisk(w.coordinator, &riskv1.CreateRiskRequest{Parent: sn, RiskId: id, Risk: &riskv1.Risk{Title: title}}))
	}
	w.entry(t, "fusk", critical())
	w.entry(t, "personal", mild())
	return p
}

// entry stores an entry of the plan for 2025.
func (w *world) entry(t *testing.T, id string, e *riskv1.RiskEntry) *riskv1.RiskEntry {
	t.Helper()
	return must[*riskv1.RiskEntry](t)(w.CreateRiskEntry(w.coordinator, &riskv1.CreateRiskEntryRequest{Parent: plan2025, RiskEntryId: id, RiskEntry: e}))
}

func critical() *riskv1.RiskEntry {
	return &riskv1.RiskEntry{
		Risk: riskFraud, Position: 1, StatedValue: proto.Float64(9), Selection: riskv1.Selection_SELECTION_IN_PLAN,
		Classifications: []string{"kategori/fusk"}, PlannedHandling: "Utbildning",
		Treatments: []*riskv1.ChosenTreatment{{Treatment: "forbattra"}, {Treatment: "granska"}},
		Owners:     []*riskv1.Owner{{Role: "enhetschefer", RoleAssignment: chefs}},
	}
}

func mild() *riskv1.RiskEntry {
	return &riskv1.RiskEntry{
		Risk: riskStaff, Position: 2, StatedValue: proto.Float64(4), Selection: riskv1.Selection_SELECTION_IN_PLAN,
		Classifications: []string{"kategori/verksamhet"}, PlannedHandling: "Bevakas",
		Treatments: []*riskv1.ChosenTreatment{{Treatment: "granska"}}, Owners: []*riskv1.Owner{{Role: "controller"}},
	}
}

// decided stores a plan and takes it to its decision.
func (w *world) decided(t *testing.T) *riskv1.Plan {
	t.Helper()
	w.draft(t)
	w.propose(t)
	return w.decide(t, "2024-12-10")
}

func (w *world) propose(t *testing.T) *riskv1.Plan {
	t.Helper()
	return must[*riskv1.Plan](t)(w.ProposePlan(w.coordinator, &riskv1.ProposePlanRequest{Name: plan2025}))
}

func (w *world) decide(t *testing.T, date string) *riskv1.Plan {
	t.Helper()
	return must[*riskv1.Plan](t)(w.DecidePlan(w.secretary, &riskv1.DecidePlanRequest{Name: plan2025,
		Decision: &riskv1.Decision{MeetingDate: date, Paragraph: "112", CaseNumber: "SN-2024/259"}}))
}

func (w *world) revise(t *testing.T) *riskv1.Plan {
	t.Helper()
	return must[*riskv1.Plan](t)(w.RevisePlan(w.coordinator, &riskv1.RevisePlanRequest{Name: plan2025, Reason: "Omorganisation"}))
}

// round stores the interim round of critical risks.
func (w *world) round(t *testing.T, id string) *riskv1.Round {
	t.Helper()
	return must[*riskv1.Round](t)(w.CreateRound(w.coordinator, &riskv1.CreateRoundRequest{Parent: sn, RoundId: id, Round: interim()}))
}

func interim() *riskv1.Round {
	return &riskv1.Round{
		Title: "Delårsuppföljning 2025", Kind: riskv1.RoundKind_ROUND_KIND_INTERIM, Plans: []string{plan2025},
		Selection: riskv1.RoundSelection_ROUND_SELECTION_CRITICAL, MeetingDate: "2025-09-16", PapersDueDate: "2025-09-02",
		Steps: []*riskv1.RoundStep{{Role: riskv1.StepRole_STEP_ROLE_OWNER, Title: "Ansvariga svarar", DueDate: "2025-05-12"},
			{Role: riskv1.StepRole_STEP_ROLE_COORDINATOR, Title: "Sammanställning", DueDate: "2025-05-22"}},
	}
}

// names lists the last parts of names.
func ids[M interface{ GetName() string }](all []M) []string {
	var got []string
	for _, m := range all {
		name := m.GetName()
		got = append(got, name[lastSlash(name)+1:])
	}
	return got
}

func lastSlash(name string) int {
	for i := len(name) - 1; i >= 0; i-- {
		if name[i] == '/' {
			return i
		}
	}
	return -1
}

// wantIDs compares the last parts of names, in order.
func wantIDs[M interface{ GetName() string }](t *testing.T, all []M, want ...string) {
	t.Helper()
	if got := ids(all); !slices.Equal(got, want) {
		t.Errorf("got %v, want %v", got, want)
	}
}

// importing sends items as one import and returns the answer.
func (w *world) importing(t *testing.T, ctx context.Context, parent string, dry bool, items ...*transferv1.ImportItem) (*transferv1.ImportResponse, error) {
	t.Helper()
	stream, err := w.transfer.Import(ctx)
	if err != nil {
		t.Fatal(err)
	}
	if err := stream.Send(&transferv1.ImportRequest{Parent: parent, ValidateOnly: dry, Items: items}); err != nil {
		t.Logf("send: %v", err)
	}
	return stream.CloseAndRecv()
}
