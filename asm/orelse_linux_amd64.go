//go:build linux && amd64 && !purego

package asm

func orElseSections(ret string) []Section {
	return []Section{
		{"AddOrElse", addOrElseDescriptor(), "\x48\x89\x13", ret}, // MOVQ DX, (BX)
	}
}
