package document_test

import (
	"math"
	"testing"
	"time"

	"github.com/uppsikt/uppsikt/services/reporting/internal/document"
)

func TestFormatDate(t *testing.T) {
	tests := map[time.Time]string{
		time.Date(2025, time.May, 12, 23, 59, 0, 0, time.UTC):   "12\u00a0maj\u00a02025",
		time.Date(2024, time.December, 1, 0, 0, 0, 0, time.UTC): "1\u00a0december\u00a02024",
		{}: "",
	}
	for date, want := range tests {
		if got := document.FormatDate(date); got != want {
			t.Errorf("FormatDate(%v): got %q, want %q", date, got, want)
		}
	}
}

func TestFormatInteger(t *testing.T) {
	tests := map[int64]string{
		0: "0", 7: "7", 999: "999", 1000: "1\u00a0000", 1234567: "1\u00a0234\u00a0567",
		-1: "−1", -45000: "−45\u00a0000", math.MinInt64: "−9\u00a0223\u00a0372\u00a0036\u00a0854\u00a0775\u00a0808",
	}
	for value, want := range tests {
		if got := document.FormatInteger(value); got != want {
			t.Errorf("FormatInteger(%d): got %q, want %q", value, got, want)
		}
	}
}

func TestFormatNumber(t *testing.T) {
	tests := []struct {
		value    float64
		decimals int
		want     string
	}{
		{12.5, 1, "12,5"}, {7.25, 1, "7,3"}, {8.05, 1, "8,1"}, {1.005, 2, "1,01"}, {2, 2, "2,00"},
		{-0.04, 1, "0,0"}, {-0.05, 1, "−0,1"}, {-1234.5, 0, "−1\u00a0235"}, {1234.5, -3, "1\u00a0235"},
		{math.NaN(), 1, "–"}, {math.Inf(-1), 1, "–"}, {1e21, 0, "1\u00a0000\u00a0000\u00a0000\u00a0000\u00a0000\u00a0000\u00a0000"},
	}
	for _, test := range tests {
		if got := document.FormatNumber(test.value, test.decimals); got != test.want {
			t.Errorf("FormatNumber(%v, %d): got %q, want %q", test.value, test.decimals, got, test.want)
		}
	}
}

func TestFormatPercent(t *testing.T) {
	if got, want := document.FormatPercent(12.54, 1), "12,5\u00a0%"; got != want {
		t.Errorf("got %q, want %q", got, want)
	}
	if got, want := document.FormatPercent(math.NaN(), 1), "–"; got != want {
		t.Errorf("got %q, want %q", got, want)
	}
}
