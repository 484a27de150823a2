package backend

import "syscall"

// mapMemory returns size bytes of zeroed memory that is not Go's. NORESERVE,
// because most of it is never touched. No huge pages: with stride-sized slots
// one would span the slots of 32 CPUs and be theirs to share.
func mapMemory(size int) ([]byte, error) {
	const flags = syscall.MAP_ANON | syscall.MAP_PRIVATE | syscall.MAP_NORESERVE
	b, err := syscall.Mmap(-1, 0, size, syscall.PROT_READ|syscall.PROT_WRITE, flags)
	if err != nil {
		return nil, err
	}
	// An error means a kernel without huge pages, which suits us.
	_ = syscall.Madvise(b, syscall.MADV_NOHUGEPAGE)
	return b, nil
}
