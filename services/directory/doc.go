// Package directory is the service that knows who is who: municipalities, their committees and units, people and the
// roles they hold, and it signs people in.
//
// It owns the resources Municipality, Committee, Unit, Person, RoleAssignment and ServiceAccount, and besides them what is
// no resource and leaves no entry in the journal: passwords, one-time links, sessions, secrets of service accounts, counts
// of failed sign-ins, revocations and the keys that access tokens are signed with.
//
// Invariants: units of a committee form a tree; an e-mail address belongs to one person in a municipality; a role is held
// where its kind may be held, within the municipality that grants it, by a person of that municipality; a role assignment
// is ended by its last day and never deleted, so that it can be seen who held the role at the time. The platform's own
// people and roles are named "municipalities/-/people/{p}" and "municipalities/-/roleAssignments/{a}".
//
// Signing in: a one-time link, or an address with a password, opens a session of twelve hours at most; from a session the
// gateway has an access token of five minutes minted again and again, each with the roles held that day in Swedish time.
// Another system proves itself by a secret of its service account (OAuth 2.0 client credentials) and gets a token of the
// same kind, whose subject is the account. Accounts stay in their installation: bundles carry neither them nor secrets.
//
// Signing out, disabling a person or an account, taking away its secrets and changing a role put an entry on the list of
// revocations, which every service fetches within twenty seconds.
//
// Callers: everybody with a role reads; administrators and operators change; processes of the suite sign people in.
package directory
