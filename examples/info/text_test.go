package main

import (
	"os"

	"github.com/percpu-go/percpu/backend"
	"github.com/percpu-go/percpu/rseqbackend"
)

func Example_rseq() {
	fences := rseqbackend.FenceStop
	r := report{
		Backend: "rseq",
		Rseq: &rseqbackend.Info{
			Process: "go", AreaOwner: rseqbackend.OwnerOurs, AreaSize: 32, UsableSize: 28,
			Fields: "cpu_id node_id mm_cid", Index: rseqbackend.IndexMMCID, Slots: 2, Overflow: 1,
			UnlistedGo: true,
		},
		Fences:      &fences,
		NotPromised: []string{"this", "that"},
		Threads: []thread{
			{Main: true, Adds: 1, Thread: rseqbackend.Thread{TID: 1, Owner: rseqbackend.OwnerError, CPUID: -2, PageOffset: 512}},
			{Adds: 1, Thread: rseqbackend.Thread{TID: 2, Owner: rseqbackend.OwnerOurs, CPUID: 1, PageOffset: 3968}},
		},
		Atomic: atomic{Hint: "rdpid"},
		Memory: &memory{2, 1, 65536, []uintptr{3968}, backend.MemoryStats{Chunks: 1, Groups: 1}},
		Stats: &backend.Stats{
			Registrations: 1, Failures: map[string]uint64{"ENOSYS": 2, "EINVAL": 1}, Overflows: 1,
			FenceFailures: map[string]uint64{"EPERM": 1}, Areas: 16, AreasInUse: 1,
		},
	}
	_ = r.writeBackend(os.Stdout)
	// Output:
	// backend        rseq
	// Go             not a listed version; allowed by PERCPU_GO=unlisted or the program, at your own risk
	// index          mm_cid
	// process        thread blocks are go's
	// rseq areas     own, 32 bytes, 28 of them current: cpu_id node_id mm_cid
	// main thread    rseq area failed, on overflow slots, counted 1
	// other thread   rseq area own at page offset 0xf80, cpu_id 1, counted 1
	// atomic hint    rdpid
	// slots          2 and 1 overflow, 65536 bytes apart
	// avoided        0xf80
	// memory         1 chunks, 1 groups of cells in use, 0 free, 0 cells refused
	// fences         by stop the world
	// registrations  1, failed EINVAL 1, ENOSYS 2
	// failed fences  EPERM 1
	// overflows      1 operations
	// own areas      16, in use 1
	// aborts         0 (counted with tag percpuinject only)
	// not promised   this
	// not promised   that
}

func Example_none() {
	r := report{
		Error: "no backend",
		Rejections: []rejection{
			{"rseq", "register:\nfunction not implemented", true},
			{"atomic", "out of memory", false},
		},
		Threads: []thread{{Thread: rseqbackend.Thread{Owner: rseqbackend.OwnerNone}}},
		Atomic:  atomic{Error: "out of memory"},
	}
	_ = r.writeBackend(os.Stdout)
	// Output:
	// backend       none
	// rejected      rseq, for good: register:; function not implemented
	// rejected      atomic, for now: out of memory
	// other thread  rseq area none, counted 0
	// atomic hint   out of memory
}
