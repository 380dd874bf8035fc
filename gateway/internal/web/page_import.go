package web

import (
	"encoding/base64"
	"errors"
	"io"
	"net/http"

	authzv1 "github.com/uppsikt/uppsikt/proto/gen/uppsikt/authz/v1"

	"github.com/uppsikt/uppsikt/internal/fault"
)

// importView is what the page of an import shows.
type importView struct {
	File   string
	Report *ImportReport
	// Body is the checked file, to be sent back when it is imported: the gateway keeps nothing.
	Body string
	Next string
}

// Rows are the kinds in the file, in Swedish.
func (v importView) Rows() []ImportCount {
	rows := make([]ImportCount, 0, len(v.Report.Counts))
	for _, r := range v.Report.Counts {
		if title := bundleKinds[r.Kind]; title != "" {
			r.Kind = title
		}
		rows = append(rows, r)
	}
	return rows
}

// bundleKinds are the kinds of resources in a file.
var bundleKinds = map[string]string{
	"municipalities": "Kommuner", "committees": "Nämnder", "units": "Enheter", "people": "Personer",
	"role_assignments": "Roller", "methods": "Metoder", "method_versions": "Versioner av metoder", "risks": "Risker",
	"plans": "Planer", "plan_versions": "Fastställda versioner av planer", "risk_entries": "Riskbedömningar",
	"control_areas": "Kontrollområden", "control_points": "Kontrollmoment och granskningar",
	"rounds": "Uppföljningar", "follow_ups": "Svar i uppföljningar", "cases": "Ärenden",
	"actions": "Åtgärder", "common_items": "Kommungemensamma granskningar", "indicators": "Indikatorer med mål", "measurements": "Mätningar",
	"results": "Resultat av kontroller", "templates": "Mallar för dokument",
}

// importBundle takes a file, shows what it would do, and imports it when the user says so.
func (s *server) importBundle(c *call) (*page, error) {
	if !c.mayTransfer() {
		return nil, fault.Deny("no role with the permission TRANSFER")
	}
	next := localPath(c.query(returnField))
	if c.posted() && !c.restored {
		next = localPath(c.r.PostForm.Get(returnField))
	}
	if c.posted() && !c.restored && c.r.PostForm.Get("steg") == "importera" {
		return s.applyBundle(c, next)
	}
	file := &field{Name: "fil", Kind: kindFile, Label: "Fil att importera", Accept: ".yaml,.yml,.json",
		Hint: "En fil i Uppsikts format, YAML eller JSON, högst 20 MB. Inget sparas förrän du har sett resultatet av kontrollen."}
	f := newForm("Kontrollera filen", file, hidden(returnField, next))
	f.Multipart = true
	p := &page{Title: "Importera", Lead: "Filen kontrolleras först. Du ser vad den innehåller och alla fel innan något sparas."}
	var checked *page
	p, err := c.form(p, f, func() (string, error) {
		var err error
		checked, err = s.checkBundle(c, next)
		return "", err
	})
	if err == nil && checked != nil {
		return checked, nil
	}
	return p, err
}

// mayTransfer reports whether the user may import anywhere.
func (c *call) mayTransfer() bool {
	for _, r := range c.user.roles {
		if c.user.may(authzv1.Permission_PERMISSION_TRANSFER, r.GetScope()) {
			return true
		}
	}
	return false
}

// uploaded returns the file that was chosen.
func (c *call) uploaded() (name string, body []byte, err error) {
	file, header, err := c.r.FormFile("fil")
	if errors.Is(err, http.ErrMissingFile) || errors.Is(err, http.ErrNotMultipart) {
		return "", nil, &fault.Error{Kind: fault.Invalid, Swedish: "Välj en fil att importera.", English: "no file"}
	}
	if err != nil {
		return "", nil, err
	}
	defer file.Close()
	body, err = io.ReadAll(file)
	return header.Filename, body, err
}

// checkBundle shows what an import would do.
func (s *server) checkBundle(c *call, next string) (*page, error) {
	name, body, err := c.uploaded()
	if err != nil {
		return nil, err
	}
	report, err := s.Importer.Check(c.ctx(), name, body)
	if unread := fault.As(err); unread != nil && unread.Kind == fault.Invalid && len(unread.Fields) > 0 {
		report, err = unreadReport(unread), nil
	}
	if err != nil {
		return nil, err
	}
	return importPage(importView{File: name, Report: &report, Body: base64.RawURLEncoding.EncodeToString(body), Next: next}), nil
}

// unreadReport lists what is wrong with a file that could not be read, with the places.
func unreadReport(e *fault.Error) ImportReport {
	var r ImportReport
	for _, f := range e.Fields {
		r.Faults = append(r.Faults, ImportFault{Path: f.Path, Text: f.Swedish})
	}
	return r
}

// importPage shows the result of a check.
func importPage(v importView) *page {
	p := &page{Title: "Filen kan importeras", Template: "import", Data: v, Wide: true}
	if len(v.Report.Faults) > 0 {
		p.Title, p.Status = "Filen kan inte importeras än", http.StatusUnprocessableEntity
		p.Lead = "Rätta felen i filen och kontrollera den igen. Inget har sparats."
	}
	return p
}

// applyBundle imports the file that was checked.
func (s *server) applyBundle(c *call, next string) (*page, error) {
	body, err := base64.RawURLEncoding.DecodeString(c.r.PostForm.Get("innehall"))
	if err != nil {
		return nil, &fault.Error{Kind: fault.Invalid, Swedish: "Filen kom inte fram hel. Välj den igen.", English: "bad base64"}
	}
	name := cleanText(c.r.PostForm.Get("namn"))
	report, err := s.Importer.Apply(c.ctx(), name, body)
	if err != nil {
		return nil, err
	}
	if len(report.Faults) > 0 {
		return importPage(importView{File: name, Report: &report, Next: next}), nil
	}
	s.sessions.forget(c.user.secret) // roles and committees may have come with the file
	if len(report.Committees) == 1 {
		next = address(report.Committees[0])
	}
	return &page{Location: receipt(next, "importerad")}, nil
}
