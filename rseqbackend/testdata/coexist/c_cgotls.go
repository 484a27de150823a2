//go:build cgo && !plain && cgotls

package main

// extern __thread char percpu_cgotls_area[] __attribute__((visibility("hidden")));
// static void *area(void) { return percpu_cgotls_area; }
import "C"

import "unsafe"

// areaOfCgotls returns where this thread's area of package cgotls is.
func areaOfCgotls() unsafe.Pointer { return C.area() }
