package feature

import (
	"bytes"
	"debug/elf"
	"errors"
	"io"
)

var (
	errReplaced = errors.New("the file differs from what is loaded")
	errNoImage  = errors.New("no loaded image of the file found")
)

// loadBias returns what was added to the addresses in an ELF file when it was
// loaded: 0 for a classic executable. ok is false if ms has no complete image
// of it. Being mapped is not enough, a symbolizer may have mapped the same file
// flat to read it: every loadable segment must begin where the bias puts it,
// from the right place in the file, and be executable if it should.
func loadBias(ms []mapping, path string, progs []elf.ProgHeader) (bias uint64, ok bool) {
	var loads []elf.ProgHeader
	for _, p := range progs {
		if p.Type == elf.PT_LOAD && p.Filesz > 0 {
			loads = append(loads, p)
		}
	}
	if len(loads) == 0 {
		return 0, false
	}
	for _, m := range ms {
		if m.path != path || m.offset > loads[0].Off {
			continue
		}
		bias = m.start + (loads[0].Off - m.offset) - loads[0].Vaddr
		if imageAt(ms, path, loads, bias) {
			return bias, true
		}
	}
	return 0, false
}

func imageAt(ms []mapping, path string, loads []elf.ProgHeader, bias uint64) bool {
	for _, p := range loads {
		if !segmentAt(ms, path, p, bias+p.Vaddr) {
			return false
		}
	}
	return true
}

func segmentAt(ms []mapping, path string, p elf.ProgHeader, addr uint64) bool {
	for _, m := range ms {
		if m.path == path && m.start <= addr && addr < m.end {
			return m.offset+(addr-m.start) == p.Off && (m.exec || p.Flags&elf.PF_X == 0)
		}
	}
	return false
}

// sameFile compares the first page of the image with the file. It holds the
// ELF headers and, in practice, the build ID. Inode numbers would not do: on
// overlayfs, hence in containers, maps and stat(2) may disagree about them.
func sameFile(f io.ReaderAt, progs []elf.ProgHeader, bias uint64) error {
	for _, p := range progs {
		if p.Type != elf.PT_LOAD || p.Off != 0 {
			continue
		}
		loaded := make([]byte, min(p.Filesz, 4096))
		if len(loaded) == 0 {
			break
		}
		if err := readMemory(bias+p.Vaddr, loaded); err != nil {
			return err
		}
		file := make([]byte, len(loaded))
		if _, err := f.ReadAt(file, 0); err != nil {
			return err
		}
		if !bytes.Equal(loaded, file) {
			return errReplaced
		}
		return nil
	}
	return errNoImage
}
