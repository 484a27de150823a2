package main

import (
	"github.com/percpu-go/percpu/backend"
	"github.com/percpu-go/percpu/rseqbackend"
)

// Report is what the program prints. The test has the same type.
type Report struct {
	Backend    string            `json:"backend"`
	Rejections []string          `json:"rejections"`
	Info       *rseqbackend.Info `json:"info"` // if rseq was selected
	Threads    []Thread          `json:"threads"`
	Adds       int64             `json:"adds"` // that were made
	Sum        int64             `json:"sum"`  // that is counted
	FloatAdds  float64           `json:"float_adds"`
	FloatSum   float64           `json:"float_sum"`
	Stats      backend.Stats     `json:"stats"`
	Refused    uint64            `json:"refused"`    // cells that there was no memory for
	Locks      int64             `json:"locks"`      // times that an RWMutex was locked
	Torn       int64             `json:"torn"`       // reads under it that saw half a write
	FenceFirst string            `json:"fence"`      // error of a Fence before the event, "" if it worked
	FenceLast  string            `json:"fence_last"` // of one at the end
	Happened   int               `json:"happened"`   // what the event counts
}

// Thread is what a thread reported after it had added.
type Thread struct {
	Role string `json:"role"`
	rseqbackend.Thread
}
