package courier

import (
	"bytes"
	"context"
	"slices"
	"strings"
	"sync"
	"testing"

	directoryv1 "github.com/uppsikt/uppsikt/proto/gen/uppsikt/directory/v1"
	"github.com/uppsikt/uppsikt/services/notification/internal/mail"
	"github.com/uppsikt/uppsikt/services/notification/internal/notice"
	"github.com/uppsikt/uppsikt/services/notification/internal/schedule"
	"github.com/uppsikt/uppsikt/services/notification/internal/sqlstore"
)

// digest puts a reminder into a digest of person 1.
func digest(r *sqlstore.Reminder) {
	r.Person, _ = person(1)
	r.Digest, r.Mail = true, "m1"
}

// mine makes person 1 answer for a thing.
func mine(r *sqlstore.Reminder) {
	r.About.Owners[0].RoleAssignment = municipality + "/roleAssignments/a1"
}

// TestADigest holds all of its reminders, lists what else waits for its recipient, reminded of or not, and names nobody else.
func TestADigest(t *testing.T) {
	run(t, func(f *fixture) {
		now := f.clock.Now()
		over := func(r *sqlstore.Reminder) { r.About.Done = true }
		vacant := func(r *sqlstore.Reminder) { r.About.Owners[0].RoleAssignment = municipality + "/roleAssignments/gone" }
		putDirectory(f, f.db, 0, func(d *sqlstore.Directory) {
			first, _ := person(1)
			d.Assignments = append(d.Assignments, &directoryv1.RoleAssignment{Name: municipality + "/roleAssignments/m", Person: first,
				Role: directoryv1.Role_ROLE_MANAGER, Scope: committee})
		})
		write(f, f.db, slices.Concat(planned(f, 1, now, digest, mine), planned(f, 2, now, digest, mine), planned(f, 3, now, mine)[:1], planned(f, 4, now)[:1],
			planned(f, 5, now, mine, over)[:1], planned(f, 6, now, vacant)[:1], planned(f, 7, now.AddDate(0, 0, 20)))...)
		f.once()
		f.want("m1", "r1", sqlstore.Delivery{State: sent, Attempts: 1}, notice.Sent, 1)
		if got := f.state("r2"); got != notice.Sent {
			f.Errorf("r2 is %d", got)
		}
		raw := string(bytes.Join(f.box.of(f.composer.MessageID("m1")), nil))
		for text, want := range map[string]bool{"Kontroll 1": true, "Kontroll 2": true, "Kontroll 3": true, "Kontroll 4": false, "Kontroll 5": false,
			"Kontroll 6": true, "Kontroll 7": false, "p4@": false} {
			if strings.Contains(raw, text) != want {
				f.Errorf("%q in the mail: %t, want %t\n%s", text, !want, want, raw)
			}
		}
		if n := strings.Count(raw, "Kontroll 2</bdi>"); n != 1 {
			f.Errorf("what the mail is about is listed %d times", n)
		}
	})
}

// interrupted is a sender that does something just before it hands over.
type interrupted struct {
	Sender
	first func()
}

// Send does it and hands over.
func (i interrupted) Send(ctx context.Context, to string, raw []byte) (mail.Answer, error) {
	i.first()
	return i.Sender.Send(ctx, to, raw)
}

// TestPlannedWhileItIsSent: what joins a mail that is being sent goes in one of its own, at once.
func TestPlannedWhileItIsSent(t *testing.T) {
	run(t, func(f *fixture) {
		now := f.clock.Now()
		join := sync.OnceFunc(func() { write(f, f.db, planned(f, 2, now, digest, mine)...) })
		f.Courier = f.courier(f.depsOf(f.db, newSchedule(f, schedule.Config{}), interrupted{f.box.sender(f, mail.Config{}), join}), config())
		write(f, f.db, planned(f, 1, now, digest, mine)...)
		f.once()
		f.want("m1", "r1", sqlstore.Delivery{State: sent, Attempts: 1}, notice.Sent, 1)
		f.want("m1-2", "r2", sqlstore.Delivery{State: sent, Attempts: 1}, notice.Sent, 1)
		if f.turns() != 0 {
			f.Errorf("%d turns are left", f.turns())
		}
	})
}
