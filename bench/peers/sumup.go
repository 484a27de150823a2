package peers

import "github.com/percpu-go/percpu/bench"

// SumUp makes one report of those of several layouts: rows have the rounds of
// all, ratios are medians over layouts.
func SumUp(reports []*Report) *Report {
	sum := &Report{Setting: reports[0].Setting, Facts: reports[0].Facts, Layouts: reports}
	for g, group := range reports[0].Groups {
		total := Group{Name: group.Name, Parts: group.Parts}
		var results []*bench.Result
		for _, r := range reports {
			if r.Groups[g].Result != nil {
				results = append(results, r.Groups[g].Result)
			}
		}
		total.Result = bench.Join(results...)
		for v, verdict := range group.Verdicts {
			for _, r := range reports {
				verdict.Layouts = append(verdict.Layouts, r.Groups[g].Verdicts[v].Ratio)
			}
			verdict.Ratio = bench.MedianRatio(verdict.Layouts)
			total.Verdicts = append(total.Verdicts, verdict)
		}
		sum.Groups = append(sum.Groups, total)
	}
	return sum
}
