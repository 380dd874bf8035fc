// Package notification reminds people of what they are to do, in time and only while it is to be done, and keeps a ledger of
// what was sent to whom. Deadlines belong to the risk register, results to control measurement and people to the directory; it
// lists them, and changes nothing there.
//
// # From a deadline to a mail
//
//	deadlines, rules, roles, choices ──▶ reminders ──▶ mails with turns ──▶ deliveries
//	         package reconcile          package notice     package schedule    package courier
//
// Reconciling compares which reminders there should be, a pure function of everything else, with those that are stored, and
// changes these: at start, every hour, and soon after a change feed says that something happened. Feeds only wake it, so an
// event that is lost loses nothing. Reminders of one person at one time go in one mail; each mail has a turn, the moment it is
// due. The schedule, in Redis or in the process, wakes the courier; the database alone decides who sends what.
//
// Invariants:
//   - A reminder's identifier follows from deadline, last day, person, cause and distance. There is one of each.
//   - What is being sent, is sent or was refused for good never changes by reconciling.
//   - A mail is handed over only by whoever holds its turn in the database, for longer than any attempt may take.
//   - A mail is sent again only when its answer was not learnt, with the same bytes and Message-ID, or when the server asked
//     for that, or somebody did.
//   - A reminder whose time had passed before its deadline or rule was known, or passed over 48 hours ago, is skipped.
//
// # States of a delivery
//
//	            taken, or in the outbox
//	sending ──────────────────────────────▶ sent
//	  │  ▲  └──────── refused ────────────▶ parked ──┐
//	  ▼  │ due again                                 │ RetryDelivery
//	waiting ◀────────────────────────────────────────┘
//
// # When something is away
//
// Without Redis the database is asked every half minute. Without the owners of deadlines what is known goes on being sent; the
// status says so. Without the mail server mails wait, for two days at most. Without the database nothing is sent, and nothing
// is lost.
//
// # Who may call
//
// Every RPC declares its permission. What concerns one person alone, tasks, choices and calendar, is shown to that person only.
// A line of the ledger is shown to whoever may see one of its committees, and then without what belongs to the others.
package notification
