package exchange_test

import (
	"bytes"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
	"google.golang.org/protobuf/proto"
	"google.golang.org/protobuf/reflect/protoreflect"
	"google.golang.org/protobuf/testing/protocmp"
	"google.golang.org/protobuf/types/known/timestamppb"
	"pgregory.net/rapid"

	exchangev1 "github.com/uppsikt/uppsikt/proto/gen/uppsikt/exchange/v1"
	notificationv1 "github.com/uppsikt/uppsikt/proto/gen/uppsikt/notification/v1"
	riskv1 "github.com/uppsikt/uppsikt/proto/gen/uppsikt/risk/v1"

	"github.com/uppsikt/uppsikt/internal/exchange"
	"github.com/uppsikt/uppsikt/internal/fault"
)

func decode(t testing.TB, name string, text []byte) *exchange.File {
	t.Helper()
	file, err := exchange.Decode(name, text)
	if err != nil {
		t.Fatalf("%v\n%s", err, text)
	}
	return file
}

func encode(t testing.TB, bundle *exchangev1.Bundle, format exchange.Format) []byte {
	t.Helper()
	text, err := exchange.Encode(bundle, format)
	if err != nil {
		t.Fatal(err)
	}
	return text
}

// TestEncode: order of names, order of fields, blocks, and nothing that belongs to an installation.
func TestEncode(t *testing.T) {
	bundle := &exchangev1.Bundle{Risks: []*riskv1.Risk{{
		Name: "municipalities/m/committees/c/risks/b", Title: "Två rader:\n\n- och en lista", Etag: "7",
		CreateTime: timestamppb.Now(), UpdateTime: timestamppb.Now(),
	}, {
		Name: "municipalities/m/committees/c/risks/a", Title: "2025", Related: []string{"b", "a"},
	}}, RiskEntries: []*riskv1.RiskEntry{{
		Name: "municipalities/m/committees/c/plans/2025/riskEntries/a", StatedValue: proto.Float64(0), ComputedValue: proto.Float64(12),
		ComputedLevel: "hog", Process: "No", Answers: []*riskv1.Answer{{Question: "rutin", Yes: true}}, Likelihood: proto.Float64(2.5), Selection: riskv1.Selection_SELECTION_IN_PLAN,
	}}, Rounds: []*riskv1.Round{{
		Name: "municipalities/m/committees/c/rounds/r", CloseTime: &timestamppb.Timestamp{Seconds: 1756472400}, ActionYears: []int32{2024, 2023},
	}}, Actions: []*riskv1.Action{{
		Name: "municipalities/m/committees/c/actions/a", Title: "Gör", Etag: "3", UpdateTime: timestamppb.Now(),
		Origin:   &riskv1.ActionOrigin{Kind: riskv1.ActionOriginKind_ACTION_ORIGIN_KIND_ASSIGNMENT, Year: 2023},
		Renewals: []*riskv1.ActionRenewal{{DueDate: "2025-12-31", Reason: "Försenat.", Decision: &riskv1.Decision{MeetingDate: "2025-02-18", Paragraph: "15"}}},
	}}, ReminderRules: []*notificationv1.ReminderRule{{
		Name: "municipalities/m/reminderRules/r", TimeOfDay: "17:00",
		Times: []*notificationv1.ReminderTime{{Distance: &notificationv1.ReminderTime_DaysBefore{}}, {Distance: &notificationv1.ReminderTime_DaysAfter{DaysAfter: 5},
			Recipient: notificationv1.LadderStep_LADDER_STEP_MANAGER}},
	}}, CommonItems: []*riskv1.CommonItem{{
		Name: "municipalities/m/commonItems/i", Year: 2025, State: riskv1.CommonItemState_COMMON_ITEM_STATE_DECIDED, CreateTime: timestamppb.Now(),
	}}}
	want := `format: uppsikt.exchange.v1
risks:
  - name: municipalities/m/committees/c/risks/a
    title: "2025"
    related:
      - b
      - a
  - name: municipalities/m/committees/c/risks/b
    title: |-
      Två rader:

      - och en lista
risk_entries:
  - name: municipalities/m/committees/c/plans/2025/riskEntries/a
    process: "No"
    likelihood: 2.5
    stated_value: 0
    selection: SELECTION_IN_PLAN
    answers:
      - question: rutin
        "yes": true
rounds:
  - name: municipalities/m/committees/c/rounds/r
    close_time: "2025-08-29T13:00:00Z"
    action_years:
      - 2024
      - 2023
common_items:
  - name: municipalities/m/commonItems/i
    year: 2025
    state: COMMON_ITEM_STATE_DECIDED
actions:
  - name: municipalities/m/committees/c/actions/a
    title: Gör
    origin:
      kind: ACTION_ORIGIN_KIND_ASSIGNMENT
      year: 2023
    renewals:
      - due_date: "2025-12-31"
        reason: Försenat.
        decision:
          meeting_date: "2025-02-18"
          paragraph: "15"
reminder_rules:
  - name: municipalities/m/reminderRules/r
    times:
      - days_before: 0
      - days_after: 5
        recipient: LADDER_STEP_MANAGER
    time_of_day: "17:00"
`
	before := proto.CloneOf(bundle)
	if diff := cmp.Diff(want, string(encode(t, bundle, exchange.YAML))); diff != "" {
		t.Errorf("(-want +got)\n%s", diff)
	}
	if diff := cmp.Diff(before, bundle, protocmp.Transform()); diff != "" {
		t.Errorf("encoding changed the bundle:\n%s", diff)
	}
}

// TestEncodeSnapshots: server-side fields go away inside frozen versions too.
func TestEncodeSnapshots(t *testing.T) {
	bundle := &exchangev1.Bundle{PlanVersions: []*riskv1.PlanVersion{{
		Name: "municipalities/m/committees/c/plans/2025/versions/1",
		Snapshot: &riskv1.PlanSnapshot{Plan: &riskv1.Plan{Name: "p", Etag: "1"}, RiskEntries: []*riskv1.RiskEntry{{
			Name: "e", Etag: "2", ComputedValue: proto.Float64(9), CreateTime: timestamppb.Now(),
		}}},
	}}}
	for _, format := range []exchange.Format{exchange.YAML, exchange.JSON} {
		text := string(encode(t, bundle, format))
		for _, word := range []string{"etag", "computed", "create_time"} {
			if strings.Contains(text, word) {
				t.Errorf("%q is in\n%s", word, text)
			}
		}
	}
}

// TestRoundTrip: any content that the format can hold survives, and its bytes are the same the second time.
func TestRoundTrip(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		bundle := &exchangev1.Bundle{}
		fill(t, bundle.ProtoReflect(), 0)
		name(t, bundle)
		want := exchange.Canonical(bundle)
		for file, format := range map[string]exchange.Format{"a.yaml": exchange.YAML, "a.json": exchange.JSON} {
			text, err := exchange.Encode(bundle, format)
			if err != nil {
				t.Fatal(err)
			}
			back, err := exchange.Decode(file, text)
			if err != nil {
				t.Fatalf("%v\n%s", err, text)
			}
			if diff := cmp.Diff(want, back.Bundle, protocmp.Transform()); diff != "" {
				t.Fatalf("%s lost something:\n%s\n%s", file, diff, text)
			}
			again, err := exchange.Encode(back.Bundle, format)
			if err != nil {
				t.Fatal(err)
			}
			if !bytes.Equal(text, again) {
				t.Fatalf("%s is not canonical:\n%s\n%s", file, text, again)
			}
		}
	})
}

// fill sets random fields of m to random values.
func fill(t *rapid.T, m protoreflect.Message, depth int) {
	fields := m.Descriptor().Fields()
	for i := range fields.Len() {
		field := fields.Get(i)
		if !rapid.Bool().Draw(t, "set") {
			continue
		}
		if !field.IsList() {
			m.Set(field, value(t, field, m.NewField(field), depth))
			continue
		}
		list := m.Mutable(field).List()
		for range rapid.IntRange(0, 2).Draw(t, "length") {
			list.Append(value(t, field, list.NewElement(), depth))
		}
	}
}

// value returns a random value for a field; empty is one of its kind.
func value(t *rapid.T, field protoreflect.FieldDescriptor, empty protoreflect.Value, depth int) protoreflect.Value {
	switch field.Kind() {
	case protoreflect.StringKind:
		return protoreflect.ValueOfString(text().Draw(t, "text"))
	case protoreflect.BoolKind:
		return protoreflect.ValueOfBool(rapid.Bool().Draw(t, "truth"))
	case protoreflect.DoubleKind:
		return protoreflect.ValueOfFloat64(rapid.Float64().Draw(t, "number"))
	case protoreflect.Int32Kind:
		return protoreflect.ValueOfInt32(rapid.Int32().Draw(t, "whole"))
	case protoreflect.Int64Kind:
		return protoreflect.ValueOfInt64(rapid.Int64().Draw(t, "large"))
	case protoreflect.EnumKind:
		values := field.Enum().Values()
		return protoreflect.ValueOfEnum(values.Get(rapid.IntRange(0, values.Len()-1).Draw(t, "enum")).Number())
	default:
		if at, ok := empty.Message().Interface().(*timestamppb.Timestamp); ok {
			at.Seconds, at.Nanos = rapid.Int64Range(-1e9, 4e9).Draw(t, "seconds"), rapid.Int32Range(0, 999_999_999).Draw(t, "nanos")
		} else if depth < 3 {
			fill(t, empty.Message(), depth+1)
		}
		return empty
	}
}

// text favours what YAML treats specially.
func text() *rapid.Generator[string] {
	return rapid.OneOf(
		rapid.String(),
		rapid.StringMatching(`[ \ta-zåäö:#>|'"&*!%@{}\[\],.?0-9\n-]{0,20}`),
		rapid.SampledFrom([]string{"", "no", "true", "null", "~", "2025", "012", "1e3", "0x1f", "2024-12-10", ".inf", "=", "<<", "- a", "a: b", "a #b",
			"|", "a\n", "\na", " a\nb", "a \nb", "a\tb\nc", "a\r\nb", "å\u2028ä\n", "\u0085", "\ufeffa", "\u0000", "\U0001f600\nx", "---\nb", "a\n\n\n"}),
	)
}

// name gives every resource a name of its own.
func name(t *rapid.T, bundle *exchangev1.Bundle) {
	m := bundle.ProtoReflect()
	used := map[string]bool{}
	m.Range(func(field protoreflect.FieldDescriptor, v protoreflect.Value) bool {
		for i := 0; field.IsList() && i < v.List().Len(); i++ {
			resource := v.List().Get(i).Message()
			for {
				id := rapid.StringMatching(`[a-z0-9][a-z0-9-]{0,5}`).Draw(t, "id")
				full := exchange.NameFor(resource.Descriptor(), id)
				if used[full] {
					continue
				}
				used[full] = true
				resource.Set(resource.Descriptor().Fields().ByName("name"), protoreflect.ValueOfString(full))
				break
			}
		}
		return true
	})
}

// FuzzDecode: whatever comes in, the answer is a bundle or a typed fault; and a bundle has one canonical form.
func FuzzDecode(f *testing.F) {
	f.Add("a.yaml", []byte(head+entry("likelihood: 2.5")))
	f.Add("a.json", []byte(`{"format": "uppsikt.exchange.v1", "plans": [{"name": "municipalities/m/committees/c/plans/2025"}]}`))
	f.Add("a.yaml", []byte(head+"plans: &a [*a]\n"))
	f.Add("a.yaml", []byte(head+"risks:\n- name: municipalities/m/committees/c/risks/a\n  title: |2\n     x\n    y\n"))
	f.Fuzz(func(t *testing.T, name string, data []byte) {
		file, err := exchange.Decode(name, data)
		if err != nil {
			if fault.As(err) == nil {
				t.Errorf("got the untyped error %v", err)
			}
			return
		}
		for other, format := range map[string]exchange.Format{"b.yaml": exchange.YAML, "b.json": exchange.JSON} {
			first := encode(t, file.Bundle, format)
			if second := encode(t, decode(t, other, first).Bundle, format); !bytes.Equal(first, second) {
				t.Errorf("not canonical:\n%s\n%s", first, second)
			}
		}
	})
}
