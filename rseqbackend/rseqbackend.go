package rseqbackend

import "fmt"

// Name is this backend's name in PERCPU_BACKEND.
const Name = "rseq"

// Owner says whose rseq area a thread commits through.
type Owner string

const (
	OwnerNone  Owner = "none"   // not registered (yet)
	OwnerOurs  Owner = "own"    // registered by this package
	OwnerLibc  Owner = "libc"   // registered by the C library
	OwnerError Owner = "failed" // registration failed: the thread uses overflow slots
)

// Process says whose thread blocks a process's threads have, and so where areas
// are found.
type Process string

const (
	ProcessGo   Process = "go"   // the Go runtime's
	ProcessLibc Process = "libc" // a C library's
)

// Info is what was decided for the process.
type Info struct {
	Process    Process `json:"process"`        // whose thread blocks its threads have
	Libc       string  `json:"libc,omitempty"` // object that defines libc's area
	AreaOwner  Owner   `json:"area_owner"`     // of threads that are registered
	AreaSize   uint32  `json:"area_size"`      // bytes, as registered
	UsableSize uint32  `json:"usable_size"`    // bytes of it that the kernel keeps current
	Fields     string  `json:"fields"`         // in those
	Index      Index   `json:"index"`          // field that indexes the slots
	Slots      int     `json:"slots"`          // bound of the index
	Overflow   int     `json:"overflow"`       // overflow slots
	UnlistedGo bool    `json:"unlisted_go"`    // nobody has looked at this version of Go: see AllowUnlistedGo
}

// String returns the name with whose areas and which index are used.
func (b *Backend) String() string {
	i := b.Info()
	return fmt.Sprintf("%s (areas: %s, index: %s)", Name, i.AreaOwner, i.Index)
}

// FenceKind is how fences are made.
type FenceKind string

const (
	FenceUnknown    FenceKind = "unknown"        // there was none yet, or the process is being registered
	FenceMembarrier FenceKind = "membarrier"     // by membarrier(2)
	FenceStop       FenceKind = "stop the world" // at least some: membarrier(2) was refused later
	FenceNone       FenceKind = "none"           // membarrier(2) is refused
)

// Thread is the state of one thread.
type Thread struct {
	TID        int    `json:"tid"`
	Owner      Owner  `json:"owner"`
	CPUID      int32  `json:"cpu_id"`      // in its area; negative if not registered
	PageOffset uint32 `json:"page_offset"` // of the area
}

// Index is the field of the rseq area that indexes slots.
type Index string

const (
	IndexCPUID Index = "cpu_id" // the CPU's number
	IndexMMCID Index = "mm_cid" // a number as small as the process's concurrency allows
)
