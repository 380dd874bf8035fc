// Package controlmeasurement owns what is found when controls are carried out: indicators with their targets,
// measurements, and the results of each round. What was decided belongs to the risk register, which it asks.
//
// An indicator lives across the years and names the control areas and control points that it belongs to. A measurement is
// one value of it, on a day or over a period, of a unit or of the whole. A result is what one round found about one control
// area or control point; execution, grade and goal fulfilment are three things.
//
// Invariants:
//   - There is one measurement of an indicator, a unit and a period, and one result of a round and a subject.
//   - A measurement counts for the calendar year of its last day and lies within that year.
//   - What was stated and what was computed are different fields; unknown stays unknown.
//   - What follows from the indicators, a result's computed fulfilment and whether it deviates, is computed when the result is
//     written, and again in the same transaction when an indicator or a measurement of its subject changes, while its round
//     is open. Results of closed rounds never change; an import alone writes them.
//   - Whether a round is open, which grades there are and who owns the subject, the risk register says: one call for each
//     result written, before the transaction and with the caller's own token.
//   - A unit that a measurement or a sample names anew is one of the committee's. The directory says which there are: one
//     call for each write that names one, however many it names. An import does not ask; whoever sends the file does.
//
// # Proposals
//
//	                  submitted
//	pending ──────────────────────────▶ delivered
//	   │           refused
//	   └──────────────────────────────▶ refused
//
// A result that deviates proposes one action, once. The proposal lies in the outbox, written in the transaction of the
// result, under a name that follows from the result's; a worker submits it to the risk register until that has answered,
// by as many replicas as there are: sending twice changes nothing. With the risk register away it waits, and nothing fails.
// A result that comes by import proposes nothing; it takes up the actions that the register already has from it.
//
// # Who may call
//
// Every RPC declares its permission. Besides: owners and managers write only results whose subject names one of their role
// assignments as owner or responsible manager, and measurements only of indicators with such a subject in the newest plan
// that the indicator names. Who may not see drafts sees results of closed rounds, indicators of the plans that these
// covered, and what had been measured of these by the day that the rounds report on (package rpc says how).
package controlmeasurement
