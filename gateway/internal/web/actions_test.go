package web

import (
	"net/url"
	"slices"
	"testing"

	"github.com/google/go-cmp/cmp"
	"google.golang.org/protobuf/testing/protocmp"

	riskv1 "github.com/uppsikt/uppsikt/proto/gen/uppsikt/risk/v1"
)

// TestWindow: every part of a list can be reached, and the other choices stay.
func TestWindow(t *testing.T) {
	all := make([]int, 120)
	for i := range all {
		all[i] = i
	}
	var seen []int
	q := url.Values{"ar": {"2025"}, "kvitto": {"sparad"}}
	for range 4 {
		part, w := windowOf(all, "/x", q, "lista")
		seen = append(seen, part...)
		if w.More == "" {
			break
		}
		next, err := url.Parse(w.More)
		if err != nil || next.Fragment != "lista" || next.Query().Get("ar") != "2025" || next.Query().Has("kvitto") {
			t.Fatalf("more leads to %q", w.More)
		}
		q = next.Query()
	}
	if !slices.Equal(seen, all) {
		t.Errorf("got %d of 120 in order", len(seen))
	}
	if _, w := windowOf(all[:50], "/x", nil, "lista"); w.Part() != "" || w.More != "" {
		t.Errorf("a list that fits is cut: %+v", w)
	}
	for _, from := range []string{"-1", "120", "många", "99999999999999999999"} {
		if part, _ := windowOf(all, "/x", url.Values{"fran": {from}}, "lista"); len(part) != maxRows || part[0] != 0 {
			t.Errorf("from %s: got %v", from, part)
		}
	}
}

func TestActionsOpenFirst(t *testing.T) {
	var got []string
	for _, row := range fixBook().rows(fixActions()) {
		got = append(got, row.Address[len(row.Address)-2:])
	}
	if want := []string{"a2", "a1", "a3", "a5", "a6", "a4"}; !slices.Equal(got, want) {
		t.Errorf("got %v, want %v", got, want)
	}
}

func TestActionFilter(t *testing.T) {
	for _, c := range []struct {
		year, state, status string
		want                int
	}{{"", "", "", 6}, {"2024", "", "", 2}, {"", "godkand", "", 2}, {"", "foreslagen", "", 1}, {"", "avslagen", "", 1}, {"", "avslutad", "", 2},
		{"", "", statusLate, 1}, {"", "", statusNone, 2}, {"2025", "godkand", "paborjad", 1}, {"2019", "", "", 0}} {
		v, ok := actionsPage(fixCommittee, fixActions(), fixCounts(), fixBook(), coordinatorUser(), url.Values{"ar": {c.year}, "lage": {c.state}, "status": {c.status}}).Data.(actionsView)
		if !ok || len(v.Rows) != c.want {
			t.Errorf("%+v: got %d actions", c, len(v.Rows))
		}
	}
}

// TestCountsLeadToWhatTheyCount: every number in the table of counts leads to as many actions.
func TestCountsLeadToWhatTheyCount(t *testing.T) {
	v, ok := actionsPage(fixCommittee, fixActions(), fixCounts(), fixBook(), coordinatorUser(), nil).Data.(actionsView)
	if !ok || v.Counts == nil {
		t.Fatal("no counts")
	}
	links := 0
	for _, row := range v.Counts.Rows {
		for _, cell := range row.Cells {
			if cell.Address == "" {
				continue
			}
			links++
			to, err := url.Parse(cell.Address)
			if err != nil {
				t.Fatal(err)
			}
			page := actionsPage(fixCommittee, fixActions(), fixCounts(), fixBook(), coordinatorUser(), to.Query())
			if list, ok := page.Data.(actionsView); !ok || len(list.Rows) != cell.Count {
				t.Errorf("%s %s counts %d and leads to %d", row.Year, cell.Text, cell.Count, len(list.Rows))
			}
		}
	}
	if links < 10 {
		t.Errorf("only %d numbers lead anywhere", links)
	}
}

func TestWhoDecidesOnActions(t *testing.T) {
	all := fixActions()
	for _, c := range []struct {
		name   string
		user   *user
		action *riskv1.Action
		want   []string
	}{
		{"coordinator, accepted", coordinatorUser(), all[0], []string{"Rapportera och ändra", "Förläng", "Avsluta"}},
		{"owner, accepted", ownerUser(), all[0], []string{"Rapportera och ändra"}},
		{"owner of another", ownerUser(), all[2], nil},
		{"secretary, proposed", testUser("Sara Ek", role("secretary", fixCommittee)), all[2], []string{"Godkänn", "Avslå"}},
		{"member, proposed", memberUser(), all[2], nil},
		{"auditor, accepted", testUser("Rut Ek", role("auditor", fixCommittee)), all[0], nil},
		{"coordinator, declined", coordinatorUser(), all[3], []string{"Godkänn ändå"}},
		{"coordinator, closed", coordinatorUser(), all[4], []string{"Öppna igen"}},
	} {
		var got []string
		for _, l := range actionActions(c.action, c.user) {
			got = append(got, l.Text)
		}
		if !slices.Equal(got, c.want) {
			t.Errorf("%s: got %v, want %v", c.name, got, c.want)
		}
	}
}

// TestMatrixCountsEveryRisk: every risk lies in one cell or is counted outside, and every cell leads to its risks.
func TestMatrixCountsEveryRisk(t *testing.T) {
	for name, m := range map[string]*riskv1.MethodVersion{"product": fourByFour(), "table": tableMethod(7, 7), "few": tableMethod(2, 1)} {
		g := fixMatrix()
		g.MethodVersion = m
		half := 2.5
		g.GetRiskEntries()[0].Likelihood, g.GetRiskEntries()[1].Consequence = &half, nil
		v := g.matrix("/p")
		sum := v.Outside.Count
		for _, row := range v.Rows {
			for _, cell := range row.Cells {
				sum += cell.Count
				checkCell(t, g, name, cell)
			}
		}
		if sum != len(g.inPlan()) {
			t.Errorf("%s: got %d risks, want %d", name, sum, len(g.inPlan()))
		}
		to, err := url.Parse(v.Outside.Address)
		if err != nil {
			t.Fatal(err)
		}
		if in, _ := g.rows(g.filter(to.Query())); len(in) != v.Outside.Count {
			t.Errorf("%s: %d risks outside lead to %d", name, v.Outside.Count, len(in))
		}
	}
}

func checkCell(t *testing.T, g *register, name string, cell matrixCell) {
	t.Helper()
	to, err := url.Parse(cell.Address)
	if err != nil {
		t.Fatal(err)
	}
	if in, _ := g.rows(g.filter(to.Query())); len(in) != cell.Count {
		t.Errorf("%s: a cell with %d risks leads to %d by %s", name, cell.Count, len(in), cell.Address)
	}
}

func TestOtherScalesAreNotCompared(t *testing.T) {
	g, base := fixMatrix(), fixMatrix()
	base.MethodVersion = tableMethod(3, 5)
	v := g.matrix("/p")
	g.compareMatrix(v, base)
	if v.Base != "" || v.Note == "" {
		t.Errorf("plans with other scales lie in one matrix: base %q, note %q", v.Base, v.Note)
	}
}

// TestCommonItemIsNotChanged: what the executive committee decided stays as it is, whatever is sent.
func TestCommonItemIsNotChanged(t *testing.T) {
	g := fixRegister(0)
	k := g.GetControlPoints()[0]
	f := pointForm(g, &entryContext{}, k)
	fixCommon(f, fixItem(riskv1.CommonItemState_COMMON_ITEM_STATE_DECIDED))
	f.fill(url.Values{"rubrik": {"Något annat"}, "metod": {"Ingen"}, "nar": {"Aldrig"}, "stickprov": {"3 ärenden"}, "ansvariga": {"revisor"}})
	if !f.valid() {
		t.Fatalf("refused: %v", f.Problems)
	}
	next := &riskv1.ControlPoint{}
	if err := readPoint(f, &entryContext{}, next); err != nil {
		t.Fatal(err)
	}
	if next.GetTitle() != k.GetTitle() || next.GetMethod() != k.GetMethod() || next.GetFrequency() != k.GetFrequency() || next.GetKind() != k.GetKind() {
		t.Errorf("what is decided changed: %v", next)
	}
	if next.GetPlannedSample() != "3 ärenden" || next.GetOwners()[0].GetRole() != "revisor" {
		t.Errorf("the committee's own is lost: %v", next)
	}
}

func TestDeadlinesAreGrouped(t *testing.T) {
	views := deadlineViews(fixDeadlines(), fixNow, fixZone())
	var got []string
	for _, v := range views {
		got = append(got, v.Text)
	}
	want := []string{"Åtgärd: Gallra dokument i gemensamma mappar", "2" + nbsp + "svar saknas i delårsuppföljning 2025",
		"2" + nbsp + "kontroller ska redovisas i delårsuppföljning 2025", "Ansvariga redovisar: Stickprov på rutinen, delårsuppföljning 2025",
		"Samordnaren sammanställer, delårsuppföljning 2025", "Sammanträde, delårsuppföljning 2025"}
	if !slices.Equal(got, want) || !views[0].Late || views[1].Late {
		t.Errorf("got %q, want %q", got, want)
	}
	if views[2].Address != address(fixRound)+"#kontroller" || views[3].Address != address(fixRound)+"/nytt-resultat?om=plans/2025/controlPoints/k2" || views[3].Who != "controller" || views[2].Who != "" {
		t.Errorf("several controls lead to %s, one to %s (%s)", views[2].Address, views[3].Address, views[3].Who)
	}
}

// TestReportedControlsAreLeftOut: a result about a control, or about its area, in the same round is what was asked for.
func TestReportedControlsAreLeftOut(t *testing.T) {
	all := fixDeadlines()
	if rounds := controlRounds(all); !slices.Equal(rounds, []string{fixRound}) {
		t.Errorf("rounds = %v", rounds)
	}
	for subject, want := range map[string]int{
		"/controlAreas/skydd": 1, "/controlPoints/k1": 1, "/controlAreas/tillstand": 1, "/controlPoints/okand": 0,
	} {
		left := withoutResult(fixDeadlines(), map[string]bool{fixRound + " " + fixPlan + subject: true, "rounds/annan " + fixPlan + "/controlPoints/k2": true})
		if got := len(all) - len(left); got != want {
			t.Errorf("a result about %s leaves out %d, want %d", subject, got, want)
		}
	}
}

// TestAreaFormKeepsTheWords: an owner who goes on keeps the words of the plan, also one who is not offered any more.
func TestAreaFormKeepsTheWords(t *testing.T) {
	held := &riskv1.Owner{Role: "tillståndschef", RoleAssignment: "municipalities/m/roleAssignments/r"}
	a := &riskv1.ControlArea{Title: "Tillstånd", Owners: []*riskv1.Owner{{Role: "handläggare"}, held}}
	x := &entryContext{}
	f := areaForm(x, a)
	next := &riskv1.ControlArea{Owners: a.GetOwners()}
	readArea(f, x, next)
	if diff := cmp.Diff(a, next, protocmp.Transform()); diff != "" {
		t.Errorf("saved unchanged (-want +got):\n%s", diff)
	}
}

func TestReceiptKeepsTheQuery(t *testing.T) {
	for address, want := range map[string]string{"/x": "/x?kvitto=a", "/x#b": "/x?kvitto=a#b", "/x?ar=2025": "/x?ar=2025&kvitto=a"} {
		if got := receipt(address, "a"); got != want {
			t.Errorf("receipt(%q) = %q, want %q", address, got, want)
		}
	}
}
