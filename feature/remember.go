package feature

import "sync"

// remembered keeps the first conclusive answer of a probe whose facts cannot
// change for the life of the process. An inconclusive answer is handed out and
// forgotten, which is why this is not sync.OnceValues.
type remembered[T any] struct {
	mu    sync.Mutex
	known bool
	value T
	err   error
}

// get returns the answer kept, or else asks. Concurrent callers wait for one
// another, so a conclusive question is asked once.
func (r *remembered[T]) get(ask func() (T, error)) (T, error) {
	r.mu.Lock()
	defer r.mu.Unlock()
	if r.known {
		return r.value, r.err
	}
	v, err := ask()
	if conclusive(err) {
		r.known, r.value, r.err = true, v, err
	}
	return v, err
}
