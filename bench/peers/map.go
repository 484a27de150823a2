package peers

import (
	"fmt"
	"runtime"
	"sync/atomic"
)

// Names of rows of maps.
const (
	XsyncMap = "xsync.Map"
	SyncMap  = "sync.Map"
	Orcaman  = "orcaman"
)

const (
	warmKeys = 1000
	coldKeys = 1_000_000 // too many for the caches
)

// mapRows says what maps are compared at.
type mapRows struct {
	name, what   string
	open         func(h Host) []*Contender
	peer         string // that the bounds are of
	rseq, atomic sides  // the same for Map on either backend: it uses rseq only to count
}

func both(v float64) sides { return sides{v, v} }

// mapSets are the sets of rows of maps.
var mapSets = append([]mapRows{
	{"map-warm", "Map.Load, 1,000 int keys", func(h Host) []*Contender { return intLoads(h, warmKeys) }, XsyncMap, both(0.95), both(1)},
	{"map-cold", "Map.Load, 1 M int keys", func(h Host) []*Contender { return intLoads(h, coldKeys) }, XsyncMap, both(0.8), sides{}},
	{"map-mix", "90 % Load, 9 % Store, 1 % Delete", func(h Host) []*Contender { return intMixes(h, warmKeys) }, XsyncMap, both(0.9), both(1)},
	{"map-mix-cold", "the same, 1 M keys", func(h Host) []*Contender { return intMixes(h, coldKeys) }, XsyncMap, both(0.9), sides{}},
	{"map-string-4", "Map.Load, 4 string keys", func(h Host) []*Contender { return stringLoads(h, texts(4)) }, XsyncMap, both(1), both(1)},
	{"map-string-warm", "Map.Load, 1,000 string keys", func(h Host) []*Contender { return stringLoads(h, texts(warmKeys)) }, XsyncMap, both(1), both(1)},
	{"map-string-mixed", "Map.Load, 1,000 string keys of 1 to 64 bytes", func(h Host) []*Contender { return stringLoads(h, mixedTexts(warmKeys)) }, XsyncMap, both(1), both(1)},
	{"map-string-cold", "Map.Load, 1 M string keys", func(h Host) []*Contender { return stringLoads(h, texts(coldKeys)) }, XsyncMap, sides{}, sides{}},
	{"map-wide-warm", "Map.Load, int→64 bytes, 1,000 keys", func(h Host) []*Contender { return wideLoads(h, ints(warmKeys)) }, XsyncMap, sides{}, sides{}},
	{"map-wide-cold", "Map.Load, int→64 bytes, 1 M keys", func(h Host) []*Contender { return wideLoads(h, ints(coldKeys)) }, XsyncMap, sides{}, sides{}},
	{"map-string-wide", "Map.Load, string→64 bytes, 1,000 keys", func(h Host) []*Contender { return wideLoads(h, texts(warmKeys)) }, XsyncMap, sides{}, sides{}},
}, anySets()...)

func (r mapRows) targets() []Target {
	return costTargets(r.what+" / "+r.peer, r.peer, r.rseq, r.atomic)
}

func mapSet(name string) *mapRows {
	for i := range mapSets {
		if mapSets[i].name == name {
			return &mapSets[i]
		}
	}
	return nil
}

func mapSetNames() (names []string) {
	for _, s := range mapSets {
		names = append(names, s.name)
	}
	return names
}

func ints(n int) []int {
	keys := make([]int, n)
	for i := range keys {
		keys[i] = i
	}
	return keys
}

func texts(n int) []string {
	keys := make([]string, n)
	for i := range keys {
		keys[i] = fmt.Sprintf("/some/path/%d", i)
	}
	return keys
}

// mixedTexts are keys of all lengths up to 64, in no order.
func mixedTexts(n int) []string {
	keys := make([]string, n)
	for i := range keys {
		keys[i] = fmt.Sprintf("%-*d", 1+i*37%64, i)
	}
	return keys
}

// sequence is random numbers without memory: what one costs is small, and the
// same for all.
type sequence uint64

// below returns a number from 0 to n-1.
func (s *sequence) below(n int) int {
	*s = *s*6364136223846793005 + 1442695040888963407
	return int(uint64(*s) >> 32 * uint64(n) >> 32)
}

// contendHits runs a loop that counts the loads that found their key with its
// value, and wants as many as there were operations.
func contendHits(role Role, name string, loop func(s *sequence, n int) (hits int)) *Contender {
	hits := new(padded[atomic.Int64])
	run := contendSequence(loop, func(n int) { hits.v.Add(int64(n)) })
	return contend(role, name, run, counted(hits.v.Load))
}

// contendMix runs a loop of all sorts of operations that counts loads that found
// their key. Each key is stored nine times as often as deleted: about nine tenths
// of all loads, which are nine tenths of all operations, find theirs.
func contendMix(role Role, name string, loop func(s *sequence, n int) (hits int)) *Contender {
	hits := new(padded[atomic.Int64])
	run := contendSequence(loop, func(n int) { hits.v.Add(int64(n)) })
	return contend(role, name, run, func(done int64) error {
		if got := float64(hits.v.Load()) / float64(done); got < 0.75 || got > 0.9 {
			return fmt.Errorf("%.2f of all operations found a key, want about 0.81 to 0.9", got)
		}
		return nil
	})
}

// contendSequence gives each thread numbers of its own.
func contendSequence(loop func(s *sequence, n int) (hits int), count func(int)) func(thread, n int) {
	sequences := make([]padded[sequence], runtime.NumCPU())
	for i := range sequences {
		sequences[i].v = sequence(i)
	}
	return func(thread, n int) {
		s := sequences[thread].v
		count(loop(&s, n))
		sequences[thread].v = s
	}
}
