package risk

import (
	"slices"
	"testing"

	"github.com/google/go-cmp/cmp"
	"pgregory.net/rapid"
)

func TestContinue(t *testing.T) {
	earlier := []Section{{Title: "Inledning", Text: "förra"}, {Title: "Ansvar", Empty: true}}
	stated := []Section{{Title: "Nytt", Text: "n"}, {Title: "Inledning", Text: "årets"}, {Title: "Inledning", Text: "en till"}}
	want := []Section{{Title: "Inledning", Text: "årets"}, {Title: "Ansvar", Empty: true}, {Title: "Nytt", Text: "n"}, {Title: "Inledning", Text: "en till"}}
	if diff := cmp.Diff(want, Continue(earlier, stated)); diff != "" {
		t.Errorf("sections (-want +got):\n%s", diff)
	}
	if got := Continue(earlier, nil); !slices.Equal(got, earlier) {
		t.Errorf("sections = %v", got)
	}
}

func TestAdaptKeepsWhatTheMethodKnows(t *testing.T) {
	m := fourByFour()
	a := Assessment{Likelihood: ref(3.0), Consequence: ref(2.0), StatedValue: ref(6.0), StatedLevel: "medel"}
	if diff := cmp.Diff(a, m.Adapt(a)); diff != "" {
		t.Errorf("adapted (-want +got):\n%s", diff)
	}
	if got := stated().Adapt(a); got.Likelihood != nil || got.Consequence != nil || got.StatedLevel != "" || *got.StatedValue != 6 {
		t.Errorf("adapted to a method without axes = %+v", got)
	}
	if !m.Admits(Chosen{"acceptera", "liten"}) || m.Admits(Chosen{Treatment: "acceptera"}) || m.Admits(Chosen{Treatment: "annat"}) {
		t.Error("treatments are not told apart")
	}
	if !m.HasHeading("kategori/ekonomi") || m.HasHeading("kategori") || !m.HasQuestion("rutin") || m.HasQuestion("x") {
		t.Error("headings and questions are not told apart")
	}
}

// TestPropertyAnAdaptedEntryHasNoFaults takes anything into any method.
func TestPropertyAnAdaptedEntryHasNoFaults(t *testing.T) {
	number := func(t *rapid.T, label string) *float64 {
		return rapid.Ptr(rapid.Float64Range(-5, 300), true).Draw(t, label)
	}
	rapid.Check(t, func(t *rapid.T) {
		m := rapid.SampledFrom([]*Method{anyMethod(t), fourByFour(), stated(), table(), {}}).Draw(t, "method")
		a := m.Adapt(Assessment{Likelihood: number(t, "l"), Consequence: number(t, "c"), StatedValue: number(t, "v"),
			StatedLevel: rapid.SampledFrom([]string{"", "a", "lag", "x"}).Draw(t, "level")})
		if _, faults := m.Assess(a); len(faults) > 0 {
			t.Fatalf("an adapted assessment has faults: %v", faults)
		}
	})
}
