package risk

import (
	"slices"
	"testing"

	"pgregory.net/rapid"
)

// anyAxis draws an axis of ascending steps.
func anyAxis(t *rapid.T, title string) *Axis {
	steps := rapid.SliceOfNDistinct(rapid.IntRange(0, 12), 2, 6, rapid.ID).Draw(t, title)
	slices.Sort(steps)
	return &Axis{Title: title, Steps: steps}
}

// anyMethod draws a valid product method whose bands meet in drawn bounds.
func anyMethod(t *rapid.T) *Method {
	m := &Method{Likelihood: anyAxis(t, "likelihood"), Consequence: anyAxis(t, "consequence"), Rule: RuleProduct}
	bounds := rapid.SliceOfNDistinct(rapid.Float64Range(0, 144), 0, 4, rapid.ID).Draw(t, "bounds")
	slices.Sort(bounds)
	for i := 0; i <= len(bounds); i++ {
		id := string(rune('a' + i))
		b := Band{Level: id}
		if i > 0 {
			b.Lower, b.LowerExclusive = &bounds[i-1], !m.Bands[i-1].UpperExclusive
		}
		if i < len(bounds) {
			b.Upper, b.UpperExclusive = &bounds[i], rapid.Bool().Draw(t, "exclusive")
		}
		m.Levels = append(m.Levels, Level{ID: id, Title: id})
		m.Bands = append(m.Bands, b)
	}
	return m
}

// anyStep draws a score on an axis, averages included.
func anyStep(t *rapid.T, a *Axis, label string) float64 {
	return rapid.Float64Range(float64(a.Steps[0]), float64(a.Steps[len(a.Steps)-1])).Draw(t, label)
}

func TestPropertyScoringIsMonotone(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		m := anyMethod(t)
		likelihood, consequence := anyStep(t, m.Likelihood, "l"), anyStep(t, m.Consequence, "c")
		higher := rapid.Float64Range(likelihood, float64(m.Likelihood.Steps[len(m.Likelihood.Steps)-1])).Draw(t, "higher")
		low, faults := m.Assess(Assessment{Likelihood: &likelihood, Consequence: &consequence})
		high, more := m.Assess(Assessment{Likelihood: &higher, Consequence: &consequence})
		if len(faults)+len(more) > 0 {
			t.Fatalf("faults %v %v", faults, more)
		}
		if *low.ComputedValue > *high.ComputedValue || low.ComputedLevel > high.ComputedLevel {
			t.Fatalf("a higher likelihood gives %v %s, a lower %v %s", *high.ComputedValue, high.ComputedLevel, *low.ComputedValue, low.ComputedLevel)
		}
	})
}

func TestPropertyBandsPartition(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		m := anyMethod(t)
		if faults := m.Check(); len(faults) > 0 {
			t.Fatalf("a valid method has faults: %v", faults)
		}
		for _, v := range append(m.Reachable(), anyBound(t, m)) {
			if n := holding(m, v); n != 1 {
				t.Fatalf("value %v lies in %d bands of %+v", v, n, m.Bands)
			}
		}
	})
}

// anyBound draws one of the bounds, or any value without bounds.
func anyBound(t *rapid.T, m *Method) float64 {
	if len(m.Bands) == 1 {
		return rapid.Float64().Draw(t, "value")
	}
	return *m.Bands[rapid.IntRange(1, len(m.Bands)-1).Draw(t, "bound")].Lower
}

// holding counts the bands that hold a value.
func holding(m *Method, v float64) int {
	n := 0
	for _, b := range m.Bands {
		if b.holds(v) {
			n++
		}
	}
	return n
}

// TestPropertyBandsAreJudgedRightly compares the verdict on any bands with counting, value by value.
func TestPropertyBandsAreJudgedRightly(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		m := &Method{Likelihood: anyAxis(t, "likelihood"), Consequence: anyAxis(t, "consequence"), Rule: RuleProduct, Levels: []Level{{ID: "a"}}}
		for range rapid.IntRange(1, 4).Draw(t, "n") {
			low, high := float64(rapid.IntRange(0, 20).Draw(t, "low")), float64(rapid.IntRange(0, 150).Draw(t, "high"))
			m.Bands = append(m.Bands, Band{Level: "a", Lower: &low, Upper: &high,
				LowerExclusive: rapid.Bool().Draw(t, "lx"), UpperExclusive: rapid.Bool().Draw(t, "ux")})
		}
		accepted := len(m.Check()) == 0
		for _, v := range m.Reachable() {
			if n := holding(m, v); accepted && n != 1 {
				t.Fatalf("accepted, but %v lies in %d bands of %+v", v, n, m.Bands)
			}
		}
		if !accepted && once(m) && !slices.ContainsFunc(m.Bands, Band.empty) {
			t.Fatalf("refused %v, but every value lies in one band", codes(t, m.Check()))
		}
	})
}

// once reports whether each reachable value lies in one band, and each half step between the bounds in at most one.
func once(m *Method) bool {
	for _, v := range m.Reachable() {
		if holding(m, v) != 1 {
			return false
		}
	}
	for v := 0.0; v <= 150; v += 0.5 {
		if holding(m, v) > 1 {
			return false
		}
	}
	return true
}

func TestPropertyPlanNeverLeavesItsGraph(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		steps := rapid.SliceOf(rapid.SampledFrom([]Step{Propose, Withdraw, Decide, Revise, Close, "other"})).Draw(t, "steps")
		state, decided := Draft, 0
		for _, step := range steps {
			next, err := state.Take(step)
			if next < Draft || next > Closed {
				t.Fatalf("%s from %s leads to %s", step, state, next)
			}
			if err != nil && next != state {
				t.Fatalf("a refused %s moves from %s to %s", step, state, next)
			}
			if next == Decided && state != Decided {
				decided++
				if state != Proposed {
					t.Fatalf("decided from %s", state)
				}
			}
			if (next.Writable() == nil) != (next == Draft) {
				t.Fatalf("%s is writable: %v", next, next.Writable() == nil)
			}
			if next == Closed && decided == 0 {
				t.Fatal("closed without a decision")
			}
			state = next
		}
	})
}

func TestPropertyAcceptedAssessmentsLieInTheScale(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		m := anyMethod(t)
		v := rapid.Float64Range(0, 300).Draw(t, "value")
		_, faults := m.Assess(Assessment{StatedValue: &v})
		reach := m.Reachable()
		if inside := v >= reach[0] && v <= reach[len(reach)-1]; inside != (len(faults) == 0) {
			t.Fatalf("value %v in %v: faults %v", v, reach, faults)
		}
	})
}
