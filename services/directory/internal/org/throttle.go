package org

import "time"

// How failed sign-ins for one address are slowed down.
const (
	freeFailures = 5
	firstWait    = 30 * time.Second
	longestWait  = 15 * time.Minute
	// FailuresForgotten is how long after the last failure an address starts anew.
	FailuresForgotten = 24 * time.Hour
)

// SignInWait returns how long the next attempt for an address must still wait after so many failures, the last of them
// at a time: nothing for the first five, then half a minute, doubled by each further failure, a quarter of an hour at
// most, so that nobody can lock another out for long.
func SignInWait(failures int64, last, now time.Time) time.Duration {
	if failures < freeFailures || now.Sub(last) >= FailuresForgotten {
		return 0
	}
	wait := longestWait
	if doublings := failures - freeFailures; doublings < 5 {
		wait = min(longestWait, firstWait<<doublings)
	}
	return max(0, wait-now.Sub(last))
}

// CountFailures returns how many failures count at a time, this attempt included.
func CountFailures(failures int64, last, now time.Time) int64 {
	if now.Sub(last) >= FailuresForgotten {
		return 1
	}
	return failures + 1
}
