package rseqbackend

import (
	"fmt"
	"unsafe"

	"github.com/percpu-go/percpu/asm"
	"github.com/percpu-go/percpu/backend"
	"github.com/percpu-go/percpu/feature"
)

// IndexEnv is the environment variable that chooses the index.
const IndexEnv = "PERCPU_INDEX"

// chooseIndex returns the index to use: what the environment asks for, or the
// best that the usable fields and the number of NUMA nodes allow.
func chooseIndex(env string, fields feature.Fields, nodes int) (Index, error) {
	switch env {
	case "", "auto":
		if fields.Has(feature.FieldMMCID) && nodes == 1 {
			return IndexMMCID, nil
		}
		return IndexCPUID, nil
	case string(IndexCPUID):
		return IndexCPUID, nil
	case string(IndexMMCID):
		if !fields.Has(feature.FieldMMCID) {
			return "", fmt.Errorf("percpu/rseqbackend: %s=%s: the kernel has only %v: %w", IndexEnv, env, fields, backend.ErrNotSupported)
		}
		return IndexMMCID, nil
	}
	return "", fmt.Errorf("percpu/rseqbackend: %s=%q: want auto, %s or %s: %w", IndexEnv, env, IndexCPUID, IndexMMCID, backend.ErrNotSupported)
}

func (i Index) offset() uintptr {
	if i == IndexMMCID {
		return unsafe.Offsetof(asm.Area{}.MMCID)
	}
	return unsafe.Offsetof(asm.Area{}.CPUID)
}
