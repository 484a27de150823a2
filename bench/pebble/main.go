// Pebble puts a primitives.Ref where pebble counts those who read a version of the
// database, under a RWMutex, and runs pebble's own tests of that, and its Get, as it is
// and so.
//
//	go run -C bench/pebble . tests     # pebble's tests, with the Ref: some minutes
//	go run -C bench/pebble . get       # Get and pebble's benchmark of read states, before and after
//
// Pebble's source is taken from the module cache and patched in a folder that goes away;
// nothing of it is kept here. It is a module of its own because nobody who uses percpu
// needs pebble.
package main

import (
	"flag"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
)

// tests are pebble's of databases, and of what holds a read state: iterators, snapshots,
// flushes, compactions, what is obsolete.
const tests = "^Test(DB|Basic|Random|Get|Empty|LargeBatch|IterLeak|MemTableReservation|MemTableRef|CacheEvict|Flush|RollManifest|DBClosed|DBConcurrent|DBApply|CloseCleaner|SSTables|Snapshot|Iterator|Obsolete|Checkpoint|CheckLevels|LevelChecker|Metrics|Clone|Close|Open|Excise|Ingest|ManualCompaction|Compaction|ScanInternal|EventuallyFile|RangeDel)"

func main() {
	run := flag.String("run", tests, "which of pebble's tests")
	rounds := flag.Int("rounds", 8, "rounds of before and after")
	with := flag.String("with", "", "a command that starts what is measured, as chrt does")
	flag.Parse()
	if err := do(flag.Arg(0), *run, *rounds, strings.Fields(*with)); err != nil {
		fmt.Fprintln(os.Stderr, "pebble:", err)
		os.Exit(1)
	}
}

func do(what, run string, rounds int, with []string) error {
	dir, err := os.MkdirTemp("", "pebble")
	if err != nil {
		return err
	}
	defer os.RemoveAll(dir)
	after := filepath.Join(dir, "after")
	if err := copyPatched(after, true); err != nil {
		return err
	}
	switch what {
	case "tests":
		return goIn(after, "test", "-count=1", "-short", "-run="+run, ".").Run()
	case "get":
		before := filepath.Join(dir, "before")
		if err := copyPatched(before, false); err != nil {
			return err
		}
		return compare(before, after, rounds, with)
	}
	return fmt.Errorf("want tests or get, not %q", what)
}

// goIn is a go command in a folder that says what it does.
func goIn(dir string, args ...string) *exec.Cmd {
	cmd := exec.Command("go", args...)
	cmd.Dir = dir
	cmd.Env = append(os.Environ(), "GOWORK=off", "GOFLAGS=-mod=mod", "CGO_ENABLED=0")
	cmd.Stdout, cmd.Stderr = os.Stdout, os.Stderr
	return cmd
}

// goOut returns what a go command prints.
func goOut(dir string, args ...string) (string, error) {
	cmd := goIn(dir, args...)
	var stderr strings.Builder
	cmd.Stdout, cmd.Stderr = nil, &stderr
	out, err := cmd.Output()
	if err != nil {
		return "", fmt.Errorf("go %s: %w: %s%s", strings.Join(args, " "), err, out, &stderr)
	}
	return strings.TrimSpace(string(out)), nil
}
