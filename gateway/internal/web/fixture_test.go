package web

import (
	"fmt"
	"io"
	"log/slog"
	"testing"
	"time"

	"google.golang.org/protobuf/proto"
	"google.golang.org/protobuf/types/known/timestamppb"

	uppsiktproto "github.com/uppsikt/uppsikt/proto"
	directoryv1 "github.com/uppsikt/uppsikt/proto/gen/uppsikt/directory/v1"
	journalv1 "github.com/uppsikt/uppsikt/proto/gen/uppsikt/journal/v1"
	reportv1 "github.com/uppsikt/uppsikt/proto/gen/uppsikt/report/v1"
	riskv1 "github.com/uppsikt/uppsikt/proto/gen/uppsikt/risk/v1"
)

// Names in the fixtures.
const (
	fixMunicipality = "municipalities/exempelkommun"
	fixCommittee    = fixMunicipality + "/committees/socialnamnden"
	fixSchool       = fixMunicipality + "/committees/utbildningsnamnden"
	fixPlan         = fixCommittee + "/plans/2025"
	fixRound        = fixCommittee + "/rounds/delar-2025"
	fixEntry        = fixPlan + "/riskEntries/"
)

// fixedClock stands still.
type fixedClock struct{ at time.Time }

func (c fixedClock) Now() time.Time { return c.at }

// fixNow is the moment of the fixtures: the owners' answers are due in three days.
var fixNow = time.Date(2025, 5, 9, 8, 30, 0, 0, time.UTC)

// newTestServer returns a server that renders and reaches no service.
func newTestServer(t testing.TB) *server {
	t.Helper()
	assets, err := loadAssets()
	if err != nil {
		t.Fatal(err)
	}
	zone, err := time.LoadLocation("Europe/Stockholm")
	if err != nil {
		t.Fatal(err)
	}
	c := fixedClock{fixNow}
	v, err := newViews(c, zone)
	if err != nil {
		t.Fatal(err)
	}
	api, err := loadAPI(uppsiktproto.OpenAPI)
	if err != nil {
		t.Fatal(err)
	}
	return &server{api: api, Config: Config{Demo: true, Contact: "internkontroll@example.org"}, Deps: Deps{Clock: c, Logger: slog.New(slog.NewTextHandler(io.Discard, nil))},
		zone: zone, assets: assets, views: v, sessions: newSessions(c)}
}

// testUser returns somebody with roles, who knows the municipality's committees.
func testUser(name string, roles ...*directoryv1.TokenRole) *user {
	u := newUser("hemlig", &directoryv1.MintTokenResponse{Subject: fixMunicipality + "/people/" + slug(name), DisplayName: name,
		ExpireTime: timestamppb.New(fixNow.Add(5 * time.Minute)), Roles: roles})
	u.places.municipalities = map[string]*directoryv1.Municipality{fixMunicipality: {Name: fixMunicipality, DisplayName: "Exempelkommun"}}
	u.places.committees = map[string][]*directoryv1.Committee{fixMunicipality: {fixCommitteeOf(), fixSchoolOf()}}
	return u
}

func role(id, scope string) *directoryv1.TokenRole {
	return &directoryv1.TokenRole{Role: id, Scope: scope, Assignment: fixMunicipality + "/roleAssignments/" + id}
}

func coordinatorUser() *user {
	return testUser("Karin Ek", role("coordinator", fixMunicipality), role("administrator", fixMunicipality), role("operator", fixMunicipality))
}

func ownerUser() *user { return testUser("Omar Lind", role("owner", fixCommittee)) }

func memberUser() *user { return testUser("Moa Berg", role("member", fixCommittee)) }

func fixCommitteeOf() *directoryv1.Committee {
	return &directoryv1.Committee{Name: fixCommittee, DisplayName: "Socialnämnden", Genitive: "socialnämndens",
		Kind: directoryv1.CommitteeKind_COMMITTEE_KIND_COMMITTEE, Administration: "Vård- och omsorgskontoret"}
}

func fixSchoolOf() *directoryv1.Committee {
	return &directoryv1.Committee{Name: fixSchool, DisplayName: "Utbildningsnämnden", Kind: directoryv1.CommitteeKind_COMMITTEE_KIND_COMMITTEE}
}

// fixRisks are risks with their stated value and process.
var fixRisks = []struct {
	title, process string
	value          float64
}{
	{"Risk att felaktiga utbetalningar görs därför att uppgifter om inkomst inte kontrolleras.", "Ekonomiskt bistånd", 9},
	{"Risk att bemanningen inte planeras efter brukarnas behov, med högre kostnader som följd.", "Bemanning och personalplanering", 12},
	{"Risk att uppgifter om personer med skyddad identitet hanteras fel.", "Personuppgifter", 8},
	{"Risk att dokument i gemensamma mappar sparas längre än lagen tillåter.", "Informationshantering", 12},
	{"Risk att avtal med utförare inte följs upp.", "Inköp och avtal", 6},
	{"Risk att nya medarbetare inte får introduktion.", "Kompetensförsörjning", 4},
	{"Risk att överlämningar mellan enheter brister.", "Samverkan", 3},
}

// fixStated is a method without axes.
func fixStated() *riskv1.MethodVersion {
	m := statedValues()
	m.Name = fixMunicipality + "/methods/varden/versions/1"
	m.Classifications = []*riskv1.Classification{{Id: "kategori", Title: "Riskkategori", Kind: riskv1.ClassificationKind_CLASSIFICATION_KIND_CATEGORY,
		Items: []*riskv1.ClassificationItem{{Id: "verksamhet", Title: "Verksamhet"}, {Id: "ekonomi", Title: "Ekonomi"}}}}
	m.Questions = []*riskv1.Question{{Id: "rutin", Text: "Finns en dokumenterad rutin?"}}
	return m
}

// fixSnapshot is a decided plan with an open round of its critical risks, of which answers many are answered.
func fixSnapshot(answers int) *riskv1.GetPlanSnapshotResponse {
	s := &riskv1.PlanSnapshot{MethodVersion: fixStated(), Plan: &riskv1.Plan{Name: fixPlan, State: riskv1.PlanState_PLAN_STATE_DECIDED, Version: 1,
		CaseNumber: "SN-2024/259", MethodVersion: fixStated().GetName(), HowMade: "Riskerna togs fram i varje enhet och värderades av ledningsgruppen.",
		Sections: []*riskv1.PlanSection{{Title: "Kommungemensamma granskningar", ExplicitlyEmpty: true}},
		Decision: &riskv1.Decision{CaseNumber: "SN-2024/259", MeetingDate: "2024-12-10", Paragraph: "112"}, Etag: "p1"}}
	for i, k := range fixRisks {
		s.Risks = append(s.Risks, &riskv1.Risk{Name: fmt.Sprintf("%s/risks/r%d", fixCommittee, i+1), Title: k.title, Etag: "r1"})
		s.RiskEntries = append(s.RiskEntries, fixEntryOf(i))
	}
	s.ControlAreas = []*riskv1.ControlArea{{Name: fixPlan + "/controlAreas/skydd", Title: "Skyddade personuppgifter", Description: "Hur rutinen följs."}}
	s.ControlPoints = []*riskv1.ControlPoint{{Name: fixPlan + "/controlPoints/k1", Title: "Granskning av rutinen för skyddad identitet", ControlArea: fixPlan + "/controlAreas/skydd",
		Kind: riskv1.ControlPointKind_CONTROL_POINT_KIND_REVIEW, RiskEntries: []string{fixEntry + "r3"}, Frequency: "En gång under hösten", Method: "Intervju och stickprov.",
		Purpose: "Se om rutinen är känd.", PlannedSample: "25 ärenden", Owners: []*riskv1.Owner{{Role: "controller"}}, Etag: "k1"}}
	r := &riskv1.GetPlanSnapshotResponse{Snapshot: s, Rounds: []*riskv1.Round{fixRoundOf()}}
	for i := range 4 {
		f := &riskv1.FollowUp{Name: fmt.Sprintf("%s/followUps/f%d", fixRound, i+1), RiskEntry: fmt.Sprintf("%sr%d", fixEntry, i+1), Position: int32(i), Etag: "f1"}
		if i < answers {
			f.Status, f.AnsweredRole, f.AnsweredBy = "ja", "enhetschef", fixMunicipality+"/people/karin-ek"
			f.Comment = "Rutinen är införd och känd.\n\n- Två utbildningar är gjorda\n- En återstår till hösten"
			f.AnswerTime = timestamppb.New(fixNow.AddDate(0, 0, -43))
		}
		r.FollowUps = append(r.FollowUps, f)
	}
	return r
}

// fixEntryOf is the assessment of one risk; the sixth is not chosen for the plan.
func fixEntryOf(i int) *riskv1.RiskEntry {
	e := &riskv1.RiskEntry{Name: fmt.Sprintf("%sr%d", fixEntry, i+1), Risk: fmt.Sprintf("%s/risks/r%d", fixCommittee, i+1), Process: fixRisks[i].process,
		StatedValue: proto.Float64(fixRisks[i].value), ComputedLevel: "lagre", Selection: riskv1.Selection_SELECTION_IN_PLAN, Position: int32(i),
		ExistingControls: "Egenkontroll görs löpande.", PlannedHandling: "Arbetssättet utvecklas under året.\n\n- Utbildning i vår\n- Ny rutin i höst", Etag: "e1",
		Treatments: []*riskv1.ChosenTreatment{{Treatment: "forbattra"}}, Owners: []*riskv1.Owner{{Role: "enhetschefer"}}, Classifications: []string{"kategori/verksamhet"}}
	if fixRisks[i].value >= 8 {
		e.ComputedLevel = "kritisk"
	}
	if i == 0 {
		e.Owners = append(e.Owners, &riskv1.Owner{Role: "enhetschef ekonomiskt bistånd", RoleAssignment: fixMunicipality + "/roleAssignments/owner"})
		e.Answers = []*riskv1.Answer{{Question: "rutin", Yes: true}}
	}
	if i == 5 {
		e.Selection, e.NotChosenReason = riskv1.Selection_SELECTION_NOT_CHOSEN, "Sköts i det ordinarie arbetet."
	}
	return e
}

func fixRoundOf() *riskv1.Round {
	return &riskv1.Round{Name: fixRound, Title: "Delårsuppföljning 2025", Kind: riskv1.RoundKind_ROUND_KIND_INTERIM, Plans: []string{fixPlan},
		Selection: riskv1.RoundSelection_ROUND_SELECTION_CRITICAL, Period: "första halvåret 2025", State: riskv1.RoundState_ROUND_STATE_OPEN, Etag: "o1",
		Steps: []*riskv1.RoundStep{{Role: riskv1.StepRole_STEP_ROLE_OWNER, Title: "Ansvariga svarar", DueDate: "2025-05-12"},
			{Role: riskv1.StepRole_STEP_ROLE_COORDINATOR, Title: "Samordnaren sammanställer", DueDate: "2025-05-28"}},
		PapersDueDate: "2025-09-02", MeetingDate: "2025-09-16"}
}

func fixRegister(answers int) *register {
	zone, err := time.LoadLocation("Europe/Stockholm")
	if err != nil {
		zone = time.UTC
	}
	return newRegister(fixSnapshot(answers), fixNow, zone)
}

// fixMatrix is the draft of a plan with stated axes.
func fixMatrix() *register {
	r := fixSnapshot(0)
	r.Rounds, r.FollowUps = nil, nil
	m := fourByFour()
	m.Name = "m"
	r.Snapshot.MethodVersion = m
	r.Snapshot.Plan.State, r.Snapshot.Plan.Decision = riskv1.PlanState_PLAN_STATE_DRAFT, nil
	for i, e := range r.GetSnapshot().GetRiskEntries() {
		x, y := float64(1+i%4), float64(4-i%3)
		e.StatedValue, e.Likelihood, e.Consequence, e.ComputedValue = nil, &x, &y, proto.Float64(x*y)
		e.ComputedLevel = bandOf(m, x*y)
	}
	return newRegister(r, fixNow, time.UTC)
}

func fixCase() *reportv1.Case {
	return &reportv1.Case{Name: fixCommittee + "/cases/delar", Title: "Delårsuppföljning av internkontrollplanen 2025", CaseNumbers: []string{"SN-2024/259"},
		MeetingDate: "2025-09-16", Round: fixRound, Etag: "c1", DecisionPoints: []*reportv1.DecisionPoint{{Proposed: "Socialnämnden godkänner uppföljningen."}},
		Texts: []*reportv1.CaseText{{Key: "background", Text: "Nämnden följer upp planen två gånger om året."}}}
}

func fixParts() []*reportv1.DocumentPart {
	return []*reportv1.DocumentPart{
		{Key: "background", Title: "Bakgrund", Ready: true, StandardText: "Nämnden ansvarar för den interna kontrollen enligt 6 kap. 6 § kommunallagen."},
		{Title: "Uppföljning av kritiska risker", Missing: "Två risker har inget svar.", Resource: fixRound},
	}
}

func fixDocument(final bool) *reportv1.Document {
	d := &reportv1.Document{Name: fixCommittee + "/documents/delar", Kind: reportv1.DocumentKind_DOCUMENT_KIND_INTERIM, Plan: fixPlan, Round: fixRound,
		Case: fixCase().GetName(), State: reportv1.DocumentState_DOCUMENT_STATE_DRAFT, Etag: "d1"}
	if final {
		d.State, d.FinalTime = reportv1.DocumentState_DOCUMENT_STATE_FINAL, timestamppb.New(fixNow)
		sum := "9f86d081884c7d659a2feaa0c55ad015a3bf4f1b2b0b822cd15d6c15b0f00a08"
		d.Files = []*reportv1.DocumentFile{{Format: reportv1.DocumentFormat_DOCUMENT_FORMAT_HTML, Sha256: sum, SizeBytes: 34121},
			{Format: reportv1.DocumentFormat_DOCUMENT_FORMAT_PDF, Sha256: sum, SizeBytes: 81920}, {Format: reportv1.DocumentFormat_DOCUMENT_FORMAT_DOCX, Sha256: sum, SizeBytes: 1400000}}
		d.Positions = []*journalv1.JournalPosition{{Service: "riskregister", Scope: fixCommittee, Sequence: 1042, Hash: sum}}
	}
	return d
}

func fixHistory() *journalv1.ListJournalEntriesResponse {
	return &journalv1.ListJournalEntriesResponse{NextPageToken: "mer", Entries: []*journalv1.JournalEntry{
		{Sequence: 42, Time: timestamppb.New(fixNow.AddDate(0, 0, -1)), Actor: fixMunicipality + "/people/karin-ek", Kind: journalv1.ChangeKind_CHANGE_KIND_UPDATED,
			Reason: "Ledningsgruppen sänkte värdet.", Changes: []*journalv1.FieldChange{{Path: "computed_level", Before: `"kritisk"`, After: `"medel"`},
				{Path: "stated_value", Before: "12", After: "9"}, {Path: "position", Before: "2", After: "3"}, {Path: "treatments[1].reason", After: `"Bevakas redan."`}}},
		{Sequence: 7, Time: timestamppb.New(fixNow.AddDate(-1, 0, 0)), Actor: "serviceAccounts/cli", OnBehalfOf: fixMunicipality + "/people/karin-ek", Kind: journalv1.ChangeKind_CHANGE_KIND_CREATED},
	}}
}
