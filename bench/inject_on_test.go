//go:build percpuinject

package bench

// countsAborts says whether backend.Stats.Aborts is counted.
const countsAborts = true
