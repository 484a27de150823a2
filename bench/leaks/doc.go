// Package leaks looks for goroutines that package percpu leaves behind. Its tests
// are a module of their own, because of what they look with.
package leaks
