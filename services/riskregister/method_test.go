package riskregister_test

import (
	"testing"

	"google.golang.org/protobuf/proto"
	"google.golang.org/protobuf/types/known/fieldmaskpb"

	"github.com/uppsikt/uppsikt/internal/fault"
	riskv1 "github.com/uppsikt/uppsikt/proto/gen/uppsikt/risk/v1"
)

func TestMethods(t *testing.T) {
	w := start(t)
	m := must[*riskv1.Method](t)(w.CreateMethod(w.coordinator, &riskv1.CreateMethodRequest{Parent: ume, MethodId: "skala", Method: &riskv1.Method{Title: "Skala"}}))
	_, err := w.CreateMethod(w.coordinator, &riskv1.CreateMethodRequest{Parent: ume, MethodId: "skala", Method: &riskv1.Method{Title: "Skala"}})
	wantFault(t, err, fault.Exists, "ALREADY_EXISTS")
	_, err = w.CreateMethod(w.member, &riskv1.CreateMethodRequest{Parent: sn, Method: &riskv1.Method{Title: "Egen"}})
	wantFault(t, err, fault.Denied, "PERMISSION_DENIED")
	_, err = w.CreateMethod(w.coordinator, &riskv1.CreateMethodRequest{Parent: ume + "/committees/-", Method: &riskv1.Method{Title: "Egen"}})
	wantFault(t, err, fault.Invalid, "INVALID_FIELDS", "parent RESOURCE_NAME")

	changed := must[*riskv1.Method](t)(w.UpdateMethod(w.coordinator, &riskv1.UpdateMethodRequest{
		Method: &riskv1.Method{Name: m.GetName(), Title: "Riskskala", Etag: m.GetEtag()}, UpdateMask: &fieldmaskpb.FieldMask{Paths: []string{"title"}}}))
	if changed.GetTitle() != "Riskskala" {
		t.Errorf("title = %q", changed.GetTitle())
	}
	_, err = w.UpdateMethod(w.coordinator, &riskv1.UpdateMethodRequest{Method: &riskv1.Method{Name: m.GetName(), Title: "X", Etag: m.GetEtag()}})
	wantFault(t, err, fault.Conflict, "STALE_ETAG")
	_, err = w.GetMethod(w.member, &riskv1.GetMethodRequest{Name: ume + "/methods/annan"})
	wantFault(t, err, fault.NotFound, "NOT_FOUND")

	own := must[*riskv1.Method](t)(w.CreateMethod(w.coordinator, &riskv1.CreateMethodRequest{Parent: sn, Method: &riskv1.Method{Title: "Nämndens egen"}}))
	listed := must[*riskv1.ListMethodsResponse](t)(w.ListMethods(w.member, &riskv1.ListMethodsRequest{Parent: sn}))
	if len(listed.GetMethods()) != 1 || listed.GetMethods()[0].GetName() != own.GetName() {
		t.Errorf("methods of the committee = %v", listed.GetMethods())
	}
	if got := must[*riskv1.Method](t)(w.GetMethod(w.member, &riskv1.GetMethodRequest{Name: m.GetName()})); got.GetTitle() != "Riskskala" {
		t.Errorf("a member reads %q", got.GetTitle())
	}
}

func TestMethodVersionsAreNumberedAndRepeatable(t *testing.T) {
	w := start(t)
	w.methods(t)
	parent := ume + "/methods/skala"
	next := statedMethod()
	next.Note = "Ny version"
	create := func(id, requestID string, v *riskv1.MethodVersion) (*riskv1.MethodVersion, error) {
		return w.CreateMethodVersion(w.coordinator, &riskv1.CreateMethodVersionRequest{Parent: parent, MethodVersionId: id, RequestId: requestID, MethodVersion: v})
	}
	second := must[*riskv1.MethodVersion](t)(create("", "r1", next))
	again := must[*riskv1.MethodVersion](t)(create("", "r1", next))
	if second.GetName() != parent+"/versions/2" || !proto.Equal(second, again) {
		t.Errorf("repeated: %s and %s, want version 2 twice", second.GetName(), again.GetName())
	}
	_, err := create("7", "", next)
	wantFault(t, err, fault.Invalid, "INVALID_FIELDS", "method_version_id VERSION_NUMBER")
	third := must[*riskv1.MethodVersion](t)(create("3", "", next))
	_, err = w.CreateMethodVersion(w.coordinator, &riskv1.CreateMethodVersionRequest{Parent: ume + "/methods/annan", MethodVersion: next})
	wantFault(t, err, fault.NotFound, "NOT_FOUND")

	if got := must[*riskv1.MethodVersion](t)(w.GetMethodVersion(w.member, &riskv1.GetMethodVersionRequest{Name: third.GetName()})); got.GetNote() != "Ny version" {
		t.Errorf("note = %q", got.GetNote())
	}
	page := must[*riskv1.ListMethodVersionsResponse](t)(w.ListMethodVersions(w.member, &riskv1.ListMethodVersionsRequest{Parent: parent, PageSize: 2}))
	wantIDs(t, page.GetMethodVersions(), "1", "2")
	page = must[*riskv1.ListMethodVersionsResponse](t)(w.ListMethodVersions(w.member, &riskv1.ListMethodVersionsRequest{Parent: parent, PageSize: 2, PageToken: page.GetNextPageToken()}))
	wantIDs(t, page.GetMethodVersions(), "3")
}

func TestMethodVersionNamesEveryFault(t *testing.T) {
	w := start(t)
	w.methods(t)
	v := productMethod()
	v.Bands[1].Lower = proto.Float64(9)
	v.Levels[1].PrescribedTreatments = []string{"be"}
	v.Classifications[0].Items[0].Parent = "verksamhet"
	_, err := w.CreateMethodVersion(w.coordinator, &riskv1.CreateMethodVersionRequest{Parent: ume + "/methods/matris", MethodVersion: v})
	wantFault(t, err, fault.Invalid, "INVALID_FIELDS", "method_version.levels[1].prescribed_treatments[0] UNKNOWN_TREATMENT",
		"method_version.bands BANDS_GAP", "method_version.classifications[0].items[0].parent CYCLE")
}
