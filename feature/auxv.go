package feature

import (
	"encoding/binary"
	"errors"
	"fmt"
)

// Keys of the ELF auxiliary vector, from include/uapi/linux/auxvec.h.
const (
	atNull            = 0
	atRseqFeatureSize = 27
	atRseqAlign       = 28
)

// The original rseq area: 20 bytes of fields, in 32 bytes aligned on 32. A
// length of 32 is the only one every kernel accepts.
const (
	origFeatureSize = 20
	origAreaSize    = 32
	origAreaAlign   = 32
)

// maxAuxv bounds what is believed of either key. An rseq area lies within one
// page of every architecture, so more than this is a damaged vector.
const maxAuxv = 4096

// Auxv is what the kernel announced about rseq areas when it started the
// process. It is not proof that rseq(2) may be called, see [RseqSyscall].
type Auxv struct {
	// FeatureSize is the number of leading bytes of an area the kernel knows.
	FeatureSize uint32 `json:"feature_size"`
	// Align is the alignment an area longer than 32 bytes needs.
	Align uint32 `json:"align"`
	// Present is false on kernels before 6.3, which announce nothing and know
	// the original 20 bytes.
	Present bool `json:"present"`
}

// absentAuxv describes a kernel that announces nothing.
var absentAuxv = Auxv{FeatureSize: origFeatureSize, Align: origAreaAlign}

// AreaSize is the length to register an area of one's own with: all of the
// kernel's fields, and no less than the original 32 bytes.
func (a Auxv) AreaSize() uint32 { return max(origAreaSize, a.FeatureSize) }

// AreaAlign is the alignment that goes with [Auxv.AreaSize], a power of two.
func (a Auxv) AreaAlign() uint32 { return max(origAreaAlign, a.Align) }

// parseAuxv picks the rseq keys from an auxiliary vector. Implausible values
// yield absentAuxv, which every kernel honours, and an error.
func parseAuxv(pairs [][2]uintptr) (Auxv, error) {
	var size, align uintptr
	for _, p := range pairs {
		if p[0] == atNull {
			break
		}
		switch p[0] {
		case atRseqFeatureSize:
			size = p[1]
		case atRseqAlign:
			align = p[1]
		}
	}
	switch {
	case size == 0 && align == 0:
		return absentAuxv, nil
	case size < origFeatureSize || size > maxAuxv:
		return absentAuxv, fmt.Errorf("implausible AT_RSEQ_FEATURE_SIZE %d", size)
	case align == 0 || align&(align-1) != 0 || align > maxAuxv:
		return absentAuxv, fmt.Errorf("implausible AT_RSEQ_ALIGN %d", align)
	}
	return Auxv{FeatureSize: uint32(size), Align: uint32(align), Present: true}, nil
}

var (
	errAuxvWord  = errors.New("auxiliary vector ends inside a pair")
	errAuxvNoEnd = errors.New("auxiliary vector has no AT_NULL")
)

// splitAuxv cuts the bytes of /proc/self/auxv, words of 4 or 8 bytes, into
// pairs up to AT_NULL.
func splitAuxv(b []byte, word int, order binary.ByteOrder) ([][2]uintptr, error) {
	next := func() uintptr {
		var v uintptr
		if word == 8 {
			v = uintptr(order.Uint64(b))
		} else {
			v = uintptr(order.Uint32(b))
		}
		b = b[word:]
		return v
	}
	var pairs [][2]uintptr
	for len(b) >= 2*word {
		key, value := next(), next()
		if key == atNull {
			return pairs, nil
		}
		pairs = append(pairs, [2]uintptr{key, value})
	}
	if len(b) > 0 {
		return nil, errAuxvWord
	}
	return nil, errAuxvNoEnd
}
