package web

import (
	"strings"

	riskv1 "github.com/uppsikt/uppsikt/proto/gen/uppsikt/risk/v1"

	"github.com/uppsikt/uppsikt/internal/fault"
)

// Methods that can be made on the spot, for a committee that has none.
const (
	standardMethod = "ny:fyra-ganger-fyra"
	statedMethod   = "ny:egna-varden"
)

// methodOptions lists the newest version of each method of the committee and its municipality, and last those that can
// be made on the spot.
func (c *call) methodOptions(committee string) ([]option, error) {
	var options []option
	for _, parent := range []string{committee, upTo(committee, 1)} {
		r, err := c.Risks.ListMethods(c.ctx(), &riskv1.ListMethodsRequest{Parent: parent, PageSize: 1000})
		if err != nil {
			return nil, err
		}
		for _, m := range r.GetMethods() {
			o, err := c.newestVersion(m)
			if err != nil {
				return nil, err
			}
			if o.Value != "" {
				options = append(options, o)
			}
		}
	}
	return append(options,
		option{Value: standardMethod, Label: "Ny metod: sannolikhet och konsekvens i fyra steg", Hint: "Riskvärdet är sannolikhet gånger konsekvens, 1–16. Kritiskt från 9."},
		option{Value: statedMethod, Label: "Ny metod: riskvärden utan skalor", Hint: "Ni anger ett riskvärde direkt. Kritiskt från 8."}), nil
}

// newestVersion offers the newest version of a method; nothing when it has none.
func (c *call) newestVersion(m *riskv1.Method) (option, error) {
	r, err := c.Risks.ListMethodVersions(c.ctx(), &riskv1.ListMethodVersionsRequest{Parent: m.GetName(), PageSize: 1000})
	if err != nil {
		return option{}, err
	}
	best, name := -1.0, ""
	for _, v := range r.GetMethodVersions() {
		if n, ok := parseNumber(last(v.GetName())); ok && n > best {
			best, name = n, v.GetName()
		}
	}
	if name == "" {
		return option{}, nil
	}
	return option{Value: name, Label: m.GetTitle(), Hint: "Version " + last(name)}, nil
}

// ensureMethod returns the chosen method version, made first when it is one of those that can be made on the spot.
func (c *call) ensureMethod(committee, chosen string) (string, error) {
	id, fresh := strings.CutPrefix(chosen, "ny:")
	if !fresh {
		return chosen, nil
	}
	title, version := "Sannolikhet och konsekvens i fyra steg", fourByFour()
	if chosen == statedMethod {
		title, version = "Riskvärden utan skalor", statedValues()
	}
	name := committee + "/methods/" + id
	_, err := c.Risks.CreateMethod(c.ctx(), &riskv1.CreateMethodRequest{Parent: committee, MethodId: id, Method: &riskv1.Method{Title: title}})
	if err != nil && !fault.Is(toFault(err), fault.Exists) {
		return "", err
	}
	_, err = c.Risks.CreateMethodVersion(c.ctx(), &riskv1.CreateMethodVersionRequest{Parent: name, MethodVersionId: "1", MethodVersion: version})
	if err != nil && !fault.Is(toFault(err), fault.Exists) {
		return "", err
	}
	return name + "/versions/1", nil
}

// fourByFour is the commonest scale of Swedish municipalities.
func fourByFour() *riskv1.MethodVersion {
	m := commonMethod()
	m.Likelihood = axis("Sannolikhet", "Osannolik", "Mindre sannolik", "Möjlig", "Sannolik")
	m.Consequence = axis("Konsekvens", "Försumbar", "Lindrig", "Kännbar", "Allvarlig")
	m.ValueRule = riskv1.ValueRule_VALUE_RULE_PRODUCT
	m.Levels = []*riskv1.Level{{Id: "lag", Title: "Låg"}, {Id: "medel", Title: "Medel"}, {Id: "kritisk", Title: "Kritisk", Critical: true}}
	four, nine := 4.0, 9.0
	m.Bands = []*riskv1.Band{{Level: "lag", Upper: &four, UpperExclusive: true},
		{Level: "medel", Lower: &four, Upper: &nine, UpperExclusive: true}, {Level: "kritisk", Lower: &nine}}
	m.SelectedLevels = []string{"kritisk"}
	return m
}

// statedValues is a method without axes: people state the value.
func statedValues() *riskv1.MethodVersion {
	m := commonMethod()
	m.Levels = []*riskv1.Level{{Id: "lagre", Title: "Lägre"}, {Id: "kritisk", Title: "Kritisk", Critical: true}}
	eight := 8.0
	m.Bands = []*riskv1.Band{{Level: "lagre", Upper: &eight, UpperExclusive: true}, {Level: "kritisk", Lower: &eight}}
	return m
}

// commonMethod holds what both have: treatments and the answers to "follows plan".
func commonMethod() *riskv1.MethodVersion {
	return &riskv1.MethodVersion{
		Treatments: []*riskv1.Treatment{
			{Id: "forbattra", Title: "Omhändertas i det systematiska förbättringsarbetet", Kind: riskv1.TreatmentKind_TREATMENT_KIND_IMPROVEMENT},
			{Id: "granska", Title: "Granskas", Kind: riskv1.TreatmentKind_TREATMENT_KIND_REVIEW},
			{Id: "direktatgard", Title: "Direktåtgärd", Kind: riskv1.TreatmentKind_TREATMENT_KIND_DIRECT_ACTION},
			{Id: "bevaka", Title: "Bevakas", Kind: riskv1.TreatmentKind_TREATMENT_KIND_WATCH},
			{Id: "acceptera", Title: "Accepteras", Kind: riskv1.TreatmentKind_TREATMENT_KIND_ACCEPT, ReasonRequired: true},
		},
		FollowUpScale: []*riskv1.StatusStep{
			{Id: "ja", Title: "Ja", Meaning: riskv1.StatusMeaning_STATUS_MEANING_YES},
			{Id: "delvis", Title: "Delvis", Meaning: riskv1.StatusMeaning_STATUS_MEANING_PARTLY},
			{Id: "nej", Title: "Nej", Meaning: riskv1.StatusMeaning_STATUS_MEANING_NO},
		},
	}
}

// axis makes a scale of steps from 1.
func axis(title string, labels ...string) *riskv1.Axis {
	a := &riskv1.Axis{Title: title}
	for i, l := range labels {
		a.Steps = append(a.Steps, &riskv1.Step{Value: int32(i + 1), Label: l})
	}
	return a
}
