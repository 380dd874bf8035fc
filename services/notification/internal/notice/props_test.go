package notice

import (
	"fmt"
	"math/rand/v2"
	"slices"
	"testing"
	"time"

	"pgregory.net/rapid"
)

// anyDay draws a day near the traps: both clock changes, 29 February, Easter, Midsummer and the end of the year.
func anyDay(t *rapid.T, label string) string {
	around := rapid.SampledFrom([]string{"2027-12-28", "2028-02-27", "2028-03-25", "2028-04-15", "2028-06-23", "2028-10-28", "2028-12-24"}).Draw(t, label)
	return addDays(around, rapid.IntRange(-20, 20).Draw(t, label+" days"))
}

// anyTime draws one time of a rule.
func anyTime(t *rapid.T) Time {
	tm := Time{Days: rapid.IntRange(-20, 20).Draw(t, "days"), Recipient: Recipient(rapid.IntRange(0, 4).Draw(t, "recipient"))}
	if rapid.IntRange(0, 4).Draw(t, "shared") == 0 {
		tm.Share = &Share{Percent: rapid.IntRange(1, 100).Draw(t, "percent"), Min: rapid.IntRange(0, 5).Draw(t, "min"), Max: rapid.IntRange(5, 30).Draw(t, "max")}
	}
	return tm
}

// anyRule draws a rule of the municipality or a committee.
func anyRule(t *rapid.T, i int) Rule {
	place := rapid.SampledFrom([]string{town, care, school}).Draw(t, "place")
	return Rule{Name: fmt.Sprintf("%s/reminderRules/r%d", place, i), Disabled: rapid.IntRange(0, 5).Draw(t, "disabled") == 0,
		Kind: Kind(rapid.IntRange(0, 2).Draw(t, "kind")), Role: Role(rapid.IntRange(0, 3).Draw(t, "role")),
		Times: rapid.SliceOfN(rapid.Custom(anyTime), 1, 5).Draw(t, "times"), Hour: rapid.IntRange(0, 23).Draw(t, "hour"),
		Minute: rapid.SampledFrom([]int{0, 30}).Draw(t, "minute"), Mode: Mode(rapid.IntRange(0, 2).Draw(t, "mode")),
		Ladder: rapid.SliceOfNDistinct(rapid.SampledFrom([]Recipient{Manager, Coordinator, Head}), 0, 3, rapid.ID).Draw(t, "ladder")}
}

// anyDeadline draws a deadline of one of two committees.
func anyDeadline(t *rapid.T, i int) Deadline {
	d := Deadline{Committee: rapid.SampledFrom([]string{care, school}).Draw(t, "committee"), Key: fmt.Sprintf("k%d", i), Due: anyDay(t, "due"),
		Kind: Kind(rapid.IntRange(1, 3).Draw(t, "kind")), Role: Role(rapid.IntRange(1, 5).Draw(t, "role")), Done: rapid.IntRange(0, 4).Draw(t, "done") == 0}
	d.Begin = addDays(d.Due, -rapid.IntRange(0, 60).Draw(t, "period"))
	d.Known = clock(d.Begin + " 12:00")
	d.Owners = anyOwners(t)
	return d
}

// anyOwners draws who answers for something: assignments, ended ones and words.
func anyOwners(t *rapid.T) []Owner {
	return rapid.SliceOfN(rapid.SampledFrom([]Owner{owner("anna"), owner("bo"), owner("gone"), {Role: "enhetschefer"},
		{Role: "rektor", Assignment: owner("bo").Assignment + "-skola"}}), 0, 3).Draw(t, "owners")
}

// anyInput draws a municipality at a time.
func anyInput(t *rapid.T) Input {
	in := input("2028-01-01 00:00", nil)
	for i := range rapid.IntRange(1, 4).Draw(t, "rules") {
		in.Rules = append(in.Rules, anyRule(t, i))
	}
	for i := range rapid.IntRange(1, 6).Draw(t, "deadlines") {
		in.Deadlines = append(in.Deadlines, anyDeadline(t, i))
	}
	for _, role := range []string{"owner", "manager", "head", "secretary"} {
		for _, id := range []string{"anna", "bo", "komm"} {
			if rapid.Bool().Draw(t, "holds") {
				a := holds(id, role, school, anyDay(t, "from")+"–"+anyDay(t, "to"))
				a.Name += "-skola"
				in.Assignments = append(in.Assignments, a)
			}
		}
	}
	in.Assignments[0].To = anyDay(t, "anna until")
	for i := range in.People {
		if rapid.IntRange(0, 3).Draw(t, "unreachable") == 0 {
			in.People[i].Email = ""
		}
		in.People[i].Mode = Mode(rapid.IntRange(0, 2).Draw(t, "choice"))
	}
	in.Now = anyNow(t)
	return in
}

// anyNow draws a time.
func anyNow(t *rapid.T) time.Time {
	return clock(anyDay(t, "now") + " 00:00").Add(time.Duration(rapid.IntRange(0, 24*60).Draw(t, "minutes")) * time.Minute)
}

// change draws what may happen in a municipality until a later time.
func change(t *rapid.T, in Input) Input {
	in.Deadlines, in.Rules = slices.Clone(in.Deadlines), slices.Clone(in.Rules)
	in.Now = in.Now.Add(time.Duration(rapid.IntRange(-60, 8*24*60).Draw(t, "later")) * time.Minute)
	d, r := &in.Deadlines[rapid.IntRange(0, len(in.Deadlines)-1).Draw(t, "deadline")], &in.Rules[rapid.IntRange(0, len(in.Rules)-1).Draw(t, "rule")]
	switch rapid.IntRange(0, 5).Draw(t, "change") {
	case 0:
		d.Owners = anyOwners(t)
	case 1:
		d.Due, d.Known = addDays(d.Due, rapid.IntRange(-5, 5).Draw(t, "by")), in.Now
	case 2:
		d.Done = !d.Done
	case 3:
		r.Times, r.Since = rapid.SliceOfN(rapid.Custom(anyTime), 1, 5).Draw(t, "times"), in.Now
	case 4:
		r.Hour, r.Disabled, r.Since = rapid.IntRange(0, 23).Draw(t, "hour"), !r.Disabled, in.Now
	}
	return in
}

// check fails when a table breaks a promise at a time.
func (s table) check(t *rapid.T, in Input) {
	open := make(map[string]bool)
	for _, d := range in.Deadlines {
		open[d.Committee+d.Key] = !d.Done
	}
	days := make(map[telt]Reminder)
	for _, r := range s.with(Planned, Sending, Sent, Failed) {
		day := Day(r.At, in.Zone)
		if !in.Calendar.WorkingDay(day) && r.Cause != Takeover {
			t.Fatalf("%s is on a day off", line(r))
		}
		if r.State == Planned && !open[r.Committee+r.Deadline] {
			t.Fatalf("%s is planned, but done", line(r))
		}
		if r.State == Planned && in.Now.Sub(r.At) > Late {
			t.Fatalf("%s is planned at %s", line(r), in.Now)
		}
		key := telt{r.Committee, r.Deadline, r.Person, day}
		if other, found := days[key]; found {
			t.Fatalf("%s and %s tell the same on one day", line(r), line(other))
		}
		days[key] = r
	}
}

// TestPropertyWorldGoesOn: whatever happens, in whatever order, a second pass changes nothing, nobody is told of a thing
// twice on a day, nobody is reminded on a day off or of what is done, and what has gone out stays.
func TestPropertyWorldGoesOn(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		s, in := table{}, anyInput(t)
		for range rapid.IntRange(1, 6).Draw(t, "rounds") {
			before := s.with(Sending, Sent, Failed)
			s.pass(in)
			s.check(t, in)
			if again := s.pass(in); again != nil {
				t.Fatalf("a second pass changes %q", again)
			}
			for _, r := range before {
				if s[r.ID] != r {
					t.Fatalf("%s has become %s", line(r), line(s[r.ID]))
				}
			}
			if rapid.Bool().Draw(t, "send") {
				s.send(in.Now)
			}
			in = change(t, in)
		}
	})
}

// TestPropertyTakeoverOnce: nobody is told twice that they have taken over the same, with the same last day.
func TestPropertyTakeoverOnce(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		s, in, seen := table{}, anyInput(t), make(map[string]bool)
		for range 6 {
			s.pass(in)
			for _, r := range s.send(in.Now.Add(24 * time.Hour)) {
				key := r.Committee + r.Deadline + r.Due + r.Person
				if r.Cause == Takeover && seen[key] {
					t.Fatalf("%s again", line(r))
				}
				seen[key] = seen[key] || r.Cause == Takeover
			}
			in = change(t, in)
		}
	})
}

// TestPropertyOrderDoesNotMatter: the same facts give the same reminders and the same changes, however they are listed.
func TestPropertyOrderDoesNotMatter(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		in := anyInput(t)
		stored := desired(in)
		later := change(t, in)
		later.Told = stored
		other := shuffled(later, rapid.Uint64().Draw(t, "seed"))
		a, b := desired(later), desired(other)
		if !slices.Equal(a, b) {
			t.Fatalf("got %q in one order and %q in another", lines(a), lines(b))
		}
		slices.Reverse(stored)
		if x, y := Reconcile(a, other.Told, later), Reconcile(b, stored, other); !slices.Equal(x, y) {
			t.Fatalf("changes %v in one order and %v in another", x, y)
		}
	})
}

// shuffled lists the same facts in another order.
func shuffled(in Input, seed uint64) Input {
	random := rand.New(rand.NewPCG(seed, 1)) //nolint:gosec // an order, not a secret
	in.Deadlines, in.Rules, in.People = mixed(random, in.Deadlines), mixed(random, in.Rules), mixed(random, in.People)
	in.Assignments, in.Told = mixed(random, in.Assignments), mixed(random, in.Told)
	return in
}

// mixed returns a list in another order.
func mixed[T any](random *rand.Rand, list []T) []T {
	list = slices.Clone(list)
	random.Shuffle(len(list), func(i, j int) { list[i], list[j] = list[j], list[i] })
	return list
}

// TestPropertyMovedDayMovesTime: a last day that is moved by whole weeks without a day off moves the time by as much.
func TestPropertyMovedDayMovesTime(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		days := rapid.IntRange(-30, 30).Draw(t, "days")
		due := anyDay(t, "due")
		moved := addDays(due, rapid.IntRange(1, 40).Draw(t, "by"))
		first := desired(input("2027-01-01 00:00", []Rule{rule(days)}, answer(due, owner("anna"))))
		then := desired(input("2027-01-01 00:00", []Rule{rule(days)}, answer(moved, owner("anna"))))
		if then[0].At.Before(first[0].At) || then[0].ID == first[0].ID {
			t.Fatalf("%s for %s, but %s for %s", line(first[0]), due, line(then[0]), moved)
		}
		day := Day(then[0].At, stockholm())
		if asked := addDays(moved, days); days <= 0 && day > asked || days > 0 && day < asked {
			t.Fatalf("%s is not on the right side of %s", line(then[0]), asked)
		}
	})
}

// FuzzMoment: the clock shows what was asked for, or the time is in the hour that never comes.
func FuzzMoment(f *testing.F) {
	f.Add("2025-03-30", 2, 30)
	f.Add("2025-10-26", 2, 30)
	f.Add("2028-02-29", 7, 0)
	zone := stockholm()
	f.Fuzz(func(t *testing.T, day string, hour, minute int) {
		if hour < 0 || hour > 23 || minute < 0 || minute > 59 || day < "1980" || day > "2100" {
			return
		}
		got := Moment(day, hour, minute, zone)
		if shown := got.Format("2006-01-02"); !got.IsZero() && shown != day {
			t.Errorf("%s %02d:%02d is on %s", day, hour, minute, shown)
		}
		if !got.IsZero() && (got.Hour() != hour || got.Minute() != minute) && got.Add(-time.Nanosecond).Hour() == got.Hour()-1 {
			t.Errorf("%s %02d:%02d is at %s", day, hour, minute, got)
		}
	})
}

// FuzzDesired: no text and no number makes it fail, and a pass is always the last.
func FuzzDesired(f *testing.F) {
	f.Add("k", "2025-05-12", "2025-04-01", "enhetschef", -7, 25, 0, 30, int64(1746421200))
	f.Add("", "2028-02-30", "x", "\r\nBcc: a@b", 1<<40, -5, -1, 1<<40, int64(-1)<<40)
	f.Fuzz(func(t *testing.T, key, due, begin, role string, days, percent, low, high int, now int64) {
		d := Deadline{Committee: care, Key: key, Kind: KindAction, Role: RoleOwner, Due: due, Begin: begin, Owners: []Owner{{Role: role}, owner("anna")}}
		r := rule(days)
		r.Times = append(r.Times, Time{Share: &Share{percent, low, high}, Recipient: Recipient(days)})
		if len(r.Check()) > 0 {
			return
		}
		in := input("2025-05-01 10:00", []Rule{r}, d)
		in.Now = time.Unix(now%(1<<33), 0)
		s := table{}
		s.pass(in)
		if again := s.pass(in); again != nil {
			t.Errorf("a second pass changes %q", again)
		}
	})
}
