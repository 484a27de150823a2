package primitives_test

import (
	"testing"

	"github.com/percpu-go/percpu/primitives/internal/stdlibtest"
)

const importPrimitives = `"github.com/percpu-go/percpu/primitives"`

// TestMapStandardLibrary runs the tests of sync.Map.
func TestMapStandardLibrary(t *testing.T) {
	stdlibtest.Suite{
		Files: []string{"sync/map_test.go", "sync/map_reference_test.go"},
		Replace: []string{
			`isync "internal/sync"`, importPrimitives,
			`"internal/testenv"`, "",
			"testenv.SkipIfOptimizationOff(t)", "",
			"isync.HashTrieMap[any, any]", "primitives.Map[any, any]",
			"sync.Map", "primitives.Map[any, any]",
			// An error message, which the rule before this one would spoil.
			"Unexpected sync.Map size", "Unexpected size",
			`"sync.Map"`, `"a value"`,
		},
		Tests: []string{
			"TestMapMatchesRWMutex", "TestMapMatchesDeepCopy", "TestMapMatchesHashTrieMap", "TestConcurrentRange", "TestIssue40999",
			"TestMapRangeNestedCall", "TestCompareAndSwap_NonExistingKey", "TestMapRangeNoAllocations", "TestConcurrentClear",
			"TestMapClearOneAllocation",
		},
	}.Run(t)
}

// TestMapHashTrieSuite runs the tests of the map inside sync.Map: with pointers
// to entries, and by way of numbers for their keys with words in buckets.
func TestMapHashTrieSuite(t *testing.T) {
	suite := stdlibtest.Suite{
		Files: []string{"internal/sync/hashtriemap_test.go"},
		Keep:  []string{"export_test.go"},
		Tests: []string{"TestHashTrieMap", "TestHashTrieMapBadHash", "TestHashTrieMapTruncHash", "TestConcurrentCache"},
	}
	t.Run("entries", func(t *testing.T) {
		suite := suite
		suite.Replace = []string{
			`isync "internal/sync"`, importPrimitives,
			"isync.HashTrieMap", "primitives.Map",
			"isync.NewBadHashTrieMap", "primitives.NewBadHashMap",
			"isync.NewTruncHashTrieMap", "primitives.NewTruncHashMap",
		}
		suite.Run(t)
	})
	t.Run("words", func(t *testing.T) {
		suite := suite
		suite.Replace = []string{
			`isync "internal/sync"`, "",
			"isync.HashTrieMap", "numbered",
			"isync.NewBadHashTrieMap", "newBadHash",
			"isync.NewTruncHashTrieMap", "newTruncHash",
		}
		suite.Add = map[string]string{"numbered_test.go": numbered}
		suite.Run(t)
	})
}

// numbered is a map whose keys are numbered, so that the map proper has keys and
// values of a word.
const numbered = `package primitives_test

import (
	"iter"
	"sync"

	` + importPrimitives + `
)

var numbers struct {
	sync.Mutex
	of   map[any]int
	keys []any
}

func number(key any) int {
	numbers.Lock()
	defer numbers.Unlock()
	n, ok := numbers.of[key]
	if !ok {
		if numbers.of == nil {
			numbers.of = make(map[any]int)
		}
		n = len(numbers.keys)
		numbers.of[key] = n
		numbers.keys = append(numbers.keys, key)
	}
	return n
}

func key(n int) any {
	numbers.Lock()
	defer numbers.Unlock()
	return numbers.keys[n]
}

type numbered[K, V comparable] struct{ m primitives.Map[int, V]; other *primitives.Map[int, V] }

func newBadHash[K, V comparable]() *numbered[K, V] {
	return &numbered[K, V]{other: inline(primitives.NewBadHashMap[int, V]())}
}

func newTruncHash[K, V comparable]() *numbered[K, V] {
	return &numbered[K, V]{other: inline(primitives.NewTruncHashMap[int, V]())}
}

func inline[V any](m *primitives.Map[int, V]) *primitives.Map[int, V] {
	if !m.Inline() {
		panic("not a map of words")
	}
	return m
}

func (n *numbered[K, V]) to() *primitives.Map[int, V] {
	if n.other != nil {
		return n.other
	}
	return &n.m
}

func (n *numbered[K, V]) Load(k K) (V, bool)                { return n.to().Load(number(k)) }
func (n *numbered[K, V]) LoadOrStore(k K, v V) (V, bool)    { return n.to().LoadOrStore(number(k), v) }
func (n *numbered[K, V]) LoadAndDelete(k K) (V, bool)       { return n.to().LoadAndDelete(number(k)) }
func (n *numbered[K, V]) Swap(k K, v V) (V, bool)           { return n.to().Swap(number(k), v) }
func (n *numbered[K, V]) CompareAndSwap(k K, old, v V) bool { return n.to().CompareAndSwap(number(k), old, v) }
func (n *numbered[K, V]) CompareAndDelete(k K, old V) bool  { return n.to().CompareAndDelete(number(k), old) }
func (n *numbered[K, V]) Clear()                            { n.to().Clear() }

func (n *numbered[K, V]) All() iter.Seq2[K, V] {
	return func(yield func(K, V) bool) {
		n.to().Range(func(k int, v V) bool { return yield(key(k).(K), v) })
	}
}
`
