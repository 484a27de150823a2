//go:build cgo && !plain

package main

// #cgo LDFLAGS: -lpthread
// #include "library.h"
import "C"

import (
	"encoding/json"
	"fmt"
	"runtime"
	"sync/atomic"
	"time"

	"golang.org/x/sys/unix"
)

// current is the run that C's threads call into.
var current atomic.Pointer[run]

// coexistBegin is begin for a host program.
//
//export coexistBegin
func coexistBegin() *C.char {
	r, err := begin("")
	if err != nil {
		return C.CString(err.Error())
	}
	r.before = threads()
	current.Store(r)
	return nil
}

// coexistAdd adds on the calling thread, and reports it if it has a role.
//
//export coexistAdd
func coexistAdd(role *C.char, n C.int) {
	if r := current.Load(); role == nil {
		r.addHere(int(n))
	} else {
		r.add(C.GoString(role), int(n))
	}
}

// coexistEnd ends the run and returns its report, in JSON.
//
//export coexistEnd
func coexistEnd() *C.char {
	r := current.Load()
	r.late()
	text, err := json.Marshal(r.end())
	if err != nil {
		return C.CString(err.Error())
	}
	return C.CString(string(text))
}

// startC starts threads of C's that add: two that go on and have begun to when it
// returns, and some that are at their end by then.
func (r *run) startC(role string) {
	current.Store(r)
	const going, ending = 2, 50
	dead := r.reported("dying")
	C.coexist_start(C.CString(role), going, ending)
	for r.reported(role) < going || r.reported("dying") < dead+ending {
		time.Sleep(time.Millisecond)
	}
}

func (r *run) waitC() { C.coexist_wait() }

// unregister lets a C library unregister the areas of threads that add, often.
func (r *run) unregister(times int) error {
	for range times {
		r.addHere(10)
		runtime.LockOSThread()
		errno := C.coexist_unregister(areaOfCgotls())
		runtime.UnlockOSThread()
		switch errno {
		case 0:
			r.report.Happened++
		case C.int(unix.EINVAL): // this thread has none now
		default:
			return fmt.Errorf("unregister: %w", unix.Errno(errno))
		}
		r.addHere(10)
		runtime.Gosched()
	}
	runtime.LockOSThread()
	defer runtime.UnlockOSThread()
	r.addHere(10)
	if errno := C.coexist_orphan(areaOfCgotls()); errno != 0 {
		return fmt.Errorf("unregister: %w", unix.Errno(errno))
	}
	return nil
}

// foreign starts C threads that a C library has registered before us.
func (r *run) foreign(n int) error {
	current.Store(r)
	if errno := C.coexist_foreign(C.int(n)); errno != 0 {
		return fmt.Errorf("register: %w", unix.Errno(errno))
	}
	r.report.Happened = n
	return nil
}

// stopped tells C's threads to end.
//
//export coexistStopped
func coexistStopped() C.int {
	if r := current.Load(); r.stop.Load() {
		return 1
	}
	return 0
}
