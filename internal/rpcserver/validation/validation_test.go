package validation

import (
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
	"go.uber.org/goleak"
	"google.golang.org/protobuf/proto"
	"google.golang.org/protobuf/types/known/structpb"

	"github.com/uppsikt/uppsikt/internal/fault"
	directoryv1 "github.com/uppsikt/uppsikt/proto/gen/uppsikt/directory/v1"
	riskv1 "github.com/uppsikt/uppsikt/proto/gen/uppsikt/risk/v1"
)

func TestMain(m *testing.M) { goleak.VerifyTestMain(m) }

func newValidator(t *testing.T) *Validator {
	t.Helper()
	v, err := New((&riskv1.UpdateRiskRequest{}).ProtoReflect().Descriptor())
	if err != nil {
		t.Fatal(err)
	}
	return v
}

const number = "850709-9805"

func TestTexts(t *testing.T) {
	v := newValidator(t)
	nested, err := structpb.NewStruct(map[string]any{"a b": []any{"x", number}})
	if err != nil {
		t.Fatal(err)
	}
	tests := []struct {
		name    string
		message proto.Message
		want    []string // path and reason
	}{
		{"clean", &riskv1.Risk{Title: "Felaktiga utbetalningar 😀", Description: "Rad 1\r\n\tRad 2 å ä ö"}, nil},
		{"single field", &riskv1.Risk{Title: "Anna " + number}, []string{"title PERSONAL_IDENTITY_NUMBER"}},
		{"two in one text", &riskv1.Risk{Title: number + ", " + number}, []string{"title PERSONAL_IDENTITY_NUMBER", "title PERSONAL_IDENTITY_NUMBER"}},
		{"nested", &riskv1.UpdateRiskRequest{Risk: &riskv1.Risk{Title: number}}, []string{"risk.title PERSONAL_IDENTITY_NUMBER"}},
		{"map, list, recursion", nested, []string{`fields["a b"].list_value.values[1].string_value PERSONAL_IDENTITY_NUMBER`}},
		{"control character", &riskv1.Risk{Title: "a\x00b"}, []string{"title CONTROL_CHARACTER"}},
		{"delete", &riskv1.Risk{Title: "a\x7fb"}, []string{"title CONTROL_CHARACTER"}},
		{"C1 control", &riskv1.Risk{Title: "a\u0085b"}, []string{"title CONTROL_CHARACTER"}},
		{"no-break space is none", &riskv1.Risk{Title: "a\u00a0b"}, nil},
		{"invalid UTF-8", &riskv1.Risk{Title: "a\xc3"}, []string{"title INVALID_UTF8"}},
		{"etags are no texts", &riskv1.Risk{Etag: number}, nil},
		{"passwords are not echoed", &directoryv1.PasswordCredential{Email: "a@b.se", Password: number}, nil},
		{"secrets are not echoed", &directoryv1.MintTokenRequest{SessionSecret: number}, nil},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			var got []string
			for _, f := range v.plans.texts(tt.message.ProtoReflect()) {
				got = append(got, f.Path+" "+f.Reason)
				if strings.Contains(f.English, number) || f.Swedish == "" {
					t.Errorf("texts of %s: %q, %q", f.Path, f.Swedish, f.English)
				}
			}
			if diff := cmp.Diff(tt.want, got); diff != "" {
				t.Errorf("faults (-want +got):\n%s", diff)
			}
		})
	}
}

func TestCheckGivesAllFaultsAtOnce(t *testing.T) {
	v := newValidator(t)
	err := v.Check(&directoryv1.SetPasswordRequest{Password: "kort"})
	f := fault.As(err)
	if f == nil || f.Kind != fault.Invalid || f.Reason != "INVALID_FIELDS" || len(f.Fields) != 1 {
		t.Fatalf("got %+v, want one invalid field", f)
	}
	if got, want := f.Fields[0].Swedish, "Texten är för kort. Skriv minst 12 tecken."; got != want {
		t.Errorf("got %q, want %q", got, want)
	}
	err = v.Check(&directoryv1.CreateSignInLinkRequest{Person: strings.Repeat("x", 600) + " " + number})
	if f := fault.As(err); f == nil || f.Reason != PersonalIdentityNumber || len(f.Fields) != 2 {
		t.Errorf("got %+v, want too long and a personal identity number", f)
	}
	if err := v.Check(&directoryv1.SetPasswordRequest{Password: "korrekt häst batteri"}); err != nil {
		t.Errorf("got %v, want nil", err)
	}
}

func BenchmarkCheck(b *testing.B) {
	request := &riskv1.UpdateRiskRequest{Risk: &riskv1.Risk{
		Name: "municipalities/m/committees/c/risks/r", Title: "Felaktiga utbetalningar",
		Description: strings.Repeat("Kontrollen omfattar 25 av 120 beslut. ", 20),
	}}
	v, err := New(request.ProtoReflect().Descriptor())
	if err != nil {
		b.Fatal(err)
	}
	b.ReportAllocs()
	for b.Loop() {
		if err := v.Check(request); err != nil {
			b.Fatal(err)
		}
	}
}
