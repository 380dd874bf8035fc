package schedule

import (
	"context"
	"errors"
	"fmt"

	"github.com/redis/go-redis/v9"
)

// keeps is the setting of a Redis that refuses what it has no room for, and never throws away what it has.
const keeps = "noeviction"

// PolicyError says that Redis is set to throw entries away when its memory is full.
type PolicyError struct{ Policy string }

// Error says what is wrong and how to mend it.
func (e *PolicyError) Error() string {
	return fmt.Sprintf("Redis has maxmemory-policy %s and would throw reminders away when its memory is full: set maxmemory-policy %s",
		e.Policy, keeps)
}

// check asks every node for its policy. A managed Redis may forbid the question: that is reported once, and no error.
func (s *Schedule) check(ctx context.Context) error {
	if err := s.client.Ping(ctx).Err(); err != nil {
		return fmt.Errorf("reach Redis: %w", err)
	}
	err := s.nodes(ctx, policy)
	if refused := redis.Error(nil); errors.As(err, &refused) {
		if s.unproven != nil {
			s.unproven(fmt.Errorf("ask Redis for its maxmemory-policy: %w", err))
		}
		err = nil
	}
	if err == nil {
		s.checked.Store(true)
	}
	return err
}

// nodes calls fn with each node that takes writes.
func (s *Schedule) nodes(ctx context.Context, fn func(context.Context, *redis.Client) error) error {
	switch client := s.client.(type) {
	case *redis.ClusterClient:
		return client.ForEachMaster(ctx, fn)
	case *redis.Client:
		return fn(ctx, client)
	}
	return fmt.Errorf("unknown client %T", s.client)
}

func policy(ctx context.Context, node *redis.Client) error {
	answer, err := node.ConfigGet(ctx, "maxmemory-policy").Result()
	if err != nil {
		return err
	}
	if have := answer["maxmemory-policy"]; have != keeps {
		return &PolicyError{Policy: have}
	}
	return nil
}
