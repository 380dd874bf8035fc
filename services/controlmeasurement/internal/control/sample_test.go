package control

import (
	"math"
	"testing"

	"pgregory.net/rapid"
)

// near reports whether two percentages agree to a hundredth.
func near(a, b float64) bool { return math.Abs(a-b) < 0.01 }

// TestWilson compares with published figures.
func TestWilson(t *testing.T) {
	tests := []struct {
		count, n  int64
		low, high float64
	}{
		{4, 25, 6.40, 34.65}, {0, 10, 0, 27.75}, {10, 10, 72.25, 100}, {5, 10, 23.66, 76.34}, {0, 0, 0, 100}, {3, 2, 0, 100},
	}
	for _, tt := range tests {
		if i := Wilson(tt.count, tt.n); !near(i.Low, tt.low) || !near(i.High, tt.high) {
			t.Errorf("%d of %d: got %v, want %v to %v", tt.count, tt.n, i, tt.low, tt.high)
		}
	}
}

func TestIntervalOnlyForSmallSamples(t *testing.T) {
	tests := []struct {
		of         int64
		population *int64
		want       bool
	}{
		{25, nil, true}, {99, nil, true}, {100, nil, false}, {25, ref(int64(25)), false}, {25, ref(int64(40)), true}, {25, ref(int64(20)), false},
	}
	for _, tt := range tests {
		s := Sample{Examined: &tt.of, Population: tt.population}
		p, ok := s.Proportion(Deviation{Count: ref(int64(4))})
		if !ok || (p.Interval != nil) != tt.want {
			t.Errorf("%+v: interval %v, want one: %t", tt, p.Interval, tt.want)
		}
	}
}

func TestPropertyIntervals(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		n := rapid.Int64Range(1, 99).Draw(t, "n")
		k := rapid.Int64Range(0, n).Draw(t, "k")
		all := rapid.Int64Range(n+1, 5000).Draw(t, "population")
		i, l := Wilson(k, n), limited(k, n, all)
		share := percent * float64(k) / float64(n)
		for _, x := range []Interval{i, l} {
			if !(0 <= x.Low && x.Low <= share+1e-9 && share <= x.High+1e-9 && x.High <= 100) {
				t.Fatalf("%d of %d of %d: %v does not hold the share", k, n, all, x)
			}
		}
		if l.Low < i.Low-1e-9 || l.High > i.High+1e-9 {
			t.Fatalf("%d of %d of %d: %v is wider than %v of an endless whole", k, n, all, l, i)
		}
		mirror := Wilson(n-k, n)
		if !near(mirror.Low, 100-i.High) || !near(mirror.High, 100-i.Low) {
			t.Fatalf("%d of %d: %v is no mirror of %v", k, n, mirror, i)
		}
	})
}

func TestProportionNeedsFigures(t *testing.T) {
	five := ref(int64(5))
	tests := []struct {
		s Sample
		d Deviation
	}{
		{Sample{Examined: five}, Deviation{CountWords: "några"}},
		{Sample{ExaminedWords: "ett tjugotal"}, Deviation{Count: five}},
		{Sample{Examined: ref(int64(0))}, Deviation{Count: ref(int64(0))}},
		{Sample{Examined: five}, Deviation{Count: ref(int64(6))}},
		{Sample{Examined: five}, Deviation{Count: ref(int64(-1))}},
	}
	for _, tt := range tests {
		if p, ok := tt.s.Proportion(tt.d); ok {
			t.Errorf("%+v %+v gives %+v", tt.s, tt.d, p)
		}
	}
}

func TestSampleCheck(t *testing.T) {
	n := func(v int64) *int64 { return &v }
	wantCodes(t, Sample{Examined: n(25), Population: n(25), Deviations: []Deviation{{Kind: "a", Count: n(20)}, {Kind: "b", Count: n(20)}}}.Check())
	wantCodes(t, Sample{ExaminedWords: "ett tjugotal", Deviations: []Deviation{{Kind: "a", CountWords: "några få"}}}.Check())
	wantCodes(t, Sample{Examined: n(26), ExaminedWords: "ett par", Population: n(25), Deviations: []Deviation{
		{Kind: "a"}, {Kind: "a", Count: n(27)}, {Kind: "b", Count: n(3), CountWords: "tre", Of: n(2)}, {Kind: "c", Count: n(-1), Of: n(30)},
	}}.Check(), "examined_words NUMBER_AND_WORDS", "examined EXAMINED_ABOVE_POPULATION", "deviations[0].count MISSING",
		"deviations[1].count DEVIATIONS_ABOVE_EXAMINED", "deviations[2].count_words NUMBER_AND_WORDS", "deviations[2].count DEVIATIONS_ABOVE_EXAMINED",
		"deviations[3].count NEGATIVE", "deviations[3].of OF_ABOVE_EXAMINED", "deviations[1].kind DUPLICATE")
}

func TestSurveyCheck(t *testing.T) {
	n := func(v int64) *int64 { return &v }
	wantCodes(t, Survey{Respondents: n(60), Invited: n(60)}.Check())
	wantCodes(t, Survey{}.Check())
	wantCodes(t, Survey{Respondents: n(61), Invited: n(60)}.Check(), "respondents RESPONDENTS_ABOVE_INVITED")
	wantCodes(t, Survey{Respondents: n(-1)}.Check(), "respondents NEGATIVE")
}
