package feature

import (
	"bytes"
	"encoding/json"
	"errors"
	"os"
	"strings"
	"testing"
)

// golden is a report with every kind of answer in it.
var golden = Report{
	GOOS: "linux", GOARCH: "amd64", Go: "go1.24.0", GoAnswer: Answer{Verdict: "yes"}, Kernel: "6.18.1",
	Rseq:       Answer{Verdict: "yes"},
	AuxvAnswer: Answer{Verdict: "yes"},
	Auxv:       Auxv{FeatureSize: 28, Align: 32, Present: true},
	AreaSize:   32, AreaAlign: 32, Fields: "cpu_id node_id mm_cid",
	LibcAnswer:       answer(ErrNoLibcArea),
	MembarrierAnswer: answer(unsure("membarrier syscall", errors.Join(errors.New("try"), errors.New("again")))),
	CPUsAnswer:       Answer{Verdict: "yes"}, CPUs: "0-3",
	NodesAnswer: Answer{Verdict: "yes"}, Nodes: "0",
	Processor: Processor{Name: "Some CPU", Vendor: "Vendor", RDTSCP: true, CacheLine: 64},
	PageSize:  4096,
}

func TestReportText(t *testing.T) {
	var b bytes.Buffer
	n, err := golden.WriteTo(&b)
	if err != nil || n != int64(b.Len()) {
		t.Fatalf("WriteTo = %d, %v; wrote %d bytes", n, err, b.Len())
	}
	want, err := os.ReadFile("testdata/report.txt")
	if err != nil {
		t.Fatal(err)
	}
	if b.String() != strings.ReplaceAll(string(want), "\r\n", "\n") {
		t.Errorf("report is\n%s\nwant\n%s", b.String(), want)
	}
}

func TestReportJSONRoundTrip(t *testing.T) {
	for _, r := range []Report{golden, Detect()} {
		b, err := json.Marshal(r)
		if err != nil {
			t.Fatal(err)
		}
		var back Report
		if err := json.Unmarshal(b, &back); err != nil || back != r {
			t.Errorf("%s\nbecomes %+v, %v", b, back, err)
		}
	}
}

func TestDetectHere(t *testing.T) {
	var b bytes.Buffer
	r := Detect()
	if _, err := r.WriteTo(&b); err != nil {
		t.Fatal(err)
	}
	t.Logf("\n%s", b.String())
	for name, a := range map[string]Answer{
		"rseq": r.Rseq, "auxv": r.AuxvAnswer, "libc": r.LibcAnswer,
		"membarrier": r.MembarrierAnswer, "cpus": r.CPUsAnswer, "nodes": r.NodesAnswer,
	} {
		if (a.Verdict == "yes") != (a.Cause == "") {
			t.Errorf("%s: %+v", name, a)
		}
	}
}
