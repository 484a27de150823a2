package feature

import (
	"errors"
	"runtime"
	"strings"
	"testing"
)

func TestGoListed(t *testing.T) {
	for version, ok := range map[string]bool{
		"go1.24":                  true,
		"go1.24.11":               true,
		"go1.25rc1":               true,
		"go1.26.8 X:nodwarf5":     true,
		"go1.27.0":                true,
		"go1.23.4":                false,
		"go1.28.0":                false,
		"go1.99":                  false,
		"go1.240":                 false,
		"go2.24":                  false,
		"go1.":                    false,
		"go1.-25":                 false,
		"devel go1.28-abcdef Mon": false,
		"":                        false,
	} {
		err := GoListed(version)
		if (err == nil) != ok {
			t.Errorf("%q: %v", version, err)
		}
		if err != nil && (!errors.Is(err, ErrNotSupported) || !strings.Contains(err.Error(), `"`+version+`"`)) {
			t.Errorf("%q: %v does not name it, or is inconclusive", version, err)
		}
	}
	if err := GoListed(runtime.Version()); err != nil {
		t.Errorf("this Go is not in the list: %v", err)
	}
}

func TestGoVersion(t *testing.T) {
	if v := GoVersion(); pretendGo == "" && v != runtime.Version() {
		t.Errorf("%q, want %q", v, runtime.Version())
	}
	defer func(before string) { pretendGo = before }(pretendGo)
	pretendGo = "go1.99"
	if v := GoVersion(); v != pretendGo {
		t.Errorf("%q, want %q", v, pretendGo)
	}
	if r := Detect(); r.Go != "go1.99" || r.GoAnswer.Verdict != "no" {
		t.Errorf("the report says %q, %v", r.Go, r.GoAnswer)
	}
}
