package resource_test

import (
	"slices"
	"testing"

	"pgregory.net/rapid"

	"github.com/uppsikt/uppsikt/internal/resource"
	riskv1 "github.com/uppsikt/uppsikt/proto/gen/uppsikt/risk/v1"
)

// TestPropertyPagesVisitEachOnce walks a list in memory page by page.
func TestPropertyPagesVisitEachOnce(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		all := rapid.SliceOf(rapid.Int()).Draw(t, "all")
		size := rapid.Int32Range(1, 20).Draw(t, "size")
		var visited []int
		for token, pages := "", 0; ; pages++ {
			page, next, err := resource.PageOf(all, &riskv1.ListRisksRequest{Parent: "p", PageSize: size, PageToken: token}, "filter")
			if err != nil || len(page) > int(size) || pages > len(all) {
				t.Fatalf("page %d: %d of %d, %v", pages, len(page), size, err)
			}
			visited = append(visited, page...)
			if token = next; token == "" {
				break
			}
		}
		if !slices.Equal(visited, all) {
			t.Fatalf("visited %v, want %v", visited, all)
		}
	})
}

func TestPageTokenIsBoundToItsRequest(t *testing.T) {
	all := []int{1, 2, 3}
	_, token, err := resource.PageOf(all, &riskv1.ListRisksRequest{Parent: "p", PageSize: 1}, "a")
	if err != nil || token == "" {
		t.Fatalf("token %q, %v", token, err)
	}
	for _, other := range []struct{ parent, filter string }{{"q", "a"}, {"p", "b"}} {
		if _, _, err := resource.PageOf(all, &riskv1.ListRisksRequest{Parent: other.parent, PageToken: token}, other.filter); err == nil {
			t.Errorf("the token holds for %v", other)
		}
	}
	page, _, err := resource.PageOf(all[:1], &riskv1.ListRisksRequest{Parent: "p", PageToken: token}, "a")
	if err != nil || len(page) != 0 {
		t.Errorf("after the list became shorter: %v, %v", page, err)
	}
}

func FuzzPageToken(f *testing.F) {
	f.Add("AAAAAAAAAAAAAAAA")
	f.Fuzz(func(t *testing.T, token string) {
		page, _, err := resource.PageOf([]int{1, 2, 3}, &riskv1.ListRisksRequest{Parent: "p", PageToken: token})
		if (err == nil) == (page == nil) && token != "" {
			t.Errorf("token %q: page %v, error %v", token, page, err)
		}
	})
}
