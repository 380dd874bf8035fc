package courier

import (
	"context"
	"sync"
	"time"

	"github.com/uppsikt/uppsikt/internal/resource"
	riskv1 "github.com/uppsikt/uppsikt/proto/gen/uppsikt/risk/v1"
	"github.com/uppsikt/uppsikt/services/notification/internal/facts"
	"github.com/uppsikt/uppsikt/services/notification/internal/notice"
	"github.com/uppsikt/uppsikt/services/notification/internal/sqlstore"
)

// fresh is for how long what a desk has read is written from: many mails are due at the same time.
const fresh = 5 * time.Second

// desk is what the mails of one tenant are written from: whom the directory names, and what waits for whom. It is immutable.
type desk struct {
	*facts.Municipality
	about map[thing]*riskv1.Deadline
	// tasks are what waits for each person, as on the page of tasks; worked out when somebody asks.
	tasks func() map[string][]notice.Task
	read  time.Time
}

// thing is what a reminder or task is about.
type thing struct{ committee, key string }

// desks are those of the tenants whose mails are being sent. They belong to one goroutine.
type desks struct {
	courier *Courier
	of      map[string]*desk
}

func (c *Courier) desks() *desks { return &desks{courier: c, of: map[string]*desk{}} }

// at returns the desk of a tenant, as it was a moment ago at most.
func (d *desks) at(ctx context.Context, tenant string) (*desk, error) {
	now := d.courier.deps.Store.Clock().Now()
	if known := d.of[tenant]; known != nil && now.Sub(known.read).Abs() < fresh {
		return known, nil
	}
	clear(d.of) // one tenant after another: no more than one municipality is kept in memory
	read, err := d.courier.open(ctx, tenant)
	if err == nil {
		d.of[tenant] = read
	}
	return read, err
}

// open reads what mails of a tenant are written from, in one state.
func (c *Courier) open(ctx context.Context, tenant string) (*desk, error) {
	d := &desk{read: c.deps.Store.Clock().Now(), about: map[thing]*riskv1.Deadline{}}
	name := resource.Join(resource.Platform, "municipalities", tenant)
	var deadlines []sqlstore.Deadline
	err := c.deps.Store.View(ctx, name, func(ctx context.Context, v *resource.View) (err error) {
		if d.Municipality, err = facts.ReadIn(ctx, v, c.deps.Tables, name); err != nil {
			return err
		}
		return v.Run(ctx, sqlstore.SelectDeadlines(name, false, func(read sqlstore.Deadline) error {
			deadlines = append(deadlines, read)
			d.about[thing{read.Committee, read.About.GetKey()}] = read.About
			return nil
		}))
	})
	if err != nil {
		return nil, err
	}
	in := d.Input(facts.Place{Calendar: c.deps.Calendar, Zone: c.deps.Zone, Now: d.read}, deadlines, nil)
	d.tasks = sync.OnceValue(func() map[string][]notice.Task { return notice.AllTasks(in) })
	return d, nil
}
