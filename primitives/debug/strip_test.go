package debug

import (
	"math"
	"strings"
	"testing"
)

// TestStripShares: shares are numbers whatever the parts are.
func TestStripShares(t *testing.T) {
	s := newStrip([]slot{{0, floating(math.Inf(1))}, {1, floating(math.NaN())}, {2, floating(math.Inf(-1))}, {3, floating(1)}}, 2)
	for _, sq := range s.Squares {
		if !strings.Contains(sq.Title, "33.3 %") && !strings.Contains(sq.Title, " 0.0 %") {
			t.Errorf("%q", sq.Title)
		}
	}
	if s.Off != "33.3 % on overflow slots" {
		t.Errorf("%q", s.Off)
	}
}
