package main

import (
	"strings"
	"sync"
)

// noExtension stands for files without one.
const noExtension = "(none)"

// extensionOf returns the extension of a file's name, with its dot.
func extensionOf(name string) string {
	dot := strings.LastIndexByte(name, '.')
	if dot <= 0 || dot == len(name)-1 {
		return noExtension
	}
	return name[dot:]
}

// extensions holds a tally for each extension that has been met. The zero value
// is ready.
type extensions struct {
	mu      sync.RWMutex
	tallies map[string]*tally
}

// tally returns the tally for an extension, the same one to everybody.
func (e *extensions) tally(ext string) *tally {
	e.mu.RLock()
	t := e.tallies[ext]
	e.mu.RUnlock()
	if t != nil {
		return t
	}
	e.mu.Lock()
	defer e.mu.Unlock()
	if t = e.tallies[ext]; t != nil { // somebody else was here first
		return t
	}
	if e.tallies == nil {
		e.tallies = make(map[string]*tally)
	}
	t = new(tally)
	e.tallies[strings.Clone(ext)] = t // not to keep a file's whole name
	return t
}

// load returns all numbers, without extensions of which no file counts.
func (e *extensions) load() map[string]numbers {
	e.mu.RLock()
	defer e.mu.RUnlock()
	all := make(map[string]numbers, len(e.tallies))
	for ext, t := range e.tallies {
		if n := t.load(); n != (numbers{}) {
			all[ext] = n
		}
	}
	return all
}
