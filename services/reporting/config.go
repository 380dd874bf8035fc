package reporting

import (
	"fmt"
	"runtime"
)

// maxRenderers bounds Config.Renderers: a rendering takes some tens of megabytes.
const maxRenderers = 64

// Config says how the service behaves.
type Config struct {
	// Renderers is how many documents are rendered at once, 1 to 64; further ones wait for their turn.
	Renderers int
}

// DefaultConfig returns what a municipality runs with: one rendering for each processor.
func DefaultConfig() Config { return Config{Renderers: min(runtime.GOMAXPROCS(0), maxRenderers)} }

// Validate returns an error for a configuration that cannot work.
func (c Config) Validate() error {
	if c.Renderers < 1 || c.Renderers > maxRenderers {
		return fmt.Errorf("renderers is %d; it must be 1 to %d", c.Renderers, maxRenderers)
	}
	return nil
}
