package feature

import (
	"encoding/binary"
	"unsafe"

	"golang.org/x/sys/unix"
)

const auxvProbe = "auxiliary vector"

var auxvAnswer remembered[Auxv]

// RseqAuxv reports what the auxiliary vector says about rseq areas. An absent
// key is no error: it says Present false and stands for the original 20 bytes.
// With an (inconclusive) error the Auxv returned is that one too, so it can be
// used as it is. A yes is remembered.
func RseqAuxv() (Auxv, error) { return auxvAnswer.get(askAuxv) }

func askAuxv() (Auxv, error) {
	pairs, err := unix.Auxv()
	if err != nil {
		// The runtime did not see the vector, as in some c-archive and
		// c-shared processes; the kernel keeps a copy.
		if pairs, err = procAuxv(); err != nil {
			return absentAuxv, unsure(auxvProbe, err)
		}
	}
	a, err := parseAuxv(pairs)
	if err != nil {
		return absentAuxv, unsure(auxvProbe, err)
	}
	return a, nil
}

func procAuxv() ([][2]uintptr, error) {
	b, err := readFile("/proc/self/auxv")
	if err != nil {
		return nil, err
	}
	return splitAuxv(b, int(unsafe.Sizeof(uintptr(0))), nativeOrder())
}

// nativeOrder is this machine's binary.ByteOrder; binary.NativeEndian itself
// does not say which of the two it is, and tests need to pass either.
func nativeOrder() binary.ByteOrder {
	if binary.NativeEndian.Uint16([]byte{1, 0}) == 1 {
		return binary.LittleEndian
	}
	return binary.BigEndian
}
