//go:build !linux

package feature

// KernelRelease is empty: only Linux kernels are told apart here.
func KernelRelease() string { return "" }
