package main

import (
	"bytes"
	"context"
	"fmt"
	"os"
	"os/exec"
	"strings"
	"time"
)

// command is a program that ends, with those it started, when ctx does.
func command(ctx context.Context, dir, name string, args ...string) *exec.Cmd {
	cmd := exec.CommandContext(ctx, name, args...)
	cmd.Dir = dir
	cmd.Env = append(os.Environ(), "PWD="+dir)
	cmd.WaitDelay = 5 * time.Second
	inGroup(cmd)
	return cmd
}

// goOutput runs the go command in dir. Its error is what go wrote, without the
// lines that only tell of downloads.
func goOutput(ctx context.Context, dir string, args ...string) ([]byte, error) {
	cmd := command(ctx, dir, "go", args...)
	var stdout, stderr bytes.Buffer
	cmd.Stdout, cmd.Stderr = &stdout, &stderr
	err := cmd.Run()
	if err == nil {
		return stdout.Bytes(), nil
	}
	var lines []string
	for line := range strings.Lines(stderr.String()) {
		if line = strings.TrimSpace(line); line != "" && !strings.HasPrefix(line, "go: downloading ") {
			lines = append(lines, line)
		}
	}
	if len(lines) == 0 {
		return nil, fmt.Errorf("go %s: %w", args[0], err)
	}
	return nil, fmt.Errorf("go %s: %s", args[0], firstLines(lines, 6))
}

// firstLines joins at most n lines, and says how many more there are.
func firstLines(lines []string, n int) string {
	if len(lines) <= n {
		return strings.Join(lines, "\n\t")
	}
	return strings.Join(lines[:n], "\n\t") + fmt.Sprintf("\n\tand %d more", len(lines)-n)
}
