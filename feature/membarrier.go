package feature

import (
	"fmt"
	"strings"
)

// Membarrier is a set of commands of membarrier(2). A command's bit is also the
// number to call it by.
type Membarrier uint32

// Commands, from include/uapi/linux/membarrier.h, with the version that brought
// them. An expedited command needs its Register command first, once a process.
const (
	MembarrierGlobal                           Membarrier = 1 << iota // 4.3
	MembarrierGlobalExpedited                                         // 4.16
	MembarrierRegisterGlobalExpedited                                 // 4.16
	MembarrierPrivateExpedited                                        // 4.14
	MembarrierRegisterPrivateExpedited                                // 4.14
	MembarrierPrivateExpeditedSyncCore                                // 4.16
	MembarrierRegisterPrivateExpeditedSyncCore                        // 4.16
	MembarrierPrivateExpeditedRseq                                    // 5.10
	MembarrierRegisterPrivateExpeditedRseq                            // 5.10
	MembarrierGetRegistrations                                        // 6.3
)

var membarrierNames = [...]string{
	"global",
	"global_expedited",
	"register_global_expedited",
	"private_expedited",
	"register_private_expedited",
	"private_expedited_sync_core",
	"register_private_expedited_sync_core",
	"private_expedited_rseq",
	"register_private_expedited_rseq",
	"get_registrations",
}

// Has reports whether all of want are in m.
func (m Membarrier) Has(want Membarrier) bool { return m&want == want }

// String lists the commands by the kernel's names in lower case, and the bits
// this package has no name for as one hexadecimal number.
func (m Membarrier) String() string {
	var names []string
	for i, name := range membarrierNames {
		if m&(1<<i) != 0 {
			names = append(names, name)
			m &^= 1 << i
		}
	}
	if m != 0 {
		names = append(names, fmt.Sprintf("%#x", uint32(m)))
	}
	return strings.Join(names, " ")
}
