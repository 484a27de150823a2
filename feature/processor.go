package feature

import "github.com/klauspost/cpuid/v2"

// Processor describes the processor as far as this module cares.
type Processor struct {
	Name   string `json:"name"`
	Vendor string `json:"vendor"`
	// RDTSCP and RDPID are the x86 instructions that read the CPU number the
	// kernel keeps in TSC_AUX.
	RDTSCP    bool `json:"rdtscp"`
	RDPID     bool `json:"rdpid"`
	CacheLine int  `json:"cache_line"`
}

// CPU describes the processor. RDPID is false where it cannot be known to work.
func CPU() Processor {
	return Processor{
		Name:      cpuid.CPU.BrandName,
		Vendor:    cpuid.CPU.VendorString,
		RDTSCP:    cpuid.CPU.Supports(cpuid.RDTSCP),
		RDPID:     rdpid(),
		CacheLine: CacheLine(),
	}
}
