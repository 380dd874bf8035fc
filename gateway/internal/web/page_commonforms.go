package web

import (
	"strconv"
	"strings"

	directoryv1 "github.com/uppsikt/uppsikt/proto/gen/uppsikt/directory/v1"
	riskv1 "github.com/uppsikt/uppsikt/proto/gen/uppsikt/risk/v1"

	"github.com/uppsikt/uppsikt/internal/fault"
)

// committeeOptions lists committees to choose among.
func committeeOptions(committees []*directoryv1.Committee) []option {
	var options []option
	for _, k := range committees {
		options = append(options, option{Value: k.GetName(), Label: k.GetDisplayName()})
	}
	return options
}

// commonForm asks for a common item.
func commonForm(i *riskv1.CommonItem, committees []option) *form {
	f := newForm("Spara", hidden("etag", i.GetEtag()),
		area("rubrik", "Vad ska granskas?", i.GetTitle(), "common_item.title").rows(2).missing("Skriv vad som ska granskas."),
		radios("slag", "Granskning eller kontrollmoment?", strconv.Itoa(int(i.GetKind())), pointKinds, "common_item.kind"),
		text("ar", "Vilket planår gäller den?", strconv.Itoa(int(i.GetYear())), "common_item.year").width("short"))
	f.add("Hur ska det göras?", "Det som står här kan nämnderna inte ändra.",
		area("syfte", "Syfte", i.GetPurpose(), "common_item.purpose").optional().rows(3),
		area("omfattning", "Omfattning och avgränsning", i.GetScope(), "common_item.scope").optional().rows(3),
		area("metod", "Metod", i.GetMethod(), "common_item.method").optional().rows(3).hint("Behövs innan granskningen kan beslutas. Till exempel stickprov, intervju eller loggkontroll."),
		text("nar", "När eller hur ofta?", i.GetFrequency(), "common_item.frequency").optional().hint("Lämna tomt om nämnderna bestämmer."),
		text("stickprov", "Planerat stickprov", i.GetPlannedSample(), "common_item.planned_sample").optional().width("medium").hint("Lämna tomt om nämnderna bestämmer."),
		text("till", "Rapporteras till", i.GetReportTo(), "common_item.report_to").optional().hint("Lämna tomt om nämnderna bestämmer."))
	if len(committees) > 0 {
		f.add("Vilka nämnder gäller den?", "",
			checks("namnder", "Nämnder", i.GetCommittees(), committees, "common_item.committees").hint("Välj ingen om den gäller alla nämnder."))
	}
	return f
}

// readCommon takes what was typed over into a common item.
func readCommon(f *form, i *riskv1.CommonItem) error {
	year, ok := parseNumber(f.value("ar"))
	if !ok || year != float64(int32(year)) {
		return fault.Fields(fault.Field{Path: "common_item.year", Swedish: "Skriv ett år med fyra siffror, till exempel 2025."})
	}
	kind, err := strconv.Atoi(f.value("slag"))
	if err != nil {
		return err
	}
	i.Year, i.Kind, i.Title = int32(year), riskv1.ControlPointKind(int32(kind)), f.value("rubrik")
	i.Purpose, i.Scope, i.Method = f.value("syfte"), f.value("omfattning"), f.value("metod")
	i.Frequency, i.PlannedSample, i.ReportTo = f.value("nar"), f.value("stickprov"), f.value("till")
	i.Committees = f.field("namnder").Values
	return nil
}

// decideCommonItem registers the executive committee's decision.
func (s *server) decideCommonItem(c *call) (*page, error) {
	i, err := s.Risks.GetCommonItem(c.ctx(), &riskv1.GetCommonItemRequest{Name: c.name(2)})
	if err != nil {
		return nil, err
	}
	p, f := decideCommonPage(i)
	if p.Form == nil && !c.posted() {
		return p, nil
	}
	return c.form(p, f, func() (string, error) {
		_, err := s.Risks.DecideCommonItem(c.ctx(), &riskv1.DecideCommonItemRequest{Name: i.GetName(), Etag: f.value("etag"),
			Decision: &riskv1.Decision{MeetingDate: f.value("datum"), Paragraph: f.value("paragraf"), CaseNumber: f.value("dnr")}})
		return receipt(f.Cancel, "granskning"), err
	})
}

// decideCommonPage asks for the decision. An item that does not say how the check is made cannot be decided, and has no form.
func decideCommonPage(i *riskv1.CommonItem) (*page, *form) {
	f := newForm("Registrera beslutet", hidden("etag", i.GetEtag()),
		date("datum", "Kommunstyrelsens sammanträde", "", "decision.meeting_date").missing("Ange dagen då kommunstyrelsen beslutade."),
		text("paragraf", "Paragraf i protokollet", "", "decision.paragraph").width("short").hint("Bara numret, till exempel 112.").
			missing("Skriv paragrafens nummer, till exempel 112."),
		text("dnr", "Diarienummer", "", "decision.case_number").optional().width("medium"))
	f.Cancel = address(i.GetName())
	p := &page{Title: "Registrera kommunstyrelsens beslut", Over: i.GetTitle(), Section: sectionTown, Crumbs: commonCrumbs(i), Form: f,
		Lead: "Granskningen låses. Nämnder som skapar sin plan för året får med den. De som har ett utkast hämtar den dit, och de som har en fastställd plan skapar en ny version av den."}
	if strings.TrimSpace(i.GetMethod()) == "" {
		p.Lead, p.Form, p.Template = "", nil, "cards"
		p.Data = cardsView{Empty: &emptyView{Title: "Granskningen saknar metod", Text: "Beskriv hur granskningen görs innan beslutet registreras. Nämnderna kan inte ändra det.",
			Action: link{"Ändra granskningen", f.Cancel + "/andra#metod"}}}
	}
	return p, f
}

// withdrawCommonItem takes a decided item back.
func (s *server) withdrawCommonItem(c *call) (*page, error) {
	i, err := s.Risks.GetCommonItem(c.ctx(), &riskv1.GetCommonItemRequest{Name: c.name(2)})
	if err != nil {
		return nil, err
	}
	f := newForm("Dra tillbaka", hidden("etag", i.GetEtag()), area("skal", "Varför?", "", "reason").rows(3).missing("Skriv varför granskningen dras tillbaka."))
	f.Cancel, f.Danger = address(i.GetName()), true
	p := &page{Title: "Dra tillbaka granskningen", Over: i.GetTitle(), Section: sectionTown, Crumbs: commonCrumbs(i),
		Lead: "Det går inte att ångra. Fastställda planer behåller granskningen. Nämnder kan ta bort den ur sina utkast."}
	return c.form(p, f, func() (string, error) {
		_, err := s.Risks.WithdrawCommonItem(c.ctx(), &riskv1.WithdrawCommonItemRequest{Name: i.GetName(), Etag: f.value("etag"), Reason: f.value("skal")})
		return receipt(f.Cancel, "tillbakadragen"), err
	})
}

// deleteCommonItem takes a draft away.
func (s *server) deleteCommonItem(c *call) (*page, error) {
	i, err := s.Risks.GetCommonItem(c.ctx(), &riskv1.GetCommonItemRequest{Name: c.name(2)})
	if err != nil {
		return nil, err
	}
	f := removeForm(i.GetEtag(), address(i.GetName()))
	f.Submit = "Ta bort"
	p := &page{Title: "Ta bort utkastet", Over: i.GetTitle(), Section: sectionTown, Crumbs: commonCrumbs(i),
		Lead: "Utkastet tas bort. Ingen nämnd har det i sin plan. Historiken finns kvar."}
	return c.form(p, f, func() (string, error) {
		_, err := s.Risks.DeleteCommonItem(c.ctx(), &riskv1.DeleteCommonItemRequest{Name: i.GetName(), Etag: f.value("etag"), Reason: f.value("skal")})
		return receipt(address(c.name(1))+"/commonItems?ar="+strconv.Itoa(int(i.GetYear())), "borttagen"), err
	})
}
