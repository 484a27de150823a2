package feature_test

import (
	"errors"
	"fmt"
	"os"

	"github.com/percpu-go/percpu/feature"
)

func ExampleParseCPUList() {
	cpus, err := feature.ParseCPUList("0-3,8-11\n")
	fmt.Println(cpus, err)
	fmt.Println(cpus.Count(), cpus.Max())
	// Output:
	// 0-3,8-11 <nil>
	// 8 11
}

func ExampleFieldsFor() {
	fmt.Println(feature.FieldsFor(20))
	fmt.Println(feature.FieldsFor(28))
	fmt.Println(feature.FieldsFor(28).Has(feature.FieldMMCID))
	// Output:
	// cpu_id
	// cpu_id node_id mm_cid
	// true
}

func ExampleLibc_UsableSize() {
	// glibc 2.36 on Linux 6.18: libc speaks of the original area, the kernel
	// keeps mm_cid in it all the same.
	libc := feature.Libc{Size: 32}
	auxv := feature.Auxv{FeatureSize: 28, Align: 32, Present: true}
	fmt.Println(feature.FieldsFor(libc.UsableSize(auxv)))
	// Output:
	// cpu_id node_id mm_cid
}

// The three answers of a probe.
func ExampleRseqSyscall() {
	switch err := feature.RseqSyscall(); {
	case err == nil:
		fmt.Fprintln(os.Stderr, "this process may call rseq")
	case errors.Is(err, feature.ErrNotSupported):
		fmt.Fprintln(os.Stderr, "never, because of", err)
	default:
		fmt.Fprintln(os.Stderr, "ask again later:", err)
	}
	// Output:
}
