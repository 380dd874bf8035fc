package report

import "strings"

// Parts tells of which parts the plan will consist, in its order, and what is missing.
func (p *ControlPlan) Parts() []Part {
	parts := []Part{p.decisionPart(), p.planNumberPart()}
	for _, part := range p.arranged() {
		if part.hidden || part.optional && len(part.blocks(p.text(part))) == 0 {
			continue
		}
		made := part.part()
		if at := p.section(part); part.text && at >= 0 && strings.TrimSpace(p.Sections[at].Text) != "" {
			made.Standard = p.Sections[at].Text
		}
		if part.key == KeyHowMade && p.section(part) < 0 && strings.TrimSpace(p.HowMade) != "" {
			made.Standard = p.HowMade
		}
		made.Missing, made.Resource = p.lacks(part)
		parts = append(parts, made)
	}
	for _, e := range p.chosen() {
		parts = append(parts, p.entryPart(e))
	}
	for _, c := range p.Points {
		parts = append(parts, c.part())
	}
	return parts
}

func (p *ControlPlan) decisionPart() Part {
	part := Part{Title: "Nämndens beslut"}
	if p.Standing != Decided {
		part.Missing, part.Resource = "Planen är inte beslutad. Registrera nämndens beslut om den innan dokumentet görs slutligt.", p.Name
	}
	return part
}

func (p *ControlPlan) planNumberPart() Part {
	part := Part{Title: "Diarienummer"}
	if p.caseNumber() == "" {
		part.Missing, part.Resource = "Diarienummer saknas. Ange det i planen.", p.Name
	}
	return part
}

// lacks says what a part made from data has too little of.
func (p *ControlPlan) lacks(part piece) (missing, resource string) {
	switch {
	case part.key == "risks" && len(p.chosen()) == 0 && len(p.Areas) == 0:
		return "Planen tar inte upp någon risk. Välj risker ur riskanalysen.", p.Name
	case part.key == KeyFollowUp && len(p.Rounds) == 0:
		return "Ingen uppföljning är planerad. Skapa uppföljningen, så kommer dess datum med.", p.Name
	}
	for _, e := range p.Entries {
		if part.key == "appendix" && e.Choice == Undecided {
			return "Det är inte avgjort om alla risker ska ingå i planen. Välj för varje risk.", e.Name
		}
	}
	return "", ""
}

// entryPart tells what a risk's table lacks.
func (p *ControlPlan) entryPart(e numbered) Part {
	part := Part{Title: p.riskCaption(e)}
	switch {
	case e.Assessment.text() == "":
		part.Missing = "Riskvärde saknas."
	case len(e.Treatments) == 0:
		part.Missing = "Hantering är inte vald."
	case strings.TrimSpace(e.Handling) == "":
		part.Missing = "Planerad hantering saknas. Skriv hur risken ska hanteras."
	case len(e.Owners) == 0:
		part.Missing = "Ansvarig saknas."
	}
	if part.Missing != "" {
		part.Resource = e.Name
	}
	return part
}

// part tells what a control point lacks for others to see what is to be done, how much, when and by whom.
func (c ControlPoint) part() Part {
	part := Part{Title: cut(strings.Fields(c.Title))}
	var lacking []string
	for _, field := range []struct{ name, value string }{{"metod", c.Method}, {"omfattning", c.Scope}, {"stickprov", c.Sample},
		{"frekvens", c.Frequency}, {"kontrollansvarig", strings.Join(c.Owners, "")}} {
		if strings.TrimSpace(field.value) == "" {
			lacking = append(lacking, field.name)
		}
	}
	if len(lacking) > 0 && c.MovedTo == "" {
		part.Missing, part.Resource = "Det saknas uppgift om "+enumerate(lacking)+".", c.Name
	}
	return part
}
