package mail

import "strings"

// FaultText says in Swedish, to a coordinator, what went wrong and what mends it; empty when nothing did.
func FaultText(a Answer) string {
	switch {
	case a.Outcome == Taken:
		return ""
	case a.Outcome == Unlearnt:
		return "Mejlservern svarade inte när hela mejlet var lämnat. Det skickas en gång till, så mottagaren kan få samma mejl två gånger."
	case a.Step >= StepRecipient:
		return deliveryFault(a)
	default:
		return serverFault(a)
	}
}

// serverFault is of what keeps every mail from leaving; an administrator mends it.
func serverFault(a Answer) string {
	switch {
	case a.Step == StepAddress && a.Enhanced == "5.6.7":
		return "Adressen har å, ä, ö eller andra tecken före @ som mejlservern inte kan ta emot. Be personen om en adress utan sådana tecken och ändra den under Administration."
	case a.Step == StepAddress:
		return "Adressen är inte en giltig mejladress. Rätta den under Administration."
	case a.Step == StepTLS:
		return "Anslutningen till mejlservern kunde inte krypteras, och utan kryptering skickas inget mejl. Den som sköter servern behöver se över inställningarna. Mejlet ligger kvar och skickas när det fungerar."
	case a.Step == StepSignIn:
		return "Mejlservern godtog inte användarnamnet eller lösenordet som Uppsikt har. Den som sköter servern behöver rätta dem. Mejlet ligger kvar och skickas när det fungerar."
	case a.Step == StepSender && a.Code != 0:
		return "Mejlservern tar inte emot mejl från Uppsikts avsändaradress just nu. Den som sköter servern behöver se över den om felet håller i sig. Mejlet ligger kvar och skickas när det fungerar."
	case a.Code >= 500:
		return "Mejlservern släpper inte in Uppsikt. Den som sköter servern behöver se över inställningarna. Mejlet ligger kvar och skickas när det fungerar."
	case a.Code != 0:
		return "Mejlservern är upptagen eller stängs för underhåll. Mejlet ligger kvar och skickas när den svarar."
	default:
		return "Mejlservern går inte att nå. Mejlet ligger kvar och skickas när den svarar."
	}
}

// causes are of what concerns this mail or this address, told by the enhanced status code. A code that ends in a point
// stands for all it begins.
var causes = []struct{ code, cause, remedy string }{
	{"2.2", "Mottagarens brevlåda är full.", "Be personen att rensa i den, och försök sedan igen."},
	{"2.1", "Mottagarens brevlåda är avstängd.", "Kontrollera adressen med personen och ändra den under Administration."},
	{"1.1", "Adressen finns inte hos mottagarens mejlserver.", "Rätta den under Administration och försök sedan igen."},
	{"1.2", "Det finns ingen mejlserver för adressens domän.", "Rätta adressen under Administration och försök sedan igen."},
	{"1.3", "Mejlservern godtar inte hur adressen är skriven.", "Rätta den under Administration och försök sedan igen."},
	{"1.6", "Mottagaren har bytt adress.", "Ändra den under Administration och försök sedan igen."},
	{"1.10", "Mottagarens domän tar inte emot mejl.", "Rätta adressen under Administration och försök sedan igen."},
	{"2.3", "Mejlet är för stort för mottagarens brevlåda.", "Be den som sköter mejlservern att tillåta större mejl."},
	{"3.4", "Mejlet är för stort för mejlservern.", "Be den som sköter mejlservern att tillåta större mejl."},
	{"3.1", "Mejlserverns lagring är full.", "Be den som sköter mejlservern att göra plats."},
	{"4.", "Mejlservern kunde inte nå mottagarens mejlserver.", "Håller felet i sig behöver den som sköter mejlservern se över det."},
	{"6.7", "Mottagarens mejlserver kan inte ta emot adresser med å, ä eller ö.", "Be personen om en adress utan sådana tecken."},
	{"7.", "Mejlservern släppte inte igenom mejlet; den kan ha tagit det för skräppost.", "Be den som sköter mejlservern att tillåta mejl från Uppsikt."},
	{"1.", "Mejlservern godtar inte adressen.", "Rätta den under Administration och försök sedan igen."},
}

// deliveryFault finds the cause by the enhanced code, else by the code of SMTP and the words with it.
func deliveryFault(a Answer) string {
	if wantsSignIn(a.Code) {
		return serverFault(Answer{Step: StepSignIn})
	}
	if a.Outcome == Later && (strings.HasPrefix(a.Enhanced, "4.7.") || strings.Contains(strings.ToLower(a.Text), "greylist")) {
		return "Mejlservern vill att mejlet skickas en gång till om en stund. Det sker av sig självt."
	}
	code := a.Enhanced
	if _, rest, ok := strings.Cut(code, "."); ok {
		code = rest
	}
	if code == "" || code == "0.0" || code == "5.0" {
		code = guess(a)
	}
	for _, c := range causes {
		if c.code == code || strings.HasSuffix(c.code, ".") && strings.HasPrefix(code, c.code) {
			return faultText(a, c.cause, c.remedy)
		}
	}
	if a.Code == 0 {
		return "Anslutningen till mejlservern bröts innan mejlet var lämnat. Mejlet ligger kvar och skickas igen."
	}
	return faultText(a, "Mejlservern tog inte emot mejlet.", "Be den som sköter mejlservern att se efter varför.")
}

// faultText adds what happens next: a mail that waits is tried again by itself.
func faultText(a Answer, cause, remedy string) string {
	if a.Outcome == Later {
		return cause + " Mejlet ligger kvar och skickas igen av sig självt."
	}
	return cause + " " + remedy
}

// guess reads a server that gives no enhanced code by what its words say, and then by the code.
func guess(a Answer) string {
	text := strings.ToLower(a.Text)
	for _, g := range []struct{ word, code string }{
		{"full", "2.2"}, {"quota", "2.2"}, {"spam", "7.1"}, {"blocked", "7.1"}, {"blacklist", "7.1"}, {"policy", "7.1"},
		{"relay", "7.1"}, {"unknown", "1.1"}, {"no such", "1.1"}, {"does not exist", "1.1"},
		{"not found", "1.1"}, {"too large", "3.4"}, {"too big", "3.4"}, {"disabled", "2.1"},
	} {
		if strings.Contains(text, g.word) {
			return g.code
		}
	}
	return map[int]string{550: "1.1", 551: "1.6", 552: "2.2", 553: "1.3", 452: "3.1", 556: "1.10"}[a.Code]
}
