// Everytype uses every type of package primitives and says which backend it had. It
// exits with status 1 if a type does not do what it is for. It is for places that
// are hard to test in: emulators, processes without descriptors, filters.
//
//	go build -o everytype ./bench/everytype
//	valgrind ./everytype
//	qemu-x86_64-static ./everytype
//	(ulimit -n 6; ./everytype)
//
// -backend says which backend it must have had.
package main

import (
	"flag"
	"fmt"
	"os"

	"github.com/percpu-go/percpu/bench/internal/alltypes"
	"github.com/percpu-go/percpu/primitives"
)

func main() {
	wanted := flag.String("backend", "", "fail if the backend is another one")
	flag.Parse()
	if err := run(*wanted); err != nil {
		fmt.Fprintln(os.Stderr, "everytype:", err)
		os.Exit(1)
	}
}

func run(wanted string) error {
	if err := alltypes.Use(); err != nil {
		return err
	}
	s, err := primitives.Default()
	if err != nil {
		return err
	}
	if wanted != "" && s.Backend.Name() != wanted {
		return fmt.Errorf("backend %s, not %s: %v", s.Backend.Name(), wanted, s.Rejections)
	}
	fmt.Println("every type works on backend", s.Backend.Name())
	return nil
}
