//go:build linux && cgo && (amd64 || arm64)

package cgotls

// #include <stddef.h>
// #include <stdint.h>
//
// extern int64_t  percpu_cgotls_offset(void);
// extern int      percpu_cgotls_keep(uint32_t length);
// extern int      percpu_cgotls_libc(int64_t *offset, uint32_t *size);
// extern const uint32_t percpu_cgotls_size, percpu_cgotls_align;
import "C"

import "github.com/percpu-go/percpu/rseqbackend/internal/threadarea"

func init() {
	p := &threadarea.Provider{
		Offset: int64(C.percpu_cgotls_offset()),
		Size:   uint32(C.percpu_cgotls_size),
		Align:  uint32(C.percpu_cgotls_align),
		Keep:   func(length uint32) int { return int(C.percpu_cgotls_keep(C.uint32_t(length))) },
	}
	var offset C.int64_t
	var size C.uint32_t
	if C.percpu_cgotls_libc(&offset, &size) != 0 {
		p.Libc, p.LibcOffset, p.LibcSize = true, int64(offset), uint32(size)
	}
	threadarea.Linked = p
}
