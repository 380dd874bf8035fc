package courier

import (
	"hash/fnv"
	"time"
)

const (
	// The pause after a failed attempt doubles from the first to the longest.
	firstPause   = time.Minute
	longestPause = time.Hour
	// unlearntPause is the shortest after an answer that was not learnt: the mail server may still be at work.
	unlearntPause = 5 * time.Minute
	// patience is for how long a mail is tried.
	patience = 48 * time.Hour
)

// pause is how long to wait after so many attempts. Up to a tenth more, by the mail, spreads what failed together.
func pause(attempts int64, mail string) time.Duration {
	p := rest(attempts)
	h := fnv.New32a()
	_, _ = h.Write([]byte(mail))
	return p + p/10*time.Duration(h.Sum32()%1000)/1000
}

// rest is the shortest pause after so many attempts.
func rest(attempts int64) time.Duration {
	p := firstPause
	for range min(attempts, 20) - 1 {
		p = min(2*p, longestPause)
	}
	return p
}

// exhausted reports whether so many attempts, with their pauses, have taken as long as a mail is tried.
func exhausted(attempts int64) bool {
	var total time.Duration
	for n := int64(1); n < attempts && total < patience; n++ {
		total += rest(n)
	}
	return total >= patience
}
