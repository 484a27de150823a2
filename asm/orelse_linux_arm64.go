//go:build linux && arm64 && !purego

package asm

func orElseSections(ret string) []Section {
	return []Section{
		{"AddOrElse", addOrElseDescriptor(), "\x05\xfc\x9f\xc8", ret}, // STLR R5, (R0)
	}
}
