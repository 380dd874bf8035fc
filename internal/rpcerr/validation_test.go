package rpcerr

import (
	"errors"
	"strings"
	"testing"

	"buf.build/go/protovalidate"
	"google.golang.org/protobuf/proto"
	"google.golang.org/protobuf/reflect/protoreflect"
	"google.golang.org/protobuf/reflect/protoregistry"

	directoryv1 "github.com/uppsikt/uppsikt/proto/gen/uppsikt/directory/v1"
	riskv1 "github.com/uppsikt/uppsikt/proto/gen/uppsikt/risk/v1"
	transferv1 "github.com/uppsikt/uppsikt/proto/gen/uppsikt/transfer/v1"
)

func TestViolations(t *testing.T) {
	tests := []struct {
		name                  string
		message               proto.Message
		path, reason, swedish string
	}{
		{"required", &riskv1.UpdateRiskRequest{}, "risk", "required", "Fyll i fältet."},
		{"min_len 1", &riskv1.GetRiskRequest{}, "name", "string.min_len", "Fyll i fältet."},
		{"min_len", &directoryv1.SetPasswordRequest{Password: "kort"}, "password", "string.min_len", "Texten är för kort. Skriv minst 12 tecken."},
		{"max_len", &riskv1.GetRiskRequest{Name: strings.Repeat("å", 501)}, "name", "string.max_len", "Texten är för lång. Skriv högst 500 tecken."},
		{"oneof", &directoryv1.SignInRequest{}, "credential", "required", "Välj eller fyll i ett av alternativen."},
		{"nested", &directoryv1.SignInRequest{Credential: &directoryv1.SignInRequest_Password{Password: &directoryv1.PasswordCredential{Email: "a@b.se"}}},
			"password.password", "string.min_len", "Fyll i fältet."},
		{"list", &transferv1.ImportRequest{Items: make([]*transferv1.ImportItem, 1001)}, "items", "repeated.max_items", "Det är för många. Högst 1000 får plats."},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			fields, err := Violations(protovalidate.Validate(tt.message))
			if err != nil {
				t.Fatal(err)
			}
			for _, f := range fields {
				if f.Path == tt.path && f.Reason == tt.reason && f.Swedish == tt.swedish && f.English != "" {
					return
				}
			}
			t.Errorf("got %+v, want %s %s %q", fields, tt.path, tt.reason, tt.swedish)
		})
	}
}

func TestViolationsPassesOtherErrors(t *testing.T) {
	other := errors.New("rules are faulty")
	if _, err := Violations(other); !errors.Is(err, other) {
		t.Errorf("got %v, want %v", err, other)
	}
	if fields, err := Violations(nil); fields != nil || err != nil {
		t.Errorf("got %v, %v; want nothing", fields, err)
	}
}

func TestSwedishForRules(t *testing.T) {
	tests := []struct{ rule, limit, english, want string }{
		{"string.pattern", "^x$", "", "Texten har inte rätt form."},
		{"string.email", "true", "", "Skriv en e-postadress, till exempel namn@kommun.se."},
		{"string.email_empty", "true", "", "Skriv en e-postadress, till exempel namn@kommun.se."},
		{"enum.defined_only", "true", "", "Välj ett av alternativen."},
		{"enum.not_in", "", "", "Välj ett av alternativen."},
		{"double.gte", "0,5", "", "Ange ett tal som är minst 0,5."},
		{"double.finite", "true", "", "Ange ett tal."},
		{"int32.gt", "0", "", "Ange ett tal som är större än 0."},
		{"int32.lte", "10", "", "Ange ett tal som är högst 10."},
		{"int32.gte_lte", "1", "must be greater than or equal to 1 and less than or equal to 10", "Ange ett tal från 1 till 10."},
		{"double.gte_lte", "0", "must be greater than or equal to -0.5 and less than or equal to 1.5", "Ange ett tal från -0,5 till 1,5."},
		{"int32.gt_lt", "1", "", "Talet ligger utanför det tillåtna."},
		{"repeated.min_items", "1", "", "Lägg till minst en."},
		{"repeated.unique", "true", "", "Samma värde finns flera gånger. Ta bort dubbletterna."},
		{"timestamp.lt_now", "true", "", "Tidpunkten ska ha passerat."},
		{"timestamp.gte", "", "", "Tidpunkten ligger utanför det tillåtna."},
		{"any.in", "", "", "Innehållet är av en sort som inte kan tas emot här."},
		{"some_rule_of_our_own", "", "", fallback},
		{"string.new_rule", "", "", fallback},
	}
	for _, tt := range tests {
		if got := swedish(tt.rule, tt.limit, tt.english); got != tt.want {
			t.Errorf("swedish(%q, %q): got %q, want %q", tt.rule, tt.limit, got, tt.want)
		}
	}
}

func TestLimitHasADecimalComma(t *testing.T) {
	for value, want := range map[float64]string{0.5: "0,5", 10: "10", -1.25: "-1,25"} {
		if got := limit(protoreflect.ValueOfFloat64(value)); got != want {
			t.Errorf("limit(%v): got %q, want %q", value, got, want)
		}
	}
	if limit(protoreflect.Value{}) != "" {
		t.Error("a rule without a value has a limit")
	}
}

// TestEveryRuleOfTheAPIHasAText breaks nothing: it asks for the text of each rule that the protos use.
func TestEveryRuleOfTheAPIHasAText(t *testing.T) {
	seen := 0
	protoregistry.GlobalFiles.RangeFilesByPackage("uppsikt.risk.v1", func(file protoreflect.FileDescriptor) bool {
		for i := range file.Messages().Len() {
			fields := file.Messages().Get(i).Fields()
			for j := range fields.Len() {
				seen += checkRules(t, fields.Get(j))
			}
		}
		return true
	})
	if seen == 0 {
		t.Error("found no rules")
	}
}

func checkRules(t *testing.T, field protoreflect.FieldDescriptor) int {
	t.Helper()
	seen := 0
	rules, err := protovalidate.ResolveFieldRules(field)
	if err != nil || rules == nil {
		return 0
	}
	rules.ProtoReflect().Range(func(kind protoreflect.FieldDescriptor, value protoreflect.Value) bool {
		if kind.Message() == nil || kind.IsList() || kind.IsMap() {
			return true
		}
		value.Message().Range(func(rule protoreflect.FieldDescriptor, limitValue protoreflect.Value) bool {
			seen++
			id := string(kind.Name()) + "." + string(rule.Name())
			if text := swedish(id, "3", ""); text == fallback && rule.Name() != "items" {
				t.Errorf("%s: the rule %s has no text (%v)", field.FullName(), id, limitValue)
			}
			return true
		})
		return true
	})
	return seen
}
