package structcheck_test

import (
	"bytes"
	"fmt"
	"strings"
	"testing"

	"github.com/uppsikt/uppsikt/services/reporting/internal/document/pdf/structcheck"
)

// sample holds the objects of a small tagged file, from number 1.
func sample() []string {
	page := "/P <</MCID 0>> BDC BT /F1 10 Tf (a \\) (b) c) Tj ET EMC\n" +
		"/Artifact BMC 0 0 m 9 9 l S EMC\n/TH <</MCID 1>> BDC BT <4142> Tj ET EMC\n" +
		"/TD <</MCID 2>> BDC /Span BMC [(a)] TJ EMC EMC\n/Figure <</MCID 3>> BDC 0 0 1 1 re f EMC\n/Link <</MCID 4>> BDC (x) Tj EMC\n"
	metadata := "<dc:title>Titel</dc:title>"
	return []string{
		"<</Type /Catalog /Pages 2 0 R /Lang (sv-SE) /MarkInfo <</Marked true>> /ViewerPreferences <</DisplayDocTitle true>> /StructTreeRoot 6 0 R /Metadata 5 0 R>>",
		"<</Type /Pages /Kids [3 0 R] /Count 1 /MediaBox [0 0 100 100]>>",
		"<</Type /Page /Parent 2 0 R /Contents 4 0 R /StructParents 0 /Resources <<>> /Annots [15 0 R]>>",
		stream("", page),
		stream("/Type /Metadata /Subtype /XML", metadata),
		"<</Type /StructTreeRoot /K [7 0 R] /ParentTree <</Nums [0 [8 0 R 11 0 R 12 0 R 13 0 R 14 0 R] 1 14 0 R]>>>>",
		"<</S /Document /P 6 0 R /K [8 0 R 16 0 R 9 0 R 13 0 R 14 0 R]>>",
		"<</S /P /P 7 0 R /Pg 3 0 R /K 0>>",
		"<</S /Table /P 7 0 R /K [10 0 R]>>",
		"<</S /TR /P 9 0 R /K [11 0 R 12 0 R]>>",
		"<</S /TH /P 10 0 R /Pg 3 0 R /K [1] /A <</O /Table /Scope /Row>>>>",
		"<</S /TD /P 10 0 R /Pg 3 0 R /K [<</Type /MCR /MCID 2>>]>>",
		"<</S /Figure /P 7 0 R /Pg 3 0 R /K [3] /Alt (bild)>>",
		"<</S /Link /P 7 0 R /Pg 3 0 R /K [4 <</Type /OBJR /Obj 15 0 R>>]>>",
		"<</Type /Annot /Subtype /Link /Rect [0 0 1 1] /StructParent 1 /Contents (x)>>",
		"<</S /H1 /P 7 0 R /K []>>",
	}
}

func stream(entries, data string) string {
	return fmt.Sprintf("<<%s /Length %d>>\nstream\n%s\nendstream", entries, len(data), data)
}

func build(objects []string) []byte {
	var out bytes.Buffer
	out.WriteString("%PDF-1.7\n")
	var table strings.Builder
	for i, body := range objects {
		fmt.Fprintf(&table, "%010d 00000 n \n", out.Len())
		fmt.Fprintf(&out, "%d 0 obj\n%s\nendobj\n", i+1, body)
	}
	start := out.Len()
	fmt.Fprintf(&out, "xref\n0 %d\n0000000000 65535 f \n%strailer\n<</Size %d /Root 1 0 R>>\nstartxref\n%d\n%%%%EOF\n",
		len(objects)+1, table.String(), len(objects)+1, start)
	return out.Bytes()
}

func TestCheckAcceptsATaggedFile(t *testing.T) {
	if problems := structcheck.Check(build(sample())); len(problems) > 0 {
		t.Errorf("got %v, want no problems", problems)
	}
}

// TestCheckReportsEachFault breaks the good file in one place at a time.
func TestCheckReportsEachFault(t *testing.T) {
	tests := []struct {
		old, new string
		want     structcheck.Kind
	}{
		{"/Lang (sv-SE)", "", structcheck.NoLanguage},
		{"/Marked true", "/Marked false", structcheck.NotMarked},
		{"/DisplayDocTitle true", "", structcheck.NoTitleDisplay},
		{"<dc:title>", "<dc:tytle>", structcheck.NoTitle},
		{"/StructTreeRoot 6 0 R", "", structcheck.NoTree},
		{"/Artifact BMC", "/Artefact BMC", structcheck.Unmarked},
		{"9 9 l S EMC", "9 9 l S    ", structcheck.Unbalanced},
		{"/Artifact BMC", "EMC          ", structcheck.Unbalanced},
		{"/TD <</MCID 2>>", "/TD <</MCID 7>>", structcheck.NotInTree},
		{"/TD <</MCID 2>>", "/TD <</MCID 7>>", structcheck.NotInContent},
		{"/K [1] /A", "/K [1 1] /A", structcheck.UsedTwice},
		{"[8 0 R 11 0 R 12 0 R", "[11 0 R 8 0 R 12 0 R", structcheck.WrongParent},
		{"/StructParents 0", "", structcheck.WrongParent},
		{"/Scope /Row", "", structcheck.NoScope},
		{"/S /TD", "/S /P", structcheck.BadTable},
		{"/K [10 0 R]>>", "/K [10 0 R <</S /TR /K []>>]>>", structcheck.RaggedTable},
		{"/S /H1", "/S /H2", structcheck.SkippedLevel},
		{"/Alt (bild)", "", structcheck.NoAlternative},
		{"/K [3] /Alt", "/Alt", structcheck.EmptyFigure},
		{"<</Type /OBJR /Obj 15 0 R>>", "", structcheck.LinkUnconnected},
		{"/StructParent 1 ", "", structcheck.LinkUnconnected},
		{"/Contents (x)", "", structcheck.LinkUndescribed},
	}
	for _, test := range tests {
		objects := sample()
		for i := range objects {
			objects[i] = strings.Replace(objects[i], test.old, test.new, 1)
		}
		if problems := structcheck.Check(build(objects)); !reported(problems, test.want) {
			t.Errorf("with %q for %q: got %v, want %q", test.new, test.old, problems, test.want)
		}
	}
}

func TestCheckReportsAnUnreadableFile(t *testing.T) {
	for _, file := range []string{"", "%PDF-1.7\n", "text"} {
		if problems := structcheck.Check([]byte(file)); !reported(problems, structcheck.Unreadable) {
			t.Errorf("Check(%q): got %v, want %q", file, problems, structcheck.Unreadable)
		}
	}
}

func reported(problems []structcheck.Problem, kind structcheck.Kind) bool {
	for _, problem := range problems {
		if problem.Kind == kind {
			return true
		}
	}
	return false
}
