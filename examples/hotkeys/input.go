package main

import (
	"errors"
	"fmt"
	"io"
	"os"
	"syscall"
)

// stdinName is the FILE that is standard input.
const stdinName = "-"

// input is what there is to count. It can be read twice.
type input struct {
	names []string
	stdin io.Reader
	copy  *os.File // of standard input, for reading it again; nil if it needn't be
	again bool     // whether this is the second time
}

// open looks at the files, so that a mistyped one is found before minutes of
// work.
func (p *program) open(f flags) (*input, error) {
	in := &input{names: f.files, stdin: p.stdin}
	if len(in.names) == 0 {
		in.names = []string{stdinName}
	}
	var errs []error
	stdins := 0
	for _, name := range in.names {
		if name == stdinName {
			stdins++
			continue
		}
		info, err := os.Stat(name)
		if err == nil && info.IsDir() {
			err = &os.PathError{Op: "read", Path: name, Err: syscall.EISDIR}
		}
		errs = append(errs, err)
	}
	if stdins > 1 {
		errs = append(errs, errors.New("standard input can be read only once"))
	}
	if err := errors.Join(errs...); err != nil {
		return nil, err
	}
	if f.verify && stdins > 0 {
		var err error
		if in.copy, err = os.CreateTemp("", "hotkeys-"); err != nil {
			return nil, fmt.Errorf("a copy of standard input to verify with: %w", err)
		}
		in.stdin = io.TeeReader(in.stdin, in.copy)
	}
	return in, nil
}

func (in *input) close() {
	if in.copy != nil {
		in.copy.Close()
		os.Remove(in.copy.Name())
	}
}

// rewind makes the input ready for the second time.
func (in *input) rewind() error {
	in.again = true
	if in.copy == nil {
		return nil
	}
	_, err := in.copy.Seek(0, io.SeekStart)
	return err
}

// each opens one input after another.
func (in *input) each(f func(r io.Reader) error) (failures []error) {
	for _, name := range in.names {
		err := in.one(name, f)
		if errors.Is(err, errStopped) {
			return failures
		}
		if err != nil {
			failures = append(failures, err)
		}
	}
	return failures
}

func (in *input) one(name string, f func(r io.Reader) error) error {
	switch {
	case name == stdinName && in.again:
		return f(in.copy)
	case name == stdinName:
		return f(in.stdin)
	}
	file, err := os.Open(name)
	if err != nil {
		return err
	}
	defer file.Close()
	return f(file)
}

// errStopped is the error of an input that was left because of an interrupt.
var errStopped = errors.New("stopped")
