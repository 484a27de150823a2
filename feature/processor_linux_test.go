package feature

import (
	"runtime"
	"testing"
)

func TestProcessorHere(t *testing.T) {
	p := CPU()
	t.Logf("%+v", p)
	if p.CacheLine != CacheLine() {
		t.Errorf("%+v differs when asked again", p)
	}
	if p.RDPID && runtime.GOARCH != "amd64" {
		t.Error("RDPID is an instruction of x86")
	}
}
