package gateway

// Config is what the operator may choose.
type Config struct {
	// Secure says that browsers reach the gateway over TLS, its own or a trusted proxy's.
	Secure bool
	// Demo shows a page of people to sign in as.
	Demo bool
	// Contact is whom the error pages and the accessibility statement refer to; may be empty.
	Contact string
}

// DefaultConfig returns the settings of an installation on one machine.
func DefaultConfig() Config { return Config{} }

// Validate reports settings that cannot work.
func (c Config) Validate() error { return nil }
