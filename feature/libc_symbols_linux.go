package feature

import (
	"debug/elf"
	"errors"
	"unsafe"
)

var errStripped = errors.New("static glibc executable without a symbol table")

// rseqVars holds the unrelocated addresses of the three variables.
type rseqVars struct{ offset, size, flags uint64 }

// rseqSymbols looks the variables up: among the dynamic symbols, and in a static
// glibc executable among all. The executable is asked for both. It is the
// dynamic loader itself if that was run by hand, as in "ld.so program".
func rseqSymbols(e *elf.File, static bool) (rseqVars, error) {
	v, err := pickRseq(e.DynamicSymbols())
	if !static || err != errNoSymbol {
		return v, err
	}
	syms, err := e.Symbols()
	if errors.Is(err, elf.ErrNoSymbols) {
		return rseqVars{}, errStripped
	}
	return pickRseq(syms, err)
}

// pickRseq finds the variables in a symbol table. All three came with glibc
// 2.35; anything less is not glibc's.
func pickRseq(syms []elf.Symbol, err error) (rseqVars, error) {
	if err != nil && !errors.Is(err, elf.ErrNoSymbols) {
		return rseqVars{}, err
	}
	var v rseqVars
	for _, s := range syms {
		if s.Section == elf.SHN_UNDEF {
			continue // imported
		}
		switch s.Name {
		case "__rseq_offset":
			v.offset = s.Value
		case "__rseq_size":
			v.size = s.Value
		case "__rseq_flags":
			v.flags = s.Value
		}
	}
	if v.offset == 0 || v.size == 0 || v.flags == 0 {
		return rseqVars{}, errNoSymbol
	}
	return v, nil
}

// isStaticGlibc reports whether an executable carries its own glibc: it asks
// for no dynamic loader and has the note that glibc's start-up code brings into
// whatever it is linked into. The note's absence spares pure-Go executables,
// stripped or with a very long symbol table, the search.
func isStaticGlibc(e *elf.File) bool {
	for _, p := range e.Progs {
		if p.Type == elf.PT_INTERP {
			return false
		}
	}
	return e.Section(".note.ABI-tag") != nil
}

// readLibc completes l with the values of the variables: a ptrdiff_t and two
// unsigned int.
func readLibc(l Libc, at rseqVars, bias uint64) (Libc, error) {
	order := nativeOrder()
	offset := make([]byte, unsafe.Sizeof(uintptr(0)))
	if err := readMemory(bias+at.offset, offset); err != nil {
		return Libc{}, err
	}
	if len(offset) == 8 {
		l.Offset = int64(order.Uint64(offset))
	} else {
		l.Offset = int64(int32(order.Uint32(offset)))
	}
	var word [4]byte
	if err := readMemory(bias+at.size, word[:]); err != nil {
		return Libc{}, err
	}
	l.Size = order.Uint32(word[:])
	if err := readMemory(bias+at.flags, word[:]); err != nil {
		return Libc{}, err
	}
	l.Flags = order.Uint32(word[:])
	return l, nil
}
