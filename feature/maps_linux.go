package feature

import (
	"bytes"
	"fmt"
	"strconv"
	"strings"
)

// A mapping is one line of /proc/self/maps, see proc_pid_maps(5).
type mapping struct {
	start, end uint64
	exec       bool
	offset     uint64
	path       string // as the kernel prints it; "" if anonymous
}

// deleted reports whether the kernel says that path no longer names the file
// mapped. A file whose name ends that way looks deleted too, which is the safe
// way round.
func (m mapping) deleted() bool { return strings.HasSuffix(m.path, " (deleted)") }

// parseMaps parses the whole of /proc/self/maps.
func parseMaps(b []byte) ([]mapping, error) {
	var ms []mapping
	for line := range bytes.Lines(b) {
		m, err := parseMapping(strings.TrimSuffix(string(line), "\n"))
		if err != nil {
			return nil, fmt.Errorf("maps line %d: %w", len(ms)+1, err)
		}
		ms = append(ms, m)
	}
	return ms, nil
}

// parseMapping parses one line:
//
//	7f5833d66000-7f5833d67000 r--p 00000000 fe:00 325835     /usr/lib/ld.so
//
// The path is all that follows the padding, spaces included; the kernel writes
// a newline in it as \012.
func parseMapping(line string) (m mapping, err error) {
	var f [5]string // range, permissions, offset, device, inode
	rest := line
	for i := range f {
		f[i], rest, _ = strings.Cut(rest, " ")
	}
	start, end, _ := strings.Cut(f[0], "-")
	if m.start, err = strconv.ParseUint(start, 16, 64); err != nil {
		return mapping{}, err
	}
	if m.end, err = strconv.ParseUint(end, 16, 64); err != nil {
		return mapping{}, err
	}
	if m.start >= m.end {
		return mapping{}, fmt.Errorf("empty range %q", f[0])
	}
	if len(f[1]) != 4 {
		return mapping{}, fmt.Errorf("permissions %q", f[1])
	}
	m.exec = f[1][2] == 'x'
	if m.offset, err = strconv.ParseUint(f[2], 16, 64); err != nil {
		return mapping{}, err
	}
	m.path = strings.TrimLeft(rest, " ")
	return m, nil
}
