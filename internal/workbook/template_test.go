package workbook_test

import (
	"bytes"
	"flag"
	"fmt"
	"os"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
	"github.com/xuri/excelize/v2"

	"github.com/uppsikt/uppsikt/internal/workbook"
)

var update = flag.Bool("update", false, "write the golden files anew")

// TestTemplatesGolden holds the text of every sheet of every template.
func TestTemplatesGolden(t *testing.T) {
	for _, kind := range workbook.Kinds() {
		data, err := workbook.Template(kind, known())
		must(t, err)
		got := sheetsText(t, data)
		path := "testdata/template-" + string(kind) + ".txt"
		if *update {
			must(t, os.WriteFile(path, []byte(got), 0o644))
		}
		want, err := os.ReadFile(path)
		must(t, err)
		if diff := cmp.Diff(string(want), got); diff != "" {
			t.Errorf("%s (-want +got):\n%s", path, diff)
		}
	}
}

// sheetsText writes the cells of all sheets, and what may be chosen where.
func sheetsText(t testing.TB, data []byte) string {
	t.Helper()
	f, err := excelize.OpenReader(bytes.NewReader(data))
	must(t, err)
	defer f.Close()
	var b strings.Builder
	for _, name := range f.GetSheetList() {
		visible, err := f.GetSheetVisible(name)
		must(t, err)
		fmt.Fprintf(&b, "# %s (synligt: %v)\n", name, visible)
		rows, err := f.GetRows(name)
		must(t, err)
		for _, r := range rows {
			fmt.Fprintln(&b, strings.Join(r, " | "))
		}
		choices, err := f.GetDataValidations(name)
		must(t, err)
		for _, c := range choices {
			fmt.Fprintf(&b, "val i %s: %s\n", c.Sqref, c.Formula1)
		}
	}
	return b.String()
}
