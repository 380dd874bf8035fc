package workbook

import (
	"archive/zip"
	"bytes"
	"encoding/xml"
	"errors"
	"fmt"
	"io"
	"path"
	"strings"
)

const (
	// MaxBytes is the largest file that is read.
	MaxBytes = 20 << 20
	// maxParts, maxUnpacked and maxRatio bound what is packed in it: small files may unpack to any size. A part may be
	// packed harder than maxRatio while it is smaller than ratioFloor, since styles and empty rows are.
	maxParts    = 2000
	maxUnpacked = 150 << 20
	maxRatio    = 150
	ratioFloor  = 4 << 20
)

// archive is a workbook's file. Its parts are unpacked within one budget.
type archive struct {
	data  []byte
	parts map[string]*zip.File
	left  int64
}

// open looks at a file before anything of it is unpacked.
func open(r io.Reader) (*archive, error) {
	data, err := io.ReadAll(io.LimitReader(r, MaxBytes+1))
	if err != nil {
		return nil, err
	}
	if len(data) > MaxBytes {
		return nil, tooMuch(fmt.Sprintf("Filen är för stor. Den får vara högst %d MB. Dela upp den på flera.", MaxBytes>>20),
			fmt.Sprintf("a workbook may hold at most %d bytes", MaxBytes))
	}
	if err := looksPacked(data); err != nil {
		return nil, err
	}
	packed, err := zip.NewReader(bytes.NewReader(data), int64(len(data)))
	if err != nil && !errors.Is(err, zip.ErrInsecurePath) {
		return nil, unreadable("DAMAGED", "Filen är skadad eller inte komplett. Öppna den i Excel, spara den på nytt och försök igen.", err.Error())
	}
	a := &archive{data: data, parts: map[string]*zip.File{}, left: maxUnpacked}
	return a, a.look(packed.File)
}

// looksPacked tells by its first bytes what a file that is no workbook is instead.
func looksPacked(data []byte) error {
	switch {
	case len(data) == 0:
		return unreadable("EMPTY_FILE", "Filen är tom.", "the file is empty")
	case bytes.HasPrefix(data, []byte("PK")):
		return nil
	case bytes.HasPrefix(data, []byte("\xd0\xcf\x11\xe0")):
		return unreadable("OLD_WORKBOOK", "Filen är en äldre Excelfil (.xls) eller skyddad med lösenord. Ta bort lösenordet och spara den som Excel-arbetsbok (.xlsx).",
			"an .xls file or an encrypted workbook")
	default:
		return notWorkbook()
	}
}

func notWorkbook() error {
	return unreadable("NOT_A_WORKBOOK", "Filen är ingen Excel-arbetsbok. Spara den som Excel-arbetsbok (.xlsx) och försök igen.", "not an .xlsx workbook")
}

func bomb(english string) error {
	return tooMuch("Filen packar upp till orimligt mycket data och läses inte. Kopiera cellerna till en ny arbetsbok och försök igen.", english)
}

// look checks the list of parts.
func (a *archive) look(parts []*zip.File) error {
	if len(parts) > maxParts {
		return bomb(fmt.Sprintf("%d parts; at most %d", len(parts), maxParts))
	}
	var total uint64
	for _, part := range parts {
		name := strings.ToLower(strings.TrimPrefix(strings.ReplaceAll(part.Name, `\`, "/"), "/"))
		if strings.HasSuffix(name, "vbaproject.bin") || strings.Contains(name, "/macrosheets/") {
			return macros()
		}
		total += part.UncompressedSize64
		if total > maxUnpacked || tooDense(part) {
			return bomb(fmt.Sprintf("%s unpacks from %d to %d bytes", part.Name, part.CompressedSize64, part.UncompressedSize64))
		}
		if _, twice := a.parts[name]; twice {
			return unreadable("DAMAGED", "Filen är skadad: den har två delar med samma namn. Spara den på nytt i Excel.", "two parts are called "+part.Name)
		}
		a.parts[name] = part
	}
	if a.parts["xl/workbook.xml"] == nil || a.parts["[content_types].xml"] == nil {
		return notWorkbook()
	}
	types, err := a.read("[content_types].xml")
	if err == nil && bytes.Contains(bytes.ToLower(types), []byte("macroenabled")) {
		return macros()
	}
	return err
}

func tooDense(part *zip.File) bool {
	size := part.UncompressedSize64
	return size > ratioFloor && size/maxRatio > part.CompressedSize64
}

func macros() error {
	return unreadable("MACROS", "Arbetsboken innehåller makron och läses därför inte. Spara den som Excel-arbetsbok utan makron (.xlsx) och försök igen.",
		"workbooks with macros are refused")
}

// read unpacks a part, within the budget and whatever its size is said to be. A part that is not there is empty.
func (a *archive) read(name string) ([]byte, error) {
	part := a.parts[strings.ToLower(name)]
	if part == nil {
		return nil, nil
	}
	r, err := part.Open()
	if err != nil {
		return nil, damaged(name, err)
	}
	defer r.Close()
	data, err := io.ReadAll(io.LimitReader(r, a.left+1))
	if int64(len(data)) > a.left {
		return nil, bomb("the parts unpack to more than the budget")
	}
	a.left -= int64(len(data))
	if err != nil {
		return nil, damaged(name, err)
	}
	return data, nil
}

func damaged(name string, err error) error {
	return unreadable("DAMAGED", "Filen är skadad och går inte att läsa. Öppna den i Excel, spara den på nytt och försök igen.", name+": "+err.Error())
}

// decode reads a part as XML.
func (a *archive) decode(name string, into any) error {
	data, err := a.read(name)
	if err != nil || data == nil {
		return err
	}
	if err := xml.Unmarshal(data, into); err != nil {
		return damaged(name, err)
	}
	return nil
}

// sheetPart is one sheet in the list of a workbook.
type sheetPart struct {
	name, part string
	hidden     bool
}

// contents is what the workbook says of itself.
type contents struct {
	sheets []sheetPart
	// since1904 is true when its dates are counted from 1904.
	since1904 bool
}

func (a *archive) contents() (contents, error) {
	var book struct {
		Properties struct {
			Date1904 string `xml:"date1904,attr"`
		} `xml:"workbookPr"`
		Sheets []struct {
			Name  string     `xml:"name,attr"`
			State string     `xml:"state,attr"`
			Attrs []xml.Attr `xml:",any,attr"`
		} `xml:"sheets>sheet"`
	}
	var links struct {
		List []struct {
			ID     string `xml:"Id,attr"`
			Target string `xml:"Target,attr"`
		} `xml:"Relationship"`
	}
	if err := errors.Join(a.decode("xl/workbook.xml", &book), a.decode("xl/_rels/workbook.xml.rels", &links)); err != nil {
		return contents{}, err
	}
	targets := map[string]string{}
	for _, link := range links.List {
		targets[link.ID] = link.Target
	}
	c := contents{since1904: book.Properties.Date1904 == "1" || book.Properties.Date1904 == "true"}
	for _, s := range book.Sheets {
		c.sheets = append(c.sheets, sheetPart{name: s.Name, part: partPath(targets[relation(s.Attrs)]), hidden: s.State != "" && s.State != "visible"})
	}
	return c, nil
}

// relation returns the id by which a sheet refers to its part.
func relation(attrs []xml.Attr) string {
	for _, a := range attrs {
		if a.Name.Local == "id" {
			return a.Value
		}
	}
	return ""
}

// partPath resolves a target as the workbook gives it.
func partPath(target string) string {
	if strings.HasPrefix(target, "/") {
		return strings.TrimPrefix(path.Clean(target), "/")
	}
	return path.Join("xl", target)
}
