package rpc

import (
	"cmp"
	"context"
	"slices"
	"time"

	"google.golang.org/protobuf/proto"
	"google.golang.org/protobuf/types/known/timestamppb"

	"github.com/uppsikt/uppsikt/internal/fault"
	"github.com/uppsikt/uppsikt/internal/resource"
	notificationv1 "github.com/uppsikt/uppsikt/proto/gen/uppsikt/notification/v1"
	"github.com/uppsikt/uppsikt/services/notification/internal/facts"
	"github.com/uppsikt/uppsikt/services/notification/internal/notice"
)

// shownMails is how many mails a preview holds.
const shownMails = 500

// mails are those that would be sent until a time and hold something that counts, in order of time and person, with what each
// would hold; and what nobody can be told of.
func (k *known) mails(until time.Time, counts func(notice.Reminder) bool) ([][]notice.Reminder, []notice.Unreachable) {
	desired, unreachable := notice.Desired(k.input)
	byMail := map[string][]notice.Reminder{}
	for _, r := range desired {
		if r.State == notice.Planned && !r.At.Before(k.input.Now) && r.At.Before(until) {
			byMail[r.Mail] = append(byMail[r.Mail], r)
		}
	}
	mails := make([][]notice.Reminder, 0, len(byMail))
	for _, mail := range byMail {
		if slices.ContainsFunc(mail, counts) {
			mails = append(mails, mail)
		}
	}
	slices.SortFunc(mails, func(a, b []notice.Reminder) int {
		return cmp.Or(a[0].At.Compare(b[0].At), cmp.Compare(a[0].Person, b[0].Person), cmp.Compare(a[0].Mail, b[0].Mail))
	})
	return mails, unreachable
}

// PreviewReminders returns the mails of the coming days.
func (s *Server) PreviewReminders(ctx context.Context, req *notificationv1.PreviewRemindersRequest) (*notificationv1.PreviewRemindersResponse, error) {
	rule, err := s.tried(req)
	if err != nil {
		return nil, err
	}
	k, err := s.known(ctx, req.GetParent(), toldOf)
	if err != nil {
		return nil, err
	}
	k = k.with(rule)
	days, only := cmp.Or(int(req.GetDays()), askedDays), ""
	if req.GetOnlyThisRule() {
		only = rule.GetName()
	}
	mails, unreachable := k.mails(s.now().AddDate(0, 0, days), func(r notice.Reminder) bool {
		return (req.GetPerson() == "" || r.Person == req.GetPerson()) && (only == "" || r.Rule == only)
	})
	unreachable = slices.DeleteFunc(unreachable, func(u notice.Unreachable) bool {
		return req.GetPerson() != "" || only != "" && k.decides(u) != only
	})
	answer := &notificationv1.PreviewRemindersResponse{MailCount: int32(len(mails))}
	people := map[string]bool{}
	for _, mail := range mails {
		people[mail[0].Person] = true
	}
	answer.PersonCount = int32(len(people))
	for _, mail := range mails[:min(len(mails), shownMails)] {
		answer.Mails = append(answer.Mails, s.previewed(k, mail))
	}
	for _, u := range unreachable[:min(len(unreachable), shownMails)] {
		answer.Unreachable = append(answer.Unreachable, k.unreachableTo(u))
	}
	return answer, nil
}

// decides returns the name of the rule that decides over a deadline that nobody can be told of.
func (k *known) decides(u notice.Unreachable) string {
	rule, _ := notice.Match(k.input.Rules, facts.Deadline(k.deadlines[deadlineKey{u.Committee, u.Deadline}]))
	return rule.Name
}

// tried returns the rule of a preview as it would be stored; nil without one. It holds in the place that the preview is of, in
// a committee there, or in the municipality around it.
func (s *Server) tried(req *notificationv1.PreviewRemindersRequest) (*notificationv1.ReminderRule, error) {
	if req.GetReminderRule() == nil {
		return nil, nil
	}
	rule := proto.CloneOf(req.GetReminderRule())
	if rule.GetName() == "" {
		rule.Name = resource.Join(req.GetParent(), "reminderRules", triedID)
		return rule, refuse(facts.Rule(rule).Check())
	}
	place := resource.Parent(rule.GetName())
	if !s.Tables.Rules.Matches(rule.GetName()) || !resource.Within(place, req.GetParent()) && place != municipality(req.GetParent()) {
		return nil, fault.Missing(rule.GetName())
	}
	return rule, refuse(facts.Rule(rule).Check())
}

// previewed shows a mail that would be sent.
func (s *Server) previewed(k *known, mail []notice.Reminder) *notificationv1.PreviewedMail {
	first := mail[0]
	shown := &notificationv1.PreviewedMail{Person: first.Person, PersonName: k.personName(first.Person), SendTime: timestamppb.New(first.At),
		Digest: first.Digest, Subject: s.Composer.Subject(k.message(mail))}
	for _, r := range mail {
		shown.Reminders = append(shown.Reminders, k.reminderTo(r))
	}
	return shown
}
