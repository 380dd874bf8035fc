package risk

import (
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
)

func TestAssess(t *testing.T) {
	tests := []struct {
		name   string
		method *Method
		give   Assessment
		want   Score
	}{
		{"product", fourByFour(), Assessment{Likelihood: ref(3.0), Consequence: ref(4.0)}, Score{ref(12.0), "kritisk"}},
		{"averages", fourByFour(), Assessment{Likelihood: ref(2.5), Consequence: ref(3.5)}, Score{ref(8.75), ""}},
		{"averages are rounded to four places", fourByFour(), Assessment{Likelihood: ref(1.11111), Consequence: ref(1.0)}, Score{ref(1.1111), "lag"}},
		{"table", table(), Assessment{Likelihood: ref(3.0), Consequence: ref(2.0)}, Score{ref(4.0), "kritisk"}},
		{"one axis unknown", fourByFour(), Assessment{Likelihood: ref(3.0)}, Score{}},
		{"nothing known", fourByFour(), Assessment{}, Score{}},
		{"a stated value has the level, the computed one is kept", fourByFour(), Assessment{Likelihood: ref(1.0), Consequence: ref(2.0), StatedValue: ref(9.0)}, Score{ref(2.0), "kritisk"}},
		{"a stated level computes nothing", stated(), Assessment{StatedLevel: "kritisk"}, Score{}},
		{"a stated value at the bound", stated(), Assessment{StatedValue: ref(8.0)}, Score{nil, "kritisk"}},
		{"a stated value below the bound", stated(), Assessment{StatedValue: ref(7.99)}, Score{nil, "ovrig"}},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			got, faults := tt.method.Assess(tt.give)
			wantCodes(t, faults)
			if diff := cmp.Diff(tt.want, got); diff != "" {
				t.Errorf("score differs (-want +got):\n%s", diff)
			}
		})
	}
}

func TestAssessRefusesWhatLiesOutsideTheScale(t *testing.T) {
	bounded := stated()
	bounded.Bands = []Band{{Level: "ovrig", Lower: ref(0.0), LowerExclusive: true, Upper: ref(8.0), UpperExclusive: true}, {Level: "kritisk", Lower: ref(8.0), Upper: ref(12.5)}}
	tests := []struct {
		name   string
		method *Method
		give   Assessment
		want   string
		says   string
	}{
		{"a step above", fourByFour(), Assessment{Likelihood: ref(5.0)}, "likelihood OUTSIDE_SCALE", "Sannolikhet kan vara från 1 till 4. 5 ligger"},
		{"a step below", fourByFour(), Assessment{Consequence: ref(0.5)}, "consequence OUTSIDE_SCALE", "0,5"},
		{"an average in a table", table(), Assessment{Consequence: ref(1.5)}, "consequence WHOLE_STEP_NEEDED", "1, 2 och 3"},
		{"an axis where there is none", stated(), Assessment{Likelihood: ref(1.0)}, "likelihood NO_AXES", "riskvärdet i stället"},
		{"a value no product gives", fourByFour(), Assessment{StatedValue: ref(20.0)}, "stated_value OUTSIDE_SCALE", "minst 1 och högst 16"},
		{"a value beside the bands", bounded, Assessment{StatedValue: ref(0.0)}, "stated_value OUTSIDE_SCALE", "mer än 0 och högst 12,5"},
		{"a level that is none", stated(), Assessment{StatedLevel: "extrem"}, "stated_level UNKNOWN_LEVEL", "ovrig och kritisk"},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			score, faults := tt.method.Assess(tt.give)
			wantCodes(t, faults, tt.want)
			if score != (Score{}) {
				t.Errorf("score = %+v, want none", score)
			}
			if !strings.Contains(faults[0].Swedish, tt.says) {
				t.Errorf("text = %q, want it to say %q", faults[0].Swedish, tt.says)
			}
		})
	}
}

func TestEffective(t *testing.T) {
	score := Score{ComputedValue: ref(12.0), ComputedLevel: "kritisk"}
	if got := (Assessment{StatedValue: ref(8.0)}).Value(score); *got != 8 {
		t.Errorf("value = %v, want the stated 8", *got)
	}
	if got := (Assessment{}).Value(score); *got != 12 {
		t.Errorf("value = %v, want the computed 12", *got)
	}
	if got := (Assessment{StatedLevel: "lag"}).Level(score); got != "lag" {
		t.Errorf("level = %q, want the stated lag", got)
	}
	if got := (Assessment{}).Level(score); got != "kritisk" {
		t.Errorf("level = %q, want the computed kritisk", got)
	}
	if got := (Assessment{}).Value(Score{}); got != nil {
		t.Errorf("value = %v, want unknown", *got)
	}
}
