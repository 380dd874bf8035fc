package directory

// Config says how the service behaves.
type Config struct {
	// Demo lets visitors sign in as any person without a credential. Only for a demonstration on loopback.
	Demo bool
	// Alone says that no other process serves the same database, so that every start makes a first link of its own.
	Alone bool
}

// DefaultConfig returns what a municipality runs with.
func DefaultConfig() Config { return Config{} }

// Validate returns an error for a configuration that cannot work. Every one works.
func (c Config) Validate() error { return nil }
