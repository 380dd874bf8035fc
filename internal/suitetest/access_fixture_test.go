package suitetest_test

import (
	"strings"

	"google.golang.org/grpc/codes"
	"google.golang.org/grpc/status"
	"google.golang.org/protobuf/proto"

	"github.com/uppsikt/uppsikt/internal/sqldb"
	controlv1 "github.com/uppsikt/uppsikt/proto/gen/uppsikt/control/v1"
	directoryv1 "github.com/uppsikt/uppsikt/proto/gen/uppsikt/directory/v1"
	notificationv1 "github.com/uppsikt/uppsikt/proto/gen/uppsikt/notification/v1"
	reportv1 "github.com/uppsikt/uppsikt/proto/gen/uppsikt/report/v1"
	riskv1 "github.com/uppsikt/uppsikt/proto/gen/uppsikt/risk/v1"
)

// place is a committee in which the same objects exist under the same ids.
type place struct {
	municipality, committee string
	// plan is the year of the plan that names lead to.
	plan string
}

// The places of the matrix, as the caller sees them, and one where nothing is.
var (
	own     = place{"municipalities/egen", "municipalities/egen/committees/var", "2025"}
	draft   = place{own.municipality, own.committee, "2026"}
	sister  = place{own.municipality, own.municipality + "/committees/grann", "2025"}
	foreign = place{"municipalities/frammande", "municipalities/frammande/committees/annan", "2025"}
)

// ids are the last parts of the names of what exists in each place, by collection.
func ids(p place) map[string]string {
	return map[string]string{
		"municipalities": strings.TrimPrefix(p.municipality, "municipalities/"), "committees": p.committee[strings.LastIndex(p.committee, "/")+1:],
		"units": "enhet", "people": "person", "roleAssignments": "roll", "serviceAccounts": "system",
		"methods": "socialnamnden", "versions": "1", "plans": p.plan, "risks": "bemanning", "riskEntries": "bemanning",
		"controlAreas": "ekonomi", "controlPoints": "attest", "rounds": "delar-2025", "followUps": "bemanning",
		"commonItems": "gemensam", "actions": "atgard", "cases": "arende", "documents": "utkast",
		"indicators": "matt", "measurements": "matning", "results": "resultat", "templates": "memorandum",
		"reminderRules": "regel", "reminderSettings": "person", "calendarFeeds": "person", "deliveries": "mejl",
	}
}

// name writes a name of the place in a form such as "municipalities/*/people/*".
func (p place) name(form string) string {
	parts, known := strings.Split(form, "/"), ids(p)
	for i := 1; i < len(parts); i += 2 {
		if strings.HasPrefix(parts[i], "*") {
			parts[i] = known[parts[i-1]]
		}
	}
	return strings.Join(parts, "/")
}

// assignment is the role assignment that the owners of the place's entry, point and action are tied to.
func (p place) assignment() string { return p.municipality + "/roleAssignments/roll" }

// bundle returns the example's bundle for a place: with a decided plan and a round, or with the draft of another year.
func (e *estate) bundle(p place) string {
	text := string(read(e.T, "docs/examples/plan.yaml"))
	for _, owner := range []string{"enhetschef hemtjänsten", "ekonom"} {
		line := "      - role: " + owner + "\n"
		if !strings.Contains(text, line) {
			e.Fatalf("the example has no owner %q", owner)
		}
		text = strings.ReplaceAll(text, line, line+"        role_assignment: "+p.assignment()+"\n")
	}
	if p.plan != "2025" {
		text = text[:strings.Index(text, "rounds:")]
		decided := text[strings.Index(text, "    decision:"):strings.Index(text, "risk_entries:")]
		text = strings.NewReplacer(decided, "", "PLAN_STATE_DECIDED", "PLAN_STATE_DRAFT", "    version: 1\n", "").Replace(text)
	}
	return strings.NewReplacer("municipalities/exempelkommun/committees/socialnamnden", p.committee,
		"municipalities/exempelkommun", p.municipality, "/plans/2025", "/plans/"+p.plan).Replace(text)
}

// fill makes the same objects in every place.
func (e *estate) fill() {
	e.Helper()
	everywhere := []place{own, sister, foreign}
	for _, p := range everywhere {
		e.found(p)
	}
	for _, p := range []place{own, foreign} {
		e.people(p)
		e.commonMethod(p)
	}
	for _, p := range everywhere {
		e.apply(e.bundle(p))
		e.apply(e.bundle(place{p.municipality, p.committee, draft.plan}))
		e.committee(p)
		e.findings(p)
	}
	for _, p := range []place{own, foreign} {
		_, err := riskv1.NewRiskRegisterServiceClient(e.conn).CreateCommonItem(e.as("coordinator", p.municipality), &riskv1.CreateCommonItemRequest{
			Parent: p.municipality, CommonItemId: "gemensam",
			CommonItem: &riskv1.CommonItem{Title: "Gemensam", Year: 2026, Kind: riskv1.ControlPointKind_CONTROL_POINT_KIND_CHECK}})
		e.must(err)
		_, err = reportv1.NewReportingServiceClient(e.conn).CreateTemplate(e.as("coordinator", p.municipality), &reportv1.CreateTemplateRequest{
			Parent: p.municipality, TemplateId: "memorandum", Template: &reportv1.Template{Title: "Tjänsteskrivelse"}})
		e.must(err)
	}
	e.reminded(everywhere)
}

// reminded makes rules by which the owners are reminded just now, sends the mails, and gives the person of the caller a calendar.
func (e *estate) reminded(everywhere []place) {
	e.Helper()
	client := notificationv1.NewNotificationServiceClient(e.conn)
	for _, p := range everywhere {
		for _, parent := range []string{p.municipality, p.committee} {
			_, err := client.CreateReminderRule(e.as("coordinator", parent), &notificationv1.CreateReminderRuleRequest{Parent: parent, ReminderRuleId: "regel",
				ReminderRule: &notificationv1.ReminderRule{Title: "Ansvariga", Role: riskv1.StepRole_STEP_ROLE_OWNER, TimeOfDay: "10:00",
					Times: []*notificationv1.ReminderTime{{Distance: &notificationv1.ReminderTime_DaysBefore{DaysBefore: 32}}}}})
			if status.Code(err) != codes.AlreadyExists { // as that of the municipality the second time
				e.must(err)
			}
		}
	}
	e.must(e.reminders.Reconcile(e.Context()))
	e.must(e.reminders.Send(e.Context()))
	for _, p := range []place{own, foreign} {
		mails, err := client.ListDeliveries(e.as("coordinator", p.municipality), &notificationv1.ListDeliveriesRequest{Parent: p.municipality})
		e.must(err)
		if len(mails.GetDeliveries()) != 1 {
			e.Fatalf("the fixture sent %v, want one mail", mails)
		}
		e.rename(strings.TrimPrefix(p.municipality, "municipalities/"))
	}
	_, err := client.CreateCalendarFeed(e.as("owner", own.committee), &notificationv1.CreateCalendarFeedRequest{Parent: own.name("municipalities/*/people/*")})
	e.must(err)
}

// rename gives the one mail of a municipality the id that names lead to: its own is made of what it is about.
func (e *estate) rename(tenant string) {
	e.Helper()
	var stmts []sqldb.Stmt
	for _, text := range []string{"update deliveries set id = 'mejl' where tenant = $1", "update delivery_mails set id = 'mejl' where tenant = $1",
		"update reminders set delivery = 'mejl' where tenant = $1 and delivery <> ''"} {
		stmts = append(stmts, sqldb.Stmt{SQL: text, Args: []any{tenant}})
	}
	e.must(e.notices.Write(e.Context(), tenant, nil, sqldb.Stmts(stmts...)))
}

// findings makes what was found about the committee's control point.
func (e *estate) findings(p place) {
	e.Helper()
	ctx, client := e.as("coordinator", p.committee), controlv1.NewControlMeasurementServiceClient(e.conn)
	point := p.name("municipalities/*/committees/*/plans/*/controlPoints/*")
	_, err := client.CreateIndicator(ctx, &controlv1.CreateIndicatorRequest{Parent: p.committee, IndicatorId: "matt",
		Indicator: &controlv1.Indicator{Title: "Attesterade fakturor", Quantity: controlv1.Quantity_QUANTITY_SHARE, Subjects: []string{point}}})
	e.must(err)
	_, err = client.CreateMeasurement(ctx, &controlv1.CreateMeasurementRequest{Parent: p.committee, MeasurementId: "matning",
		Measurement: &controlv1.Measurement{Indicator: p.name("municipalities/*/committees/*/indicators/*"),
			BeginDate: "2025-04-01", EndDate: "2025-04-30", Value: proto.Float64(97)}})
	e.must(err)
	_, err = client.CreateResult(ctx, &controlv1.CreateResultRequest{Parent: p.name("municipalities/*/committees/*/rounds/*"), ResultId: "resultat",
		Result: &controlv1.Result{Subject: point, Execution: controlv1.Execution_EXECUTION_ONGOING}})
	e.must(err)
}

// found makes a committee, and its municipality with the first.
func (e *estate) found(p place) {
	e.Helper()
	e.apply("format: uppsikt.exchange.v1\nmunicipalities:\n  - name: " + p.municipality + "\n    display_name: Exempelkommun\ncommittees:\n  - name: " +
		p.committee + "\n    display_name: Socialnämnden\n    kind: COMMITTEE_KIND_COMMITTEE\n")
}

// commonMethod makes the example's method a municipality's.
func (e *estate) commonMethod(p place) {
	e.Helper()
	text := e.bundle(p)
	method := text[strings.Index(text, "methods:"):strings.Index(text, "risks:")]
	e.apply("format: uppsikt.exchange.v1\n" + strings.ReplaceAll(method, p.committee+"/methods", p.municipality+"/methods"))
}

// people makes what a municipality has.
func (e *estate) people(p place) {
	e.Helper()
	ctx, client := e.as("operator", "-"), directoryv1.NewDirectoryServiceClient(e.conn)
	_, err := client.CreatePerson(ctx, &directoryv1.CreatePersonRequest{Parent: p.municipality, PersonId: "person",
		Person: &directoryv1.Person{DisplayName: "Person", Email: "person@exempel.se"}})
	e.must(err)
	_, err = client.CreateRoleAssignment(ctx, &directoryv1.CreateRoleAssignmentRequest{Parent: p.municipality, RoleAssignmentId: "roll",
		RoleAssignment: &directoryv1.RoleAssignment{Person: p.name("municipalities/*/people/*"), Role: directoryv1.Role_ROLE_OWNER, Scope: p.committee}})
	e.must(err)
	_, err = client.CreateServiceAccount(ctx, &directoryv1.CreateServiceAccountRequest{Parent: p.municipality, ServiceAccountId: "system",
		ServiceAccount: &directoryv1.ServiceAccount{Title: "System", Roles: []*directoryv1.ServiceAccountRole{{Role: "auditor", Scope: p.municipality}}}})
	e.must(err)
}

// committee makes what the bundle has not.
func (e *estate) committee(p place) {
	e.Helper()
	_, err := directoryv1.NewDirectoryServiceClient(e.conn).CreateUnit(e.as("operator", "-"), &directoryv1.CreateUnitRequest{Parent: p.committee, UnitId: "enhet",
		Unit: &directoryv1.Unit{DisplayName: "Enhet"}})
	e.must(err)
	ctx, reports := e.as("coordinator", p.committee), reportv1.NewReportingServiceClient(e.conn)
	_, err = reports.CreateCase(ctx, &reportv1.CreateCaseRequest{Parent: p.committee, CaseId: "arende", Case: &reportv1.Case{Title: "Ärende"}})
	e.must(err)
	_, err = reports.CreateDocument(ctx, &reportv1.CreateDocumentRequest{Parent: p.committee, DocumentId: "utkast", Document: &reportv1.Document{
		Kind: reportv1.DocumentKind_DOCUMENT_KIND_INTERIM, Plan: p.name("municipalities/*/committees/*/plans/*"),
		Round: p.name("municipalities/*/committees/*/rounds/*"), Case: p.name("municipalities/*/committees/*/cases/*")}})
	e.must(err)
	_, err = riskv1.NewRiskRegisterServiceClient(e.conn).CreateAction(ctx, &riskv1.CreateActionRequest{Parent: p.committee, ActionId: "atgard",
		Action: &riskv1.Action{Title: "Åtgärd", Owners: []*riskv1.Owner{{Role: "ekonom", RoleAssignment: p.assignment()}},
			Origin: &riskv1.ActionOrigin{Kind: riskv1.ActionOriginKind_ACTION_ORIGIN_KIND_PLAN, Resource: p.name("municipalities/*/committees/*/plans/*")}}})
	e.must(err)
}
