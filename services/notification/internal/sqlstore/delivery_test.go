package sqlstore_test

import (
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	"google.golang.org/protobuf/testing/protocmp"

	"github.com/uppsikt/uppsikt/internal/sqldb"
	directoryv1 "github.com/uppsikt/uppsikt/proto/gen/uppsikt/directory/v1"
	notificationv1 "github.com/uppsikt/uppsikt/proto/gen/uppsikt/notification/v1"
	"github.com/uppsikt/uppsikt/services/notification/internal/sqlstore"
)

// delivery returns a line of the ledger that waits.
func delivery(id string, at time.Time) sqlstore.Delivery {
	return sqlstore.Delivery{Tenant: "ume", ID: id, Person: anna, PersonName: "Anna Ek", Address: "anna.ek@umea.se", Subject: "Påminnelse",
		Digest: true, At: at, State: notificationv1.DeliveryState_DELIVERY_STATE_WAITING, Attempts: 2, Unlearnt: 1, Next: at.Add(time.Minute),
		Fault: "Servern är upptagen.", Response: "451 busy", MessageID: "<" + id + "@umea.se>"}
}

func TestLedger(t *testing.T) {
	run(t, func(t *testing.T, db base) {
		first := delivery("m1", noon)
		db.write(sqlstore.PutDelivery(first), sqlstore.PutDelivery(delivery("m1-2", noon)), sqlstore.PutDelivery(delivery("m2", noon.Add(time.Hour))))
		db.put(sqlstore.InsertReminder(reminder("a", anna, "m1", noon)))
		db.write(sqlstore.SendReminders(db.Engine(), "ume", []string{"a"}, "", noon))
		list := func(q sqlstore.DeliveryQuery) string {
			var got []string
			db.as("ume", sqlstore.SelectDeliveries(q, func(d sqlstore.Delivery) error { got = append(got, d.ID); return nil }))
			return strings.Join(got, " ")
		}
		for _, c := range []struct {
			give sqlstore.DeliveryQuery
			want string
		}{
			{sqlstore.DeliveryQuery{Scope: ume}, "m2 m1-2 m1"},
			{sqlstore.DeliveryQuery{Scope: social}, "m1"},
			{sqlstore.DeliveryQuery{Scope: school}, ""},
			{sqlstore.DeliveryQuery{Scope: ume, Person: bo}, ""},
			{sqlstore.DeliveryQuery{Scope: ume, Person: anna, To: noon.Add(time.Minute)}, "m1-2 m1"},
			{sqlstore.DeliveryQuery{Scope: ume, From: noon.Add(time.Minute)}, "m2"},
			{sqlstore.DeliveryQuery{Scope: ume, State: notificationv1.DeliveryState_DELIVERY_STATE_SENT}, ""},
			{sqlstore.DeliveryQuery{Scope: ume, After: sqlstore.Place{At: noon.Add(time.Hour), ID: "m2"}, Limit: 1}, "m1-2"},
		} {
			if got := list(c.give); got != c.want {
				t.Errorf("%+v lists %q, want %q", c.give, got, c.want)
			}
		}
		db.sent(first)
	})
}

// sent settles a delivery and reads it back.
func (b base) sent(d sqlstore.Delivery) {
	b.t.Helper()
	var got sqlstore.Delivery
	b.as("ume", sqlstore.SelectDelivery("ume", d.ID, &got))
	if diff := cmp.Diff(d, got); diff != "" {
		b.t.Errorf("stored (-want +got):\n%s", diff)
	}
	d.State, d.Next, d.Settled, d.Attempts = notificationv1.DeliveryState_DELIVERY_STATE_SENT, time.Time{}, noon, 3
	b.write(sqlstore.PutDelivery(d))
	b.as("ume", sqlstore.SelectDelivery("ume", d.ID, &got))
	if diff := cmp.Diff(d, got); diff != "" {
		b.t.Errorf("settled (-want +got):\n%s", diff)
	}
	counts := map[notificationv1.DeliveryState]int64{}
	b.as("ume", sqlstore.CountDeliveries(ume, func(s notificationv1.DeliveryState, n int64) { counts[s] = n }))
	want := map[notificationv1.DeliveryState]int64{notificationv1.DeliveryState_DELIVERY_STATE_SENT: 1, notificationv1.DeliveryState_DELIVERY_STATE_WAITING: 2}
	if diff := cmp.Diff(want, counts); diff != "" {
		b.t.Errorf("counts (-want +got):\n%s", diff)
	}
	var ids []string
	note := func(d sqlstore.Delivery) error { ids = append(ids, d.ID); return nil }
	b.as("ume", sqlstore.SelectFirstDeliveries(b.Engine(), "ume", []string{"m1", "m"}, note)...)
	b.as("ume", sqlstore.SelectLaterDeliveries("ume", "m1", note))
	if diff := cmp.Diff([]string{"m1", "m1-2"}, ids); diff != "" {
		b.t.Errorf("of one mail (-want +got):\n%s", diff)
	}
}

func TestRawMails(t *testing.T) {
	run(t, func(t *testing.T, db base) {
		db.write(sqlstore.InsertRaw("ume", "m1", noon, []byte("one")), sqlstore.InsertRaw("ume", "m1", noon, []byte("two")),
			sqlstore.InsertRaw("ume", "m2", noon.Add(time.Hour), []byte("three")), sqlstore.InsertRaw("ume", "m3", noon.Add(time.Hour), []byte("four")),
			sqlstore.DeleteRaw("ume", "m3"))
		var first, third []byte
		db.as("ume", sqlstore.SelectRaw("ume", "m1", &first), sqlstore.SelectRaw("ume", "m3", &third))
		if string(first) != "one" || third != nil {
			t.Errorf("kept %q and %q", first, third)
		}
		purged := db.affected(func(n *int64) sqldb.Stmt { return sqlstore.PurgeRaw("ume", noon.Add(time.Minute), n) })
		var gone, second []byte
		db.as("ume", sqlstore.SelectRaw("ume", "m1", &gone), sqlstore.SelectRaw("ume", "m2", &second))
		if purged != 1 || gone != nil || string(second) != "three" {
			t.Errorf("purged %d, kept %q and %q", purged, gone, second)
		}
	})
}

func TestFeeds(t *testing.T) {
	run(t, func(t *testing.T, db base) {
		opens := func(hash string) (person string) {
			db.as("", sqlstore.SelectSecret(hash, &person))
			return person
		}
		db.write(sqlstore.PutFeed(sqlstore.Feed{Person: anna, Created: noon, Hash: "h1"})...)
		db.write(sqlstore.ReadFeed(anna, "2025-05-12"))
		want := sqlstore.Feed{Person: anna, Created: noon, Hash: "h1", ReadDay: "2025-05-12"}
		var got sqlstore.Feed
		db.as("ume", sqlstore.SelectFeed(anna, &got))
		if diff := cmp.Diff(want, got); diff != "" || opens("h1") != anna {
			t.Errorf("made (-want +got):\n%s", diff)
		}
		db.write(sqlstore.PutFeed(sqlstore.Feed{Person: anna, Created: noon, Hash: "h2"})...)
		if opens("h1") != "" || opens("h2") != anna {
			t.Error("the former address still works, or the new one does not")
		}
		db.write(sqlstore.DeleteFeed(anna)...)
		var none sqlstore.Feed
		db.as("ume", sqlstore.SelectFeed(anna, &none))
		if opens("h2") != "" || none != (sqlstore.Feed{}) {
			t.Errorf("deleted, but %+v", none)
		}
	})
}

func TestDirectory(t *testing.T) {
	run(t, func(t *testing.T, db base) {
		want := &sqlstore.Directory{Municipality: &directoryv1.Municipality{Name: ume, DisplayName: "Umeå"},
			Committees:  []*directoryv1.Committee{{Name: social, DisplayName: "Omsorgsnämnden"}},
			People:      []*directoryv1.Person{{Name: anna, DisplayName: "Anna Ek", Email: "anna.ek@umea.se"}},
			Assignments: []*directoryv1.RoleAssignment{{Name: ume + "/roleAssignments/a", Person: anna, Role: directoryv1.Role_ROLE_OWNER, Scope: social}}}
		got := &sqlstore.Directory{}
		db.as("ume", sqlstore.SelectDirectory("ume", got))
		if got.Municipality != nil || got.Same(want) {
			t.Error("there is one before it was stored")
		}
		db.put(sqlstore.PutDirectory(want))
		db.put(sqlstore.PutDirectory(want))
		db.as("ume", sqlstore.SelectDirectory("ume", got))
		if diff := cmp.Diff(want, got, protocmp.Transform()); diff != "" || !got.Same(want) {
			t.Errorf("stored (-want +got):\n%s", diff)
		}
	})
}
