package web

import (
	"fmt"
	"net/url"
	"slices"
	"strconv"

	reportv1 "github.com/uppsikt/uppsikt/proto/gen/uppsikt/report/v1"
	riskv1 "github.com/uppsikt/uppsikt/proto/gen/uppsikt/risk/v1"

	"github.com/uppsikt/uppsikt/internal/fault"
)

// figureFormats are the files of a figure, by the last part of the address.
var figureFormats = []struct {
	path, name string
	format     reportv1.FigureFormat
}{
	{"svg", "SVG", reportv1.FigureFormat_FIGURE_FORMAT_SVG}, {"pdf", "PDF", reportv1.FigureFormat_FIGURE_FORMAT_PDF},
	{"png", "PNG", reportv1.FigureFormat_FIGURE_FORMAT_PNG},
}

// planMatrix returns the matrix of a plan with what can be done with it, compared with the year in the address when it
// names one; nil when the method has no axes.
func (c *call) planMatrix(g *register) (*matrixView, error) {
	path := address(g.GetPlan().GetName())
	v := g.matrix(path)
	if v == nil {
		return nil, nil
	}
	year := c.query("jamfor")
	if year == "" {
		v.offer(path, g.GetPlan())
		return v, nil
	}
	base, err := c.snapshot(upTo(g.GetPlan().GetName(), 2) + "/plans/" + year)
	switch {
	case fault.Is(toFaultOrNil(err), fault.NotFound), fault.Is(toFaultOrNil(err), fault.Invalid), fault.Is(toFaultOrNil(err), fault.Denied):
		v.Note = "Nämnden har ingen plan för " + year + " att jämföra med."
	case err != nil:
		return nil, err
	default:
		g.compareMatrix(v, base)
	}
	v.Other = link{"Visa bara " + v.Year, path + "#matris"}
	v.files(path)
	return v, nil
}

// offer adds the comparison with the year before, and the files.
func (v *matrixView) offer(path string, plan *riskv1.Plan) {
	if n, err := strconv.Atoi(last(plan.GetName())); err == nil {
		before := strconv.Itoa(n - 1)
		v.Other = link{"Visa " + before + " och " + v.Year + " bredvid varandra", path + "?jamfor=" + before + "#matris"}
	}
	v.files(path)
}

// files adds the figure to download, as it is shown.
func (v *matrixView) files(path string) {
	query := ""
	if v.Base != "" {
		query = "?" + url.Values{"jamfor": {v.Base}}.Encode()
	}
	for _, f := range figureFormats {
		v.Files = append(v.Files, link{f.name, path + "/riskmatris/" + f.path + query})
	}
}

// figure answers with the risk matrix as a file.
func (s *server) figure(c *call) (*page, error) {
	i := slices.IndexFunc(figureFormats, func(f struct {
		path, name string
		format     reportv1.FigureFormat
	}) bool {
		return f.path == c.r.PathValue("format")
	})
	if i < 0 {
		return nil, notFound()
	}
	r := &reportv1.RenderRiskMatrixRequest{Plan: c.name(3), Format: figureFormats[i].format}
	name := "riskmatris-" + last(c.name(3)) + "-" + last(c.name(2))
	if year := c.query("jamfor"); year != "" {
		r.Base = c.name(2) + "/plans/" + year
		name = "riskmatris-" + slug(year) + "-" + last(c.name(3)) + "-" + last(c.name(2))
	}
	body, err := s.Reports.RenderRiskMatrix(c.ctx(), r)
	if err != nil {
		return nil, err
	}
	c.w.Header().Set("Content-Disposition", fmt.Sprintf(`attachment; filename="%s.%s"`, name, figureFormats[i].path))
	c.w.Header().Set("Content-Security-Policy", "default-src 'none'; style-src 'unsafe-inline'; img-src data:; sandbox")
	return &page{File: &file{MediaType: body.GetContentType(), Body: body.GetData()}}, nil
}

// compareView is what the comparison of two plans shows.
type compareView struct {
	Plan, Base string
	Counts     []countView
	Remaining  []changeRow
	Groups     []changeGroup
	Others     []link
	Empty      *emptyView
}

// changeRow is one risk that both plans hold.
type changeRow struct {
	Title, Address          string
	Before, After           string
	BeforeLevel, AfterLevel levelView
	Change                  statusView
}

// changeGroup are the risks that fared alike.
type changeGroup struct {
	ID, Title, Text string
	Rows            []changedRisk
}

// changedRisk is one risk that one of the plans lacks.
type changedRisk struct {
	Title, Address, Value string
	Level                 levelView
	Note                  string
}

// comparePlans tells what became of the risks since an earlier plan.
func (s *server) comparePlans(c *call) (*page, error) {
	g, err := c.snapshot(c.name(3))
	if err != nil {
		return nil, err
	}
	r := &riskv1.ComparePlansRequest{Name: c.name(3)}
	if year := c.query("med"); year != "" {
		r.Base = c.name(2) + "/plans/" + year
	}
	changes, err := s.Risks.ComparePlans(c.ctx(), r)
	if err != nil {
		return nil, err
	}
	plans, err := s.Risks.ListPlans(c.ctx(), &riskv1.ListPlansRequest{Parent: c.name(2), PageSize: 1000})
	if err != nil {
		return nil, err
	}
	base := g
	if changes.GetBase() != "" { // its levels may be those of another method
		if base, err = c.snapshot(changes.GetBase()); err != nil {
			return nil, err
		}
	}
	return comparePage(g, base, changes, plans.GetPlans(), c.placeOf), nil
}

// placeOf names the committee of a resource; one whose name cannot be read is called by its id.
func (c *call) placeOf(name string) string {
	_, _ = c.committeesOf(upTo(name, 1)) // remembers the names
	return c.user.placeName(committeeOf(name))
}

// comparePage shows what is new, what remains and what is gone; place names the committee of a resource.
func comparePage(g, base *register, r *riskv1.ComparePlansResponse, plans []*riskv1.Plan, place func(string) string) *page {
	plan := g.GetPlan()
	p := &page{Title: "Jämför med tidigare plan", Over: planTitle(plan), Section: sectionPlan, Crumbs: planCrumbs(plan), Template: "compare", Wide: true}
	v := compareView{Plan: last(plan.GetName()), Base: last(r.GetBase())}
	for _, other := range plans {
		if last(other.GetName()) < v.Plan && other.GetName() != r.GetBase() {
			v.Others = append(v.Others, link{"Jämför med " + last(other.GetName()), address(plan.GetName()) + "/jamfor?med=" + last(other.GetName())})
		}
	}
	if r.GetBase() == "" {
		v.Empty = &emptyView{Title: "Det finns ingen tidigare plan", Text: "Här ser du vilka risker som är nya, kvar och borta sedan en tidigare plan. Det här är nämndens första plan.",
			Action: link{"Till planen", address(plan.GetName())}}
		p.Data = v
		return p
	}
	p.Lead = "Planen för " + v.Plan + " jämförd med planen för " + v.Base + "."
	titles := map[string]string{}
	for _, k := range r.GetChanges() {
		titles[k.GetRisk().GetName()] = k.GetRisk().GetTitle()
	}
	v.Groups = g.changeGroups(base, r.GetChanges(), titles, place)
	for _, k := range r.GetChanges() {
		if k.GetKind() == riskv1.RiskChangeKind_RISK_CHANGE_KIND_REMAINING {
			v.Remaining = append(v.Remaining, g.changeRow(base, k))
		}
	}
	v.Counts = append(v.Counts, countView{len(v.Remaining), "Kvar", "#kvar"})
	for _, group := range v.Groups {
		v.Counts = append(v.Counts, countView{len(group.Rows), group.Title, "#" + group.ID})
	}
	p.Data = v
	return p
}

// changeRow compares the assessments of a risk that both plans hold.
func (g *register) changeRow(base *register, k *riskv1.RiskChange) changeRow {
	row := changeRow{Title: k.GetRisk().GetTitle(), Address: address(k.GetEntry().GetName()), Before: valueText(k.GetBaseEntry()), After: valueText(k.GetEntry()),
		BeforeLevel: base.level(k.GetBaseEntry()), AfterLevel: g.level(k.GetEntry()), Change: statusView{"info", "Går inte att jämföra"}}
	before, had := value(k.GetBaseEntry())
	after, has := value(k.GetEntry())
	switch {
	case !had || !has:
	case after > before:
		row.Change = statusView{"late", "Högre"}
	case after < before:
		row.Change = statusView{"done", "Lägre"}
	default:
		row.Change = statusView{"todo", "Oförändrad"}
	}
	return row
}

// changeGroups are the risks that one of the plans lacks, by what became of them.
func (g *register) changeGroups(base *register, changes []*riskv1.RiskChange, titles map[string]string, place func(string) string) []changeGroup {
	kinds := []struct {
		kind  riskv1.RiskChangeKind
		group changeGroup
	}{
		{riskv1.RiskChangeKind_RISK_CHANGE_KIND_NEW, changeGroup{ID: "nya", Title: "Nya", Text: "Fanns inte i den tidigare planen."}},
		{riskv1.RiskChangeKind_RISK_CHANGE_KIND_REPLACED, changeGroup{ID: "ersatta", Title: "Ersatta", Text: "En annan risk i planen har tagit deras plats."}},
		{riskv1.RiskChangeKind_RISK_CHANGE_KIND_MOVED, changeGroup{ID: "flyttade", Title: "Flyttade", Text: "En annan nämnd svarar för dem nu."}},
		{riskv1.RiskChangeKind_RISK_CHANGE_KIND_DROPPED, changeGroup{ID: "borta", Title: "Borta", Text: "Fanns i den tidigare planen men inte i den här."}},
	}
	var out []changeGroup
	for _, kind := range kinds {
		group := kind.group
		for _, k := range changes {
			if k.GetKind() != kind.kind {
				continue
			}
			e, of := k.GetEntry(), g
			if e == nil {
				e, of = k.GetBaseEntry(), base
			}
			row := changedRisk{Title: k.GetRisk().GetTitle(), Address: address(e.GetName()), Value: valueText(e), Level: of.level(e)}
			switch kind.kind {
			case riskv1.RiskChangeKind_RISK_CHANGE_KIND_REPLACED:
				row.Note = "Ersatt av: " + orElse(titles[k.GetReplacedBy()], last(k.GetReplacedBy()))
			case riskv1.RiskChangeKind_RISK_CHANGE_KIND_MOVED:
				row.Note = "Flyttad till " + place(k.GetRisk().GetMovedTo())
			default:
			}
			group.Rows = append(group.Rows, row)
		}
		out = append(out, group)
	}
	return out
}
