package main

import (
	"os"
	"testing"
)

func Example_table() {
	r := report{
		result: result{
			Bytes: 123456,
			Total: 1000,
			Keys:  5,
			Other: 14,
			all:   map[string]int64{"10.0.0.1": 900, "10.0.0.2": 40, "10.0.0.3": 40, "\x1b[2J": 5, "b": 1},
		},
		Backend:        "atomic",
		Rejections:     []rejection{{"rseq", "percpu: built with tag norseq:\nnot supported"}},
		Workers:        2,
		Seconds:        0.25,
		BytesPerSecond: 493824,
		Verification:   &verification{Numbers: 8, Seconds: 0.5},
	}
	_ = r.write(os.Stdout, flags{top: 4})
	// Output:
	//   count     share  key
	//     900   90.00 %  10.0.0.1
	//      40    4.00 %  10.0.0.2
	//      40    4.00 %  10.0.0.3
	//       5    0.50 %  "\x1b[2J"
	//       1    0.10 %  (1 more keys)
	//      14    1.40 %  (other keys, for which there was no room)
	//    1000  100.00 %  (total)
	//
	// not rseq: percpu: built with tag norseq:; not supported
	// backend atomic, 2 workers, 0.250s: 0.1 MB, 0.5 MB/s
	// verify: 8 numbers equal, 0.500s with a map under a mutex
}

func Example_tableOfNothing() {
	r := report{
		Interrupted:  true,
		Backend:      "rseq",
		Workers:      1,
		Verification: &verification{Numbers: 3, Differences: []string{"total: counted 2, verified 3"}},
	}
	_ = r.write(os.Stdout, flags{top: 4})
	// Output:
	// interrupted: the input has not been counted to the end
	//
	//   count   share  key
	//       0  0.00 %  (total)
	//
	// backend rseq, 1 workers, 0.000s: 0.0 MB, 0.0 MB/s
	// verify: 1 of 3 numbers differ
}

// TestCompareSeesEveryNumber changes each number alone.
func TestCompareSeesEveryNumber(t *testing.T) {
	second := func() *recount {
		return &recount{keys: map[string]int64{"a": 3, "b": 1}, total: 4, bytes: 10}
	}
	first := func() result {
		return result{Bytes: 10, Total: 4, all: map[string]int64{"a": 3, "b": 1}}
	}
	if v := compare(first(), second()); len(v.Differences) != 0 || v.Numbers != 6 {
		t.Fatalf("%+v", v)
	}
	for what, change := range map[string]func(*result){
		"bytes":   func(r *result) { r.Bytes++ },
		"total":   func(r *result) { r.Total-- },
		"a":       func(r *result) { r.all["a"]++ },
		"missing": func(r *result) { delete(r.all, "b") },
		"foreign": func(r *result) { r.all["c"] = 1 },
		"moved":   func(r *result) { r.all["a"]++; r.all["b"]-- },
		"other":   func(r *result) { r.Other++ },
		"more than there is, without room": func(r *result) {
			r.all["a"]++
			r.all["b"]--
			r.all["b"]--
			r.Other++
		},
	} {
		r := first()
		change(&r)
		if v := compare(r, second()); len(v.Differences) == 0 {
			t.Errorf("%s: not seen", what)
		}
	}
	r := first()
	r.all["a"]--
	r.Other++
	if v := compare(r, second()); len(v.Differences) != 0 {
		t.Errorf("without room: %q", v.Differences)
	}
}
