package authz

import (
	"slices"

	authzv1 "github.com/uppsikt/uppsikt/proto/gen/uppsikt/authz/v1"
)

// Roles returns the roles that exist, sorted.
func Roles() []string {
	return []string{
		"administrator", "auditor", "coordinator", "head", "manager", "member", "notifier", "official", "operator",
		"owner", "secretary",
	}
}

// Granted returns the permissions of a role, in order of their numbers; none for an unknown role.
func Granted(role string) []Permission {
	var granted []Permission
	for number := range int32(len(authzv1.Permission_name)) {
		if p := Permission(number); holds(role, p) {
			granted = append(granted, p)
		}
	}
	return granted
}

// holds is the table of roles and permissions, the one place where it is decided who may do what. Everybody with a role
// reads what is decided. testdata/roles.golden shows it as a table.
func holds(role string, p Permission) bool {
	switch role {
	case "member":
		return readsDecided(p)
	case "secretary":
		return readsDecided(p) || secretary(p)
	case "head":
		return readsDecided(p) || head(p)
	case "coordinator":
		return readsDecided(p) || coordinator(p)
	case "manager", "owner":
		return readsDecided(p) || owner(p)
	case "official":
		return readsDecided(p) || official(p)
	case "auditor":
		return readsDecided(p) || auditor(p)
	case "notifier":
		return notifier(p)
	case "administrator":
		return administrator(p)
	case "operator":
		return readsDecided(p) || operator(p)
	default:
		return false
	}
}

// readsDecided is what elected members see: decided material and what is put before the committee.
func readsDecided(p Permission) bool {
	return slices.Contains([]Permission{
		authzv1.Permission_PERMISSION_DIRECTORY_READ,
		authzv1.Permission_PERMISSION_METHOD_READ,
		authzv1.Permission_PERMISSION_PLAN_READ,
		authzv1.Permission_PERMISSION_CASE_READ,
		authzv1.Permission_PERMISSION_COMMON_ITEM_READ,
		authzv1.Permission_PERMISSION_TEMPLATE_READ,
	}, p)
}

// secretary registers decisions and handles meetings and cases.
func secretary(p Permission) bool {
	return slices.Contains([]Permission{
		authzv1.Permission_PERMISSION_DRAFT_READ,
		authzv1.Permission_PERMISSION_PLAN_DECIDE,
		authzv1.Permission_PERMISSION_CASE_WRITE,
		authzv1.Permission_PERMISSION_DOCUMENT_FINALIZE,
		authzv1.Permission_PERMISSION_CHANGES_WATCH,
		authzv1.Permission_PERMISSION_ACTION_DECIDE,
		authzv1.Permission_PERMISSION_REMINDER_READ,
	}, p)
}

// head leads the administration: answers follow-ups, decides on actions and prepares cases.
func head(p Permission) bool {
	return slices.Contains([]Permission{
		authzv1.Permission_PERMISSION_DRAFT_READ,
		authzv1.Permission_PERMISSION_FOLLOW_UP_ANSWER,
		authzv1.Permission_PERMISSION_CASE_WRITE,
		authzv1.Permission_PERMISSION_JOURNAL_READ,
		authzv1.Permission_PERMISSION_ACTION_WRITE,
		authzv1.Permission_PERMISSION_ACTION_DECIDE,
		authzv1.Permission_PERMISSION_RESULT_WRITE,
		authzv1.Permission_PERMISSION_REMINDER_READ,
	}, p)
}

// coordinator keeps all content, but neither people nor the platform.
func coordinator(p Permission) bool {
	return slices.Contains([]Permission{
		authzv1.Permission_PERMISSION_METHOD_WRITE,
		authzv1.Permission_PERMISSION_DRAFT_READ,
		authzv1.Permission_PERMISSION_PLAN_WRITE,
		authzv1.Permission_PERMISSION_PLAN_DECIDE,
		authzv1.Permission_PERMISSION_ROUND_WRITE,
		authzv1.Permission_PERMISSION_FOLLOW_UP_ANSWER,
		authzv1.Permission_PERMISSION_CASE_WRITE,
		authzv1.Permission_PERMISSION_DOCUMENT_FINALIZE,
		authzv1.Permission_PERMISSION_JOURNAL_READ,
		authzv1.Permission_PERMISSION_CHANGES_WATCH,
		authzv1.Permission_PERMISSION_ACTION_WRITE,
		authzv1.Permission_PERMISSION_ACTION_DECIDE,
		authzv1.Permission_PERMISSION_COMMON_ITEM_WRITE,
		authzv1.Permission_PERMISSION_RESULT_WRITE,
		authzv1.Permission_PERMISSION_INDICATOR_WRITE,
		authzv1.Permission_PERMISSION_TEMPLATE_WRITE,
		authzv1.Permission_PERMISSION_IMPORT,
		authzv1.Permission_PERMISSION_REMINDER_READ,
		authzv1.Permission_PERMISSION_REMINDER_WRITE,
		authzv1.Permission_PERMISSION_DELIVERY_READ,
		authzv1.Permission_PERMISSION_DELIVERY_RETRY,
	}, p)
}

// owner writes and answers for what names its own role assignment; rules on the row see to that.
func owner(p Permission) bool {
	return slices.Contains([]Permission{
		authzv1.Permission_PERMISSION_DRAFT_READ,
		authzv1.Permission_PERMISSION_PLAN_WRITE,
		authzv1.Permission_PERMISSION_FOLLOW_UP_ANSWER,
		authzv1.Permission_PERMISSION_ACTION_WRITE,
		authzv1.Permission_PERMISSION_RESULT_WRITE,
	}, p)
}

// official is in charge of cases.
func official(p Permission) bool {
	return slices.Contains([]Permission{
		authzv1.Permission_PERMISSION_DRAFT_READ,
		authzv1.Permission_PERMISSION_CASE_WRITE,
	}, p)
}

// auditor reads everything and changes nothing.
func auditor(p Permission) bool {
	return slices.Contains([]Permission{
		authzv1.Permission_PERMISSION_DRAFT_READ,
		authzv1.Permission_PERMISSION_JOURNAL_READ,
		authzv1.Permission_PERMISSION_CHANGES_WATCH,
		authzv1.Permission_PERMISSION_REMINDER_READ,
		authzv1.Permission_PERMISSION_DELIVERY_READ,
	}, p)
}

// administrator keeps people and settings, and sees no content but what mails remind of.
func administrator(p Permission) bool {
	return slices.Contains([]Permission{
		authzv1.Permission_PERMISSION_DIRECTORY_READ,
		authzv1.Permission_PERMISSION_DIRECTORY_MANAGE,
		authzv1.Permission_PERMISSION_JOURNAL_READ,
		authzv1.Permission_PERMISSION_REMINDER_READ,
		authzv1.Permission_PERMISSION_REMINDER_WRITE,
		authzv1.Permission_PERMISSION_DELIVERY_READ,
		authzv1.Permission_PERMISSION_DELIVERY_RETRY,
	}, p)
}

// operator creates municipalities and moves bundles in and out, which takes reading everything that a bundle holds.
func operator(p Permission) bool {
	return slices.Contains([]Permission{
		authzv1.Permission_PERMISSION_PLATFORM_MANAGE,
		authzv1.Permission_PERMISSION_DIRECTORY_MANAGE,
		authzv1.Permission_PERMISSION_DRAFT_READ,
		authzv1.Permission_PERMISSION_CHANGES_WATCH,
		authzv1.Permission_PERMISSION_TRANSFER,
		authzv1.Permission_PERMISSION_IMPORT,
	}, p)
}

// notifier is notification itself, which acts for nobody: it reads what reminders follow from, and writes nothing. Whether
// a control of an open round has its result is not yet reported to the committee, so it needs the right to drafts, as the
// owners have whom it reminds; changes, too, nobody sees without it. What a draft says reaches nobody by it who may not
// read the draft: reminders go to owners, managers, coordinators, heads and secretaries. Methods, common items, cases and
// templates it does without.
func notifier(p Permission) bool {
	return slices.Contains([]Permission{
		authzv1.Permission_PERMISSION_DIRECTORY_READ,
		authzv1.Permission_PERMISSION_PLAN_READ,
		authzv1.Permission_PERMISSION_DRAFT_READ,
		authzv1.Permission_PERMISSION_CHANGES_WATCH,
	}, p)
}
