package prometheus

//lint:file-ignore SA1019 they are there as long as client_golang has them

import client "github.com/prometheus/client_golang/prometheus"

// Functions that client_golang has in its package collectors, too.
//
// Deprecated: use those.
var (
	NewBuildInfoCollector = client.NewBuildInfoCollector
	NewExpvarCollector    = client.NewExpvarCollector
	NewGoCollector        = client.NewGoCollector
	NewProcessCollector   = client.NewProcessCollector
)
