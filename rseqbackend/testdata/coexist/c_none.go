//go:build !cgo || plain

package main

import "errors"

// Without cgo, or with tag plain, there is no C of ours in the program.

func (r *run) startC(string) {}
func (r *run) waitC()        {}

func (r *run) unregister(int) error { return errors.New("only C does that") }
func (r *run) foreign(int) error    { return errors.New("only C does that") }
