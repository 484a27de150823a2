//go:build percpuinject && linux && (amd64 || arm64) && !purego

package asm

func init() {
	d := stackDescriptors()
	i := &InjectedStack
	i.Push, i.Pop, i.PushBatch, i.PopBatch = d[0], d[1], d[2], d[3]
}
