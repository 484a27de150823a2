//go:build !linux

package backendtest

// tormentor is nothing here: signals to single threads and affinities are
// Linux's. The rest of the torment must do.
type tormentor struct{}

func startTormentor() (*tormentor, error) { return nil, nil }
func (*tormentor) stop() (Outside, error) { return Outside{}, nil }
