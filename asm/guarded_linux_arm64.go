//go:build linux && arm64 && !purego

package asm

func guardedSections(ret string) []Section {
	retTrue := "\xe0\x03\x40\xb2" + // MOVD $1, R0
		"\xe0\x63\x00\x39" + ret // MOVB R0, 24(RSP)
	if Injecting {
		retTrue = ret
	}
	d := guardedDescriptors()
	return append([]Section{
		{"AddIfZero", d[0], "\x05\xfc\x9f\xc8", retTrue}, // STLR R5, (R0)
		{"AddOrShare", d[1], "\x05\xfc\x9f\xc8", ret},    // STLR R5, (R0)
	}, orElseSections(ret)...)
}
