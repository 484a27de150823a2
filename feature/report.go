package feature

import (
	"bytes"
	"fmt"
	"io"
	"runtime"
	"strings"
	"text/tabwriter"
)

// An Answer is what a probe said, for people and for JSON.
type Answer struct {
	// Verdict is "yes", "no" (conclusive) or "unknown" (inconclusive).
	Verdict string `json:"verdict"`
	// Cause is the probe's error, empty for a yes.
	Cause string `json:"cause,omitempty"`
}

func answer(err error) Answer {
	if err == nil {
		return Answer{Verdict: "yes"}
	}
	cause := strings.ReplaceAll(err.Error(), "\n", "; ") // joined errors
	if conclusive(err) {
		return Answer{"no", cause}
	}
	return Answer{"unknown", cause}
}

// String is the verdict, with the cause if there is one.
func (a Answer) String() string {
	if a.Cause == "" {
		return a.Verdict
	}
	return a.Verdict + ": " + a.Cause
}

// A Report is everything this package knows about a process, at one moment.
// Values that belong to an Answer are zero unless its verdict is yes; Auxv is
// the exception, it then holds the values to go by.
type Report struct {
	GOOS     string `json:"goos"`
	GOARCH   string `json:"goarch"`
	Go       string `json:"go"`
	GoAnswer Answer `json:"go_answer"` // is it listed?
	Kernel   string `json:"kernel"`

	Rseq Answer `json:"rseq"`

	AuxvAnswer Answer `json:"auxv_answer"`
	Auxv       Auxv   `json:"auxv"`
	AreaSize   uint32 `json:"area_size"`
	AreaAlign  uint32 `json:"area_align"`
	Fields     string `json:"fields"`

	LibcAnswer Answer `json:"libc_answer"`
	Libc       Libc   `json:"libc"`
	LibcUsable uint32 `json:"libc_usable"`
	LibcFields string `json:"libc_fields"`

	MembarrierAnswer Answer     `json:"membarrier_answer"`
	Membarrier       Membarrier `json:"membarrier"`
	MembarrierNames  string     `json:"membarrier_names"`

	CPUsAnswer  Answer `json:"possible_cpus_answer"`
	CPUs        string `json:"possible_cpus"`
	NodesAnswer Answer `json:"numa_nodes_answer"`
	Nodes       string `json:"numa_nodes"`

	Processor Processor `json:"processor"`
	PageSize  int       `json:"page_size"`
}

// Detect asks every probe once. It changes nothing and is meant for people,
// bug reports and logs; programs call the probe whose answer they need.
func Detect() Report {
	r := Report{
		GOOS:      runtime.GOOS,
		GOARCH:    runtime.GOARCH,
		Go:        GoVersion(),
		GoAnswer:  answer(GoListed(GoVersion())),
		Kernel:    KernelRelease(),
		Rseq:      answer(RseqSyscall()),
		Processor: CPU(),
		PageSize:  PageSize(),
	}
	a, err := RseqAuxv()
	r.AuxvAnswer, r.Auxv = answer(err), a
	r.AreaSize, r.AreaAlign = a.AreaSize(), a.AreaAlign()
	r.Fields = FieldsFor(a.FeatureSize).String()

	r.Libc, err = LibcRseq()
	r.LibcAnswer = answer(err)
	r.LibcUsable = r.Libc.UsableSize(a)
	r.LibcFields = FieldsFor(r.LibcUsable).String()

	r.Membarrier, err = MembarrierCommands()
	r.MembarrierAnswer, r.MembarrierNames = answer(err), r.Membarrier.String()

	cpus, err := PossibleCPUs()
	r.CPUsAnswer, r.CPUs = answer(err), cpus.String()
	nodes, err := NUMANodes()
	r.NodesAnswer, r.Nodes = answer(err), nodes.String()
	return r
}

// WriteTo writes the report as aligned lines of text.
func (r Report) WriteTo(w io.Writer) (int64, error) {
	var text bytes.Buffer
	tw := tabwriter.NewWriter(&text, 0, 0, 2, ' ', 0)
	line := func(name, format string, args ...any) {
		fmt.Fprintf(tw, name+"\t"+format+"\n", args...)
	}
	// or writes the value if the answer was yes, else the answer.
	or := func(a Answer, name, format string, args ...any) {
		if a.Verdict != "yes" {
			format, args = "%v", []any{a}
		}
		line(name, format, args...)
	}
	line("platform", "%s/%s, %s", r.GOOS, r.GOARCH, r.Go)
	line("Go listed", "%v", r.GoAnswer)
	line("kernel", "%s", orNone(r.Kernel))
	line("rseq syscall", "%v", r.Rseq)
	or(r.AuxvAnswer, "rseq auxv", "%s", r.Auxv)
	line("own rseq area", "%d bytes, aligned on %d: %s", r.AreaSize, r.AreaAlign, r.Fields)
	or(r.LibcAnswer, "libc's rseq area", "%s", r.Libc)
	if r.LibcAnswer.Verdict == "yes" {
		line("libc's usable size", "%d bytes: %s", r.LibcUsable, orNone(r.LibcFields))
	}
	or(r.MembarrierAnswer, "membarrier", "%#x %s", uint32(r.Membarrier), r.MembarrierNames)
	or(r.CPUsAnswer, "possible CPUs", "%s", r.CPUs)
	or(r.NodesAnswer, "NUMA nodes", "%s", r.Nodes)
	line("processor", "%s (%s)", orNone(r.Processor.Name), orNone(r.Processor.Vendor))
	line("CPU number by", "RDTSCP %t, RDPID %t", r.Processor.RDTSCP, r.Processor.RDPID)
	line("cache line", "%d bytes", r.Processor.CacheLine)
	line("page", "%d bytes", r.PageSize)
	if err := tw.Flush(); err != nil {
		return 0, err
	}
	return text.WriteTo(w)
}

func orNone(s string) string {
	if s == "" {
		return "none"
	}
	return s
}

// String says what was announced, as "feature size 28, align 32".
func (a Auxv) String() string {
	if !a.Present {
		return fmt.Sprintf("absent, so the original %d bytes", origFeatureSize)
	}
	return fmt.Sprintf("feature size %d, align %d", a.FeatureSize, a.Align)
}

// String says where the area is and who defines it.
func (l Libc) String() string {
	kind := ""
	if l.Static {
		kind = " (static)"
	}
	return fmt.Sprintf("offset %d, size %d, flags %#x, by %s%s", l.Offset, l.Size, l.Flags, l.Object, kind)
}
