package rpcerr

import (
	"errors"
	"strings"

	"buf.build/go/protovalidate"
	"google.golang.org/protobuf/reflect/protoreflect"

	"github.com/uppsikt/uppsikt/internal/fault"
)

// Violations returns the fields that protovalidate found wrong, with texts for people. Another error comes back as it
// is: then the rules themselves are faulty.
func Violations(err error) ([]fault.Field, error) {
	if err == nil {
		return nil, nil
	}
	var invalid *protovalidate.ValidationError
	if !errors.As(err, &invalid) {
		return nil, err
	}
	fields := make([]fault.Field, 0, len(invalid.Violations))
	for _, v := range invalid.Violations {
		fields = append(fields, field(v))
	}
	return fields, nil
}

func field(v *protovalidate.Violation) fault.Field {
	rule := v.Proto.GetRuleId()
	english := v.Proto.GetMessage()
	if english == "" {
		english = "breaks the rule " + rule
	}
	return fault.Field{
		Path:    protovalidate.FieldPathString(v.Proto.GetField()),
		Reason:  rule,
		English: english,
		Swedish: text(v, rule, english),
	}
}

// text is that of the rule; a choice between fields is worded for what it is.
func text(v *protovalidate.Violation, rule, english string) string {
	if rule == "required" && v.FieldDescriptor == nil {
		return "Välj eller fyll i ett av alternativen."
	}
	return swedish(rule, limit(v.RuleValue), english)
}

// limit writes the value of a rule as Swedish does: decimal comma.
func limit(v protoreflect.Value) string {
	if !v.IsValid() {
		return ""
	}
	switch v.Interface().(type) {
	case float32, float64:
		return comma(v.String())
	case bool, string, int32, int64, uint32, uint64:
		return v.String()
	default:
		return ""
	}
}

func comma(number string) string { return strings.Replace(number, ".", ",", 1) }

func notNumeric(r rune) bool { return (r < '0' || r > '9') && r != '-' && r != '.' }

// swedish returns the text for a rule of protovalidate. The rules of all kinds of numbers are alike.
func swedish(rule, limit, english string) string {
	kind, name, _ := strings.Cut(rule, ".")
	switch kind {
	case "required":
		return "Fyll i fältet."
	case "message", "oneof":
		return "Välj ett av alternativen."
	case "string", "bytes":
		return swedishString(name, limit)
	case "enum":
		return "Välj ett av alternativen."
	case "bool":
		return "Kryssa i rutan."
	case "repeated", "map":
		return swedishList(name, limit)
	case "timestamp", "duration":
		return swedishTime(name)
	case "any":
		return "Innehållet är av en sort som inte kan tas emot här."
	default:
		return swedishNumber(name, limit, english)
	}
}

// fallback is for rules without a text of their own.
const fallback = "Värdet går inte att använda. Kontrollera fältet."

func swedishString(name, limit string) string {
	switch name {
	case "min_len", "min_bytes", "min_len_empty":
		if limit == "" || limit == "1" {
			return "Fyll i fältet."
		}
		return "Texten är för kort. Skriv minst " + limit + " tecken."
	case "max_len", "max_bytes":
		return "Texten är för lång. Skriv högst " + limit + " tecken."
	case "len", "len_bytes":
		return "Skriv exakt " + limit + " tecken."
	case "pattern", "prefix", "suffix", "contains", "not_contains", "const":
		return "Texten har inte rätt form."
	case "in", "not_in":
		return "Välj ett av alternativen."
	case "email", "email_empty":
		return "Skriv en e-postadress, till exempel namn@kommun.se."
	case "uri", "uri_empty", "uri_ref":
		return "Skriv en webbadress, till exempel https://www.kommun.se."
	case "hostname", "hostname_empty", "ip", "ip_empty", "ipv4", "ipv6", "address", "host_and_port":
		return "Skriv en giltig adress."
	case "uuid", "uuid_empty", "tuuid", "ulid":
		return "Identiteten har inte rätt form."
	default:
		return fallback
	}
}

func swedishList(name, limit string) string {
	switch name {
	case "min_items", "min_pairs":
		if limit == "1" {
			return "Lägg till minst en."
		}
		return "Lägg till minst " + limit + "."
	case "max_items", "max_pairs":
		return "Det är för många. Högst " + limit + " får plats."
	case "unique":
		return "Samma värde finns flera gånger. Ta bort dubbletterna."
	default:
		return fallback
	}
}

func swedishTime(name string) string {
	switch name {
	case "lt_now":
		return "Tidpunkten ska ha passerat."
	case "gt_now":
		return "Tidpunkten ska ligga framåt i tiden."
	default:
		return "Tidpunkten ligger utanför det tillåtna."
	}
}

// swedishNumber serves every numeric kind. A rule with two bounds carries the value of one; both stand in the English
// text.
func swedishNumber(name, limit, english string) string {
	if bounds := strings.FieldsFunc(english, notNumeric); name == "gte_lte" && len(bounds) == 2 {
		return "Ange ett tal från " + comma(bounds[0]) + " till " + comma(bounds[1]) + "."
	}
	if limit != "" {
		switch name {
		case "gte":
			return "Ange ett tal som är minst " + limit + "."
		case "gt":
			return "Ange ett tal som är större än " + limit + "."
		case "lte":
			return "Ange ett tal som är högst " + limit + "."
		case "lt":
			return "Ange ett tal som är mindre än " + limit + "."
		}
	}
	switch {
	case name == "finite":
		return "Ange ett tal."
	case name == "in" || name == "not_in" || name == "const":
		return "Välj ett av alternativen."
	case strings.HasPrefix(name, "gt") || strings.HasPrefix(name, "lt"):
		return "Talet ligger utanför det tillåtna."
	default:
		return fallback
	}
}
