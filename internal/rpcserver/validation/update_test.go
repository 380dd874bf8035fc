package validation

import (
	"testing"

	"google.golang.org/protobuf/types/known/fieldmaskpb"

	"github.com/uppsikt/uppsikt/internal/fault"
	directoryv1 "github.com/uppsikt/uppsikt/proto/gen/uppsikt/directory/v1"
)

func TestUpdateChecksWhatChanges(t *testing.T) {
	v := newValidator(t)
	tests := []struct {
		name string
		give *directoryv1.Municipality
		mask []string
		want string // path of the one fault
	}{
		{"masked field alone", &directoryv1.Municipality{Name: "municipalities/m", AccentColor: "#1f5f8b"}, []string{"accent_color"}, ""},
		{"masked field is wrong", &directoryv1.Municipality{AccentColor: "red"}, []string{"accent_color"}, "municipality.accent_color"},
		{"masked field is emptied", &directoryv1.Municipality{}, []string{"display_name"}, "municipality.display_name"},
		{"other field is wrong", &directoryv1.Municipality{DisplayName: "M", AccentColor: "red"}, []string{"display_name"}, ""},
		{"no mask, set fields are checked", &directoryv1.Municipality{AccentColor: "red"}, nil, "municipality.accent_color"},
		{"no mask, unset fields stay", &directoryv1.Municipality{AccentColor: "#1f5f8b"}, nil, ""},
		{"everything is replaced", &directoryv1.Municipality{AccentColor: "#1f5f8b"}, []string{"*"}, "municipality.display_name"},
	}
	for _, tt := range tests {
		req := &directoryv1.UpdateMunicipalityRequest{Municipality: tt.give}
		if tt.mask != nil {
			req.UpdateMask = &fieldmaskpb.FieldMask{Paths: tt.mask}
		}
		f := fault.As(v.Check(req))
		switch {
		case f == nil && tt.want != "":
			t.Errorf("%s: got no fault, want %s", tt.name, tt.want)
		case f != nil && (len(f.Fields) != 1 || f.Fields[0].Path != tt.want):
			t.Errorf("%s: got %v, want %q", tt.name, f.Fields, tt.want)
		}
	}
	if f := fault.As(v.Check(&directoryv1.UpdateMunicipalityRequest{})); f == nil {
		t.Error("no resource: got no fault")
	}
}
