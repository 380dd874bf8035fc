package workbook

import (
	"math"
	"strings"
	"testing"
	"time"
)

func TestParseNumber(t *testing.T) {
	for text, want := range map[string]number{
		"93": {value: 93}, "93,5": {value: 93.5}, "93.5": {value: 93.5}, "-3": {value: -3}, "−3": {value: -3}, "1 234,5": {value: 1234.5}, "1\u00a0234\u202f567": {value: 1234567},
		"93 %": {value: 93, percent: true}, "93%": {value: 93, percent: true}, "93 procent": {value: 93, percent: true},
		"cirka 12": {value: 12, approximate: true}, "ca. 12": {value: 12, approximate: true}, "~ 12,5 %": {value: 12.5, approximate: true, percent: true},
	} {
		if got, bad := parseNumber(text); bad.is() || got != want {
			t.Errorf("%q: got %+v, %s", text, got, bad.reason)
		}
	}
	for text, want := range map[string]string{
		"1,2,3": "DECIMAL_MARKS", "1.234,5": "DECIMAL_MARKS", "": "NUMBER", "många": "NUMBER", "12 34": "NUMBER", "1e5": "NUMBER", "NaN": "NUMBER", "Inf": "NUMBER", "0x10": "NUMBER",
		"12 st": "NUMBER", "1,": "NUMBER", ",5": "NUMBER", "9999999999999999": "NUMBER", "++1": "NUMBER",
	} {
		if got, bad := parseNumber(text); bad.reason != want {
			t.Errorf("%q: got %+v, %q, want %q", text, got, bad.reason, want)
		}
	}
}

func TestParseStep(t *testing.T) {
	for text, want := range map[string]float64{
		"4": 4, "3,0": 3, "2,5": 2.5, "4 – Allvarlig": 4, "4 - Allvarlig": 4, "4. Allvarlig": 4, "4 Allvarlig": 4, "Kännbar (3)": 3, "4: mycket (2 gånger per år)": 4, "Steg 2": 2,
	} {
		if got, bad := parseStep(text); bad.is() || got != want {
			t.Errorf("%q: got %v, %s", text, got, bad.reason)
		}
	}
	for _, text := range []string{"", "Allvarlig", "2–3", "2-3", "1,2,3", "från 2 till 3", "93 %"} {
		if got, bad := parseStep(text); !bad.is() {
			t.Errorf("%q: got %v", text, got)
		}
	}
}

func TestPeriods(t *testing.T) {
	for text, want := range map[string]span{
		"2025": {"2025-01-01", "2025-12-31"}, "helår 2024": {"2024-01-01", "2024-12-31"}, "2024-02": {"2024-02-01", "2024-02-29"}, "feb 2025": {"2025-02-01", "2025-02-28"},
		"Mars 2025": {"2025-03-01", "2025-03-31"}, "Kvartal 2 2025": {"2025-04-01", "2025-06-30"}, "Q4 2025": {"2025-10-01", "2025-12-31"}, "halvår 2 2025": {"2025-07-01", "2025-12-31"},
		"2025-03-31": {"2025-03-31", "2025-03-31"}, "20250331": {"2025-03-31", "2025-03-31"}, "2025-01-01 till och med 2025-05-31": {"2025-01-01", "2025-05-31"},
		"2025-01-01–2025-05-31": {"2025-01-01", "2025-05-31"},
	} {
		if got, bad := (cell{text: text}).asPeriod(false); bad.is() || got != want {
			t.Errorf("%q: got %v, %s", text, got, bad.reason)
		}
	}
	for _, text := range []string{"", "31/12-25", "2025-13", "2025-02-30", "mar 25", "Kvartal 5 2025", "31.12.2025", "0000", "mitten av 2025"} {
		if got, bad := (cell{text: text}).asPeriod(false); !bad.is() {
			t.Errorf("%q: got %v", text, got)
		}
	}
}

func TestSerialDates(t *testing.T) {
	for _, c := range []struct {
		cell      cell
		since1904 bool
		want      string
	}{
		{cell{text: "45747", number: true}, false, "2025-03-31"}, {cell{text: "44285", number: true, date: true}, true, "2025-03-31"},
		{cell{text: "45747.75", number: true}, false, "2025-03-31"}, {cell{text: "20250331", number: true}, false, "2025-03-31"},
	} {
		if got, bad := c.cell.asDate(c.since1904); bad.is() || got != c.want {
			t.Errorf("%v: got %q, %s", c.cell, got, bad.reason)
		}
	}
	if got, bad := (cell{text: "7", number: true}).asDate(false); !bad.is() {
		t.Errorf("got %q", got)
	}
}

func TestPercentCells(t *testing.T) {
	for text, want := range map[string]float64{"0.93": 93, "0.07": 7, "0.285": 28.5, "1": 100} {
		if got, bad := (cell{text: text, number: true, percent: true}).asNumber(); bad.is() || got.value != want {
			t.Errorf("%s: got %v", text, got)
		}
	}
}

func TestIdentifiers(t *testing.T) {
	for key, want := range map[string]string{"R 1": "r-1", "Åtgärd/7": "atgard-7", "7": "7", "--": "", "ÖÄÅ": "oaa"} {
		if got := identifier(key); got != want {
			t.Errorf("%q: got %q", key, got)
		}
	}
	long := strings.Repeat("lång ", 40)
	if a, b := identifier(long+"1"), identifier(long+"2"); a == b || len(a) > 63 {
		t.Errorf("got %q and %q", a, b)
	}
}

func TestSimpleFormulas(t *testing.T) {
	open := map[string]*cell{"B9": {}}
	for _, formula := range []string{"C4*D4", "SUM(A1:A10)", "ROUND(A1/B1*100,1)", `IF(A1>3,"hög","låg")`, "$A$1+2"} {
		if !simple(formula, open) {
			t.Errorf("%s is refused", formula)
		}
	}
	for _, formula := range []string{"SUM(A1:XFD1048576)", `REPT("x",1000000)`, "VLOOKUP(A1,B:B,1)", "Blad2!A1", "B9+1", "SUM(B1:B20)", "INDIRECT(A1)", "namn*2", "SUM(A2:A1)", strings.Repeat("A1+", 200) + "1"} {
		if simple(formula, open) {
			t.Errorf("%s is calculated", formula)
		}
	}
}

// seeds are texts as people type them.
var seeds = []string{"", "93", "3,0", "4 – Allvarlig", "Kännbar (3)", "1 234,5", "1.234,5", "cirka 93 %", "2025", "mars 2025", "2025-01-01 – 2025-06-30", "31/12-25", "ja", "x",
	"a;b\n- c", "\x00", "\u00ad", "−3", "9e999", "R1", strings.Repeat("9", 400)}

func FuzzCells(f *testing.F) {
	for _, s := range seeds {
		f.Add(s, false, false)
		f.Add(s, true, true)
	}
	f.Fuzz(func(t *testing.T, text string, isNumber, flag bool) {
		c := cell{text: text, number: isNumber, percent: flag, date: isNumber && !flag}
		if n, bad := c.asNumber(); !bad.is() && (math.IsNaN(n.value) || math.Abs(n.value) > largest*100) {
			t.Errorf("number %v", n)
		}
		if v, bad := parseStep(text); !bad.is() && (math.IsNaN(v) || math.Abs(v) > largest) {
			t.Errorf("step %v", v)
		}
		if s, bad := c.asPeriod(flag); !bad.is() {
			checkDate(t, s.begin)
			checkDate(t, s.end)
		}
		if id := identifier(text); len(id) > 63 || strings.HasPrefix(id, "-") {
			t.Errorf("identifier %q", id)
		}
		if yes, bad := parseYes(text); yes && bad.is() {
			t.Error("yes and no")
		}
		for _, part := range parseList(text) {
			if part == "" {
				t.Error("an empty part")
			}
		}
		_, _, _ = coordinates(text)
		_ = simple(text, nil)
		if same(text) != same(same(text)) || plain(text) != plain(plain(text)) {
			t.Error("not settled")
		}
	})
}

func checkDate(t *testing.T, date string) {
	t.Helper()
	if _, err := time.Parse(time.DateOnly, date); err != nil {
		t.Errorf("date %q", date)
	}
}
