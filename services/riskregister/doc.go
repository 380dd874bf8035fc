// Package riskregister owns what is decided: methods and their versions, plans with their versions and decisions, risks
// and the entries in which plans assess them, control areas and control points, actions, rounds and follow-ups. What is found when
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
//   - A round takes up entries of decided plans, actions of any years, or both; its follow-ups come into being with it.
//     Its steps keep their ids when they move. Closed, it is read-only.
//   - A common item is fixed once the executive committee has decided it. A plan of its year has a control point for each
//     that applies, from the start or by AddCommonItems; what the item states cannot be changed there, nor the point taken
//     away until the item is withdrawn. Only the server and imports say which item a point carries out.
//   - A new year may begin as a copy: the same risks, whether they are in the plan left open, and what the new method does
//     not know left out.
//   - A risk or control point that was moved stays where it was, as history that cannot be changed, and names the one in
//     the other committee that took over. Both sides are written at once. Entries of a moved risk stay; nothing more is
//     asked of them, and rounds take them up only where the plan was decided before.
//   - What a result may be about, and its grades, follow from what was last decided: drafts change nothing of it.
//   - An import checks everything by the same rules. It alone brings in decided and closed states and business dates, but
//     it does not change what was decided.
//
// # Actions
//
//	           accept             close
//	proposed ─────────▶ accepted ───────▶ closed
//	   │                 ▲ ▲  ▲             │
//	   │ decline         │ └──┘ renew       │
//	   ▼      accept     │                  │
//	declined ────────────┴──────────────────┘
//	                           reopen
//
// Invariants:
//   - An action outlives the plans. Its origin never changes: what it comes from, and the plan year it is counted under.
//     What an action comes from is not taken away.
//   - Every step is a decision. How far an action has come, its status, is a step of the action scale of its method, or of
//     the built-in one; a status that says "done" closes nothing.
//   - Only proposed and accepted actions change, and the last day of an accepted one only by renewal, which keeps the day
//     before and moves forward. An accepted action has an owner.
//   - An answer about an action becomes its status and comment in the same write; taken back, the action keeps what was
//     last said. A closed action keeps how it ended, whatever is answered, and no round waits for an answer about it.
//   - A decided plan keeps the actions that stemmed from it as they were on the day of the decision.
//   - A result of control measurement proposes an action under a name that is fixed from the beginning. Sent again, it changes
//     nothing, whatever has become of the action. The journal names the process, on behalf of who wrote the result.
//   - Deadlines are no resources: they follow from rounds, what these cover, and actions, by a function that is the same for
//     everybody. What is to be reported with a result is what was decided, also for those who see the draft of a revision.
//
// # Who may call
//
// Every RPC declares its permission. Besides: owners and managers write only entries, control areas and control points, and answer only
// follow-ups, whose owners name one of their role assignments, and a risk whose entry does; coordinators write
// everything. Of an action, its owners write the description, the status and the comment; the rest is for those who decide
// on actions. Proposed actions are drafts, in lists, snapshots and change streams too; the others are seen as they stand. Common items, and above all their drafts, are for who may write them in the municipality; moving needs the
// right to write everything in both committees. Who may not see drafts sees of each plan what was last decided (package rpc says how).
package riskregister
