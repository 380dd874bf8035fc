package web

import (
	"slices"
	"strconv"
	"strings"

	authzv1 "github.com/uppsikt/uppsikt/proto/gen/uppsikt/authz/v1"
	fieldmaskpb "google.golang.org/protobuf/types/known/fieldmaskpb"

	riskv1 "github.com/uppsikt/uppsikt/proto/gen/uppsikt/risk/v1"

	"github.com/uppsikt/uppsikt/internal/fault"
)

// mask names the fields of an update.
func mask(paths ...string) *fieldmaskpb.FieldMask { return &fieldmaskpb.FieldMask{Paths: paths} }

// emptySection is what one writes for a section that is empty on purpose.
const emptySection = "–"

// extraRows is how many empty rows a form with several alike parts offers.
const extraRows = 2

// createPlan makes a plan for a year.
func (s *server) createPlan(c *call) (*page, error) {
	committee := c.name(2)
	methods, err := c.methodOptions(committee)
	if err != nil {
		return nil, err
	}
	year := text("ar", "Vilket år gäller planen?", strconv.Itoa(s.Clock.Now().In(s.zone).Year()), "plan_id", "name").width("short").
		missing("Skriv ett år med fyra siffror, till exempel 2025.")
	method := radios("metod", "Hur bedömer ni risker?", methods[0].Value, methods, "plan.method_version")
	earlier, err := c.copyField(committee)
	if err != nil {
		return nil, err
	}
	f := newForm("Skapa planen", year, earlier, method,
		text("dnr", "Diarienummer", "", "plan.case_number").optional().width("medium").hint("Som ni skriver det, till exempel SN-2024/259."))
	f.Cancel = address(committee) + "/plans"
	p := &page{Title: "Skapa plan", Section: sectionPlan, Crumbs: []link{{"Planer", f.Cancel}}}
	return c.form(p, f, func() (string, error) {
		if n, ok := parseNumber(year.Value); !ok || n < 1992 || n > 2200 || n != float64(int(n)) {
			return "", fault.Fields(fault.Field{Path: "plan_id", Swedish: "Skriv ett år med fyra siffror, till exempel 2025."})
		}
		version, err := c.ensureMethod(committee, method.Value)
		if err != nil {
			return "", err
		}
		plan, err := s.Risks.CreatePlan(c.ctx(), &riskv1.CreatePlanRequest{Parent: committee, PlanId: year.Value,
			Plan: &riskv1.Plan{MethodVersion: version, CaseNumber: f.value("dnr")}, CopyFrom: earlier.Value})
		if fault.Is(toFaultOrNil(err), fault.Exists) {
			return "", fault.Fields(fault.Field{Path: "plan_id", Swedish: "Nämnden har redan en plan för " + year.Value + ". Öppna den, eller välj ett annat år."})
		}
		return receipt(address(plan.GetName()), "skapad"), err
	})
}

// copyField asks whether the plan shall begin as an earlier one; hidden when there is none.
func (c *call) copyField(committee string) (*field, error) {
	plans, err := c.Risks.ListPlans(c.ctx(), &riskv1.ListPlansRequest{Parent: committee, PageSize: 1000})
	if err != nil {
		return nil, err
	}
	return copyOptions(plans.GetPlans()), nil
}

// copyOptions offers the plans to begin from, the newest first and chosen.
func copyOptions(plans []*riskv1.Plan) *field {
	if len(plans) == 0 {
		return hidden("utga-fran", "")
	}
	sorted := slices.SortedFunc(slices.Values(plans), func(a, b *riskv1.Plan) int { return strings.Compare(b.GetName(), a.GetName()) })
	var options []option
	for _, p := range sorted {
		options = append(options, option{Value: p.GetName(), Label: "Utgå från planen för " + last(p.GetName()),
			Hint: "Avsnitt, risker och kontrollmoment följer med. Ni tar ställning till varje risk på nytt."})
	}
	options = append(options, option{Label: "Börja med en tom plan"})
	return radios("utga-fran", "Hur vill du börja?", options[0].Value, options, "copy_from").optional()
}

// editPlan changes the texts of a plan.
func (s *server) editPlan(c *call) (*page, error) {
	plan, err := s.Risks.GetPlan(c.ctx(), &riskv1.GetPlanRequest{Name: c.name(3)})
	if err != nil {
		return nil, err
	}
	if p := c.locked(plan, "Ändra planens texter"); p != nil {
		return p, nil
	}
	m, err := s.Risks.GetMethodVersion(c.ctx(), &riskv1.GetMethodVersionRequest{Name: plan.GetMethodVersion()})
	if err != nil {
		return nil, err
	}
	f := planForm(plan, m)
	p := &page{Title: "Ändra planens texter", Section: sectionPlan, Crumbs: planCrumbs(plan)}
	return c.form(p, f, func() (string, error) {
		_, err := s.Risks.UpdatePlan(c.ctx(), &riskv1.UpdatePlanRequest{
			Plan: &riskv1.Plan{Name: plan.GetName(), Etag: f.value("etag"), Title: f.value("titel"), CaseNumber: f.value("dnr"),
				HowMade: f.value("framtagande"), Sections: typedSections(f, len(plan.GetSections())+extraRows), ConfirmedEmpty: f.field("tomma").Values},
			UpdateMask: mask("title", "case_number", "how_made", "sections", "confirmed_empty")})
		return receipt(address(plan.GetName()), "sparad"), err
	})
}

// planCrumbs lead back from the pages below a plan.
func planCrumbs(plan *riskv1.Plan) []link {
	return []link{{"Planer", address(committeeOf(plan.GetName())) + "/plans"}, {planTitle(plan), address(plan.GetName())}}
}

// locked is the page that stands in for a form when the plan cannot be changed; nil when it can. What was sent goes to
// the service all the same, so that its answer comes with everything that was typed.
func (c *call) locked(plan *riskv1.Plan, title string) *page {
	if c.posted() || plan.GetState() == riskv1.PlanState_PLAN_STATE_DRAFT {
		return nil
	}
	v := emptyView{Title: planStatus(plan).Word, Text: planNote(plan, c.user).Text, Action: link{"Till planen", address(plan.GetName())}}
	if plan.GetState() == riskv1.PlanState_PLAN_STATE_DECIDED && c.user.may(authzv1.Permission_PERMISSION_PLAN_DECIDE, plan.GetName()) {
		v.Action = link{"Skapa ny version", address(plan.GetName()) + "/ny-version"}
	}
	return &page{Title: title, Section: sectionPlan, Crumbs: planCrumbs(plan), Template: "cards", Data: cardsView{Empty: &v}}
}

// emptyField asks which mandatory headings were considered and hold no risk; nil when the method has none. What was confirmed
// of other headings stays as an answer.
func emptyField(plan *riskv1.Plan, m *riskv1.MethodVersion) *field {
	var options []option
	for _, k := range m.GetClassifications() {
		for _, i := range k.GetItems() {
			id := k.GetId() + "/" + i.GetId()
			if i.GetMandatory() || slices.Contains(plan.GetConfirmedEmpty(), id) {
				options = append(options, option{Value: id, Label: k.GetTitle() + ": " + i.GetTitle()})
			}
		}
	}
	if len(options) == 0 {
		return nil
	}
	return checks("tomma", "Vi har övervägt det här och ser ingen risk", plan.GetConfirmedEmpty(), options, "plan.confirmed_empty").
		hint("Metoden kräver att varje rubrik har en risk eller att ni bekräftar att den är tom.")
}

// planForm asks for the texts of a plan, and which headings of its method are empty on purpose.
func planForm(plan *riskv1.Plan, m *riskv1.MethodVersion) *form {
	f := newForm("Spara", hidden("etag", plan.GetEtag()),
		text("titel", "Rubrik", plan.GetTitle(), "plan.title").optional().hint("Lämna tomt för ”"+planTitle(&riskv1.Plan{Name: plan.GetName()})+"”."),
		text("dnr", "Diarienummer", plan.GetCaseNumber(), "plan.case_number").optional().width("medium"),
		area("framtagande", "Så togs planen fram", plan.GetHowMade(), "plan.how_made").optional().rows(6).
			hint("Hur riskanalysen gjordes och vilka som deltog. Texten används i uppföljningarna."))
	f.Cancel = address(plan.GetName())
	if q := emptyField(plan, m); q != nil {
		f.add("Rubriker utan risk", "", q)
	}
	for i := range len(plan.GetSections()) + extraRows {
		n := strconv.Itoa(i)
		title, body := "", ""
		if i < len(plan.GetSections()) {
			section := plan.GetSections()[i]
			title, body = section.GetTitle(), section.GetText()
			if section.GetExplicitlyEmpty() {
				body = emptySection
			}
		}
		f.add("Avsnitt "+strconv.Itoa(i+1), "",
			text("rubrik"+n, "Rubrik på avsnitt "+strconv.Itoa(i+1), title, "plan.sections["+n+"].title").optional(),
			area("text"+n, "Text i avsnitt "+strconv.Itoa(i+1), body, "plan.sections["+n+"].text").optional().
				hint("Skriv "+emptySection+" om avsnittet ska stå tomt. Tom rad ger nytt stycke, bindestreck först på raden ger punktlista."))
	}
	return f
}

// typedSections reads the sections of the form; those without a heading go.
func typedSections(f *form, n int) []*riskv1.PlanSection {
	var out []*riskv1.PlanSection
	for i := range n {
		title, body := f.value("rubrik"+strconv.Itoa(i)), f.value("text"+strconv.Itoa(i))
		if title == "" && body == "" {
			continue
		}
		section := &riskv1.PlanSection{Title: title, Text: body, ExplicitlyEmpty: body == emptySection}
		if section.GetExplicitlyEmpty() {
			section.Text = ""
		}
		out = append(out, section)
	}
	return out
}

// proposeView is what the page before proposing shows: what is missing.
type proposeView struct {
	Stops, Remarks []findingView
}

// findingView is one thing that a plan lacks.
type findingView struct{ Text, Address string }

// proposePlan puts the plan before the committee.
func (s *server) proposePlan(c *call) (*page, error) {
	plan, err := s.Risks.GetPlan(c.ctx(), &riskv1.GetPlanRequest{Name: c.name(3)})
	if err != nil {
		return nil, err
	}
	check, err := s.Risks.CheckPlan(c.ctx(), &riskv1.CheckPlanRequest{Name: plan.GetName()})
	if err != nil {
		return nil, err
	}
	p, f := proposePage(plan, check.GetFindings())
	return c.form(p, f, func() (string, error) {
		_, err := s.Risks.ProposePlan(c.ctx(), &riskv1.ProposePlanRequest{Name: plan.GetName(), Etag: f.value("etag")})
		return receipt(address(plan.GetName()), "foreslagen"), err
	})
}

// proposePage lists what is missing and, when nothing stops it, offers to go on.
func proposePage(plan *riskv1.Plan, findings []*riskv1.PlanFinding) (*page, *form) {
	v := proposeView{}
	for _, found := range findings {
		view := findingView{found.GetMessage(), address(found.GetResource())}
		if found.GetBlocking() {
			v.Stops = append(v.Stops, view)
		} else {
			v.Remarks = append(v.Remarks, view)
		}
	}
	f := newForm("Föreslå till nämnden", hidden("etag", plan.GetEtag()))
	f.Cancel = address(plan.GetName())
	p := &page{Title: "Föreslå planen till nämnden", Section: sectionPlan, Crumbs: planCrumbs(plan), Template: "propose", Data: v, Form: f,
		Lead: "Planen låses medan den ligger på nämndens bord. Du kan ta tillbaka den tills beslutet är registrerat."}
	return p, f
}

// withdrawPlan takes a proposed plan back.
func (s *server) withdrawPlan(c *call) (*page, error) {
	plan, err := s.Risks.GetPlan(c.ctx(), &riskv1.GetPlanRequest{Name: c.name(3)})
	if err != nil {
		return nil, err
	}
	f := newForm("Ta tillbaka", hidden("etag", plan.GetEtag()), area("skal", "Varför?", "", "reason").optional().rows(3).hint("Syns i historiken."))
	f.Cancel = address(plan.GetName())
	p := &page{Title: "Ta tillbaka planen", Section: sectionPlan, Crumbs: planCrumbs(plan), Lead: "Planen blir ett utkast igen och kan ändras."}
	return c.form(p, f, func() (string, error) {
		_, err := s.Risks.WithdrawPlan(c.ctx(), &riskv1.WithdrawPlanRequest{Name: plan.GetName(), Etag: f.value("etag"), Reason: f.value("skal")})
		return receipt(address(plan.GetName()), "tillbaka"), err
	})
}

// decidePlan registers the committee's decision.
func (s *server) decidePlan(c *call) (*page, error) {
	plan, err := s.Risks.GetPlan(c.ctx(), &riskv1.GetPlanRequest{Name: c.name(3)})
	if err != nil {
		return nil, err
	}
	p, f := decidePage(plan)
	return c.form(p, f, func() (string, error) {
		_, err := s.Risks.DecidePlan(c.ctx(), &riskv1.DecidePlanRequest{Name: plan.GetName(), Etag: f.value("etag"),
			Decision: &riskv1.Decision{CaseNumber: f.value("dnr"), MeetingDate: f.value("datum"), Paragraph: f.value("paragraf"),
				EffectiveDate: f.value("galler")}})
		return receipt(address(plan.GetName()), "beslutad"), err
	})
}

// decidePage asks for the decision.
func decidePage(plan *riskv1.Plan) (*page, *form) {
	f := newForm("Registrera beslutet", hidden("etag", plan.GetEtag()),
		date("datum", "Sammanträdets datum", "", "decision.meeting_date").missing("Ange dagen då nämnden beslutade."),
		text("paragraf", "Paragraf i protokollet", "", "decision.paragraph").width("short").hint("Bara numret, till exempel 112.").
			missing("Skriv paragrafens nummer, till exempel 112."),
		text("dnr", "Diarienummer", plan.GetCaseNumber(), "decision.case_number").optional().width("medium"),
		date("galler", "Planen gäller från", "", "decision.effective_date").optional().hint("Lämna tomt om den gäller från sammanträdet."))
	f.Cancel = address(plan.GetName())
	return &page{Title: "Registrera beslut", Section: sectionPlan, Crumbs: planCrumbs(plan), Form: f,
		Lead: "Planen låses. Ändringar kräver en ny version."}, f
}

// revisePlan opens the next version of a decided plan.
func (s *server) revisePlan(c *call) (*page, error) {
	plan, err := s.Risks.GetPlan(c.ctx(), &riskv1.GetPlanRequest{Name: c.name(3)})
	if err != nil {
		return nil, err
	}
	f := newForm("Skapa ny version", hidden("etag", plan.GetEtag()), area("skal", "Varför behövs en ny version?", "", "reason").rows(3).
		missing("Skriv varför planen behöver ändras. Det syns i historiken och i planen."))
	f.Cancel = address(plan.GetName())
	p := &page{Title: "Skapa ny version av planen", Section: sectionPlan, Crumbs: planCrumbs(plan),
		Lead: "Den fastställda versionen finns kvar och gäller tills nämnden har beslutat om den nya. Uppföljningarna fortsätter."}
	return c.form(p, f, func() (string, error) {
		_, err := s.Risks.RevisePlan(c.ctx(), &riskv1.RevisePlanRequest{Name: plan.GetName(), Etag: f.value("etag"), Reason: f.value("skal")})
		return receipt(address(plan.GetName()), "ny-version"), err
	})
}
