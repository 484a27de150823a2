//go:build !linux

package lincheck

func bind(int) {}
