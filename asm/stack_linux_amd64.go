//go:build linux && amd64 && !purego

package asm

// stackSections lists the sections of stacks for Sections.
func stackSections() []Section {
	ret := "\xc3"                      // RET
	retItem := "\x4c\x89\x44\x24\x20"  // MOVQ R8, 32(SP)
	retCount := "\x4c\x89\x54\x24\x20" // MOVQ R10, 32(SP)
	if Injecting {
		ret = "\x4c\x8b\x1d" // MOVQ Injected.Linger, R11
		retItem, retCount = ret, ret
	}
	const commit = "\x48\x89\x13" // MOVQ DX, (BX)
	d := stackDescriptors()
	return []Section{
		{"Push", d[0], commit, ret},
		{"Pop", d[1], commit, retItem},
		{"PushBatch", d[2], commit, retCount},
		{"PopBatch", d[3], commit, retCount},
	}
}
