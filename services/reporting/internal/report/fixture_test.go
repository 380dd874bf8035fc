package report

import (
	"fmt"
	"slices"
	"strings"
	"time"

	"github.com/uppsikt/uppsikt/services/reporting/internal/document"
)

const committeeName = "municipalities/m/committees/socialnamnden"

// at returns a pointer, for values that may be unknown.
func at(v float64) *float64 { return &v }

// sample has the facts of a social services committee: 14 risks, four of them critical with the values 9, 12, 8 and 12,
// stated without axes; all four are improved, the third is also reviewed; all follow the plan.
func sample() Interim {
	i := Interim{
		Municipality: "Exempelkommun",
		Committee:    Committee{Name: "Socialnämnden"},
		Plan: Plan{Name: committeeName + "/plans/2025", Year: "2025", CaseNumber: "SN-2024/259",
			HowMade:  "Enheterna inventerade sina risker. Ledningsgruppen bedömde riskvärdet och valde hantering.",
			Decision: &Decision{MeetingDate: "2024-12-10", Paragraph: "112"}, Reviews: 2, Checks: 3},
		Round: Round{Name: committeeName + "/rounds/delar", Title: "Delårsuppföljning 2025", Period: "första halvåret 2025", Closed: true},
		Date:  time.Date(2025, time.September, 2, 0, 0, 0, 0, time.UTC),
		Positions: []Position{{Service: "riskregister", Scope: committeeName, Sequence: 214,
			Hash: strings.Repeat("5f0c", 16)}},
	}
	i.Risks = sampleRisks()
	for n := range 14 {
		r := PlanRisk{Entry: fmt.Sprintf("%s/plans/2025/riskEntries/e%d", committeeName, n), Assessed: true}
		if n < len(i.Risks) {
			r.Critical, r.Treatments = true, []Treatment{Improve}
		}
		if n == 2 {
			r.Treatments = append(r.Treatments, Review)
		}
		i.Plan.Risks = append(i.Plan.Risks, r)
	}
	return i
}

func sampleRisks() []Risk {
	rows := []Risk{
		{Title: "Risk att någon genom oriktiga uppgifter eller påtryckningar får ersättning.", Process: "Välfärdsbrottslighet",
			Controls: "Utförare kontrolleras innan avtal skrivs.\n\nLoggar kontrolleras.", Handling: "Chefer utbildas.",
			Comment: "Rutinen är införd:\n\n- på vuxenenheten\n- på mottagningen"},
		{Title: "Risk att bemanningen inte följer behoven.", Process: "Bemanningsekonomi", Controls: "Egenkontroll görs.",
			Handling: "Utbildning ges.", Comment: "Arbetssättet är infört."},
		{Title: "Risk att uppgifter om personer med skyddad identitet hanteras fel.", Process: "Sekretess",
			Controls: "Rutin finns.", Handling: "Rutinen påminns om och granskas.", Comment: "Rutinen är känd."},
		{Title: "Risk att den gemensamma mappen används i strid med lagen.", Process: "Informationshantering",
			Handling: "Arbetssättet ses över.", Comment: "Gallring pågår."},
	}
	for n, value := range []float64{9, 12, 8, 12} {
		rows[n].Entry = fmt.Sprintf("%s/plans/2025/riskEntries/e%d", committeeName, n)
		rows[n].FollowUp = fmt.Sprintf("%s/rounds/delar/followUps/e%d", committeeName, n)
		rows[n].Assessment = Assessment{Value: at(value), Level: "Kritisk"}
		rows[n].Answer, rows[n].AnswerTitle = Follows, "Ja"
	}
	return rows
}

// with returns the sample after a change.
func with(change func(*Interim)) Interim {
	i := sample()
	i.Risks, i.Plan.Risks = slices.Clone(i.Risks), slices.Clone(i.Plan.Risks)
	change(&i)
	return i
}

// plain writes a document's content as text, one line for each heading, paragraph, item and cell.
func plain(d *document.Document) string {
	var out strings.Builder
	writeBlocks(&out, d.Body(), "")
	return out.String()
}

func writeBlocks(out *strings.Builder, blocks []document.Block, indent string) {
	for _, block := range blocks {
		switch block := block.(type) {
		case document.Heading:
			fmt.Fprintf(out, "\n%s %s\n", strings.Repeat("#", block.Level), block.Text)
		case document.Paragraph:
			fmt.Fprintf(out, "%s%s\n", indent, runs(block))
		case document.List:
			for _, item := range block.Items {
				writeBlocks(out, item.Blocks, indent+"* ")
			}
		case document.Table:
			writeTable(out, block)
		case document.Figure:
			fmt.Fprintf(out, "\n{%s: %s}\n", block.Caption, block.Alternative)
		case document.Contents:
			fmt.Fprint(out, "{table of contents}\n")
		}
	}
}

func writeTable(out *strings.Builder, t document.Table) {
	fmt.Fprintf(out, "\n[%s]\n", t.Caption)
	for _, row := range t.Rows {
		for n, cell := range row {
			writeBlocks(out, cell.Blocks, strings.Repeat("  ", n))
		}
	}
}

func runs(p document.Paragraph) string {
	var text strings.Builder
	for _, r := range p.Runs {
		text.WriteString(r.Text)
	}
	return strings.ReplaceAll(text.String(), noBreak, " ")
}
