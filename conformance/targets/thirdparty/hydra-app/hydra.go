//go:build tools

// Package recipe pins Hydra, so that its program can be built at that version.
package recipe

import _ "github.com/ory/hydra/v2"
