package web

import (
	"cmp"
	"context"
	"encoding/base64"
	"fmt"
	"net/http"
	"strconv"
	"strings"

	authzv1 "github.com/uppsikt/uppsikt/proto/gen/uppsikt/authz/v1"

	"github.com/uppsikt/uppsikt/internal/fault"
)

// Workbooks reads workbooks of one committee with the rights of the token that ctx carries to the services.
type Workbooks interface {
	// Kinds lists what a workbook can hold.
	Kinds() []WorkbookKind
	// Template returns an empty workbook to fill in, and its file name.
	Template(ctx context.Context, o WorkbookOptions) (name string, body []byte, err error)
	// Check reads a workbook without writing and returns what an import would do and every fault. The error is a
	// *fault.Error when the file could not be read at all.
	Check(ctx context.Context, o WorkbookOptions, body []byte) (WorkbookReport, error)
	// Apply imports a workbook. A report with faults means that nothing was written.
	Apply(ctx context.Context, o WorkbookOptions, body []byte) (WorkbookReport, error)
}

// WorkbookKind is what a workbook can hold, with its columns.
type WorkbookKind struct {
	ID, Title string
	Fields    []WorkbookField
}

// WorkbookField is one column of a kind.
type WorkbookField struct {
	Key, Title, Help string
	Required         bool
}

// WorkbookOptions say what a workbook is about: the committee, the year of its plan, the kind, the sheet, where empty takes
// the one that fits best, and what headings mean that are not those of the template.
type WorkbookOptions struct {
	Committee   string
	Year        int
	Kind, Sheet string
	Map         map[string]string
	// Progress is told what is going on with a sheet of so many rows; it may be nil.
	Progress func(step string, rows int)
}

// WorkbookReport says how a sheet was read, what an import does, and what is wrong.
type WorkbookReport struct {
	Sheet string
	// Others are the sheets that may be read instead.
	Others  []string
	Columns []WorkbookColumn
	Rows    int
	// Created, Updated and Unchanged count resources against what is stored.
	Created, Updated, Unchanged int
	// Faults hinder the import; Remarks do not.
	Faults, Remarks []WorkbookFault
}

// WorkbookColumn is one column of a sheet; Field is what it is read as, empty when it is not read.
type WorkbookColumn struct{ Letter, Heading, Field string }

// WorkbookFault is one thing wrong, or worth knowing, with its place.
type WorkbookFault struct {
	Sheet           string
	Row             int
	Column, Heading string
	// Typed is what the cell holds; Text says what is wrong and how to mend it.
	Typed, Text string
}

// Cell names the place in the sheet: "C7", or the row alone.
func (f WorkbookFault) Cell() string {
	switch {
	case f.Row == 0:
		return "Hela bladet"
	case f.Column == "":
		return "Rad " + strconv.Itoa(f.Row)
	default:
		return f.Column + strconv.Itoa(f.Row)
	}
}

// workbookView is what the page of a checked workbook shows.
type workbookView struct {
	File, Kind, KindTitle, Year, Sheet, Counted string
	Report                                      *WorkbookReport
	// Body is the checked file, to be sent back when it is imported: the gateway keeps nothing.
	Body, Path string
	// Changes is true when an import would change something.
	Changes bool
	// Sheets are those that may be read, the one that was read first; none when there is nothing to choose.
	Sheets []string
	// Columns are the sheet's, each with what it may mean; Ask are the template's when the sheet's are not recognised.
	Columns []columnView
	Ask     []WorkbookField
	// Problem says why the file could not be read.
	Problem string
}

// columnView is one column with the choice of what it means.
type columnView struct {
	WorkbookColumn
	Name    string
	Options []option
}

// importWorkbook takes a workbook, shows what it would do, and imports it when the user says so.
func (s *server) importWorkbook(c *call) (*page, error) {
	if !c.user.may(authzv1.Permission_PERMISSION_IMPORT, c.name(2)) {
		return nil, fault.Deny("no role with the permission IMPORT")
	}
	if c.posted() && !c.restored && c.r.PostForm.Get("innehall") != "" {
		return c.workbookAgain()
	}
	shown, err := c.year()
	if err != nil {
		return nil, err
	}
	f := workbookForm(s.Workbooks.Kinds(), shown)
	f.Cancel = address(c.name(2)) + "/controls"
	p := workbookPage(c.name(2), s.Workbooks.Kinds(), shown)
	var checked *page
	p, err = c.form(p, f, func() (string, error) {
		year, err := strconv.Atoi(f.value("ar"))
		if err != nil {
			return "", fault.Fields(fault.Field{Path: "year", Swedish: yearWords})
		}
		name, body, err := c.uploaded()
		if err != nil {
			return "", err
		}
		checked, err = c.checkWorkbook(name, WorkbookOptions{Committee: c.name(2), Year: year, Kind: f.value("slag"), Sheet: f.value("blad")}, body)
		return "", err
	})
	if err == nil && checked != nil {
		return checked, nil
	}
	return p, err
}

// workbookForm asks for a workbook and what it is about.
func workbookForm(kinds []WorkbookKind, year int) *form {
	var options []option
	for _, k := range kinds {
		options = append(options, option{Value: k.ID, Label: k.Title})
	}
	file := &field{Name: "fil", Kind: kindFile, Label: "Arbetsbok att importera", Accept: ".xlsx", paths: []string{"file"},
		Hint: "En fil i Excels format (.xlsx), högst 20 MB. Inget sparas förrän du har sett resultatet av kontrollen."}
	f := newForm("Kontrollera filen", radios("slag", "Vad innehåller den?", "", options, "kind").missing("Välj vad arbetsboken innehåller."),
		text("ar", "Planår", strconv.Itoa(year), "year").width("short"), file,
		text("blad", "Vilket blad i arbetsboken?", "", "sheet").optional().width("medium").hint("Bladets namn. Lämna tomt, så tas det som passar bäst."))
	f.Multipart = true
	return f
}

// workbookPage is the page to begin with: the templates to download, and the form.
func workbookPage(committee string, kinds []WorkbookKind, year int) *page {
	p := &page{Title: "Importera från Excel", Section: sectionControls, Crumbs: []link{{"Kontroller", address(committee) + "/controls"}}, Template: "workbook",
		Lead: "Läs in risker, kontroller eller mätningar från en arbetsbok. Filen kontrolleras först."}
	var files []link
	for _, k := range kinds {
		files = append(files, link{"Mall för " + strings.ToLower(k.Title), address(committee) + "/importera/fil/" + k.ID + "?ar=" + strconv.Itoa(year)})
	}
	p.Data = files
	return p
}

// workbookAgain checks a workbook again with other meanings of its columns, or imports it.
func (c *call) workbookAgain() (*page, error) {
	v := c.r.PostForm
	body, err := base64.RawURLEncoding.DecodeString(v.Get("innehall"))
	year, wrong := strconv.Atoi(v.Get("ar"))
	if err != nil || wrong != nil {
		return nil, &fault.Error{Kind: fault.Invalid, Swedish: "Filen kom inte fram hel. Välj den igen.", English: "bad base64 or year"}
	}
	o := WorkbookOptions{Committee: c.name(2), Year: year, Kind: v.Get("slag"), Sheet: cleanText(v.Get("blad")), Map: typedMap(v["rubrik"], v["som"])}
	name := cleanText(v.Get("namn"))
	if v.Get("steg") != "importera" {
		return c.checkWorkbook(name, o, body)
	}
	return c.perform("Import av arbetsboken", func(tell func(string, int)) (*page, error) {
		o.Progress = tell
		return c.applyWorkbook(name, o, body)
	})
}

// applyWorkbook imports a workbook.
func (c *call) applyWorkbook(name string, o WorkbookOptions, body []byte) (*page, error) {
	report, err := c.Workbooks.Apply(c.ctx(), o, body)
	if err != nil {
		return nil, err
	}
	if len(report.Faults) > 0 {
		return workbookChecked(c.Workbooks.Kinds(), name, o, &report, body, nil), nil
	}
	year := strconv.Itoa(o.Year)
	to := address(o.Committee) + "/controls?ar=" + year
	if o.Kind == "risks" {
		to = address(o.Committee) + "/plans/" + year
	}
	return &page{Location: receipt(to, "importerad"), Title: "Filen är importerad", Lead: report.counted()}, nil
}

// counted says what an import does, or did.
func (r *WorkbookReport) counted() string {
	return fmt.Sprintf("Nytt: %s. Ändrat: %s. Redan likadant: %s.", number(float64(r.Created)), number(float64(r.Updated)), number(float64(r.Unchanged)))
}

// typedMap pairs headings with what they mean; pairs without a heading say nothing.
func typedMap(headings, meanings []string) map[string]string {
	m := map[string]string{}
	for i, h := range headings {
		if h = cleanText(h); h != "" && i < len(meanings) {
			m[h] = cleanText(meanings[i])
		}
	}
	return m
}

// checkWorkbook shows what an import would do.
func (c *call) checkWorkbook(name string, o WorkbookOptions, body []byte) (*page, error) {
	return c.perform("Kontroll av arbetsboken", func(tell func(string, int)) (*page, error) {
		o.Progress = tell
		return c.checkedWorkbook(name, o, body)
	})
}

func (c *call) checkedWorkbook(name string, o WorkbookOptions, body []byte) (*page, error) {
	report, err := c.Workbooks.Check(c.ctx(), o, body)
	if err == nil {
		return workbookChecked(c.Workbooks.Kinds(), name, o, &report, body, nil), nil
	}
	if e := toFault(err); e.Kind == fault.Invalid && len(e.Fields) > 0 {
		return workbookChecked(c.Workbooks.Kinds(), name, o, &WorkbookReport{}, body, e.Fields), nil
	}
	return nil, err
}

// headingsUnknown is the reason when no heading was recognised, so that somebody has to say what they mean.
const headingsUnknown = "HEADINGS"

// workbookChecked shows the result of a check; problems say why the file could not be read.
func workbookChecked(kinds []WorkbookKind, name string, o WorkbookOptions, r *WorkbookReport, body []byte, problems []fault.Field) *page {
	var texts []string
	ask := false
	for _, f := range problems {
		texts = append(texts, f.Swedish)
		ask = ask || f.Reason == headingsUnknown
	}
	v := workbookView{File: name, Kind: o.Kind, Sheet: cmp.Or(o.Sheet, r.Sheet), Counted: r.counted(), Changes: r.Created+r.Updated > 0, Year: strconv.Itoa(o.Year), Report: r, Body: base64.RawURLEncoding.EncodeToString(body), Path: address(o.Committee) + "/importera", Problem: strings.Join(texts, " ")}
	if len(r.Others) > 0 {
		v.Sheets = append([]string{r.Sheet}, r.Others...)
	}
	for _, k := range kinds {
		if k.ID != o.Kind {
			continue
		}
		v.KindTitle = k.Title
		options := []option{{Label: "Läses inte"}}
		for _, f := range k.Fields {
			options = append(options, option{Value: f.Key, Label: f.Title})
		}
		for i, col := range r.Columns {
			v.Columns = append(v.Columns, columnView{col, "som-" + strconv.Itoa(i), options})
		}
		if ask {
			v.Ask = k.Fields
		}
	}
	p := &page{Title: "Arbetsboken kan importeras", Template: "workbookchecked", Data: v, Wide: true, Section: sectionControls, Crumbs: []link{{"Importera från Excel", v.Path}}}
	switch {
	case len(problems) > 0 && !ask:
		p.Title, p.Status, p.Lead = "Arbetsboken kan inte importeras", http.StatusUnprocessableEntity, "Inget har sparats."
	case len(r.Faults) > 0 || ask:
		p.Title, p.Status = "Arbetsboken kan inte importeras än", http.StatusUnprocessableEntity
		p.Lead = "Inget har sparats. Rätta felen i arbetsboken, eller säg vad kolumnerna betyder, och kontrollera igen."
	case r.Created+r.Updated == 0:
		p.Title, p.Lead = "Allt i arbetsboken finns redan", "Det finns inget nytt att importera."
	}
	return p
}

// workbookTemplate answers with an empty workbook to fill in.
func (s *server) workbookTemplate(c *call) (*page, error) {
	year, err := c.year()
	if err != nil {
		return nil, err
	}
	name, body, err := s.Workbooks.Template(c.ctx(), WorkbookOptions{Committee: c.name(2), Year: year, Kind: c.r.PathValue("kind")})
	if err != nil {
		return nil, err
	}
	c.w.Header().Set("Content-Disposition", fmt.Sprintf(`attachment; filename="%s"`, name))
	return &page{File: &file{MediaType: "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet", Body: body}}, nil
}
