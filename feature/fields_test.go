package feature

import "testing"

func TestFieldsFor(t *testing.T) {
	for _, tt := range []struct {
		size uint32
		want string
	}{
		{0, ""},
		{19, ""},
		{20, "cpu_id"},
		{23, "cpu_id"},
		{24, "cpu_id node_id"},
		{28, "cpu_id node_id mm_cid"},
		{32, "cpu_id node_id mm_cid"}, // the original length never has slice_ctrl
		{33, "cpu_id node_id mm_cid slice_ctrl"},
		{64, "cpu_id node_id mm_cid slice_ctrl"},
	} {
		if got := FieldsFor(tt.size).String(); got != tt.want {
			t.Errorf("FieldsFor(%d) = %q, want %q", tt.size, got, tt.want)
		}
	}
}

func TestFieldsHas(t *testing.T) {
	f := FieldsFor(28)
	if !f.Has(FieldCPUID | FieldMMCID) {
		t.Errorf("%v lacks cpu_id or mm_cid", f)
	}
	if f.Has(FieldMMCID | FieldSlice) {
		t.Errorf("%v has slice_ctrl", f)
	}
}
