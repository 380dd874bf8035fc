// Package risk holds the rules of the risk register: what a method may look like, how a risk is assessed with it, what
// a plan must hold before a committee is asked to decide on it, and how a follow-up round runs.
//
// Every rule is a pure function over small values. A rule that finds something wrong returns a fault.Field for each
// thing, with a path relative to the resource that it was given, so that the caller can put the resource's own place in
// front; a step that the state does not allow is refused with a *fault.Error.
//
// Three principles run through all of them. Unknown stays unknown: a blank answer is neither "no" nor zero, and nothing
// is computed from an axis that nobody has scored. What people stated and what was computed are different values, and
// the stated one goes first. And nothing about a scale is built in: steps, values, levels and treatments are data.
package risk
