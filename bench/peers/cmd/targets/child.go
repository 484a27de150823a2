package main

import (
	"fmt"
	"os"
	"os/exec"
	"strings"

	"github.com/percpu-go/percpu/bench/peers"
)

// Some figures are of processes in which nothing else has happened, or that see
// another machine. For those the program runs itself, with -child=NAME.

func firstUseChild(name string) *exec.Cmd { return childCommand("firstuse=" + name) }

func manyCPUsChild() *exec.Cmd { return childCommand("manycpus") }

func lockWaitsChild(readers, locks int) *exec.Cmd {
	return childCommand(fmt.Sprintf("lockwaits=%d,%d", readers, locks))
}

func childCommand(what string) *exec.Cmd {
	exe, err := os.Executable()
	if err != nil {
		exe = os.Args[0]
	}
	return exec.Command(exe, "-child="+what)
}

func runChild(what string) error {
	switch name, arg, _ := strings.Cut(what, "="); name {
	case "firstuse":
		took, err := peers.FirstUse(arg)
		fmt.Println(took)
		return err
	case "lockwaits":
		var readers, locks int
		if _, err := fmt.Sscanf(arg, "%d,%d", &readers, &locks); err != nil {
			return err
		}
		return peers.WaitForLocks(os.Stdout, readers, locks)
	case "manycpus":
		return peers.PretendManyCPUs([]string{"-child=loadamongmany"})
	case "loadamongmany":
		figures, err := peers.LoadAmongMany()
		fmt.Print(figures)
		return err
	default:
		return fmt.Errorf("no child %q", what)
	}
}
