package e2e_test

import (
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/uppsikt/uppsikt/e2e/internal/product"
)

// export writes everything that a server holds to a file and returns its content.
func export(t *testing.T, s *product.Server, name string) (path, content string) {
	t.Helper()
	path = filepath.Join(t.TempDir(), name)
	s.MustClient(t, s.TokenFor(t, "operator", "platform"), "export", "-o", path)
	return path, read(t, path)
}

// TestExportImportExport: what is taken out of one installation and brought into an empty one comes out of it byte for
// byte the same, and is accepted by the journal's check; a repeated import changes nothing.
func TestExportImportExport(t *testing.T) {
	t.Parallel()
	from := demo(t)
	for _, name := range []string{"all.yaml", "all.json"} {
		file, first := export(t, from, name)
		to := shared.program.Start(t, product.Options{})
		operator := to.TokenFor(t, "operator", "platform")
		to.MustClient(t, operator, "import", "--check", file)
		if _, none := export(t, to, name); strings.Contains(none, "exempelkommun") {
			t.Errorf("%s: checking alone has written something", name)
		}
		to.MustClient(t, operator, "import", file)
		if _, second := export(t, to, name); second != first {
			t.Errorf("%s: the export of the import differs: %s", name, firstDifference(first, second))
		}
		if out := to.MustClient(t, operator, "import", file); strings.Contains(out, "nya") && !strings.Contains(out, "0 nya, 0 ändrade") {
			t.Errorf("%s: a repeated import changes something: %s", name, out)
		}
		want(t, to.Run(t, "verify", "--data", to.Data), 0)
	}
}

func firstDifference(a, b string) string {
	as, bs := strings.Split(a, "\n"), strings.Split(b, "\n")
	for i := range min(len(as), len(bs)) {
		if as[i] != bs[i] {
			return "got " + bs[i] + ", want " + as[i]
		}
	}
	return "one is longer"
}

// TestFaultyFile: every fault of a file comes in one answer, with its place, and nothing is written.
func TestFaultyFile(t *testing.T) {
	t.Parallel()
	s := shared.program.Start(t, product.Options{})
	operator := s.TokenFor(t, "operator", "platform")
	good := read(t, examplePlan)
	faulty := strings.NewReplacer(
		"stated_value: 9", "stated_value: -9",
		"treatment: bevaka", "treatment: hoppas",
		"- level: medel\n        lower: 4", "- level: medel\n        lower: 5",
		"role: kvalitetsutvecklare", "role: kvalitetsutvecklare 19850709-9805",
		"plans/2025/controlAreas/ekonomi\n    risk_entries", "plans/2025/controlAreas/finns-inte\n    risk_entries",
	).Replace(good)
	r := s.Client(t, operator, "import", write(t, "fel.yaml", faulty))
	want(t, r, 1, "stated_value", "hoppas", "bands", "personnummer", "finns-inte", "Ingenting")
	if n := strings.Count(r.Stderr, "\n"); n < 5 {
		t.Errorf("got %d lines, want each fault on its own: %v", n, r)
	}
	for says, more := range map[string]string{
		"parent_unit": unit("a", "b") + unit("b", "a"), // each part of the other
		"role":        "role_assignments:\n  - name: " + municipality + "/roleAssignments/x\n    role: ROLE_EMPEROR\n",
		"person":      "role_assignments:\n  - name: " + municipality + "/roleAssignments/x\n    role: ROLE_MEMBER\n    scope: " + committee + "\n    person: " + municipality + "/people/ingen\n",
	} {
		if strings.HasPrefix(more, "  -") {
			more = "units:\n" + more
		}
		want(t, s.Client(t, operator, "import", write(t, "fel.yaml", good+more)), 1, says)
	}
	if _, content := export(t, s, "after.yaml"); strings.Contains(content, "exempelkommun") {
		t.Errorf("a faulty file has been written in part:\n%s", content)
	}
	s.MustClient(t, operator, "import", examplePlan)
}

// unit is a unit in a bundle that is part of another.
func unit(id, parent string) string {
	return "  - name: " + committee + "/units/" + id + "\n    display_name: Enhet\n    parent_unit: " + committee + "/units/" + parent + "\n"
}

// TestUnreadableFiles: what is no bundle at all is refused with a reason, not with a crash.
func TestUnreadableFiles(t *testing.T) {
	t.Parallel()
	s := demo(t)
	operator := s.TokenFor(t, "operator", "platform")
	bomb := "a: &a [x,x,x,x,x,x,x,x,x]\nb: &b [*a,*a,*a,*a,*a,*a,*a,*a,*a]\nc: &c [*b,*b,*b,*b,*b,*b,*b,*b,*b]\n"
	for name, test := range map[string]struct{ content, says string }{
		"empty.yaml":    {"", ""},
		"bomb.yaml":     {"format: uppsikt.exchange.v1\n" + bomb, ""},
		"binary.yaml":   {"format: uppsikt.exchange.v1\nplans: \"\xff\xfe\"\n", ""},
		"control.json":  {`{"format": "uppsikt.exchange.v1", "risks": [{"name": "` + committee + `/risks/x", "title": "a\u0007b"}]}`, ""},
		"unknown.yaml":  {"format: uppsikt.exchange.v1\nfish: []\n", "fish"},
		"format.yaml":   {"format: something.else\n", "format"},
		"broken.json":   {`{"format": `, ""},
		"plan.docx":     {"format: uppsikt.exchange.v1\n", ".yaml"},
		"too-long.yaml": {"format: uppsikt.exchange.v1\n# " + strings.Repeat("x", 21<<20), "20"},
	} {
		r := s.Client(t, operator, "import", write(t, name, test.content))
		want(t, r, 1, test.says)
		if strings.Contains(r.Stderr, "goroutine") || r.Stderr == "" {
			t.Errorf("%s: %v", name, r)
		}
	}
	want(t, s.Client(t, operator, "import", filepath.Join(t.TempDir(), "nothing.yaml")), 1, "nothing.yaml")
	if _, err := os.Stat(examplePlan); err != nil {
		t.Error(err)
	}
}
