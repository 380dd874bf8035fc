package exchange_test

import (
	"bytes"
	"fmt"
	"os"
	"slices"
	"strings"
	"testing"

	"github.com/uppsikt/uppsikt/internal/exchange"
	"github.com/uppsikt/uppsikt/internal/fault"
)

const head = "format: uppsikt.exchange.v1\n"

// TestDecodeFaults: each kind of bad file gives its own reason, at its path and line.
func TestDecodeFaults(t *testing.T) {
	tests := []struct {
		name, file, text string
		reason, path     string
		line             int
	}{
		{"unknown extension", "plan.txt", head, "FILE_EXTENSION", "file", 0},
		{"empty", "plan.yaml", "", "EMPTY_FILE", "file", 0},
		{"only comments", "plan.yaml", "# nothing\n", "EMPTY_FILE", "file", 0},
		{"empty json", "plan.json", " \n", "EMPTY_FILE", "file", 0},
		{"no format", "plan.yaml", "municipalities: []\n", "UNKNOWN_FORMAT", "format", 0},
		{"another format", "plan.yaml", "\nformat: v2\n", "UNKNOWN_FORMAT", "format", 2},
		{"yaml syntax", "plan.yaml", head + "plans: [\n", "SYNTAX", "file", 2},
		{"control character", "plan.yaml", head + "plans: \x07\n", "SYNTAX", "file", 0},
		{"json syntax", "plan.json", "{\n\"format\": \"uppsikt.exchange.v1\",\n}", "SYNTAX", "file", 3},
		{"json cut off", "plan.json", "{\"format\": \"uppsikt", "SYNTAX", "file", 1},
		{"json with a tail", "plan.json", "{\"format\": \"uppsikt.exchange.v1\"}\n{}", "SYNTAX", "file", 2},
		{"several documents", "plan.yaml", head + "---\n" + head, "SEVERAL_DOCUMENTS", "file", 2},
		{"invalid UTF-8", "plan.yaml", head + "plans:\n- title: \xc5ret\n", "INVALID_UTF8", "file", 3},
		{"latin 1 json", "plan.json", "{\"format\": \"\xe5\"}", "INVALID_UTF8", "file", 1},
		{"not a mapping", "plan.yaml", "- a\n", "WRONG_TYPE", "file", 1},
		{"unknown field", "plan.yaml", head + "risk_entry: []\n", "UNKNOWN_FIELD", "risk_entry", 2},
		{"camel case", "plan.yaml", head + "riskEntries: []\n", "UNKNOWN_FIELD", "riskEntries", 2},
		{"unknown inner field", "plan.yaml", head + entry("colour: red"), "UNKNOWN_FIELD", "risk_entries[0].colour", 4},
		{"text for a number", "plan.yaml", head + entry("likelihood: hög"), "WRONG_TYPE", "risk_entries[0].likelihood", 4},
		{"decimal comma", "plan.yaml", head + entry("likelihood: 2,5"), "WRONG_TYPE", "risk_entries[0].likelihood", 4},
		{"infinite", "plan.yaml", head + entry("stated_value: .inf"), "WRONG_TYPE", "risk_entries[0].stated_value", 4},
		{"fraction for a whole", "plan.yaml", head + entry("position: 1.5"), "WRONG_TYPE", "risk_entries[0].position", 4},
		{"too large a whole", "plan.yaml", head + entry("position: 3000000000"), "WRONG_TYPE", "risk_entries[0].position", 4},
		{"list for a text", "plan.yaml", head + entry("process: [a]"), "WRONG_TYPE", "risk_entries[0].process", 4},
		{"truth for a text", "plan.yaml", head + entry("process: true"), "WRONG_TYPE", "risk_entries[0].process", 4},
		{"text for a truth", "plan.yaml", head + "people:\n- name: municipalities/m/people/p\n  disabled: ja\n", "WRONG_TYPE", "people[0].disabled", 4},
		{"mapping for a list", "plan.yaml", head + "plans: {a: b}\n", "WRONG_TYPE", "plans", 2},
		{"text for a list", "plan.yaml", head + entry("treatments: granska"), "WRONG_TYPE", "risk_entries[0].treatments", 4},
		{"null in a list", "plan.yaml", head + "plans:\n-\n", "WRONG_TYPE", "plans[0]", 3},
		{"unknown value", "plan.yaml", head + entry("selection: IN_PLAN"), "UNKNOWN_VALUE", "risk_entries[0].selection", 4},
		{"number for a value", "plan.yaml", head + entry("selection: 1"), "UNKNOWN_VALUE", "risk_entries[0].selection", 4},
		{"bad time", "plan.yaml", head + "rounds:\n- name: municipalities/m/committees/c/rounds/r\n  close_time: i går\n", "WRONG_TYPE", "rounds[0].close_time", 4},
		{"duplicate key", "plan.yaml", head + entry("risk: a\n  risk: b"), "DUPLICATE_KEY", "risk_entries[0].risk", 5},
		{"duplicate json key", "plan.json", "{\"format\": \"uppsikt.exchange.v1\",\n\"plans\": [],\n\"plans\": []}", "DUPLICATE_KEY", "plans", 3},
		{"anchor", "plan.yaml", head + "plans: &a []\n", "YAML_ALIAS", "plans", 2},
		{"merge key", "plan.yaml", head + "<<: {plans: []}\n", "YAML_ALIAS", "file", 2},
		{"no name", "plan.yaml", head + "plans:\n- title: a\n", "RESOURCE_NAME", "plans[0].name", 3},
		{"name of another type", "plan.yaml", head + "plans:\n- name: municipalities/m\n", "RESOURCE_NAME", "plans[0].name", 3},
		{"name with capitals", "plan.yaml", head + "municipalities:\n- name: municipalities/Ö\n", "RESOURCE_NAME", "municipalities[0].name", 3},
		{"name twice", "plan.yaml", head + "municipalities:\n- name: municipalities/m\n- name: municipalities/m\n", "DUPLICATE_NAME", "municipalities[1].name", 4},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			_, err := exchange.Decode(test.file, []byte(test.text))
			if !fault.Is(err, fault.Invalid) {
				t.Fatalf("got %v, want an Invalid", err)
			}
			got := fault.As(err).Fields[0]
			if got.Reason != test.reason || got.Path != test.path {
				t.Errorf("got %s at %s, want %s at %s (%s)", got.Reason, got.Path, test.reason, test.path, got.English)
			}
			if want := fmt.Sprintf("Rad %d: ", test.line); test.line > 0 && !strings.HasPrefix(got.Swedish, want) {
				t.Errorf("got %q, want it to begin with %q", got.Swedish, want)
			}
			if len(fault.As(err).Fields) > 1 {
				t.Errorf("got %d faults, want 1: %v", len(fault.As(err).Fields), err)
			}
		})
	}
}

// entry is a file with one risk entry that has an extra field, on line 4 after head.
func entry(field string) string {
	return "risk_entries:\n- name: municipalities/m/committees/c/plans/2025/riskEntries/e\n  " + field + "\n"
}

// TestDecodeFindsAllFaults in one go, in the order of the file.
func TestDecodeFindsAllFaults(t *testing.T) {
	text := head + `plans:
- name: fel
  version: ett
  colour: red
risk_entries:
- name: municipalities/m/committees/c/plans/2025/riskEntries/e
  likelihood: hög
  selection: JA
`
	_, err := exchange.Decode("plan.yml", []byte(text))
	var got []string
	for _, f := range fault.As(err).Fields {
		got = append(got, f.Path)
	}
	want := "plans[0].version plans[0].colour risk_entries[0].likelihood risk_entries[0].selection plans[0].name"
	if strings.Join(got, " ") != want {
		t.Errorf("got %v, want %s", got, want)
	}
}

// TestDecodeNamesTheUnknownField, shortened when it is long.
func TestDecodeNamesTheUnknownField(t *testing.T) {
	for name, want := range map[string]string{
		"xyz":                    "Rad 2: Fältet ”xyz” finns inte. De som finns är: format, ",
		strings.Repeat("å", 100): "Rad 2: Fältet ”" + strings.Repeat("å", 60) + "…” finns inte.",
	} {
		_, err := exchange.Decode("plan.yaml", []byte(head+name+": 1\n"))
		if got := fault.As(err).Fields[0].Swedish; !strings.HasPrefix(got, want) {
			t.Errorf("got %q, want it to begin with %q", got, want)
		}
	}
}

// TestDecodeBoundsTheAnswer: a file of another kind does not give an answer as long as itself.
func TestDecodeBoundsTheAnswer(t *testing.T) {
	_, err := exchange.Decode("plan.yaml", []byte(head+"plans:\n"+strings.Repeat("- x: 1\n", 5000)))
	fields := fault.As(err).Fields
	if last := fields[len(fields)-1]; len(fields) != 201 || last.Reason != "MORE_FAULTS" {
		t.Errorf("got %d faults ending in %s, want 201 ending in MORE_FAULTS", len(fields), last.Reason)
	}
}

// TestDecodeTooLarge: 20 MB are read, a byte more is refused before it is parsed.
func TestDecodeTooLarge(t *testing.T) {
	full := []byte(`{"format": "uppsikt.exchange.v1"}`)
	full = append(full, bytes.Repeat([]byte(" "), exchange.MaxBytes-len(full))...)
	if _, err := exchange.Decode("plan.json", full); err != nil {
		t.Errorf("%d bytes: %v", len(full), err)
	}
	_, err := exchange.Decode("plan.json", append(full, ' '))
	if !fault.Is(err, fault.Exhausted) {
		t.Errorf("%d bytes: got %v, want Exhausted", len(full)+1, err)
	}
}

// TestDecodeBomb: nine levels of nine aliases would be a billion nodes; the aliases are refused unexpanded.
func TestDecodeBomb(t *testing.T) {
	var b strings.Builder
	b.WriteString(head + "plans:\n- title: &a0 x\n")
	for i := range 9 {
		fmt.Fprintf(&b, "  x%d: &a%d [%s]\n", i, i+1, strings.TrimSuffix(strings.Repeat(fmt.Sprintf("*a%d, ", i), 9), ", "))
	}
	_, err := exchange.Decode("bomb.yaml", []byte(b.String()))
	if !fault.Is(err, fault.Invalid) || fault.As(err).Fields[0].Reason != "YAML_ALIAS" {
		t.Errorf("got %v, want YAML_ALIAS", err)
	}
}

// TestDecodeDepth: nesting deeper than any content is refused in both formats, without running out of stack.
func TestDecodeDepth(t *testing.T) {
	for _, depth := range []int{40, 9000, 200000} {
		nested := strings.Repeat("[", depth) + strings.Repeat("]", depth)
		for name, text := range map[string]string{
			"deep.json": `{"format": "uppsikt.exchange.v1", "plans": ` + nested + `}`,
			"deep.yaml": head + "plans: " + nested + "\n",
		} {
			if _, err := exchange.Decode(name, []byte(text)); !fault.Is(err, fault.Invalid) {
				t.Errorf("%s, %d levels: got %v, want an Invalid", name, depth, err)
			}
		}
	}
}

// TestDecodeWhatPeopleWrite: numbers and dates need no quotes where a text is wanted, and an empty field is unset.
func TestDecodeWhatPeopleWrite(t *testing.T) {
	file, err := exchange.Decode("Plan.YAML", []byte("\ufeff"+head+`plans: # utkast
- name: municipalities/m/committees/c/plans/2025
  title:
  case_number: 2015-5613
  decision: {meeting_date: 2024-12-10, paragraph: 012}
risks:
rounds: []
`))
	if err != nil {
		t.Fatal(err)
	}
	plan := file.Bundle.GetPlans()[0]
	if got := plan.GetDecision(); got.GetMeetingDate() != "2024-12-10" || got.GetParagraph() != "012" || plan.GetCaseNumber() != "2015-5613" {
		t.Errorf("got %v", plan)
	}
	if got := file.Line("plans[0].decision.meeting_date"); got != 6 {
		t.Errorf("got line %d, want 6", got)
	}
	if got := file.Line("plans[0].sections[4].title"); got != 3 {
		t.Errorf("got line %d for a part that is not there, want that of the plan, 3", got)
	}
}

// TestFormatsAgree: the same content in YAML and in JSON is the same bundle.
func TestFormatsAgree(t *testing.T) {
	text, err := os.ReadFile("../../docs/examples/plan.yaml")
	if err != nil {
		t.Fatal(err)
	}
	fromYAML := decode(t, "a.yaml", text)
	asJSON := encode(t, fromYAML.Bundle, exchange.JSON)
	fromJSON := decode(t, "a.json", asJSON)
	if got, want := encode(t, fromJSON.Bundle, exchange.YAML), encode(t, fromYAML.Bundle, exchange.YAML); !bytes.Equal(got, want) {
		t.Errorf("the way over JSON changed the content")
	}
}

// TestWhatAFileHolds, for pages that show it before it is imported.
func TestWhatAFileHolds(t *testing.T) {
	file := decode(t, "a.yaml", []byte(head+`municipalities:
- name: municipalities/m
risks:
- name: municipalities/m/committees/b/risks/x
- name: municipalities/m/committees/a/risks/x
- name: municipalities/m/committees/b/risks/y
`))
	if got, want := file.Counts(), []exchange.KindCount{{Kind: "municipalities", Count: 1}, {Kind: "risks", Count: 3}}; !slices.Equal(got, want) {
		t.Errorf("got %v, want %v", got, want)
	}
	if got, want := file.Committees(), []string{"municipalities/m/committees/b", "municipalities/m/committees/a"}; !slices.Equal(got, want) {
		t.Errorf("got %v, want %v", got, want)
	}
	if got, want := file.Municipalities(), []string{"municipalities/m"}; !slices.Equal(got, want) {
		t.Errorf("got %v, want %v", got, want)
	}
}
