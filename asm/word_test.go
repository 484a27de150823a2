package asm

import (
	"cmp"
	"testing"
)

func TestWord(t *testing.T) {
	const slot0 = 0x7f00_1238
	for _, tt := range []struct {
		name  string
		word  Word
		sign  int
		slot0 uintptr
	}{
		{"unattached", 0, 0, 0},
		{"rseq", RseqWord(slot0), 1, slot0},
		{"hint", HintWord(slot0), -1, slot0},
		{"slow", SlowWord(slot0), -1, slot0},
		{"none", NoWord, -1, 0},
	} {
		if got := tt.word.Slot0(); got != tt.slot0 {
			t.Errorf("%s: Slot0 is %#x, want %#x", tt.name, got, tt.slot0)
		}
		if cmp.Compare(tt.word, 0) != tt.sign {
			t.Errorf("%s: word %#x has the wrong sign, want %d", tt.name, int64(tt.word), tt.sign)
		}
	}
	if HintWord(slot0)&1 != 0 || SlowWord(slot0)&1 != 1 || NoWord&1 != 1 {
		t.Error("the lowest bit does not tell hinted words from slow ones")
	}
}
