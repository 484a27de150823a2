package main

import "sync"

// task is a directory to list, or if names isn't nil some files in it to count.
type task struct {
	dir   string
	names []string
}

// queue hands out tasks until there are none and none can come: new ones come
// only from workers that have one.
//
// Files go first, and of directories the last: that keeps few directories
// waiting, at most the siblings of those on the way down to where the workers
// are. Nobody ever waits for room, so there is no deadlock.
type queue struct {
	maxFiles int // tasks

	mu      sync.Mutex
	changed sync.Cond
	files   []task
	dirs    []task
	active  int // workers that have a task
	stopped bool
}

func newQueue(maxFiles int) *queue {
	q := &queue{maxFiles: maxFiles}
	q.changed.L = &q.mu
	return q
}

func (q *queue) addDir(dir string) {
	q.mu.Lock()
	q.dirs = append(q.dirs, task{dir: dir})
	q.mu.Unlock()
	q.changed.Signal()
}

// addFiles reports whether there was room. If not, the caller counts them.
func (q *queue) addFiles(t task) bool {
	q.mu.Lock()
	room := len(q.files) < q.maxFiles
	if room {
		q.files = append(q.files, t)
	}
	q.mu.Unlock()
	if room {
		q.changed.Signal()
	}
	return room
}

// next returns a task, for which done must be called. It waits for one, and
// returns false if none will come.
func (q *queue) next() (t task, ok bool) {
	q.mu.Lock()
	defer q.mu.Unlock()
	for !q.stopped {
		switch {
		case len(q.files) > 0:
			t, q.files = pop(q.files)
		case len(q.dirs) > 0:
			t, q.dirs = pop(q.dirs)
		case q.active == 0:
			return task{}, false
		default:
			q.changed.Wait()
			continue
		}
		q.active++
		return t, true
	}
	return task{}, false
}

func (q *queue) done() {
	q.mu.Lock()
	q.active--
	last := q.active == 0
	q.mu.Unlock()
	if last {
		q.changed.Broadcast()
	}
}

// stop makes next return false from now on.
func (q *queue) stop() {
	q.mu.Lock()
	q.stopped = true
	q.mu.Unlock()
	q.changed.Broadcast()
}

func pop(s []task) (task, []task) {
	last := len(s) - 1
	t := s[last]
	s[last] = task{} // for the collector
	return t, s[:last]
}
