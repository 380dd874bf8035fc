package backup

import (
	"fmt"

	"github.com/uppsikt/uppsikt/internal/fault"
)

func notBackup(cause error) error {
	e := &fault.Error{Kind: fault.Invalid, Reason: "INVALID_FIELDS", Swedish: "Filen är ingen säkerhetskopia från Uppsikt.",
		English: "not a backup"}
	return e.Because(cause)
}

func damaged(cause error) error {
	e := &fault.Error{Kind: fault.Invalid, Reason: "INVALID_FIELDS",
		Swedish: "Säkerhetskopian är skadad eller ändrad och kan inte användas. Ta en annan kopia.", English: "the backup is damaged"}
	return e.Because(cause)
}

func tooLarge(cause error) error {
	e := &fault.Error{Kind: fault.Exhausted, Reason: "LIMIT_EXCEEDED",
		Swedish: "Säkerhetskopian säger sig innehålla orimligt mycket och packas inte upp.",
		English: "the backup claims an unreasonable size"}
	return e.Because(cause)
}

func newerFormat(have int) error {
	return fault.State("WRONG_STATE",
		"Säkerhetskopian är skriven av en nyare version av programmet. Det behövs en nyare version av programmet för att läsa den.",
		fmt.Sprintf("the backup has format version %d, this program knows %d", have, version))
}
