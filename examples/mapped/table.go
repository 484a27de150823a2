package main

import (
	"context"
	"encoding/binary"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"sync"
	"sync/atomic"
	"time"

	"github.com/percpu-go/percpu/primitives"
)

// table is a file of records, mapped.
type table struct {
	path     string
	records  int
	versions uint64 // of the file, so far

	readers primitives.Sections
	now     atomic.Pointer[mapping]
}

// mapping is a version of the file, in memory.
type mapping struct{ bytes []byte }

// A record is the file's version, the record's number, and their sum.
const recordSize = 3 * 8

var errTorn = errors.New("a record is not what was written")

func openTable(dir string, records int) (*table, error) {
	t := &table{path: filepath.Join(dir, "table"), records: records}
	m, err := t.write()
	if err != nil {
		return nil, err
	}
	t.now.Store(m)
	return t, nil
}

// write writes the next version of the file, in the old one's place, and maps it.
func (t *table) write() (*mapping, error) {
	t.versions++
	text := make([]byte, 0, t.records*recordSize)
	for n := range uint64(t.records) {
		text = binary.LittleEndian.AppendUint64(text, t.versions)
		text = binary.LittleEndian.AppendUint64(text, n)
		text = binary.LittleEndian.AppendUint64(text, t.versions+n)
	}
	if err := os.WriteFile(t.path+".new", text, 0o600); err != nil {
		return nil, err
	}
	if err := os.Rename(t.path+".new", t.path); err != nil {
		return nil, err
	}
	return mapFile(t.path)
}

// replace replaces the file. When it returns, the old version is no longer mapped.
func (t *table) replace() error {
	next, err := t.write()
	if err != nil {
		return err
	}
	old := t.now.Swap(next)
	if err := t.readers.Synchronize(context.Background()); err != nil {
		return err
	}
	return old.unmap()
}

// read returns the version of the file that the n'th record is of.
func (t *table) read(n int) (version uint64, err error) {
	section := t.readers.Enter()
	defer t.readers.Leave(section)
	record := t.now.Load().bytes[n*recordSize:][:recordSize]
	version = binary.LittleEndian.Uint64(record)
	number := binary.LittleEndian.Uint64(record[8:])
	if number != uint64(n) || binary.LittleEndian.Uint64(record[16:]) != version+number {
		return 0, errTorn
	}
	return version, nil
}

// readWhileReplaced reads records from several goroutines, and replaces the file, and
// returns how many were read.
func (t *table) readWhileReplaced(readers int, duration, every time.Duration) (reads int64, err error) {
	var done atomic.Bool
	var all atomic.Int64
	errs := make([]error, readers)
	var wg sync.WaitGroup
	for r := range readers {
		wg.Add(1)
		go func() {
			defer wg.Done()
			last, n := uint64(0), 0
			for at := r % t.records; !done.Load() && errs[r] == nil; n++ {
				at = (at + 7919) % t.records
				version, err := t.read(at)
				if err == nil && version < last {
					err = fmt.Errorf("version %d after %d", version, last)
				}
				last, errs[r] = version, err
			}
			all.Add(int64(n))
		}()
	}
	for end := time.Now().Add(duration); time.Now().Before(end) && err == nil; time.Sleep(every) {
		err = t.replace()
	}
	done.Store(true)
	wg.Wait()
	return all.Load(), errors.Join(append(errs, err)...)
}

func (t *table) close() error { return t.now.Load().unmap() }
