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
	name, what string
	open       func(h Host) []*Contender
	bound      float64 // of the cost, as a share of the fastest peer's; 0 for none
}

// mapSets are the sets of rows of maps.
var mapSets = []mapRows{
	{"map-warm", "Map.Load, int→int, 1,000 keys", func(h Host) []*Contender { return intLoads(h, warmKeys) }, 1},
	{"map-cold", "Map.Load, int→int, 1 M keys", func(h Host) []*Contender { return intLoads(h, coldKeys) }, 0.8},
	{"map-mix", "90 % Load, 9 % Store, 1 % Delete", func(h Host) []*Contender { return intMixes(h, warmKeys) }, 0.9},
	{"map-mix-cold", "the same, 1 M keys", func(h Host) []*Contender { return intMixes(h, coldKeys) }, 0.9},
	{"map-string-warm", "Map.Load, string→8 bytes, 1,000 keys", func(h Host) []*Contender { return anyLoads[string, [1]int](h, texts(warmKeys)) }, 0},
	{"map-string-cold", "Map.Load, string→8 bytes, 1 M keys", func(h Host) []*Contender { return anyLoads[string, [1]int](h, texts(coldKeys)) }, 0},
	{"map-wide-warm", "Map.Load, int→64 bytes, 1,000 keys", func(h Host) []*Contender { return anyLoads[int, [8]int](h, ints(warmKeys)) }, 0},
	{"map-wide-cold", "Map.Load, int→64 bytes, 1 M keys", func(h Host) []*Contender { return anyLoads[int, [8]int](h, ints(coldKeys)) }, 0},
	{"map-string-wide", "Map.Load, string→64 bytes, 1,000 keys", func(h Host) []*Contender { return anyLoads[string, [8]int](h, texts(warmKeys)) }, 0},
}

// fastestPeers are judged against: which of them is the fastest depends.
var fastestPeers = []string{XsyncMap, SyncMap, Orcaman}

func (r mapRows) targets() (targets []Target) {
	if r.bound == 0 {
		return nil
	}
	for _, threads := range []int{1, 2} {
		for _, peer := range fastestPeers {
			targets = append(targets, Target{r.what + " / " + peer, cost, row{PercpuRseq, threads}, row{peer, threads}, atMost(r.bound)})
		}
	}
	return targets
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
