package workbook_test

import (
	"archive/zip"
	"bytes"
	"context"
	"errors"
	"strings"
	"testing"

	"github.com/xuri/excelize/v2"

	"github.com/uppsikt/uppsikt/internal/fault"
	"github.com/uppsikt/uppsikt/internal/workbook"
)

// refused reads what must not be read and returns the reason.
func refused(t testing.TB, data []byte) string {
	t.Helper()
	_, err := workbook.Read(t.Context(), bytes.NewReader(data), options())
	f := fault.As(err)
	if f == nil {
		t.Fatalf("got %v", err)
	}
	if f.Swedish == "" {
		t.Error("it says nothing")
	}
	if len(f.Fields) > 0 {
		return f.Fields[0].Reason
	}
	return f.Reason
}

// packed returns a zip of the parts, on top of those of a real workbook.
func packed(t testing.TB, base []byte, parts map[string]string) []byte {
	t.Helper()
	var b bytes.Buffer
	w := zip.NewWriter(&b)
	if base != nil {
		r, err := zip.NewReader(bytes.NewReader(base), int64(len(base)))
		must(t, err)
		for _, f := range r.File {
			if _, replaced := parts[f.Name]; !replaced {
				must(t, w.Copy(f))
			}
		}
	}
	for name, content := range parts {
		part, err := w.Create(name)
		must(t, err)
		_, err = part.Write([]byte(content))
		must(t, err)
	}
	must(t, w.Close())
	return b.Bytes()
}

func TestWhatIsNoWorkbookIsRefused(t *testing.T) {
	good := messySheet(t)
	for name, c := range map[string]struct {
		data []byte
		want string
	}{
		"empty":           {nil, "EMPTY_FILE"},
		"text":            {[]byte("Risk;Sannolikhet\n"), "NOT_A_WORKBOOK"},
		"xls":             {[]byte("\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1 and more"), "OLD_WORKBOOK"},
		"zip":             {packed(t, nil, map[string]string{"a.txt": "a"}), "NOT_A_WORKBOOK"},
		"half":            {good[:len(good)/2], "DAMAGED"},
		"macros":          {packed(t, good, map[string]string{"xl/vbaProject.bin": "x"}), "MACROS"},
		"macro type":      {packed(t, good, map[string]string{"[Content_Types].xml": `<Types><Override ContentType="application/vnd.ms-excel.sheet.macroEnabled.main+xml"/></Types>`}), "MACROS"},
		"macro sheet":     {packed(t, good, map[string]string{"xl/macrosheets/sheet1.xml": "<x/>"}), "MACROS"},
		"bomb":            {packed(t, good, map[string]string{"xl/media/a.bin": strings.Repeat("\x00", 30<<20)}), "LIMIT_EXCEEDED"},
		"broken xml":      {packed(t, good, map[string]string{"xl/worksheets/sheet1.xml": "<worksheet><sheetData><row r="}), "DAMAGED"},
		"text not there":  {packed(t, good, map[string]string{"xl/sharedStrings.xml": "<sst/>"}), "DAMAGED"},
		"entity":          {packed(t, good, map[string]string{"xl/worksheets/sheet1.xml": `<!DOCTYPE x [<!ENTITY a "aaaa">]><worksheet><sheetData><row r="1"><c r="A1" t="inlineStr"><is><t>&a;</t></is></c></row></sheetData></worksheet>`}), "DAMAGED"},
		"nothing in it":   {book(t, "Blad1", nil), "HEADINGS"},
		"wrong headings":  {book(t, "Blad1", [][]any{{"Namn", "Telefon"}, {"A", "B"}}), "HEADINGS"},
		"too many rows":   {book(t, "Blad1", [][]any{{"Risk"}}, func(f *excelize.File) { must(t, f.SetCellValue("Blad1", "A1048576", "sist")) }), "LIMIT_EXCEEDED"},
		"two of one name": {twice(t, good), "DAMAGED"},
	} {
		if got := refused(t, c.data); got != c.want {
			t.Errorf("%s: got %s, want %s", name, got, c.want)
		}
	}
}

// twice adds a part that is there already.
func twice(t testing.TB, base []byte) []byte {
	t.Helper()
	var b bytes.Buffer
	w := zip.NewWriter(&b)
	r, err := zip.NewReader(bytes.NewReader(base), int64(len(base)))
	must(t, err)
	for _, f := range append(r.File, r.File[0]) {
		must(t, w.Copy(f))
	}
	must(t, w.Close())
	return b.Bytes()
}

// TestPartsThatLieAboutTheirSize writes a part whose header says that it is small.
func TestPartsThatLieAboutTheirSize(t *testing.T) {
	data := packed(t, messySheet(t), map[string]string{"xl/sharedStrings.xml": "<sst>" + strings.Repeat("<si><t>a</t></si>", 200_000) + "</sst>"})
	r, err := zip.NewReader(bytes.NewReader(data), int64(len(data)))
	must(t, err)
	var b bytes.Buffer
	w := zip.NewWriter(&b)
	for _, f := range r.File {
		header := f.FileHeader
		if f.Name == "xl/sharedStrings.xml" {
			header.UncompressedSize64 = 100
		}
		header.Flags &^= 0x8
		raw, err := f.OpenRaw()
		must(t, err)
		part, err := w.CreateRaw(&header)
		must(t, err)
		var content bytes.Buffer
		_, err = content.ReadFrom(raw)
		must(t, err)
		_, err = part.Write(content.Bytes())
		must(t, err)
	}
	must(t, w.Close())
	if got := refused(t, b.Bytes()); got != "DAMAGED" {
		t.Errorf("got %s", got)
	}
}

func TestTooLargeFilesAreNotRead(t *testing.T) {
	if got := refused(t, append([]byte("PK\x03\x04"), make([]byte, workbook.MaxBytes)...)); got != "LIMIT_EXCEEDED" {
		t.Errorf("got %s", got)
	}
}

func TestHiddenSheetsAndOtherSheetsAreLeft(t *testing.T) {
	data := book(t, "Risker", [][]any{{"Risk"}, {"En risk"}}, func(f *excelize.File) {
		for _, name := range []string{"Gömd", "Övrigt"} {
			_, err := f.NewSheet(name)
			must(t, err)
			must(t, f.SetSheetRow(name, "A1", &[]any{"Risk", "Process", "Sannolikhet"}))
		}
		must(t, f.SetSheetVisible("Gömd", false))
		must(t, f.SetCellValue("Övrigt", "B1", "Annat"))
		must(t, f.SetCellValue("Övrigt", "C1", "Något"))
	})
	if b := read(t, data, options()); b.Sheet != "Risker" {
		t.Errorf("got %s", b.Sheet)
	}
	o := options()
	o.Sheet = "gömd"
	if b := read(t, data, o); b.Sheet != "Gömd" {
		t.Errorf("got %s", b.Sheet)
	}
	o.Sheet = "Finns inte"
	if _, err := workbook.Read(t.Context(), bytes.NewReader(data), o); fault.As(err) == nil || !strings.Contains(fault.As(err).Fields[0].Swedish, "Risker") {
		t.Errorf("got %v", err)
	}
}

func TestReadingStopsWhenTheCallerDoes(t *testing.T) {
	ctx, cancel := context.WithCancel(t.Context())
	cancel()
	if _, err := workbook.Read(ctx, bytes.NewReader(messySheet(t)), options()); !errors.Is(err, context.Canceled) {
		t.Errorf("got %v", err)
	}
}

// FuzzRead changes a sheet's XML as anybody may.
func FuzzRead(f *testing.F) {
	good := messySheet(f)
	f.Add(`<worksheet><sheetData><row r="1"><c r="A1" t="inlineStr"><is><t>Risk</t></is></c></row><row r="2" hidden="1"><c r="A2" s="9"><f>1+1</f></c></row></sheetData><mergeCells><mergeCell ref="A1:A9"/></mergeCells></worksheet>`)
	f.Add(`<worksheet><sheetData><c/><row r="-1"><c r="ZZZ1"><v>1</v></c><c t="e"><v>#N/A</v></c><c t="s"><v>0</v></c></row></sheetData></worksheet>`)
	f.Fuzz(func(t *testing.T, sheet string) {
		if len(sheet) > 1<<16 {
			return
		}
		b, err := workbook.Read(t.Context(), bytes.NewReader(packed(t, good, map[string]string{"xl/worksheets/sheet1.xml": sheet})), options())
		if err != nil {
			if fault.As(err) == nil {
				t.Errorf("untyped: %v", err)
			}
			return
		}
		if b.OK() {
			if _, err := b.File(); err != nil {
				t.Errorf("no fault, and still: %v", err)
			}
		}
	})
}
