package feature

import (
	"errors"
	"testing"
)

func TestMembarrierHere(t *testing.T) {
	m, err := MembarrierCommands()
	t.Logf("membarrier: %v, %v", m, err)
	switch {
	case err == nil:
		// Every kernel since 4.14 has it; and the register command with it.
		if m.Has(MembarrierPrivateExpedited) != m.Has(MembarrierRegisterPrivateExpedited) {
			t.Errorf("%v has one half of private_expedited", m)
		}
	case errors.Is(err, ErrNotSupported):
		mustNotRefuse(t, 4, 3, err)
	default:
		t.Errorf("inconclusive: %v", err)
	}
}
