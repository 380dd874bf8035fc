// Package riskregister owns what is decided: methods and their versions, plans with their versions and decisions, risks
// and the entries in which plans assess them, control areas and control points, rounds and follow-ups. What is found when
// controls are carried out belongs to others.
//
// # Plans
//
//	        propose            decide            close
//	draft ───────────▶ proposed ───────▶ decided ───────▶ closed
//	 ▲  ▲                 │                 │
//	 │  └─────────────────┘                 │
//	 │        withdraw                      │
//	 └──────────────────────────────────────┘
//	    revise: the draft of the next version
//
// Invariants:
//   - Only a draft, and what it holds, can be changed. A plan is proposed when nothing it needs is missing.
//   - Each decision freezes the whole plan as a version that never changes, apart from being marked as replaced when the
//     next one is decided. Revising goes on under the same names, while rounds and answers go on by the decided version.
//   - A risk outlives the years; a decided plan keeps its words as they were on the day of the decision.
//   - An analysis keeps the method version it was made with; method versions never change.
//   - What people stated and what was computed are different fields; unknown stays unknown.
//   - A round takes up entries of decided plans; its follow-ups come into being with it. Closed, it is read-only.
//   - An import checks everything by the same rules. It alone brings in decided and closed states and business dates, but
//     it does not change what was decided.
//
// # Who may call
//
// Every RPC declares its permission. Besides: owners and managers write only entries and control points, and answer only
// follow-ups, whose owners name one of their role assignments, and a risk whose entry does; coordinators write
// everything. Who may not see drafts sees of each plan what was last decided (package rpc says how).
package riskregister
