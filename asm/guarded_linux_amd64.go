//go:build linux && amd64 && !purego

package asm

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
