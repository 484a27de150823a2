package feature

import (
	"debug/elf"
	"testing"
)

// Program headers of the objects in the fixtures.
var (
	ldProgs = []elf.ProgHeader{
		{Type: elf.PT_LOAD, Flags: elf.PF_R, Off: 0, Vaddr: 0, Filesz: 0xb20},
		{Type: elf.PT_LOAD, Flags: elf.PF_R | elf.PF_X, Off: 0x1000, Vaddr: 0x1000, Filesz: 0x25b11},
		{Type: elf.PT_LOAD, Flags: elf.PF_R, Off: 0x27000, Vaddr: 0x27000, Filesz: 0x9b4c},
		{Type: elf.PT_LOAD, Flags: elf.PF_R | elf.PF_W, Off: 0x31900, Vaddr: 0x31900, Filesz: 0x1a00},
	}
	staticProgs = []elf.ProgHeader{
		{Type: elf.PT_NOTE, Off: 0xf9c, Vaddr: 0x400f9c, Filesz: 0x64},
		{Type: elf.PT_LOAD, Flags: elf.PF_R | elf.PF_X, Off: 0, Vaddr: 0x400000, Filesz: 0x8e000},
		{Type: elf.PT_LOAD, Flags: elf.PF_R, Off: 0x8e000, Vaddr: 0x48e000, Filesz: 0xb2000},
		{Type: elf.PT_LOAD, Flags: elf.PF_R | elf.PF_W, Off: 0x140000, Vaddr: 0x540000, Filesz: 0x1a000},
	}
	pieProgs = []elf.ProgHeader{
		{Type: elf.PT_LOAD, Flags: elf.PF_R | elf.PF_X, Off: 0, Vaddr: 0, Filesz: 0x8e000},
		{Type: elf.PT_LOAD, Flags: elf.PF_R, Off: 0x8e000, Vaddr: 0x8e000, Filesz: 0xb1000},
		{Type: elf.PT_LOAD, Flags: elf.PF_R | elf.PF_W, Off: 0x13f010, Vaddr: 0x13f010, Filesz: 0xa000},
	}
)

func TestLoadBias(t *testing.T) {
	shifted := append([]elf.ProgHeader(nil), ldProgs...)
	shifted[3].Vaddr += 0x1000 // not where the loader put it
	for _, tt := range []struct {
		name, path string
		progs      []elf.ProgHeader
		bias       uint64
		ok         bool
	}{
		{"static", server, staticProgs, 0, true},
		{"pie", server, pieProgs, 0x55d0c2a00000, true},
		{"pie", lib + ld, ldProgs, 0x7f5833d66000, true},
		// Here a flat mapping of the file comes before its image.
		{"cgo", lib + ld, ldProgs, 0x7f5833d66000, true},
		{"cgo", lib + ld, shifted, 0, false},
		{"cgo", "/not/mapped", ldProgs, 0, false},
		{"cgo", lib + ld, nil, 0, false},
	} {
		bias, ok := loadBias(mapsFixture(t, tt.name), tt.path, tt.progs)
		if ok != tt.ok || ok && bias != tt.bias {
			t.Errorf("%s, %s: bias %#x, %v; want %#x, %v", tt.name, tt.path, bias, ok, tt.bias, tt.ok)
		}
	}
}
