package workbook

import "strings"

// Kind is what a workbook holds.
type Kind string

// The kinds.
const (
	Risks        Kind = "risks"
	Controls     Kind = "controls"
	Measurements Kind = "measurements"
)

// Kinds returns every kind, in the order of the year.
func Kinds() []Kind { return []Kind{Risks, Controls, Measurements} }

// Title names a kind; it is the name of its sheet too.
func (k Kind) Title() string {
	switch k {
	case Risks:
		return "Risker"
	case Controls:
		return "Kontroller"
	case Measurements:
		return "Mätningar"
	}
	return string(k)
}

// Field is one column of a kind.
type Field struct {
	// Key names it for a mapping; it is the field of the API where there is one.
	Key string
	// Title is its heading in the template.
	Title string
	// Help says what to write.
	Help string
	// Required is true when a sheet without the column is no sheet of the kind.
	Required bool

	// synonyms are other headings that mean it.
	synonyms []string
	// width is that of the column in the template, in characters.
	width float64
	// list names the list of choices in the template; empty for none.
	list string
}

// Fields returns the columns of a kind, in the order of the template.
func (k Kind) Fields() []Field {
	switch k {
	case Risks:
		return riskFields()
	case Controls:
		return controlFields()
	case Measurements:
		return measurementFields()
	}
	return nil
}

// field returns a column by its key or heading.
func (k Kind) field(name string) (Field, bool) {
	for _, f := range k.Fields() {
		if f.Key == strings.TrimSpace(name) || plain(f.Title) == plain(name) {
			return f, true
		}
	}
	return Field{}, false
}

// names returns every heading that means the column, reduced to letters.
func (f Field) names() []string {
	names := []string{plain(f.Title)}
	for _, s := range f.synonyms {
		names = append(names, plain(s))
	}
	return names
}

func keyField(of string) Field {
	return Field{Key: "key", Title: "Nyckel", width: 12,
		Help:     "Ett kort namn på " + of + ", till exempel R1. Lämna tomt om ni inte har något; raden känns då igen på sitt innehåll.",
		synonyms: []string{"Id", "Nr", "Nummer", "Löpnr", "Löpnummer", "Risknr", "Risk-id", "Kontrollnr"}}
}

func unitField() Field {
	return Field{Key: "unit", Title: "Enhet", width: 22, list: "units", Help: "Enhetens namn, som det står i organisationen. Tomt betyder hela nämnden.",
		synonyms: []string{"Skola", "Boende", "Avdelning"}}
}

func riskFields() []Field {
	return []Field{
		keyField("risken"),
		{Key: "process", Title: "Ansvarsområde/process", width: 26, Help: "Ansvarsområde, process, rutin eller system.",
			synonyms: []string{"Ansvarsområde", "Process", "Rutin", "Process/rutin", "Rutin/process", "Rutin/system", "Område"}},
		{Key: "title", Title: "Risk", Required: true, width: 44, Help: "Risken i en mening. Måste fyllas i.",
			synonyms: []string{"Riskbeskrivning", "Beskrivning av risk", "Beskrivning av risken", "Identifierad risk", "Risker", "Riskhändelse", "Oönskad händelse"}},
		{Key: "description", Title: "Beskrivning", width: 36, Help: "Mer om risken.", synonyms: []string{"Förtydligande"}},
		{Key: "causes", Title: "Orsaker", width: 30, Help: "Varför den kan inträffa.", synonyms: []string{"Orsak"}},
		{Key: "effects", Title: "Effekter", width: 30, Help: "Vad den leder till.", synonyms: []string{"Effekt", "Följd", "Följder", "Konsekvensbeskrivning"}},
		{Key: "classifications", Title: "Rubriker", width: 24, list: "classifications", Help: "Rubriker i metoden, till exempel riskkategori. Flera skiljs åt med semikolon.",
			synonyms: []string{"Riskkategori", "Kategori", "Riskområde", "Mål"}},
		unitField(),
		{Key: "likelihood", Title: "Sannolikhet", width: 14, list: "likelihood", Help: "Steget på skalan: 3, 3,0 eller 3 – Möjlig.", synonyms: []string{"S", "Sannolikhetsvärde"}},
		{Key: "consequence", Title: "Konsekvens", width: 14, list: "consequence", Help: "Steget på skalan: 4 eller 4 – Allvarlig.", synonyms: []string{"K", "Väsentlighet", "V", "Konsekvensvärde"}},
		{Key: "stated_value", Title: "Riskvärde", width: 12, Help: "Riskvärdet, när det anges direkt. Anges båda stegen räknas det ändå ut.",
			synonyms: []string{"Värde", "Riskpoäng", "Poäng", "RV", "Risktal", "S x K", "SxK"}},
		{Key: "stated_level", Title: "Risknivå", width: 14, list: "levels", Help: "Nivåns namn i metoden, när den anges direkt.", synonyms: []string{"Nivå", "Riskklass"}},
		{Key: "existing_controls", Title: "Befintliga aktiviteter och egenkontroller", width: 36, Help: "Det som redan görs.",
			synonyms: []string{"Befintliga kontroller", "Befintliga åtgärder", "Egenkontroller", "Egenkontroll", "Befintliga aktiviteter", "Nuvarande hantering"}},
		{Key: "treatments", Title: "Hantering", width: 20, list: "treatments", Help: "Val i metoden, till exempel Granskning. Flera skiljs åt med semikolon.",
			synonyms: []string{"Riskhantering", "Val av hantering", "Åtgärdsval", "Beslut om hantering"}},
		{Key: "treatment_reason", Title: "Motivering till hantering", width: 30, Help: "Behövs när metoden kräver det.", synonyms: []string{"Motivering av hantering"}},
		{Key: "planned_handling", Title: "Planerad hantering", width: 36, Help: "Hur risken ska hanteras.", synonyms: []string{"Planerade åtgärder", "Planerad åtgärd", "Åtgärd", "Åtgärder", "Förslag till åtgärd"}},
		{Key: "selection", Title: "Tas med i planen", width: 12, list: "yes", Help: "Ja, Nej eller tomt. Tomt betyder att det inte är bestämt.", synonyms: []string{"I planen", "Med i plan", "Till internkontrollplan", "Väljs"}},
		{Key: "not_chosen_reason", Title: "Varför inte", width: 30, Help: "Behövs när risken inte tas med.", synonyms: []string{"Motivering", "Motivering till att risken inte tas med", "Skäl"}},
		{Key: "owners", Title: "Ansvarig", width: 24, Help: "Roll, till exempel enhetschefer. Flera skiljs åt med semikolon.", synonyms: []string{"Riskägare", "Ansvariga", "Ansvarig funktion"}},
		{Key: "source_note", Title: "Källa", width: 24, Help: "Var bedömningen kommer ifrån.", synonyms: []string{"Underlag"}},
	}
}

func controlFields() []Field {
	return []Field{
		keyField("kontrollen"),
		{Key: "title", Title: "Kontrollmoment", Required: true, width: 44, Help: "Vad som kontrolleras. Måste fyllas i.",
			synonyms: []string{"Kontroll", "Kontroller", "Kontrollpunkt", "Vad kontrolleras", "Vad ska kontrolleras", "Granskningsområde"}},
		{Key: "kind", Title: "Slag", width: 14, list: "kinds", Help: "Kontroll eller Granskning. Tomt betyder Kontroll.", synonyms: []string{"Typ", "Typ av kontroll"}},
		{Key: "control_area", Title: "Kontrollområde", width: 28, Help: "Rubriken som resultatet redovisas under. En ny rubrik läggs till.", synonyms: []string{"Område"}},
		{Key: "risk_entries", Title: "Risker", width: 30, Help: "Riskernas nycklar eller ord. Flera skiljs åt med semikolon.", synonyms: []string{"Risk", "Tillhör risk", "Risknr", "Avser risk"}},
		unitField(),
		{Key: "purpose", Title: "Syfte", width: 30, Help: "Varför det kontrolleras."},
		{Key: "scope", Title: "Omfattning", width: 30, Help: "Omfattning och avgränsning.", synonyms: []string{"Avgränsning", "Omfattning och avgränsning"}},
		{Key: "method", Title: "Kontrollmetod", width: 30, Help: "Stickprov, intervju, enkät, loggkontroll eller registerutdrag.", synonyms: []string{"Metod", "Hur kontrolleras", "Tillvägagångssätt"}},
		{Key: "frequency", Title: "Frekvens", width: 18, Help: "Hur ofta eller när.", synonyms: []string{"Tidpunkt", "När", "Hur ofta", "Frekvens/tidpunkt", "Intervall"}},
		{Key: "planned_sample", Title: "Antal stickprov", width: 18, Help: "Planerat urval, till exempel 25 ärenden.", synonyms: []string{"Stickprov", "Urval"}},
		{Key: "owners", Title: "Kontrollansvarig", width: 24, Help: "Roll. Flera skiljs åt med semikolon.", synonyms: []string{"Ansvarig", "Ansvarig för kontroll", "Utförare"}},
		{Key: "responsible_manager", Title: "Ansvarig chef", width: 24, Help: "Roll: den som granskar texten."},
		{Key: "report_to", Title: "Rapporteras till", width: 24, Help: "Till vem och när.", synonyms: []string{"Rapportering", "Rapport till", "Återrapportering"}},
		{Key: "stated_value", Title: "Riskvärde", width: 12, Help: "När det anges direkt på kontrollen.", synonyms: []string{"Värde", "RV"}},
	}
}

func measurementFields() []Field {
	return []Field{
		keyField("mätningen"),
		{Key: "indicator", Title: "Indikator", Required: true, width: 44, list: "indicators", Help: "Vad som mäts: indikatorns namn eller id. Måste fyllas i.",
			synonyms: []string{"Mätning", "Mått", "Nyckeltal", "Mätetal", "Indikatorer"}},
		unitField(),
		{Key: "period", Title: "Period", width: 22, Help: "2025, 2025-03, kvartal 1 2025, ett datum, eller första och sista dagen med tankstreck emellan.",
			synonyms: []string{"År", "Datum", "Mätdatum", "Mätperiod"}},
		{Key: "begin_date", Title: "Första dag", width: 14, Help: "I stället för period: första dagen.", synonyms: []string{"Från", "Från och med", "Startdatum", "Fr.o.m."}},
		{Key: "end_date", Title: "Sista dag", width: 14, Help: "I stället för period: sista dagen.", synonyms: []string{"Till", "Till och med", "Slutdatum", "T.o.m."}},
		{Key: "value", Title: "Värde", width: 12, Help: "Värdet i indikatorns enhet. En andel skrivs i procent: 93 eller 93 %.", synonyms: []string{"Utfall", "Resultat", "Mätvärde", "Andel", "Andel i procent"}},
		{Key: "numerator", Title: "Täljare", width: 12, Help: "Hur många som uppfyller, i stället för värde.", synonyms: []string{"Antal", "Antal uppfyllda", "Antal godkända"}},
		{Key: "denominator", Title: "Nämnare", width: 12, Help: "Av hur många.", synonyms: []string{"Av", "Totalt", "Antal totalt", "Totalt antal"}},
		{Key: "approximate", Title: "Cirka", width: 10, list: "yes", Help: "Ja när värdet är ungefärligt.", synonyms: []string{"Ungefär", "Ungefärligt"}},
		{Key: "derived", Title: "Härlett", width: 10, list: "yes", Help: "Ja när värdet inte är mätt utan härlett; anmärkningen säger ur vad.", synonyms: []string{"Härledd", "Beräknat"}},
		{Key: "note", Title: "Anmärkning", width: 40, Help: "Skrivs ut bredvid värdet.", synonyms: []string{"Kommentar", "Not", "Noteringar", "Notering"}},
	}
}
