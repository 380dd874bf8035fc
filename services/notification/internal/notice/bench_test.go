package notice

import (
	"fmt"
	"runtime"
	"testing"
)

// The size of the benchmark: 1,000,000 deadlines, a committee at a time.
const (
	benchCommittees = 10_000
	benchDeadlines  = 100
)

// benchInput returns a municipality without deadlines.
func benchInput() Input { return input("2025-05-05 06:00", []Rule{rule(-14, -7, -1, 1)}) }

// committee returns one committee of it with its deadlines, of which a tenth are done.
func (in Input) committee(committee int) Input {
	place := fmt.Sprintf("%s/committees/c%d", town, committee)
	in.Assignments = []Assignment{holds("anna", "owner", place, ""), holds("bo", "owner", place, ""), holds("chef", "manager", place, ""),
		holds("sam", "coordinator", place, "")}
	for i := range benchDeadlines {
		d := answer(addDays("2025-05-06", i%60), owner([]string{"anna", "bo"}[i%2]))
		d.Committee, d.Key, d.Done = place, fmt.Sprintf("%s/plans/2025/rounds/delar/followUps/f%d#svar", place, i), i%10 == 0
		in.Deadlines = append(in.Deadlines, d)
	}
	return in
}

// reconcileOne compares a committee with nothing and then, stored, with itself.
func reconcileOne(in Input) (created, again int) {
	list, _ := Desired(in)
	changes := Reconcile(list, nil, in)
	stored := make([]Reminder, 0, len(changes))
	for _, c := range changes {
		stored = append(stored, c.Reminder)
	}
	return len(changes), len(Reconcile(list, stored, in))
}

// BenchmarkReconcileMillion streams a million deadlines by committee. It reports the memory that is held after the first
// hundredth and in the end, which must not grow with their number.
func BenchmarkReconcileMillion(b *testing.B) {
	for b.Loop() {
		var early, late uint64
		in, reminders := benchInput(), 0
		for c := range benchCommittees {
			created, again := reconcileOne(in.committee(c))
			if again != 0 {
				b.Fatalf("%d changes in a second pass", again)
			}
			reminders += created
			if c == benchCommittees/100 {
				early = held()
			}
		}
		late = held()
		b.ReportMetric(float64(reminders), "reminders")
		b.ReportMetric(float64(early)/1024, "KiB-early")
		b.ReportMetric(float64(late)/1024, "KiB-late")
	}
	b.ReportMetric(float64(b.N)*benchCommittees*benchDeadlines/b.Elapsed().Seconds(), "deadlines/s")
}

// held returns the memory in use.
func held() uint64 {
	runtime.GC()
	var m runtime.MemStats
	runtime.ReadMemStats(&m)
	return m.HeapInuse
}

// BenchmarkDesired measures one committee.
func BenchmarkDesired(b *testing.B) {
	in := benchInput().committee(1)
	b.ReportAllocs()
	for b.Loop() {
		Desired(in)
	}
}

// BenchmarkReconcileUnchanged measures one committee in which nothing has happened, which is what most passes find.
func BenchmarkReconcileUnchanged(b *testing.B) {
	in := benchInput().committee(1)
	list, _ := Desired(in)
	b.ReportAllocs()
	for b.Loop() {
		Reconcile(list, list, in)
	}
}
