package feature

import (
	"debug/elf"
	"errors"
	"fmt"
	"os"
	"path"
	"strings"
)

const libcProbe = "libc's rseq area"

var libcAnswer remembered[Libc]

// LibcRseq finds the C library's rseq area, without cgo: it looks the symbols up
// in the objects that /proc/self/maps lists and reads their values from memory.
//
// The answer is about objects, not threads. In a position-independent pure-Go
// executable it is a yes, the dynamic loader is there, although the threads are
// Go's own; whether a thread has a libc thread pointer is for the caller to see.
//
// A yes is remembered, glibc sets the values before main and then protects
// them. ErrNoLibcArea is not: dlopen may bring a C library in later. Any other
// error is inconclusive: a file that was deleted or replaced since it was
// loaded, a static glibc executable without its symbol table, no /proc.
func LibcRseq() (Libc, error) { return libcAnswer.get(askLibc) }

func askLibc() (Libc, error) {
	b, err := readFile("/proc/self/maps")
	if err != nil {
		return Libc{}, unsure(libcProbe, err)
	}
	ms, err := parseMaps(b)
	if err != nil {
		return Libc{}, unsure(libcProbe, err)
	}
	exe, err := os.Readlink("/proc/self/exe")
	if err != nil {
		return Libc{}, unsure(libcProbe, err)
	}
	var doubts []error
	for _, o := range candidates(ms, exe) {
		l, err := o.rseq(ms)
		switch {
		case err == nil:
			return l, nil
		case err != errNoSymbol:
			doubts = append(doubts, fmt.Errorf("%s: %w", o.path, err))
		}
	}
	if len(doubts) > 0 {
		return Libc{}, unsure(libcProbe, errors.Join(doubts...))
	}
	return Libc{}, ErrNoLibcArea
}

// An object is a loaded ELF file that may define the symbols.
type object struct {
	path string // as in maps
	file string // what to open
	exe  bool
}

// candidates lists the objects worth opening: dynamic loader (it defines the
// symbols in glibc), C library, executable (static glibc), in that order. The
// executable is opened through /proc, which works after it was deleted too.
func candidates(ms []mapping, exe string) []object {
	var loaders, libcs []object
	seen := map[string]bool{exe: true}
	for _, m := range ms {
		if !m.exec || seen[m.path] || !strings.HasPrefix(m.path, "/") {
			continue // data, whatever its name
		}
		seen[m.path] = true
		o := object{path: m.path, file: m.path}
		switch base := path.Base(m.path); {
		case hasAnyPrefix(base, "ld-", "ld64.so", "ld.so"):
			loaders = append(loaders, o)
		case hasAnyPrefix(base, "libc.so", "libc-"):
			libcs = append(libcs, o)
		}
	}
	self := object{path: exe, file: "/proc/self/exe", exe: true}
	return append(append(loaders, libcs...), self)
}

func hasAnyPrefix(s string, prefixes ...string) bool {
	for _, p := range prefixes {
		if strings.HasPrefix(s, p) {
			return true
		}
	}
	return false
}

var errDeleted = errors.New("the file was deleted since it was loaded")

// rseq reads the three variables of o, or returns errNoSymbol.
func (o object) rseq(ms []mapping) (Libc, error) {
	if !o.exe && (mapping{path: o.path}).deleted() {
		return Libc{}, errDeleted
	}
	f, err := openFile(o.file)
	if err != nil {
		return Libc{}, err
	}
	defer f.close()
	e, err := elf.NewFile(f)
	if err != nil {
		return Libc{}, err
	}
	static := o.exe && isStaticGlibc(e)
	at, err := rseqSymbols(e, static)
	if err != nil {
		return Libc{}, err
	}
	progs := make([]elf.ProgHeader, len(e.Progs))
	for i, p := range e.Progs {
		progs[i] = p.ProgHeader
	}
	bias, ok := loadBias(ms, o.path, progs)
	if !ok {
		return Libc{}, errNoImage
	}
	if err := sameFile(f, progs, bias); err != nil {
		return Libc{}, err
	}
	return readLibc(Libc{Object: strings.TrimSuffix(o.path, " (deleted)"), Static: static}, at, bias)
}
