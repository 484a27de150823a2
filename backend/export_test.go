package backend

// WithDefault runs f while def stands for the function of SetDefault.
func WithDefault(def func() (Backend, bool), f func()) {
	defer defaultFunc.Store(defaultFunc.Swap(&def))
	f()
}
