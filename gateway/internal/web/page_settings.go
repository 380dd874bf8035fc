package web

import (
	"strconv"

	notificationv1 "github.com/uppsikt/uppsikt/proto/gen/uppsikt/notification/v1"

	"github.com/uppsikt/uppsikt/internal/fault"
)

// feedPath is where the address of one's calendar is made.
const feedPath = settingsPath + "/kalender"

// settingsView is what a person's own choices show beside the form.
type settingsView struct {
	// There tells that there is a calendar by subscription, made on Created and last read on Read.
	There         bool
	Created, Read string
	Make, Remove  string
}

// feedView shows the address of a calendar, once.
type feedView struct {
	Address string
	Back    string
}

// own returns the name of something that is the user's own in a collection; a fault for who belongs to no municipality.
func (c *call) own(collection string) (string, error) {
	if c.user.home() == "" {
		return "", &fault.Error{Kind: fault.NotFound, English: "the user belongs to no municipality",
			Swedish: "Påminnelser är för den som hör till en kommun. Ditt konto hör till plattformen."}
	}
	return c.user.home() + "/" + collection + "/" + last(c.user.person), nil
}

// settings lets the user choose how mails come, and shows the calendar.
func (s *server) settings(c *call) (*page, error) {
	name, err := c.own("reminderSettings")
	if err != nil {
		return nil, err
	}
	r, err := s.Notices.GetReminderSettings(c.ctx(), &notificationv1.GetReminderSettingsRequest{Name: name})
	if err != nil {
		return nil, err
	}
	feed, err := c.feed()
	if err != nil {
		return nil, err
	}
	p, f := s.settingsPage(r, feed)
	return c.form(p, f, func() (string, error) {
		mode, err := strconv.Atoi(f.value("satt"))
		if err != nil {
			return "", err
		}
		_, err = s.Notices.UpdateReminderSettings(c.ctx(), &notificationv1.UpdateReminderSettingsRequest{UpdateMask: mask("mode"),
			ReminderSettings: &notificationv1.ReminderSettings{Name: name, Etag: f.value("etag"), Mode: notificationv1.DeliveryMode(mode)}})
		return receipt(settingsPath, "sparad"), err
	})
}

// feed reads the user's calendar by subscription; nil when there is none.
func (c *call) feed() (*notificationv1.CalendarFeed, error) {
	name, err := c.own("calendarFeeds")
	if err != nil {
		return nil, err
	}
	feed, err := c.Notices.GetCalendarFeed(c.ctx(), &notificationv1.GetCalendarFeedRequest{Name: name})
	if isMissing(err) {
		return nil, nil
	}
	return feed, err
}

// settingsPage shows a person's own choices.
func (s *server) settingsPage(r *notificationv1.ReminderSettings, feed *notificationv1.CalendarFeed) (*page, *form) {
	v := settingsView{There: feed != nil, Make: feedPath, Remove: feedPath + "/ta-bort"}
	if feed != nil {
		v.Created, v.Read = momentText(feed.GetCreateTime(), s.zone), dateText(dayOf(feed.GetReadTime(), s.zone))
	}
	f := newForm("Spara", hidden("etag", r.GetEtag()),
		radios("satt", "Hur vill du få påminnelserna?", strconv.Itoa(int(r.GetMode())), []option{
			{Value: "0", Label: "Som nämnden har bestämt"},
			{Value: "2", Label: "Ett samlat mejl", Hint: "Allt du ska påminnas om samtidigt, i ett mejl."},
			{Value: "1", Label: "Ett mejl för varje sak"}}, "reminder_settings.mode"))
	return &page{Title: "Mina inställningar för påminnelser", Template: "settings", Data: v, Form: f, Crumbs: []link{{"Mina uppgifter", tasksPath}}}, f
}

// makeFeed makes a new address for the user's calendar and shows it, this once.
func (s *server) makeFeed(c *call) (*page, error) {
	feed, err := c.feed()
	if err != nil {
		return nil, err
	}
	p := makeFeedPage(feed != nil)
	if !c.posted() || c.restored {
		return p, nil
	}
	r, err := s.Notices.CreateCalendarFeed(c.ctx(), &notificationv1.CreateCalendarFeedRequest{Parent: c.user.person})
	if err != nil {
		return nil, err
	}
	return feedPage(c.site() + r.GetPath()), nil
}

// feedCrumbs lead back from the pages of the calendar.
func feedCrumbs() []link {
	return []link{{"Mina uppgifter", tasksPath}, {"Mina inställningar för påminnelser", settingsPath}}
}

// makeFeedPage says what happens when an address is made.
func makeFeedPage(there bool) *page {
	f := newForm("Skapa adressen")
	f.Cancel = settingsPath
	p := &page{Title: "Skapa adress till din kalender", Form: f, Crumbs: feedCrumbs(),
		Lead: "Du får en adress som ditt kalenderprogram läser av sig självt. Den som har adressen kan se dina uppgifter, så håll den för dig själv."}
	if there {
		p.Title, f.Submit = "Byt adress till din kalender", "Byt adressen"
		p.Lead = "Du får en ny adress, och den gamla slutar att fungera. Lägg sedan in den nya i ditt kalenderprogram."
	}
	return p
}

// feedPage shows the address of a calendar.
func feedPage(address string) *page {
	return &page{Title: "Adressen till din kalender", Template: "feed", Data: feedView{address, settingsPath}, Crumbs: feedCrumbs()}
}

// removeFeed makes the address of the user's calendar stop working.
func (s *server) removeFeed(c *call) (*page, error) {
	name, err := c.own("calendarFeeds")
	if err != nil {
		return nil, err
	}
	p := removeFeedPage()
	return c.form(p, p.Form, func() (string, error) {
		_, err := s.Notices.DeleteCalendarFeed(c.ctx(), &notificationv1.DeleteCalendarFeedRequest{Name: name})
		return receipt(settingsPath, "kalender-borta"), err
	})
}

// removeFeedPage says what happens when the address is taken away.
func removeFeedPage() *page {
	f := newForm("Ta bort adressen")
	f.Cancel, f.Danger = settingsPath, true
	return &page{Title: "Ta bort adressen till din kalender", Form: f, Crumbs: feedCrumbs(),
		Lead: "Adressen slutar att fungera, och kalenderprogrammet kan inte längre hämta dina uppgifter. Du kan skapa en ny adress när du vill."}
}
