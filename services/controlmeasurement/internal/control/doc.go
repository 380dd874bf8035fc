// Package control holds the rules of controls and measurements: what an indicator and its targets may look like, which
// number a measurement stands for, whether a target is met, how two years and several units compare, what a sample
// says, what a result must hold, and the Swedish sentences that documents say all of this with.
//
// Every rule is a pure function over small values. A rule that finds something wrong returns a fault.Field for each
// thing, with a path relative to the resource that it was given, so that the caller can put the resource's own place in
// front; a step that the state does not allow is refused with a *fault.Error.
//
// Four principles run through all of them.
//
// Unknown stays unknown: a missing value is neither zero nor "not met", words such as "några få" never become a number,
// and a target whose baseline is missing is not assessed.
//
// Numbers are exact. A number is the decimal that somebody wrote or the ratio that somebody counted, never a rounded
// share of it; two shares are equal when their ratios are. Only a derived value, which nobody measured, is compared at
// the decimals that it is written with, because nothing more is known of it.
//
// The difference between two shares is in percentage points. Nothing here computes a percentage of a percentage.
//
// What is printed agrees with what was decided: a sentence takes more decimals where two different numbers would
// otherwise look the same, and the difference in it is the one that a reader gets by subtracting.
package control
