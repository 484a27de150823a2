package feature

import "sync"

// remembered keeps the first yes of a probe whose facts cannot change for the life of
// the process. Any other answer is handed out and forgotten, which is why this is not
// sync.OnceValues.
type remembered[T any] struct {
	mu    sync.Mutex
	known bool
	value T
}

// get returns the answer kept, or else asks. Concurrent callers wait for one
// another, so what is answered by a yes is asked once.
func (r *remembered[T]) get(ask func() (T, error)) (T, error) {
	r.mu.Lock()
	defer r.mu.Unlock()
	if r.known {
		return r.value, nil
	}
	v, err := ask()
	if err == nil {
		r.known, r.value = true, v
	}
	return v, err
}
