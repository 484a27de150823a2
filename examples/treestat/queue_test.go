package main

import (
	"fmt"
	"sync"
	"testing"
	"time"
)

func TestQueueOrder(t *testing.T) {
	q := newQueue(1)
	q.addDir("first")
	q.addDir("last")
	if !q.addFiles(task{dir: "d", names: []string{"f"}}) {
		t.Error("no room for the first files")
	}
	if q.addFiles(task{dir: "d", names: []string{"g"}}) {
		t.Error("room for more files than the maximum")
	}
	for _, want := range []string{"d", "last", "first"} {
		if got, ok := q.next(); !ok || got.dir != want {
			t.Errorf("next is %q, %t; want %q", got.dir, ok, want)
		}
		defer q.done()
	}
}

// TestQueueEnds: next returns false to everybody, but not before the last task
// is done, since it may bring new ones.
func TestQueueEnds(t *testing.T) {
	q := newQueue(1)
	q.addDir("")
	var mu sync.Mutex
	seen := make(map[string]int)
	var workers sync.WaitGroup
	for range 8 {
		workers.Add(1)
		go func() {
			defer workers.Done()
			for {
				task, ok := q.next()
				if !ok {
					return
				}
				mu.Lock()
				seen[task.dir]++
				mu.Unlock()
				if len(task.dir) < 6 {
					for i := range 3 {
						q.addDir(task.dir + fmt.Sprint(i))
					}
				}
				q.done()
			}
		}()
	}
	workers.Wait()
	if want := (3*3*3*3*3*3*3 - 1) / 2; len(seen) != want {
		t.Errorf("%d tasks, want %d", len(seen), want)
	}
	for dir, n := range seen {
		if n != 1 {
			t.Errorf("%q was handed out %d times", dir, n)
		}
	}
}

// TestQueueWaits: a worker that finds no task waits for those that the others may
// still bring, instead of leaving them to it.
func TestQueueWaits(t *testing.T) {
	q := newQueue(1)
	q.addDir("d")
	q.next()
	got := make(chan string)
	go func() {
		task, _ := q.next()
		got <- task.dir
	}()
	time.Sleep(10 * time.Millisecond) // let it find nothing
	q.addDir("later")
	if dir := <-got; dir != "later" {
		t.Errorf("next is %q", dir)
	}
}

func TestQueueStops(t *testing.T) {
	q := newQueue(1)
	q.addDir("d")
	if _, ok := q.next(); !ok {
		t.Fatal("no task")
	}
	ended := make(chan struct{})
	go func() {
		defer close(ended)
		q.next() // waits, since the task isn't done
	}()
	q.stop()
	<-ended
	q.addDir("too late")
	if _, ok := q.next(); ok {
		t.Error("a task after stop")
	}
}
