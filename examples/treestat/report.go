package main

import (
	"encoding/json"
	"io"
	"time"

	"github.com/percpu-go/percpu/backend"
)

// report is what the program prints; in JSON, as it stands here.
type report struct {
	Roots       []string `json:"roots"`
	Interrupted bool     `json:"interrupted"`

	result

	Backend    string        `json:"backend"`
	Rejections []rejection   `json:"rejections"`
	Stats      backend.Stats `json:"stats"`

	Workers        int     `json:"workers"`
	Seconds        float64 `json:"seconds"`
	BytesPerSecond float64 `json:"bytes_per_second"`
	FilesPerSecond float64 `json:"files_per_second"`

	Verification *verification `json:"verification,omitempty"`
}

// rejection is a better backend than the one used, and why it isn't used.
type rejection struct {
	Backend string `json:"backend"`
	Cause   string `json:"cause"`
}

func (r *report) elapsed(d time.Duration) {
	r.Seconds = d.Seconds()
	if r.Seconds > 0 {
		r.BytesPerSecond = float64(r.Bytes) / r.Seconds
		r.FilesPerSecond = float64(r.Files) / r.Seconds
	}
}

func (r *report) describe(s backend.Selection) {
	r.Backend = s.Backend.Name()
	r.Stats = s.Backend.Stats()
	for _, rejected := range s.Rejections {
		r.Rejections = append(r.Rejections, rejection{rejected.Backend, rejected.Err.Error()})
	}
}

func (r *report) write(w io.Writer, f flags) error {
	if !f.json {
		return r.writeTable(w, f.top)
	}
	// Lists are never null.
	r.Skips = append([]skip{}, r.Skips...)
	r.Rejections = append([]rejection{}, r.Rejections...)
	enc := json.NewEncoder(w)
	enc.SetIndent("", "  ")
	return enc.Encode(r)
}
