package rseqbackend

import (
	"testing"

	"github.com/percpu-go/percpu/feature"
)

func TestChooseIndex(t *testing.T) {
	old, mid, all := feature.FieldsFor(20), feature.FieldsFor(24), feature.FieldsFor(28)
	for _, tt := range []struct {
		env    string
		fields feature.Fields
		nodes  int
		want   Index // "" for an error
	}{
		{"", old, 1, IndexCPUID},
		{"", mid, 1, IndexCPUID},
		{"", all, 1, IndexMMCID},
		{"auto", all, 1, IndexMMCID},
		{"auto", all, 2, IndexCPUID},
		{"cpu_id", all, 1, IndexCPUID},
		{"mm_cid", all, 2, IndexMMCID},
		{"mm_cid", mid, 1, ""},
		{"node_id", all, 1, ""},
		{"MM_CID", all, 1, ""},
	} {
		got, err := chooseIndex(tt.env, tt.fields, tt.nodes)
		if got != tt.want || (err == nil) != (tt.want != "") {
			t.Errorf("%q with %v on %d nodes: %q, %v, want %q", tt.env, tt.fields, tt.nodes, got, err, tt.want)
		}
	}
}
