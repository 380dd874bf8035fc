// Package notice holds the rules of reminding: which reminders follow from deadlines, rules, roles, working days and
// people's choices, and what has to change for those that are stored to be these. Everything is a function of what it is
// given; nothing here reads a clock, a database or the network.
//
// Desired computes what there should be, Reconcile compares it with what there is. Both may be repeated at any time: what is
// sent stays sent, and the same input gives the same identifiers.
package notice
