package resource_test

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	"google.golang.org/protobuf/proto"
	"google.golang.org/protobuf/testing/protocmp"
	"google.golang.org/protobuf/types/known/fieldmaskpb"

	"github.com/uppsikt/uppsikt/internal/fault"
	"github.com/uppsikt/uppsikt/internal/journal"
	"github.com/uppsikt/uppsikt/internal/resource"
	riskv1 "github.com/uppsikt/uppsikt/proto/gen/uppsikt/risk/v1"
)

func TestCreateThenGetReturnsTheSame(t *testing.T) {
	run(t, func(t *testing.T, f fixture) {
		created := f.risk(t, committee, "r1", "Risk för jäv")
		got, err := risks.Get(f.ctx, f, committee+"/risks/r1")
		if err != nil {
			t.Fatal(err)
		}
		if diff := cmp.Diff(created, got, protocmp.Transform()); diff != "" {
			t.Errorf("get differs from what create returned (-created +got):\n%s", diff)
		}
		if got.GetEtag() != "1" || !got.GetCreateTime().AsTime().Equal(f.clock.Now()) {
			t.Errorf("got etag %q and time %v, want 1 and the clock's", got.GetEtag(), got.GetCreateTime().AsTime())
		}
	})
}

func TestCreateRefuses(t *testing.T) {
	run(t, func(t *testing.T, f fixture) {
		f.risk(t, committee, "r1", "A")
		for name, c := range map[string]struct {
			parent, id string
			want       fault.Kind
		}{
			"a name that is taken":          {committee, "r1", fault.Exists},
			"a parent of another form":      {municipality, "r2", fault.Invalid},
			"an id with upper-case letters": {committee, "R2", fault.Invalid},
			"an id that is a wildcard":      {committee, "-", fault.Invalid},
			"a parent that is a wildcard":   {municipality + "/committees/-", "r3", fault.Invalid},
		} {
			_, err := resource.Create(f.ctx, f.Store, risks, resource.Creation[*riskv1.Risk]{Parent: c.parent, ID: c.id, Message: &riskv1.Risk{Title: "B"}})
			if !fault.Is(err, c.want) {
				t.Errorf("%s: got %v, want kind %v", name, err, c.want)
			}
		}
	})
}

func TestCreateChoosesAnID(t *testing.T) {
	run(t, func(t *testing.T, f fixture) {
		first, second := f.risk(t, committee, "", "A"), f.risk(t, committee, "", "A")
		if first.GetName() == second.GetName() || !risks.Matches(first.GetName()) {
			t.Errorf("got names %q and %q, want two different valid ones", first.GetName(), second.GetName())
		}
	})
}

func TestRepeatedRequestIDStoresOnce(t *testing.T) {
	run(t, func(t *testing.T, f fixture) {
		create := func(title string) (*riskv1.Risk, error) {
			return resource.Create(f.ctx, f.Store, risks, resource.Creation[*riskv1.Risk]{Parent: committee,
				Message: &riskv1.Risk{Title: title}, RequestID: "once"})
		}
		first, err := create("A")
		if err != nil {
			t.Fatal(err)
		}
		second, err := create("A")
		if err != nil || second.GetName() != first.GetName() {
			t.Fatalf("the repeat gave %v, %v; want the first answer %s", second, err, first.GetName())
		}
		if _, err := create("B"); !fault.Is(err, fault.Invalid) {
			t.Errorf("another request under the same id: got %v, want Invalid", err)
		}
		if all, _ := risks.All(f.ctx, f, committee); len(all) != 1 {
			t.Errorf("got %d risks, want 1", len(all))
		}
		f.clock.step(24 * time.Hour)
		if later, err := create("B"); err != nil || later.GetName() == first.GetName() {
			t.Errorf("the same id a day later gave %v, %v; want a new risk", later, err)
		}
	})
}

func TestUpdateChangesWhatTheMaskNames(t *testing.T) {
	run(t, func(t *testing.T, f fixture) {
		created := f.risk(t, committee, "r1", "A")
		f.clock.step(time.Minute)
		updated, err := resource.Update(f.ctx, f.Store, risks, resource.Change[*riskv1.Risk]{
			Message: &riskv1.Risk{Name: created.GetName(), Etag: created.GetEtag(), Title: "B", Causes: "not in the mask"},
			Mask:    &fieldmaskpb.FieldMask{Paths: []string{"title"}}})
		if err != nil {
			t.Fatal(err)
		}
		if updated.GetTitle() != "B" || updated.GetCauses() != "" || updated.GetEtag() == created.GetEtag() {
			t.Errorf("got %v, want title B, no causes, a new etag", updated)
		}
		if !updated.GetUpdateTime().AsTime().After(created.GetUpdateTime().AsTime()) || !proto.Equal(updated.GetCreateTime(), created.GetCreateTime()) {
			t.Errorf("got times %v, want only the update time moved", updated)
		}
	})
}

func TestUpdateRefuses(t *testing.T) {
	run(t, func(t *testing.T, f fixture) {
		created := f.risk(t, committee, "r1", "A")
		for name, c := range map[string]struct {
			change resource.Change[*riskv1.Risk]
			want   fault.Kind
		}{
			"a stale etag":           {resource.Change[*riskv1.Risk]{Message: &riskv1.Risk{Name: created.GetName(), Etag: "0", Title: "B"}}, fault.Conflict},
			"what does not exist":    {resource.Change[*riskv1.Risk]{Message: &riskv1.Risk{Name: committee + "/risks/r9", Title: "B"}}, fault.NotFound},
			"an unknown field":       {resource.Change[*riskv1.Risk]{Message: created, Mask: &fieldmaskpb.FieldMask{Paths: []string{"colour"}}}, fault.Invalid},
			"a field of another way": {resource.Change[*riskv1.Risk]{Message: created, Mask: &fieldmaskpb.FieldMask{Paths: []string{"causes"}}, Keep: []string{"causes"}}, fault.Invalid},
		} {
			if _, err := resource.Update(f.ctx, f.Store, risks, c.change); !fault.Is(err, c.want) {
				t.Errorf("%s: got %v, want kind %v", name, err, c.want)
			}
		}
	})
}

// TestAFullReplacementKeepsWhatOtherMethodsChange: a mask of everything is no way around them.
func TestAFullReplacementKeepsWhatOtherMethodsChange(t *testing.T) {
	run(t, func(t *testing.T, f fixture) {
		created := f.risk(t, committee, "r1", "A")
		for _, mask := range []*fieldmaskpb.FieldMask{nil, {Paths: []string{"*"}}} {
			got, err := resource.Update(f.ctx, f.Store, risks, resource.Change[*riskv1.Risk]{
				Message: &riskv1.Risk{Name: created.GetName(), Title: "B", Causes: "C", Effects: "D"}, Mask: mask, Keep: []string{"causes"}})
			if err != nil || got.GetTitle() != "B" || got.GetEffects() != "D" || got.GetCauses() != created.GetCauses() {
				t.Errorf("with the mask %v: got %v, %v, want all but the causes changed", mask.GetPaths(), got, err)
			}
		}
	})
}

func TestAnUpdateWithoutChangeLeavesNoEntry(t *testing.T) {
	run(t, func(t *testing.T, f fixture) {
		created := f.risk(t, committee, "r1", "A")
		again, err := resource.Update(f.ctx, f.Store, risks, resource.Change[*riskv1.Risk]{Message: created})
		if err != nil || again.GetEtag() != created.GetEtag() {
			t.Errorf("got %v, %v; want the same state with etag %s", again, err, created.GetEtag())
		}
	})
}

func TestDeleteKeepsTheStatesInTheJournal(t *testing.T) {
	run(t, func(t *testing.T, f fixture) {
		created := f.risk(t, committee, "r1", "A")
		stale := resource.Delete(f.ctx, f.Store, risks, resource.Removal[*riskv1.Risk]{Name: created.GetName(), Etag: "9"})
		if !fault.Is(stale, fault.Conflict) {
			t.Errorf("delete with a stale etag: got %v, want Conflict", stale)
		}
		if err := resource.Delete(f.ctx, f.Store, risks, resource.Removal[*riskv1.Risk]{Name: created.GetName(), Etag: created.GetEtag(), Reason: "dubblett"}); err != nil {
			t.Fatal(err)
		}
		if _, err := risks.Get(f.ctx, f, created.GetName()); !fault.Is(err, fault.NotFound) {
			t.Errorf("get after delete: got %v, want NotFound", err)
		}
		if back := f.risk(t, committee, "r1", "A"); back.GetEtag() == created.GetEtag() {
			t.Errorf("a resource made anew got the old etag %s", back.GetEtag())
		}
		f.wantSound(t)
	})
}

func TestAFaultRollsEverythingBack(t *testing.T) {
	run(t, func(t *testing.T, f fixture) {
		broken := errors.New("broken")
		err := f.Write(f.ctx, resource.Write{Scopes: []string{committee}}, func(ctx context.Context, tx *resource.Tx) error {
			if err := risks.Insert(ctx, tx, &riskv1.Risk{Name: committee + "/risks/r1", Title: "A"}); err != nil {
				return err
			}
			return broken
		})
		if !errors.Is(err, broken) {
			t.Fatalf("got %v, want the function's error", err)
		}
		if ok, err := risks.Exists(f.ctx, f, committee+"/risks/r1"); ok || err != nil {
			t.Errorf("got %v, %v; want nothing stored", ok, err)
		}
	})
}

func TestAWriteSeesWhatItStaged(t *testing.T) {
	run(t, func(t *testing.T, f fixture) {
		f.entry(t, plan, "e1", 1)
		f.entry(t, plan, "e2", 2)
		err := f.Write(f.ctx, resource.Write{Scopes: []string{committee}}, func(ctx context.Context, tx *resource.Tx) error {
			if err := entries.Delete(ctx, tx, plan+"/riskEntries/e1", ""); err != nil {
				return err
			}
			if err := entries.Insert(ctx, tx, &riskv1.RiskEntry{Name: plan + "/riskEntries/e3", Position: 0}); err != nil {
				return err
			}
			all, err := entries.All(ctx, tx, plan)
			if got, want := ids(all), []string{"e3", "e2"}; err != nil || !slices.Equal(got, want) {
				t.Errorf("got %v, %v; want %v", got, err, want)
			}
			if _, err := entries.Get(ctx, tx, plan+"/riskEntries/e1"); !fault.Is(err, fault.NotFound) {
				t.Errorf("get of a staged removal: got %v, want NotFound", err)
			}
			return nil
		})
		if err != nil {
			t.Fatal(err)
		}
	})
}

func ids(list []*riskv1.RiskEntry) []string {
	var all []string
	for _, e := range list {
		all = append(all, resource.ID(e.GetName()))
	}
	return all
}

func TestAWriteOutsideItsScopesIsRefused(t *testing.T) {
	run(t, func(t *testing.T, f fixture) {
		err := f.Write(f.ctx, resource.Write{Scopes: []string{committee}}, func(ctx context.Context, tx *resource.Tx) error {
			return risks.Insert(ctx, tx, &riskv1.Risk{Name: sister + "/risks/r1", Title: "A"})
		})
		if err == nil {
			t.Error("a resource of an unlocked chain was stored")
		}
	})
}

func TestAWriteInTwoScopesIsOne(t *testing.T) {
	run(t, func(t *testing.T, f fixture) {
		f.risk(t, committee, "r1", "Flyttas")
		move := func(id string) error {
			_, err := resource.Modify(f.ctx, f.Store, risks, resource.Modification[*riskv1.Risk]{
				Name: committee + "/risks/r1", Reason: "Flytt", Scopes: []string{sister},
				Apply: func(ctx context.Context, tx *resource.Tx, r *riskv1.Risk) error {
					r.MovedTo = sister + "/risks/" + id
					return risks.Insert(ctx, tx, &riskv1.Risk{Name: r.GetMovedTo(), Title: r.GetTitle(), MovedFrom: r.GetName()})
				},
			})
			return err
		}
		f.risk(t, sister, "r2", "Upptagen")
		if err := move("r2"); !fault.Is(err, fault.Exists) {
			t.Errorf("got %v, want Exists", err)
		}
		if r, err := risks.Get(f.ctx, f.Store, committee+"/risks/r1"); err != nil || r.GetMovedTo() != "" {
			t.Errorf("a refused move left %v, %v", r, err)
		}
		if err := move("r1"); err != nil {
			t.Fatal(err)
		}
		there, err := risks.Get(f.ctx, f.Store, sister+"/risks/r1")
		if err != nil || there.GetMovedFrom() != committee+"/risks/r1" {
			t.Errorf("moved to %v, %v", there, err)
		}
		if err := f.Verify(f.ctx, func(p journal.Problem) { t.Errorf("problem: %v", p) }); err != nil {
			t.Error(err)
		}
	})
}

func TestARepeatIsComparedByItsWholeRequest(t *testing.T) {
	run(t, func(t *testing.T, f fixture) {
		create := func(note string) (*riskv1.Risk, error) {
			return resource.Create(f.ctx, f.Store, risks, resource.Creation[*riskv1.Risk]{Parent: committee, RequestID: "a",
				Message: &riskv1.Risk{Title: "Samma"}, Request: &riskv1.Risk{Title: note}})
		}
		first, err := create("en")
		if err != nil {
			t.Fatal(err)
		}
		if again, err := create("en"); err != nil || again.GetName() != first.GetName() {
			t.Errorf("a repeat: got %v, %v, want %s", again, err, first.GetName())
		}
		if _, err := create("annan"); !fault.Is(err, fault.Invalid) {
			t.Errorf("another request under the same id: got %v, want Invalid", err)
		}
	})
}

func TestPagesVisitEachRowOnceInOrder(t *testing.T) {
	run(t, func(t *testing.T, f fixture) {
		var want []string
		for i := range 23 {
			id := fmt.Sprintf("e%02d", 22-i)
			f.entry(t, plan, id, int32(i/3)) // several rows share a position
		}
		all, err := entries.All(f.ctx, f, plan)
		if err != nil {
			t.Fatal(err)
		}
		want = ids(all)
		for _, size := range []int32{1, 4, 23, 50} {
			var got []string
			q := resource.Query{Parent: plan, PageSize: size}
			for {
				page, next, err := entries.List(f.ctx, f, q)
				if err != nil {
					t.Fatalf("page size %d: %v", size, err)
				}
				got = append(got, ids(page)...)
				if q.PageToken = next; next == "" {
					break
				}
			}
			if diff := cmp.Diff(want, got); diff != "" {
				t.Errorf("page size %d (-want +got):\n%s", size, diff)
			}
		}
	})
}

func TestListsAreBoundedByParentAndTenant(t *testing.T) {
	run(t, func(t *testing.T, f fixture) {
		for _, parent := range []string{plan, committee + "/plans/2024", sister + "/plans/2025", foreign + "/plans/2025"} {
			f.entry(t, parent, "e1", 1)
		}
		for parent, want := range map[string]int{
			plan: 1, committee + "/plans/-": 2, sister + "/plans/-": 1, foreign + "/plans/-": 1, committee + "/plans/2023": 0,
		} {
			page, _, err := entries.List(f.ctx, f, resource.Query{Parent: parent})
			if err != nil || len(page) != want {
				t.Errorf("%s: got %d entries, %v; want %d", parent, len(page), err, want)
			}
			for _, e := range page {
				if !strings.HasPrefix(e.GetName(), strings.TrimSuffix(parent, "-")) {
					t.Errorf("%s: got %s of another parent", parent, e.GetName())
				}
			}
		}
	})
}

func TestFiltersNarrowAList(t *testing.T) {
	run(t, func(t *testing.T, f fixture) {
		f.entry(t, plan, "e1", 1)
		f.entry(t, plan, "e2", 2)
		for name, c := range map[string]struct {
			filter resource.Filter
			want   int
		}{
			"one value":       {resource.Equal("risk", committee+"/risks/r1"), 2},
			"no such value":   {resource.Equal("risk", committee+"/risks/r2"), 0},
			"several values":  {resource.Filter{Column: "risk", In: []string{"x", committee + "/risks/r1"}}, 2},
			"an unset filter": {resource.Equal("risk", ""), 2},
		} {
			page, _, err := entries.List(f.ctx, f, resource.Query{Parent: plan, Where: []resource.Filter{c.filter}})
			if err != nil || len(page) != c.want {
				t.Errorf("%s: got %d entries, %v; want %d", name, len(page), err, c.want)
			}
		}
	})
}

func TestATokenOfAnotherQueryIsRefused(t *testing.T) {
	run(t, func(t *testing.T, f fixture) {
		f.entry(t, plan, "e1", 1)
		f.entry(t, plan, "e2", 2)
		_, token, err := entries.List(f.ctx, f, resource.Query{Parent: plan, PageSize: 1})
		if err != nil || token == "" {
			t.Fatalf("got token %q, %v", token, err)
		}
		for _, q := range []resource.Query{
			{Parent: committee + "/plans/2024", PageToken: token},
			{Parent: plan, PageToken: token, Where: []resource.Filter{resource.Equal("risk", "x")}},
			{Parent: plan, PageToken: token + "x"},
			{Parent: plan, PageToken: "!"},
		} {
			if _, _, err := entries.List(f.ctx, f, q); !fault.Is(err, fault.Invalid) {
				t.Errorf("%+v: got %v, want Invalid", q, err)
			}
		}
	})
}

func TestAnotherTenantsRowsDoNotExist(t *testing.T) {
	run(t, func(t *testing.T, f fixture) {
		f.risk(t, foreign, "r1", "A")
		// The application's own predicate is the tenant in the name; a name of this tenant never finds the row.
		if ok, err := risks.Exists(f.ctx, f, committee+"/risks/r1"); ok || err != nil {
			t.Errorf("got %v, %v; want no such risk", ok, err)
		}
		err := f.View(f.ctx, committee, func(ctx context.Context, v *resource.View) error {
			_, err := risks.Get(ctx, v, foreign+"/risks/r1")
			return err
		})
		if err == nil {
			t.Error("a view of one municipality read another")
		}
	})
}

func TestConcurrentWritersLoseNothing(t *testing.T) {
	run(t, func(t *testing.T, f fixture) {
		f.entry(t, plan, "e1", 0)
		const writers, each = 8, 10
		var wg sync.WaitGroup
		for range writers {
			wg.Go(func() {
				for range each {
					_, err := resource.Modify(f.ctx, f.Store, entries, resource.Modification[*riskv1.RiskEntry]{Name: plan + "/riskEntries/e1",
						Apply: func(_ context.Context, _ *resource.Tx, e *riskv1.RiskEntry) error {
							e.Position++
							return nil
						}})
					if err != nil {
						t.Error(err)
					}
				}
			})
		}
		wg.Wait()
		got, err := entries.Get(f.ctx, f, plan+"/riskEntries/e1")
		if err != nil || got.GetPosition() != writers*each {
			t.Errorf("got position %d, %v; want %d", got.GetPosition(), err, writers*each)
		}
		f.wantSound(t)
	})
}

func TestSwedishTextComesBackAsWritten(t *testing.T) {
	run(t, func(t *testing.T, f fixture) {
		const text = "Å, ä och ö – “citat”, snabel-a @, emoji 🙂 och\nradbrytning"
		if got := f.risk(t, committee, "r1", text).GetTitle(); got != text {
			t.Errorf("got %q, want %q", got, text)
		}
	})
}
