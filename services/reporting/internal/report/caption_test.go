package report

import (
	"strings"
	"testing"

	"github.com/uppsikt/uppsikt/services/reporting/internal/document"
)

func TestCaptions(t *testing.T) {
	long := "Risk att uppgifter om personer med skyddad identitet hanteras fel när ärenden flyttas mellan enheter."
	tests := []struct {
		name   string
		change func([]Risk)
		want   string
	}{
		{"a process of its own", func([]Risk) {}, "Risk 3 av 4: Sekretess"},
		{"a shared process", func(r []Risk) { r[0].Process = " Sekretess\n" },
			"Risk 3 av 4: att uppgifter om personer med skyddad identitet hanteras fel"},
		{"a process of several lines", func(r []Risk) { r[2].Process = "Sekretess\n\nDokumentation" },
			"Risk 3 av 4: att uppgifter om personer med skyddad identitet hanteras fel"},
		{"a long risk", func(r []Risk) { r[2].Process, r[2].Title = "", long },
			"Risk 3 av 4: att uppgifter om personer med skyddad identitet hanteras fel när…"},
		{"a word without end", func(r []Risk) { r[2].Process, r[2].Title = "", strings.Repeat("å", 100) },
			"Risk 3 av 4: " + strings.Repeat("å", longestName-1) + "…"},
		{"the word alone", func(r []Risk) { r[2].Process, r[2].Title = "", "Risk" }, "Risk 3 av 4: Risk"},
		{"a shared process without a risk", func(r []Risk) { r[0].Process, r[2].Title = "Sekretess", " " }, "Risk 3 av 4: Sekretess"},
		{"nothing", func(r []Risk) { r[2].Process, r[2].Title = "", " " }, "Risk 3 av 4"},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			i := with(func(i *Interim) { tt.change(i.Risks) })
			if got := i.caption(2); got != tt.want {
				t.Errorf("got %q, want %q", got, tt.want)
			}
		})
	}
}

func TestSourcesLeaveOutChainsWithoutEntries(t *testing.T) {
	empty := Position{Service: "reporting", Scope: committeeName}
	i := with(func(i *Interim) { i.Positions = append([]Position{empty}, i.Positions...) })
	if got := BuildInterim(i).Meta.Sources; len(got) != 1 || !strings.HasPrefix(got[0], "Riskregistret, nämndens journal: post 214,") {
		t.Errorf("got %q, want the risk register's entry alone", got)
	}
	i.Positions = []Position{empty}
	if got := plain(BuildInterim(i)); strings.Contains(got, document.LabelSources) {
		t.Errorf("the document has the heading %q without a source", document.LabelSources)
	}
}
