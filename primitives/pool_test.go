package primitives_test

import (
	"fmt"
	"sync"

	"github.com/percpu-go/percpu/primitives"
)

var _ *sync.Pool = (*primitives.Pool)(nil)

func ExamplePool() {
	buffers := primitives.Pool{New: func() any { return new([512]byte) }}

	b := buffers.Get().(*[512]byte)
	fmt.Println(len(b))
	buffers.Put(b)
	// Output: 512
}
