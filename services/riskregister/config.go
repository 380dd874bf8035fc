package riskregister

// Config holds what an operator may choose. There is nothing yet: what differs between installations comes in Deps.
type Config struct{}

// DefaultConfig returns the configuration that the suite runs with.
func DefaultConfig() Config { return Config{} }

// Validate reports settings that cannot work.
func (Config) Validate() error { return nil }
