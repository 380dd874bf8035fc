// Package documenttest holds documents for tests of the renderers: one of the
// usual form, one with everything the model has, and one with hostile text.
package documenttest

import (
	"fmt"
	"strings"
	"time"

	"github.com/uppsikt/uppsikt/services/reporting/internal/document"
)

func meta() document.Meta {
	return document.Meta{
		Title:        "Delårsuppföljning av socialnämndens internkontrollplan 2025",
		Subject:      "Uppföljning av kritiska risker, första halvåret 2025",
		Author:       "Socialnämnden, Exempelkommun",
		Municipality: "Exempelkommun",
		Committee:    "Socialnämnden",
		CaseNumber:   "SN-2025/118",
		Date:         time.Date(2025, time.June, 12, 0, 0, 0, 0, time.UTC),
		Sources: []string{
			"Riskregistret, internkontrollplan 2025 version 1: journalpost 214, kontrollsumma 5f0c9a12",
			"Kontrollmätningen: journalpost 87, kontrollsumma b81d33e4",
		},
	}
}

// Interim returns a draft of the usual interim follow-up: an introduction and
// one table of labelled rows for each critical risk.
func Interim() *document.Document {
	d := &document.Document{Meta: meta()}
	d.Blocks = append(d.Blocks, document.Heading{Level: 2, Text: "Bakgrund"})
	d.Blocks = append(d.Blocks, document.FromMarkdown(background)...)
	d.Blocks = append(d.Blocks, document.Heading{Level: 2, Text: "Uppföljning för första halvåret 2025"})
	d.Blocks = append(d.Blocks, document.FromMarkdown(followUp)...)
	d.Blocks = append(d.Blocks, document.Heading{Level: 2, Text: "Kritiska risker"})
	for i, risk := range risks {
		caption := fmt.Sprintf("Risk %d av %d: %s", i+1, len(risks), risk.process)
		d.Blocks = append(d.Blocks, risk.table(caption))
	}
	return d
}

type risk struct {
	title, process, value, controls, handling, follows, comment string
}

func (r risk) table(caption string) document.Table {
	return document.LabelledRows(caption,
		document.Labelled{Label: "Risk", Value: document.MarkdownCell(r.title)},
		document.Labelled{Label: "Ansvarsområde/process", Value: document.MarkdownCell(r.process)},
		document.Labelled{Label: "Riskvärde", Value: document.TextCell(r.value)},
		document.Labelled{Label: "Befintliga aktiviteter och egenkontroller", Value: document.MarkdownCell(r.controls)},
		document.Labelled{Label: "Planerad hantering", Value: document.MarkdownCell(r.handling)},
		document.Labelled{Label: "Följer plan", Value: document.TextCell(r.follows)},
		document.Labelled{Label: "Kommentar", Value: document.MarkdownCell(r.comment)},
	)
}

const background = `Varje nämnd svarar för att den interna kontrollen inom dess område är tillräcklig. Det följer av
[6 kap. 6 § kommunallagen](https://www.riksdagen.se/sv/dokument-och-lagar/dokument/svensk-forfattningssamling/kommunallag-2017725_sfs-2017-725/).
Socialnämnden beslutade om en internkontrollplan för 2025 den 12 december 2024 (SN-2024/259). Planen bygger på en
riskanalys där verksamhetens viktigaste processer och system gicks igenom, riskerna värderades och nämnden valde hur
varje risk ska hanteras.`

const followUp = `Planen omfattar 14 risker. Fyra av dem har ett riskvärde som gör dem *kritiska*. För dem ska nämnden få
en återkoppling efter halva året. Tabellerna nedan visar om hanteringen följer planen och vad som har gjorts.

**Samtliga fyra kritiska risker hanteras enligt plan.** Det återstående arbetet gäller främst

- utbildning i schemaplanering, som genomförs under hösten
- rutinen för kontroll av kontoinnehavare
- behörigheter i den gemensamma mappstrukturen.

Resultatet av årets granskningar redovisas i uppföljningen för helåret.`

var risks = []risk{
	{
		title:    "Risk att någon genom otillbörlig påverkan, korruption eller oriktiga uppgifter får bidrag eller fördelar som de inte har rätt till.",
		process:  "Välfärdsbrottslighet",
		value:    "9",
		controls: "Styrdokument följs upp årligen. Utförare kontrolleras före avtal och registerutdrag begärs före vissa anställningar. Egenkontroll av utbetalningar av ekonomiskt bistånd och av loggar.",
		handling: "Utbildningsinsats för chefer om välfärdsbrottslighet under 2025 och kartläggning av sårbarheter. Legitimation efterfrågas alltid. Egenkontrollen av utbetalningar utökas.",
		follows:  "Ja",
		comment: `Alla myndighetsenheter kontrollerar nu legitimation. Rutinen har gåtts igenom på arbetsplatsträffar under våren.

Inom ekonomiskt bistånd fortsätter arbetet:

1. En ny rutin för kontroll av kontoinnehavare blir klar i höst och införs av systemförvaltningen.
2. Vuxenenheten har en ny mall för egenkontroll, som används sedan april.
3. Medarbetarna har utbildats om felaktiga utbetalningar av försörjningsstöd och om hur bidragsbrott anmäls.

Flera chefer är anmälda till en konferens i två dagar. En kort webbutbildning planeras för alla chefer och för alla medarbetare på myndighetsenheterna. Mot slutet av året prövas en metod för brottsförebyggande processgenomgångar vid placering på hem för vård eller boende.`,
	},
	{
		title:    "Risk att personalens tid inte används efter brukarnas behov, vilket leder till högre bemanningskostnader och gör ekonomiska avvikelser svåra att förklara.",
		process:  "Bemanningsekonomi och personalplanering",
		value:    "12",
		controls: "Schemaläggningen sker i ett planeringssystem och hemtjänstens behov planeras i ett annat. Arbetstidsregler, heltid som norm och bokning av timvikarier gör planeringen svår. Egenkontroll sker löpande.",
		handling: "Utvecklingsarbete och utbildning i planeringssystemet. Under 2025 införs ett arbetssätt där personalkostnader och arbetade timmar analyseras vid varje ekonomiuppföljning.",
		follows:  "Ja",
		comment: `Personalkostnader och arbetade timmar följs upp enligt det nya arbetssättet. Det gjordes i februari, mars och maj.

En utbildning i systemet för brukarinsatser hålls under hösten. Erfarenheter hämtas från kommuner som använder samma system.

Cheferna utbildades i december 2024. Administratörerna utbildas inom projektet för bemanningsekonomi.`,
	},
	{
		title:    "Risk att uppgifter om personer med skyddad identitet hanteras fel.",
		process:  "Personuppgifter och sekretess",
		value:    "8",
		controls: "Åtkomsten är begränsad till chef och handläggare. Den skriftliga rutinen är färdig och införd. Fler kontroller tas fram utifrån uppföljningen av planen för 2024.",
		handling: "Löpande kvalitetsarbete och påminnelser på arbetsplatsträffar så att rutinen förblir känd. Risken granskas dessutom under 2025.",
		follows:  "Ja",
		comment:  "Rutinen är känd av berörda medarbetare. Myndighetsenheterna har tagit fram en checklista som stöd. Utförarenheterna anpassar rutinen till sin verksamhet under hösten.",
	},
	{
		title:    "Risk att information i den gemensamma nätverksmappen inte hanteras enligt lag.",
		process:  "Informationssäkerhet",
		value:    "12",
		controls: "Arbetssättet behöver ses över.",
		handling: "Utvecklingsarbete för att kvalitetssäkra arbetssättet och avveckla det som inte är korrekt.",
		follows:  "Ja",
		comment:  "En genomgång är gjord tillsammans med kommunens informationssäkerhetssamordnare. Mängden personuppgifter har minskat genom gallring och behörigheterna är begränsade. Fortsättningen beror på vilken lösning för mellanlagring som kommunen väljer.",
	},
}

// Everything returns a final document that uses every part of the model, with
// rows longer than a page and tables over several pages.
func Everything() *document.Document {
	d := &document.Document{Meta: meta()}
	d.Meta.Title = "Internkontrollplan 2026 med mätvärden"
	d.Meta.State = document.Final
	d.Blocks = []document.Block{
		document.Heading{Level: 2, Text: "Mätvärden"},
		measurements(),
		document.Heading{Level: 3, Text: "Förklaringar"},
		richText(),
		document.Heading{Level: 4, Text: "Sammansatta listor"},
		nestedList(),
		document.Heading{Level: 2, Text: "Risker och kontrollmoment"},
		controlTable(),
		document.Heading{Level: 2, Text: "En lång redogörelse"},
		document.LabelledRows("Redogörelse för kontrollmomentet",
			document.Labelled{Label: "Kontrollmoment", Value: document.TextCell("Attest av fakturor")},
			document.Labelled{Label: "Verksamhetsbeskrivning", Value: document.MarkdownCell(strings.Repeat(longText+"\n\n", 16))},
			document.Labelled{Label: "Slutsats", Value: document.TextCell("Kontrollen är tillräcklig.")},
		),
	}
	return d
}

const longText = "Varje månad granskas ett slumpmässigt urval av 25 fakturor. Underlag, attest och utbetalning jämförs med den gällande " +
	"delegationsordningen. Avvikelser registreras, återkopplas till enhetschefen inom fem arbetsdagar och sammanställs för nämnden varje kvartal."

func measurements() document.Table {
	table := document.Table{
		Caption:    "Tabell 1. Sjukfrånvaro och kostnader per verksamhetsområde",
		RowHeaders: true,
		Columns: []document.Column{
			{Head: "Verksamhetsområde", Width: 0.4},
			{Head: "Sjukfrånvaro", Width: 0.2, Numeric: true},
			{Head: "Kostnad, tkr", Width: 0.2, Numeric: true},
			{Head: "Avvikelse, tkr", Width: 0.2, Numeric: true},
		},
	}
	values := []struct {
		name           string
		absence        float64
		cost, variance int64
	}{
		{"Hemtjänst", 9.4, 214350, -3120}, {"Särskilt boende", 8.05, 187900, 1250},
		{"Individ- och familjeomsorg", 6.6, 98412, 0}, {"Funktionsnedsättning", 7.25, 143077, -410},
	}
	for _, v := range values {
		table.Rows = append(table.Rows, document.Row{
			document.TextCell(v.name),
			document.TextCell(document.FormatPercent(v.absence, 1)),
			document.TextCell(document.FormatInteger(v.cost)),
			document.TextCell(document.FormatInteger(v.variance)),
		})
	}
	return table
}

func richText() document.Block {
	return document.Paragraph{Runs: []document.Run{
		{Text: "Sjukfrånvaron mäts i "}, {Text: "procent av ordinarie arbetstid", Strong: true},
		{Text: " och är ett "}, {Text: "genomsnitt", Emphasis: true}, {Text: " för perioden. "},
		{Text: "Båda delarna", Strong: true, Emphasis: true},
		{Text: " kommer från personalsystemet. Frågor besvaras av "},
		{Text: "förvaltningens registrator", Link: "mailto:registrator@exempelkommun.example"},
		{Text: ", och metoden beskrivs på "},
		{Text: "kommunens webbplats om uppföljning av internkontroll och kvalitet", Link: "https://www.exempelkommun.example/uppföljning"},
		{Text: ".\nNästa mätning görs i oktober."},
	}}
}

func nestedList() document.Block {
	item := func(text string, more ...document.Block) document.Item {
		return document.Item{Blocks: append([]document.Block{document.Text(text)}, more...)}
	}
	ordered := document.List{Ordered: true}
	for i := range 11 {
		ordered.Items = append(ordered.Items, item(fmt.Sprintf("Steg %d i kontrollen", i+1)))
	}
	ordered.Items[2].Blocks = append(ordered.Items[2].Blocks, document.List{Items: []document.Item{
		item("urvalet dras"), item("underlagen begärs in", document.Text("Begäran sparas i ärendet.")),
	}})
	return ordered
}

func controlTable() document.Table {
	table := document.Table{
		Caption:    "Tabell 2. Kontrollmoment 2026",
		RowHeaders: true,
		Columns: []document.Column{
			{Head: "Nr", Width: 0.08}, {Head: "Risk", Width: 0.25}, {Head: "Värde", Width: 0.1, Numeric: true},
			{Head: "Kontrollmoment", Width: 0.38}, {Head: "Ansvarig", Width: 0.19},
		},
	}
	names := []string{"Felaktiga utbetalningar av försörjningsstöd", "Obehörig åtkomst till verksamhetssystem", "Bristande avtalstrohet vid upphandling"}
	for i := range 24 {
		table.Rows = append(table.Rows, document.Row{
			document.TextCell(fmt.Sprintf("R%d", i+1)), document.TextCell(names[i%len(names)]),
			document.TextCell(fmt.Sprint(i%4*3 + 1)), document.TextCell(longText), document.TextCell("Verksamhetscontroller"),
		})
	}
	table.Rows[3][4] = document.Cell{}
	return table
}

// Hostile returns a document with text that breaks careless writers: signs
// outside the typeface, control characters, broken encoding, markup of every
// format and a word wider than any column.
func Hostile() *document.Document {
	const nasty = "Emoji 😀👩‍👩‍👧, bock ✓, arabiska مرحبا, kinesiska 漢字, noll\x00tecken, klocka\a, trasigt \xff\xfe UTF-8, " +
		"vänd \u202eordning, a\u030angstro\u0308m, \ufeffstart, ]]> <script>alert(1)</script> & &amp; \"citat\" ) ( \\ {nb} %PDF endstream endobj EMC"
	word := strings.Repeat("åäöbcdfghijklm", 6) + "slutet"
	d := &document.Document{Meta: meta()}
	d.Meta.Title = "Titel " + nasty
	d.Meta.Author = nasty
	d.Meta.Subject = nasty
	d.Meta.Committee = nasty
	d.Meta.Municipality = nasty
	d.Meta.CaseNumber = nasty
	d.Meta.Sources = []string{nasty, "", word}
	d.Blocks = []document.Block{
		document.Heading{Level: 2, Text: nasty},
		document.Paragraph{Runs: []document.Run{{Text: nasty, Strong: true}, {Text: word, Link: "https://exempel.example/å(\\)"}, {}, {Text: "\n\n \u00ad\u00ad"}}},
		document.List{Items: []document.Item{{Blocks: []document.Block{document.Text(nasty + word)}}, {Blocks: []document.Block{document.Paragraph{}}}}},
		document.LabelledRows(nasty,
			document.Labelled{Label: word, Value: document.TextCell(word + " " + nasty)},
			document.Labelled{Label: "\x00", Value: document.TextCell("\n")},
			document.Labelled{Label: "Siffror", Value: document.TextCell(strings.Repeat("1234567890", 30))}),
		document.Table{
			Caption: "Smal", Columns: []document.Column{{Head: word, Width: 0.02}, {Head: "😀", Width: 0.98, Numeric: true}},
			Rows: []document.Row{{document.TextCell(word), document.MarkdownCell(nasty)}},
		},
	}
	return d
}
