package rseqbackend

import (
	"errors"
	"strings"
	"testing"

	"github.com/percpu-go/percpu/backend"
)

// TestCheckKernel: what kernels of many makers say of themselves, and whether
// such a one is denied on arm64.
func TestCheckKernel(t *testing.T) {
	for _, tt := range []struct {
		release, version, signature string
		want                        string // the version understood, "" for none
		denied                      bool
	}{
		// kernel.org, and who numbers like it
		{release: "6.18.44", want: "6.18.44"},
		{release: "6.19.0", want: "6.19.0", denied: true},
		{release: "6.19", want: "6.19.0", denied: true},
		{release: "6.19-rc3", want: "6.19.0", denied: true},
		{release: "6.19.0-rc1-00042-gdeadbeef-dirty", want: "6.19.0", denied: true},
		{release: "6.20.1", want: "6.20.1", denied: true},
		{release: "7.0.13", want: "7.0.13", denied: true},
		{release: "7.0.14", want: "7.0.14"},
		{release: "7.0.130", want: "7.0.130"},
		{release: "7.1.0-rc1", want: "7.1.0"},
		{release: "7.1.3", want: "7.1.3"},
		{release: "17.0.4", want: "17.0.4"},
		{release: "6.190.0", want: "6.190.0", denied: true}, // no such kernel; it is between all the same

		// Debian, since 6.11 and before
		{release: "6.19.14+deb13-arm64", version: "#1 SMP PREEMPT_DYNAMIC Debian 6.19.14-1~bpo13+1 (2026-04-20)", want: "6.19.14", denied: true},
		{release: "7.0.13+deb13-cloud-arm64", version: "#1 SMP PREEMPT_DYNAMIC Debian 7.0.13-1 (2026-06-01)", want: "7.0.13", denied: true},
		{release: "7.3.1+deb14-arm64", version: "#1 SMP Debian 7.3.1-1~exp1 (2026-10-30)", want: "7.3.1"},
		{release: "7.0.0-1-arm64", version: "#1 SMP PREEMPT_DYNAMIC Debian 7.0.14-1 (2026-06-20)", want: "7.0.14"},
		{release: "6.1.0-18-arm64", version: "#1 SMP Debian 6.1.76-1 (2024-02-01)", want: "6.1.76"},
		{release: "7.0.0-1-arm64", version: "#1 SMP Debian unknown", want: "7.0.0", denied: true},

		// Ubuntu
		{release: "7.0.0-15-generic", version: "#15-Ubuntu SMP PREEMPT_DYNAMIC", signature: "Ubuntu 7.0.0-15.15-generic 7.0.6\n", want: "7.0.6", denied: true},
		{release: "7.0.0-38-generic", version: "#38-Ubuntu SMP PREEMPT_DYNAMIC", signature: "Ubuntu 7.0.0-38.38-generic 7.0.17\n", want: "7.0.17"},
		{release: "7.0.0-38-generic", version: "#38-Ubuntu SMP PREEMPT_DYNAMIC", want: "7.0.0", denied: true},
		{release: "6.8.0-1017-aws", signature: "Ubuntu 6.8.0-1017.18-aws 6.8.12", want: "6.8.12"},
		{release: "7.0.0-38-generic", signature: "Ubuntu something else 9", want: "7.0.0", denied: true},

		// Fedora, RHEL, SUSE, Arch, Amazon, Android, WSL, Raspberry Pi
		{release: "6.19.9-200.fc43.aarch64", want: "6.19.9", denied: true},
		{release: "7.1.5-300.fc44.aarch64+16k", want: "7.1.5"},
		{release: "6.12.0-124.8.1.el10_1.aarch64", want: "6.12.0"},
		{release: "6.19.3-1-default", want: "6.19.3", denied: true},
		{release: "7.0.2-arch1-1", want: "7.0.2", denied: true},
		{release: "6.12.40-63.114.amzn2023.aarch64", want: "6.12.40"},
		{release: "6.6.30-android15-8-gabcdef-ab12345678", want: "6.6.30"},
		{release: "5.15.153.1-microsoft-standard-WSL2", want: "5.15.153"},
		{release: "6.12.25+rpt-rpi-2712", want: "6.12.25"},

		// what is no version
		{release: ""},
		{release: "6"},
		{release: "linux-7.0.4"},
		{release: "v7.0.4"},
		{release: "99999999999999999999.0.1"},
	} {
		v, ok := parseKernel(tt.release, tt.version, tt.signature)
		if got := v.String(); ok != (tt.want != "") || ok && got != tt.want {
			t.Errorf("%q, %q, %q: %v, %t, want %q", tt.release, tt.version, tt.signature, v, ok, tt.want)
		}
		err := checkKernel("arm64", tt.release, tt.version, tt.signature)
		if (err != nil) != tt.denied {
			t.Errorf("%q, %q, %q on arm64: %v, want denied: %t", tt.release, tt.version, tt.signature, err, tt.denied)
		}
		if err != nil && (!errors.Is(err, backend.ErrNotSupported) || !strings.Contains(err.Error(), "preempted")) {
			t.Errorf("%q: %v does not say why, for good", tt.release, err)
		}
		if err := checkKernel("amd64", tt.release, tt.version, tt.signature); err != nil {
			t.Errorf("%q on amd64: %v", tt.release, err)
		}
	}
}

func FuzzParseKernel(f *testing.F) {
	f.Add("7.0.0-15-generic", "#1 SMP Debian 7.0.4-1", "Ubuntu 7.0.0-15.15-generic 7.0.6")
	f.Fuzz(func(t *testing.T, release, version, signature string) {
		v, ok := parseKernel(release, version, signature)
		if ok && (v[0] < 0 || v[1] < 0 || v[2] < 0) {
			t.Errorf("%v", v)
		}
	})
}
