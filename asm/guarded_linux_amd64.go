//go:build linux && amd64 && !purego

package asm

//lint:file-ignore U1000 what looks unused is used by the assembly file

// AddIfZero adds delta to the cell if the guard is zero, and reports whether it
// did. See spec.go.
func AddIfZero(w *Word, delta int64) bool

// AddOrShare adds delta to the cell if the guard is zero, and to the shared word
// otherwise. See spec.go.
func AddOrShare(w *Word, delta int64)

func guardedDescriptors() *[2]*Descriptor

func guardedSections(ret string) []Section {
	retTrue := "\xc6\x44\x24\x18\x01\xc3" // MOVB $1, 24(SP); RET
	if Injecting {
		retTrue = ret
	}
	d := guardedDescriptors()
	return append([]Section{
		{"AddIfZero", d[0], "\x48\x89\x13", retTrue}, // MOVQ DX, (BX)
		{"AddOrShare", d[1], "\x48\x89\x13", ret},    // MOVQ DX, (BX)
	}, orElseSections(ret)...)
}

func addIfZeroSlow(w *Word, delta int64) bool { return AddIfZeroSlow(w, delta) }
func addOrShareSlow(w *Word, delta int64)     { AddOrShareSlow(w, delta) }
func addOrShareClaimed(w *Word, delta int64)  { SharedClaimed(w, delta) }
func addOrShareNegative(w *Word, delta int64) { SharedNegative(w, delta) }
func addIfZeroAbort(w *Word, delta int64) bool
func addOrShareAbort(w *Word, delta int64)
