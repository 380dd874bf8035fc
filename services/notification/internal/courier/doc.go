// Package courier sends the mails whose time has come. Any number of replicas may run it side by side.
//
// The schedule says what is due; the database decides. A mail is claimed in one transaction that takes its turn for a time,
// writes the mail and enters it in the ledger as being sent; then it is handed over; then another transaction, which demands
// that the turn is still held, writes what the mail server answered. So nothing that is in the database is lost, and nothing
// is handed over twice unless the answer was not learnt: because it never came, or because the process ended before it was
// written. Such a mail goes again as the very same bytes, with the same Message-ID, and the ledger says so.
//
// Without Redis the database is asked now and then what is due.
package courier
