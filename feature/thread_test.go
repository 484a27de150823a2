package feature

import (
	"runtime"
	"testing"
)

func TestOnThreadRunsOnceAndReturnsAfter(t *testing.T) {
	n := 0 // not atomic: OnThread's return must order the write before the read
	for range 10 {
		OnThread(func() { n++ })
	}
	if n != 10 {
		t.Errorf("ran %d times, want 10", n)
	}
}

func TestOnThreadSurvivesGoexit(t *testing.T) {
	OnThread(runtime.Goexit)
}
