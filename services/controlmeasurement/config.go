package controlmeasurement

import (
	"fmt"
	"time"
)

// Bounds of Config.Deliver: more often than the least would ask the database all the time, less often than the most would
// leave proposals lying.
const (
	leastDeliver = time.Millisecond
	mostDeliver  = time.Hour
)

// Config says how the service behaves.
type Config struct {
	// Deliver is how often proposals that wait for the risk register are looked for, besides at once after a write.
	Deliver time.Duration
}

// DefaultConfig returns the configuration that the suite runs with.
func DefaultConfig() Config { return Config{Deliver: 5 * time.Second} }

// Validate returns an error for a configuration that cannot work.
func (c Config) Validate() error {
	if c.Deliver < leastDeliver || c.Deliver > mostDeliver {
		return fmt.Errorf("deliver is %s; it must be %s to %s", c.Deliver, leastDeliver, mostDeliver)
	}
	return nil
}
