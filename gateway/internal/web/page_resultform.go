package web

import (
	"slices"
	"strconv"
	"strings"

	controlv1 "github.com/uppsikt/uppsikt/proto/gen/uppsikt/control/v1"
	riskv1 "github.com/uppsikt/uppsikt/proto/gen/uppsikt/risk/v1"
)

// executions are the answers to how far a check has come.
const (
	notPerformed   = "3"
	asComputed     = "0"
	defaultSamples = 1
)

// createResult writes the result of a control area or control point in a round.
func (s *server) createResult(c *call) (*page, error) {
	d, err := c.resultData(c.name(2) + "/" + c.query("om"))
	if err != nil {
		return nil, err
	}
	for _, r := range d.all {
		if r.GetSubject() == d.subject && upTo(r.GetName(), 3) == d.round.GetName() && !c.posted() {
			return &page{Location: address(r.GetName())}, nil
		}
	}
	p := resultFormPage(d, "Registrera resultat")
	if !d.open() && !c.posted() || !d.book.mayRecord(d.subject, c.user) {
		return readOnlyResult(p, d), nil
	}
	x := c.entryContext(d.book.GetMethodVersion())
	r := &controlv1.Result{Subject: d.subject, Execution: controlv1.Execution_EXECUTION_DONE, ReportedRole: c.user.roleFor(d.owners(), d.subject)}
	f := resultForm(d, r, x, c.rows)
	f.Cancel = address(d.round.GetName()) + "#kontroller"
	return c.form(p, f, func() (string, error) {
		next, proposal, err := typedResult(f, x)
		if err != nil {
			return "", err
		}
		next.Subject, next.ReportedBy = d.subject, c.user.person
		made, err := s.Controls.CreateResult(c.ctx(), &controlv1.CreateResultRequest{Parent: d.round.GetName(), Result: next, Proposal: proposal})
		return receipt(address(made.GetName()), resultReceipt(made)), err
	})
}

// editResult changes a result.
func (s *server) editResult(c *call) (*page, error) {
	r, err := s.Controls.GetResult(c.ctx(), &controlv1.GetResultRequest{Name: c.name(4)})
	if err != nil {
		return nil, err
	}
	d, err := c.resultData(r.GetSubject())
	if err != nil {
		return nil, err
	}
	d.result = r
	p := resultFormPage(d, "Ändra resultatet")
	if !d.open() && !c.posted() || !d.book.mayRecord(d.subject, c.user) {
		return readOnlyResult(p, d), nil
	}
	x := c.entryContext(d.book.GetMethodVersion())
	f := resultForm(d, r, x, c.rows)
	f.Cancel = address(r.GetName())
	return c.form(p, f, func() (string, error) {
		next, proposal, err := typedResult(f, x)
		if err != nil {
			return "", err
		}
		next.Name, next.Etag, next.ReportedBy = r.GetName(), f.value("etag"), c.user.person
		made, err := s.Controls.UpdateResult(c.ctx(), &controlv1.UpdateResultRequest{Result: next, Proposal: proposal, Reason: f.value("skal"),
			UpdateMask: mask("execution", "not_performed_reason", "grade", "stated_fulfilment", "override_reason", "text", "samples", "surveys", "comparison",
				"comparison_comment", "reported_role", "reported_by")})
		return receipt(f.Cancel, resultReceipt(made)), err
	})
}

// resultReceipt confirms a result, and says so when it proposed an action.
func resultReceipt(r *controlv1.Result) string {
	if len(r.GetProposedActions()) > 0 {
		return "avvikelse"
	}
	return "resultat"
}

// resultFormPage is the page of the form of a result.
func resultFormPage(d *resultData, title string) *page {
	return &page{Title: title, Over: d.book.subjectTitle(d.subject) + ", " + d.round.GetTitle(), Section: sectionRounds, Crumbs: roundCrumbs(d.round), Template: "result",
		Wide: true, Data: d.view()}
}

// readOnlyResult says why there is no form.
func readOnlyResult(p *page, d *resultData) *page {
	v := d.view()
	v.Note = noteView{Kind: "info", Text: "Du kan läsa men inte skriva resultat. Den som ansvarar för kontrollen skriver."}
	if !d.open() {
		v.Note = closedNote(d.round)
	}
	p.Data = v
	return p
}

// owners are who carries out what was checked.
func (d *resultData) owners() []*riskv1.Owner {
	var all []*riskv1.Owner
	for _, a := range d.book.GetControlAreas() {
		if a.GetName() == d.subject {
			all = append(all, a.GetOwners()...)
		}
	}
	for _, k := range d.book.GetControlPoints() {
		if k.GetName() == d.subject || k.GetControlArea() == d.subject {
			all = append(all, k.GetOwners()...)
		}
	}
	return all
}

// resultForm asks for a result: execution, grade and goal fulfilment apart, what was found, and the action when it deviates.
func resultForm(d *resultData, r *controlv1.Result, x *entryContext, rows rowCount) *form {
	f := newForm("Spara resultatet", hidden("etag", r.GetEtag()))
	f.add("Hur gick det?", "Genomförande, bedömning och måluppfyllelse är tre olika saker.", executionField(r), gradeField(d.scale(), r), fulfilmentField(d, r),
		area("annat-skal", "Varför anger du en annan måluppfyllelse?", r.GetOverrideReason(), "result.override_reason").optional().rows(2).hint("Behövs bara om du har valt något annat än det som målen räknar."))
	f.add("Vad visade kontrollen?", "", area("text", "Resultat", r.GetText(), "result.text").optional().rows(8).
		hint("Skriv så att nämnden förstår. Tom rad ger nytt stycke, bindestreck först på raden ger punktlista. Skriv inga personuppgifter."))
	addSamples(f, r, x, rows)
	addSurveys(f, r, rows)
	f.add("Jämfört med tidigare år", "", radios("jamforelse", "Hur står sig resultatet?", optionalCode(int(r.GetComparison())), comparisons, "result.comparison").optional(),
		area("jamforelse-text", "Kommentar till jämförelsen", r.GetComparisonComment(), "result.comparison_comment").optional().rows(3))
	if len(r.GetProposedActions()) == 0 {
		addProposal(f, x)
	}
	f.add("Om dig", "", text("roll", "Du svarar som", r.GetReportedRole(), "result.reported_role").optional().width("medium").hint("Din roll, till exempel enhetschef."))
	if r.GetName() != "" {
		f.Groups[len(f.Groups)-1].Fields = append(f.Groups[len(f.Groups)-1].Fields, text("skal", "Varför ändrar du?", "", "reason").optional().hint("Syns i historiken."))
	}
	return f
}

// optionalCode is the number of a choice; nothing for 0.
func optionalCode(n int) string {
	if n == 0 {
		return ""
	}
	return strconv.Itoa(n)
}

// executionField asks how far the check has come.
func executionField(r *controlv1.Result) *field {
	why := area("inte-skal", "Varför utfördes den inte?", r.GetNotPerformedReason(), "result.not_performed_reason").rows(3).missing("Skriv varför kontrollen inte utfördes.")
	return radios("genomforande", "Är kontrollen utförd?", optionalCode(int(r.GetExecution())), []option{{Value: "2", Label: "Ja, den är utförd"}, {Value: "1", Label: "Den pågår"},
		{Value: notPerformed, Label: "Nej, den utfördes inte", Hint: "Det är också ett resultat och redovisas för nämnden.", Extra: why}}, "result.execution").missing("Välj om kontrollen är utförd.")
}

// gradeField asks for the grade on the local scale.
func gradeField(scale []*riskv1.GradeStep, r *controlv1.Result) *field {
	options := []option{}
	for _, s := range scale {
		hint := s.GetDescription()
		if s.GetDeviation() {
			hint = strings.TrimSpace(hint + " Föreslår en åtgärd.")
		}
		options = append(options, option{Value: s.GetId(), Label: s.GetTitle(), Hint: hint})
	}
	options = append(options, option{Label: "Inte bedömd än"})
	return radios("bedomning", "Bedömning", r.GetGrade(), options, "result.grade").optional()
}

// fulfilmentField shows the goal fulfilment as computed, and lets another be stated with a reason.
func fulfilmentField(d *resultData, r *controlv1.Result) *field {
	computed := r.GetComputedFulfilment()
	if r.GetName() == "" {
		computed = d.computed()
	}
	word := fulfilmentStatus(computed).Word
	options := []option{{Value: asComputed, Label: "Som målen räknar: " + strings.ToLower(word), Hint: "Räknas ur mätningarna och målen."}}
	for _, f := range []controlv1.Fulfilment{controlv1.Fulfilment_FULFILMENT_MET, controlv1.Fulfilment_FULFILMENT_PARTLY, controlv1.Fulfilment_FULFILMENT_NOT_MET, controlv1.Fulfilment_FULFILMENT_NOT_ASSESSED} {
		options = append(options, option{Value: strconv.Itoa(int(f)), Label: fulfilmentStatus(f).Word})
	}
	return radios("maluppfyllelse", "Måluppfyllelse", strconv.Itoa(int(r.GetStatedFulfilment())), options, "result.stated_fulfilment")
}

// computed is the goal fulfilment that the measurements give before there is a result: that of its only indicator, partly
// when some are met and others not, as the service takes several together.
func (d *resultData) computed() controlv1.Fulfilment {
	var all []controlv1.Fulfilment
	for _, i := range d.book.indicatorsOf(d.subject) {
		if e := d.book.evaluation(i.GetName()); e != nil && e.GetFulfilment() != controlv1.Fulfilment_FULFILMENT_NOT_ASSESSED {
			all = append(all, e.GetFulfilment())
		}
	}
	if len(all) == 0 {
		return controlv1.Fulfilment_FULFILMENT_NOT_ASSESSED
	}
	if slices.ContainsFunc(all, func(f controlv1.Fulfilment) bool { return f != all[0] }) {
		return controlv1.Fulfilment_FULFILMENT_PARTLY
	}
	return all[0]
}

// addProposal asks for the action that a deviation proposes.
func addProposal(f *form, x *entryContext) {
	fields := []*field{
		area("atgard", "Vad ska göras?", "", "proposal.title").optional().rows(2).hint("Lämna tomt, så får åtgärden kontrollens namn."),
		area("atgard-mer", "Mer om åtgärden", "", "proposal.description").optional().rows(3)}
	fields = append(fields, ownersOf(x, nil, "proposal.owners", "Personer som svarar för åtgärden", "Lämna tomt, så svarar de kontrollansvariga.")...)
	fields = append(fields, date("atgard-dag", "Klar senast", "", "proposal.due_date").optional().hint("Lämna tomt, så blir det tre månader efter sammanträdet."))
	f.add("Åtgärd om resultatet avviker", "Avviker bedömningen, eller nås inte målet, föreslås en åtgärd i åtgärdsregistret när du sparar. Den godkänns eller avslås där.", fields...)
}

// typedResult reads a result from its form, and the action to propose.
func typedResult(f *form, x *entryContext) (*controlv1.Result, *controlv1.ActionProposal, error) {
	t := &typist{form: f}
	r := &controlv1.Result{Execution: controlv1.Execution(t.whole("genomforande", "", 0)), Grade: f.value("bedomning"), Text: f.value("text"),
		StatedFulfilment: controlv1.Fulfilment(t.whole("maluppfyllelse", "", 0)), Comparison: controlv1.Comparison(t.whole("jamforelse", "", 0)),
		ComparisonComment: f.value("jamforelse-text"), ReportedRole: f.value("roll"), Samples: t.samples(), Surveys: t.surveys()}
	if f.value("genomforande") == notPerformed {
		r.NotPerformedReason = f.value("inte-skal")
	}
	if f.value("maluppfyllelse") != asComputed {
		if r.OverrideReason = f.value("annat-skal"); r.GetOverrideReason() == "" {
			t.wrong("annat-skal", "Skriv varför du anger en annan måluppfyllelse än den som räknats fram.")
		}
	}
	if f.field("atgard").Name == "" {
		return r, nil, t.fault()
	}
	return r, &controlv1.ActionProposal{Title: f.value("atgard"), Description: f.value("atgard-mer"), Owners: typedOwners(f, x, nil), DueDate: f.value("atgard-dag")}, t.fault()
}
