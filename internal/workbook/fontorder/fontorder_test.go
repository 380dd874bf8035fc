package fontorder_test

import (
	"archive/zip"
	"bytes"
	"io"
	"regexp"
	"slices"
	"testing"

	"github.com/xuri/excelize/v2"

	"github.com/uppsikt/uppsikt/internal/workbook/fontorder"
)

// TestFontsAreInTheStandardsOrder writes a font with everything and reads its properties in the order they stand.
func TestFontsAreInTheStandardsOrder(t *testing.T) {
	f := excelize.NewFile()
	defer f.Close()
	if _, err := f.NewStyle(&excelize.Style{Font: &excelize.Font{Bold: true, Italic: true, Strike: true, Underline: "single", Size: 14, Color: "FFFFFF", Family: "Calibri"}}); err != nil {
		t.Fatal(err)
	}
	b, err := f.WriteToBuffer()
	if err != nil {
		t.Fatal(err)
	}
	mended, err := fontorder.Mend(b.Bytes())
	if err != nil {
		t.Fatal(err)
	}
	order := []string{"b", "i", "strike", "u", "sz", "color", "name", "family", "charset", "scheme"}
	fonts := regexp.MustCompile(`<font>.*?</font>`).FindAllString(styles(t, mended), -1)
	if len(fonts) < 2 {
		t.Fatalf("got %d fonts", len(fonts))
	}
	for _, font := range fonts {
		var ranks []int
		for _, m := range regexp.MustCompile(`<([a-zA-Z]+)[ />]`).FindAllStringSubmatch(font[len("<font>"):], -1) {
			ranks = append(ranks, slices.Index(order, m[1]))
		}
		if len(ranks) == 0 || !slices.IsSorted(ranks) || ranks[0] < 0 {
			t.Errorf("%s is not in order", font)
		}
	}
}

func TestWhatIsNoWorkbookIsAnError(t *testing.T) {
	if _, err := fontorder.Mend([]byte("x")); err == nil {
		t.Error("no error")
	}
}

// styles returns the part that holds the fonts.
func styles(t *testing.T, file []byte) string {
	t.Helper()
	r, err := zip.NewReader(bytes.NewReader(file), int64(len(file)))
	if err != nil {
		t.Fatal(err)
	}
	part, err := r.Open("xl/styles.xml")
	if err != nil {
		t.Fatal(err)
	}
	defer part.Close()
	content, err := io.ReadAll(part)
	if err != nil {
		t.Fatal(err)
	}
	return string(content)
}
