package feature

import "testing"

// TestMembarrierBits pins the values, which are kernel ABI, against a slip in
// the order of the constants.
func TestMembarrierBits(t *testing.T) {
	for _, tt := range []struct {
		m    Membarrier
		bit  uint32
		name string
	}{
		{MembarrierGlobal, 1, "global"},
		{MembarrierPrivateExpedited, 8, "private_expedited"},
		{MembarrierRegisterPrivateExpedited, 16, "register_private_expedited"},
		{MembarrierPrivateExpeditedSyncCore, 32, "private_expedited_sync_core"},
		{MembarrierPrivateExpeditedRseq, 128, "private_expedited_rseq"},
		{MembarrierRegisterPrivateExpeditedRseq, 256, "register_private_expedited_rseq"},
		{MembarrierGetRegistrations, 512, "get_registrations"},
		{0, 0, ""},
		{MembarrierGlobal | 0x400, 0x401, "global 0x400"},
	} {
		if uint32(tt.m) != tt.bit || tt.m.String() != tt.name {
			t.Errorf("%#x prints as %q, want %#x, %q", uint32(tt.m), tt.m, tt.bit, tt.name)
		}
	}
}

func TestMembarrierHas(t *testing.T) {
	m := Membarrier(0x1ff) // what Linux 5.10 answers
	if !m.Has(MembarrierPrivateExpeditedRseq | MembarrierRegisterPrivateExpeditedRseq) {
		t.Errorf("%v lacks the rseq commands", m)
	}
	if m.Has(MembarrierGlobal | MembarrierGetRegistrations) {
		t.Errorf("%v has get_registrations", m)
	}
}
