package prometheus

import client "github.com/prometheus/client_golang/prometheus"

// V2 has what client_golang's V2 has: vectors whose labels are constrained.
var V2 = v2{}

type v2 struct{}

// NewDesc is client_golang's.
func (v2) NewDesc(fqName, help string, variableLabels ConstrainableLabels, constLabels Labels) *Desc {
	return client.V2.NewDesc(fqName, help, variableLabels, constLabels)
}

// NewGaugeVec is client_golang's.
func (v2) NewGaugeVec(opts GaugeVecOpts) *GaugeVec { return client.V2.NewGaugeVec(opts) }

// NewSummaryVec is client_golang's.
func (v2) NewSummaryVec(opts SummaryVecOpts) *SummaryVec { return client.V2.NewSummaryVec(opts) }
