package primitives

import "slices"

// expCounts are the counts of neighbouring buckets, with indices at finestScale
// shifted to the right.
type expCounts struct {
	shift, offset int32
	counts        []uint64
}

// used returns the range of its buckets that are not empty.
func (c *expCounts) used() (r expRange) {
	first := slices.IndexFunc(c.counts, func(n uint64) bool { return n != 0 })
	if first < 0 {
		return r
	}
	last := len(c.counts) - 1
	for c.counts[last] == 0 {
		last--
	}
	return r.with((c.offset+int32(first))<<c.shift, (c.offset+int32(last)+1)<<c.shift-1)
}

// expRows are what is to be added up.
type expRows []expCounts

// used returns the range of all buckets that are not empty.
func (rows expRows) used() (r expRange) {
	for i := range rows {
		r = r.and(rows[i].used())
	}
	return r
}

// shift returns the least shift that is enough for all rows in which something was
// counted.
func (rows expRows) shift() (shift int32) {
	for i := range rows {
		if rows[i].used().any {
			shift = max(shift, rows[i].shift)
		}
	}
	return shift
}

// fit returns the least shift, at least that one, for which the rows have no more
// than n buckets.
func (rows expRows) fit(shift, n int32) int32 {
	return rows.used().fit(max(shift, rows.shift()), n)
}

// write writes the sum of the rows to into, by a shift that is enough for all, and
// returns the sum of the counts.
func (rows expRows) write(shift int32, into *ExpBuckets) (count uint64) {
	used := rows.used()
	into.Offset, into.Counts = 0, into.Counts[:0]
	if !used.any {
		return 0
	}
	n := int(used.span(shift))
	into.Offset = used.first >> shift
	into.Counts = slices.Grow(into.Counts, n)[:n]
	clear(into.Counts)
	for _, row := range rows {
		for i, c := range row.counts {
			if c != 0 {
				into.Counts[(row.offset+int32(i))>>(shift-row.shift)-into.Offset] += c
				count += c
			}
		}
	}
	return count
}

// expRange is a range of indices at finestScale; the zero value is empty.
type expRange struct {
	first, last int32
	any         bool
}

// with returns the range that also has those from first to last.
func (r expRange) with(first, last int32) expRange {
	return r.and(expRange{first, last, true})
}

// and returns the smallest range that has both.
func (r expRange) and(q expRange) expRange {
	switch {
	case !r.any:
		return q
	case !q.any:
		return r
	}
	return expRange{min(r.first, q.first), max(r.last, q.last), true}
}

// span returns how many buckets it has, shifted.
func (r expRange) span(shift int32) int32 { return r.last>>shift - r.first>>shift + 1 }

// fit returns the least shift, at least that one, for which these are no more than
// n.
func (r expRange) fit(shift, n int32) int32 {
	for r.any && r.span(shift) > n {
		shift++
	}
	return shift
}
