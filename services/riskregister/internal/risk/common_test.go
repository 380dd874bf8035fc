package risk

import (
	"fmt"
	"slices"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/uppsikt/uppsikt/internal/fault"
)

// direct is a decided item for every committee in 2025.
func direct() CommonItem {
	return CommonItem{Name: "i1", Year: 2025, State: CommonDecided, Stated: Stated{Title: "Direktupphandling", Purpose: "p", Scope: "s", Method: "m"}}
}

func TestCommonItemSteps(t *testing.T) {
	c := direct()
	tests := []struct {
		state                        CommonState
		decide, withdraw, canBeFixed bool
	}{
		{CommonDraft, true, false, true}, {CommonDecided, false, true, false}, {CommonWithdrawn, false, false, false}, {CommonState(9), false, false, false},
	}
	for _, tt := range tests {
		t.Run(tt.state.String(), func(t *testing.T) {
			c.State = tt.state
			next, err := c.Decide()
			wantStep(t, err, tt.decide, next, CommonDecided)
			next, err = c.Withdraw()
			wantStep(t, err, tt.withdraw, next, CommonWithdrawn)
			if (c.Writable() == nil) != tt.canBeFixed {
				t.Errorf("writable: %v", c.Writable())
			}
		})
	}
}

func wantStep(t *testing.T, err error, allowed bool, got, want CommonState) {
	t.Helper()
	if !allowed {
		wantState(t, err, "WRONG_STATE")
		return
	}
	if err != nil || got != want {
		t.Errorf("step = %v, %v, want %v", got, err, want)
	}
}

func TestCommonItemIsDecidedWithItsMethod(t *testing.T) {
	c := direct()
	c.State, c.Method = CommonDraft, " "
	_, err := c.Decide()
	wantState(t, err, "INCOMPLETE")
	wantCodes(t, fault.As(err).Fields, "i1.method MISSING")
}

func TestApplies(t *testing.T) {
	tests := []struct {
		name   string
		change func(*CommonItem)
		want   bool
	}{
		{"every committee", func(*CommonItem) {}, true},
		{"named", func(c *CommonItem) { c.Committees = []string{"un", "sn"} }, true},
		{"others named", func(c *CommonItem) { c.Committees = []string{"un"} }, false},
		{"another year", func(c *CommonItem) { c.Year = 2026 }, false},
		{"a draft", func(c *CommonItem) { c.State = CommonDraft }, false},
		{"withdrawn", func(c *CommonItem) { c.State = CommonWithdrawn }, false},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			c := direct()
			tt.change(&c)
			if got := c.Applies("sn", 2025); got != tt.want {
				t.Errorf("applies = %v, want %v", got, tt.want)
			}
		})
	}
}

func TestCheckCommittees(t *testing.T) {
	names := []string{"municipalities/m/committees/a", "municipalities/m/committees/a", "municipalities/n/committees/a", "municipalities/m/committees/a/plans/1", "municipalities/m/committees/-", ""}
	wantCodes(t, CheckCommittees("municipalities/m", names), "committees[1] DUPLICATE", "committees[2] COMMITTEE_NAME",
		"committees[3] COMMITTEE_NAME", "committees[4] COMMITTEE_NAME", "committees[5] COMMITTEE_NAME")
}

func TestDifferences(t *testing.T) {
	item := direct().Stated
	own := item
	own.Frequency, own.Sample, own.ReportTo = "Varje kvartal", "25", "Nämnden"
	wantCodes(t, item.Differences(own))
	item.Frequency, item.Sample, item.ReportTo = "Årligen", "10", "Kommunstyrelsen"
	wantCodes(t, item.Differences(own), "frequency COMMON_ITEM", "planned_sample COMMON_ITEM", "report_to COMMON_ITEM")
	wantCodes(t, item.Differences(Stated{Title: "x", Review: true, Frequency: "Årligen", Sample: "10", ReportTo: "Kommunstyrelsen"}),
		"title COMMON_ITEM", "kind COMMON_ITEM", "purpose COMMON_ITEM", "scope COMMON_ITEM", "method COMMON_ITEM")
}

func TestLacking(t *testing.T) {
	second, foreign := direct(), direct()
	second.Name, foreign.Name, foreign.Committees = "i2", "i3", []string{"un"}
	points := []Point{{Name: "c1"}, {Name: "c2", CommonItem: "i1"}}
	got := collect(Lacking([]CommonItem{direct(), second, foreign}, "sn", 2025, points), func(c CommonItem) string { return c.Name })
	if diff := cmp.Diff([]string{"i2"}, got); diff != "" {
		t.Errorf("lacking (-want +got):\n%s", diff)
	}
}

func TestMovedPoints(t *testing.T) {
	if err := (Point{}).Writable(); err != nil {
		t.Error(err)
	}
	wantState(t, Point{MovedTo: "x"}.Writable(), "WRONG_STATE")
	wantState(t, Point{MovedTo: "x"}.Movable(), "WRONG_STATE")
	wantState(t, Point{CommonItem: "i1"}.Movable(), "WRONG_STATE")
	if err := (Point{}).Movable(); err != nil {
		t.Error(err)
	}
}

func TestCheckPlanOfCommonAndMoved(t *testing.T) {
	bare := func(id string) Point { return Point{Name: id, Title: id} }
	tests := []struct {
		name   string
		change func(*Plan)
		want   []string
	}{
		{"a common item is missing", func(p *Plan) { p.Common = []CommonItem{direct()} }, []string{"p.control_points!"}},
		{"a common item of another year", func(p *Plan) { p.Year, p.Common = 2026, []CommonItem{direct()} }, nil},
		{"a common item without anybody who does it", func(p *Plan) {
			p.Common = []CommonItem{direct()}
			p.Points = append(p.Points, Point{Name: "c2", CommonItem: "i1", Method: "m", Frequency: "f", Scope: "s", Sample: "n", Entries: []string{"e1"}})
		}, []string{"c2.owners!"}},
		{"a common item that was withdrawn", func(p *Plan) {
			withdrawn := direct()
			withdrawn.State = CommonWithdrawn
			p.Common, p.Points[0].CommonItem = []CommonItem{withdrawn}, "i1"
		}, []string{"c1.common_item"}},
		{"a moved point asks for nothing", func(p *Plan) {
			moved := bare("c2")
			moved.MovedTo = "other"
			p.Points = append(p.Points, moved)
		}, nil},
		{"a moved point reviews nothing", func(p *Plan) { p.Points[0].MovedTo = "other" }, []string{"e1.treatments"}},
		{"an entry of a moved risk is only pointed at", func(p *Plan) {
			p.Entries = append(p.Entries, Entry{Name: "e2", Moved: true})
		}, []string{"e2.risk"}},
		{"a moved risk fills no heading", func(p *Plan) { p.Entries[0].Moved = true }, []string{"e1.risk", "p.confirmed_empty!"}},
		{"nothing but what was moved", func(p *Plan) {
			*p = Plan{Name: "p", Method: &Method{}, HowMade: "x", Entries: []Entry{{Name: "e1", Moved: true}}, Points: []Point{{MovedTo: "x"}}}
		}, []string{"p.risk_entries!", "e1.risk"}},
		{"a stated level that nobody explains", func(p *Plan) { p.Entries[0].StatedLevel = "medel" }, []string{"e1.source_note"}},
		{"a stated level that somebody explains", func(p *Plan) {
			p.Entries[0].StatedLevel, p.Entries[0].SourceNote = "medel", "Ledningsgruppen sänkte nivån"
		}, nil},
		{"a stated level as the method has it", func(p *Plan) { p.Entries[0].StatedLevel = "kritisk" }, nil},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			p := whole()
			p.Committee, p.Year = "sn", 2025
			tt.change(&p)
			if diff := cmp.Diff(tt.want, findingCodes(t, CheckPlan(p))); diff != "" {
				t.Errorf("findings differ (-want +got):\n%s", diff)
			}
		})
	}
}

func TestRoundsLeaveOutWhatWasMovedBefore(t *testing.T) {
	entries := []Entry{{Name: "e1", Selection: InPlan}, {Name: "e2", Selection: InPlan, Moved: true}}
	plans := []Covered{{Name: "p", Method: stated(), Entries: entries}}
	if picked, _ := SelectAll.Pick(plans, nil); !slices.Equal(picked, []string{"e1"}) {
		t.Errorf("picked %v", picked)
	}
	_, faults := SelectDue.Pick(plans, []string{"e2"})
	wantCodes(t, faults, "due_entries[0] NOT_IN_PLAN")
}

// What auditors criticise, each by its number, as far as a plan answers for it.

func TestR1PlanItemsShowTheirRiskAndScore(t *testing.T) {
	p := whole()
	p.Points[0].Entries = nil
	p.Entries[0].Assessment, p.Entries[0].Score = Assessment{}, Score{}
	got := fmt.Sprint(findingCodes(t, CheckPlan(p)))
	if got != "[e1.stated_value! e1.treatments c1.risk_entries]" {
		t.Errorf("findings = %s, want the risk without score and the item without risk", got)
	}
}

func TestR2ItemsSayHowHowMuchWhenAndWho(t *testing.T) {
	for field, change := range map[string]func(*Point){
		"method!": func(c *Point) { c.Method = "" }, "frequency!": func(c *Point) { c.Frequency = " " }, "owners!": func(c *Point) { c.Owners = nil },
		"scope": func(c *Point) { c.Scope = "" }, "planned_sample": func(c *Point) { c.Sample = "" },
	} {
		p := whole()
		change(&p.Points[0])
		if got := fmt.Sprint(findingCodes(t, CheckPlan(p))); got != "[c1."+field+"]" {
			t.Errorf("findings without %s = %s", field, got)
		}
	}
}

func TestR9EmptyMandatoryCategoriesAreConfirmed(t *testing.T) {
	p := whole()
	p.ConfirmedEmpty = nil
	wantState(t, Proposable(CheckPlan(p)), "INCOMPLETE")
	p.ConfirmedEmpty = []string{"kategori/ekonomi"}
	if err := Proposable(CheckPlan(p)); err != nil {
		t.Errorf("a confirmed category blocks: %v", err)
	}
}
