package feature

import (
	"io"
	"io/fs"

	"golang.org/x/sys/unix"
)

// A file is open for reading, by system calls alone: what package os opens it
// shows to the runtime's poller, and a process that has no descriptor left for
// that, or may not have one, is ended by the runtime. Asking must not do that to
// a process that had done without.
type file int

func openFile(name string) (file, error) {
	for {
		fd, err := unix.Open(name, unix.O_RDONLY|unix.O_CLOEXEC, 0)
		if err != unix.EINTR {
			return file(fd), pathError("open", name, err)
		}
	}
}

func (f file) close() { _ = unix.Close(int(f)) } // it was only read

// ReadAt makes a file an io.ReaderAt.
func (f file) ReadAt(b []byte, off int64) (n int, err error) {
	for n < len(b) {
		m, err := unix.Pread(int(f), b[n:], off+int64(n))
		switch {
		case err == unix.EINTR:
		case err != nil:
			return n, err
		case m == 0:
			return n, io.EOF
		default:
			n += m
		}
	}
	return n, nil
}

// readFile reads a whole file, also such as have no size.
func readFile(name string) ([]byte, error) {
	f, err := openFile(name)
	if err != nil {
		return nil, err
	}
	defer f.close()
	b := make([]byte, 0, 4096)
	for {
		n, err := unix.Read(int(f), b[len(b):cap(b)])
		switch {
		case err == unix.EINTR:
		case err != nil:
			return nil, pathError("read", name, err)
		case n == 0:
			return b, nil
		default:
			if b = b[:len(b)+n]; len(b) == cap(b) {
				b = append(b, 0)[:len(b)]
			}
		}
	}
}

func pathError(op, name string, err error) error {
	if err != nil {
		return &fs.PathError{Op: op, Path: name, Err: err}
	}
	return nil
}

// dir is a directory of which files are read as readFile does. It is an fs.FS so
// that tests can put other files in its place.
type dir string

func (d dir) ReadFile(name string) ([]byte, error) { return readFile(string(d) + "/" + name) }

// Open is for package fs's functions to fail on.
func (d dir) Open(name string) (fs.File, error) { return nil, pathError("open", name, fs.ErrInvalid) }

// Stat says whether there is something by that name, and no more.
func (d dir) Stat(name string) (fs.FileInfo, error) {
	var st unix.Stat_t
	return nil, pathError("stat", name, unix.Stat(string(d)+"/"+name, &st))
}
