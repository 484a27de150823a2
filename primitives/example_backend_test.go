package primitives_test

import (
	"encoding/json"
	"fmt"
	"log"

	"github.com/percpu-go/percpu/atomicbackend"
	"github.com/percpu-go/percpu/backend"
	"github.com/percpu-go/percpu/primitives"
)

// A program that wants to start with its backend, and to log why no better one serves.
func ExampleDefault() {
	s, err := primitives.Default()
	if err != nil {
		log.Fatal(err) // names PERCPU_BACKEND and every reason
	}
	for _, r := range s.Rejections {
		log.Print("not used: ", r)
	}
	fmt.Println("selected:", s.Backend != nil)
	// Output: selected: true
}

// A program whose operators may say which backend, but not one that it can't have.
func ExampleUseBackend() {
	if _, err := primitives.UseBackend("nosuch"); err != nil {
		fmt.Println("asked for what can't be had")
	}
	if _, err := primitives.UseBackend(backend.Auto); err == nil {
		fmt.Println("the best is used")
	}
	// Output:
	// asked for what can't be had
	// the best is used
}

// A counter that stays on the atomic backend, whatever the others have.
func ExampleWithBackend() {
	b, err := atomicbackend.Open()
	if err != nil {
		log.Fatal(err)
	}
	c := primitives.NewCounter(primitives.WithBackend(b))
	c.Add(3)
	fmt.Println(b.Name(), c.Load())
	// Output: atomic 3
}

// A line for the log of a service.
func ExampleReadStats() {
	st := primitives.ReadStats()
	line, err := json.Marshal(st)
	if err != nil {
		log.Fatal(err)
	}
	log.Printf("percpu: %s", line)
	fmt.Println("in use:", st.Backend != "")
	// Output: in use: true
}

// A list says what it has made: slabs of objects, all of which it keeps.
func ExampleFreeListStats() {
	buffers := primitives.NewFreeList[[512]byte]()
	for range 1000 {
		buffers.Put(buffers.Get())
	}
	st := buffers.Stats()
	fmt.Println("slabs:", st.Grows, "objects kept:", st.Objects == st.Stacked+st.Depot)
	// Output: slabs: 1 objects kept: true
}

// What is worth a line in the log of a service, or an alarm.
func ExampleStats() {
	worst := func(st primitives.Stats) string {
		switch {
		case st.Backend == "":
			return "what was asked for can't be had"
		case st.Memory.Refused > 0:
			return "there was no memory for some values' parts"
		case len(st.Rejected) > 0:
			return "the best can't be had: " + st.Rejected[0]
		}
		return "all is well"
	}
	log.Print(worst(primitives.ReadStats()))
	fmt.Println(worst(primitives.Stats{Backend: "atomic", Rejected: []string{"rseq: the kernel is too old"}}))
	// Output: the best can't be had: rseq: the kernel is too old
}
