package notice

import (
	"crypto/sha256"
	"encoding/base32"
	"strconv"
	"time"
)

// idLength is how much of a digest makes an identifier: 130 bits, which idBytes hold.
const (
	idLength = 26
	idBytes  = 17
)

// letters writes five bits each.
var letters = base32.NewEncoding("abcdefghijklmnopqrstuvwxyz234567").WithPadding(base32.NoPadding)

// identifier returns 26 characters of a–z and 2–7 that are the same for the same parts. Each part is preceded by its length,
// so that no two lists of parts read alike.
func identifier(parts ...string) string {
	text := make([]byte, 0, 512)
	for _, p := range parts {
		text = strconv.AppendInt(text, int64(len(p)), 10)
		text = append(append(text, ':'), p...)
	}
	sum := sha256.Sum256(text)
	return letters.EncodeToString(sum[:idBytes])[:idLength]
}

// reminderID identifies what a person is told: the last day is part of it, so that a moved deadline reminds anew.
func reminderID(d Deadline, person string, cause Cause, distance string) string {
	return identifier(d.Committee, d.Key, d.Due, person, strconv.Itoa(int(cause)), distance)
}

// mailID identifies the mail that a reminder goes in: with all others of the same time, or alone.
func mailID(person string, at time.Time, digest bool, committee, key string) string {
	when := strconv.FormatInt(at.UnixMicro(), 10)
	if digest {
		return identifier("mail", person, when)
	}
	return identifier("mail", person, when, committee, key)
}
