package primitives

import (
	"bytes"
	"flag"
	"fmt"
	"go/format"
	"math/big"
	"os"
	"testing"
)

var writeBounds = flag.Bool("write-bounds", false, "write exphistogram_bounds.go")

// exactBounds returns the mantissas of the float64s that are nearest to 2^(k/256),
// without their leading bit.
func exactBounds() (bounds [finestBuckets]uint64) {
	const precision = 500
	root := big.NewFloat(2).SetPrec(precision)
	for range finestScale {
		root.Sqrt(root)
	}
	b := big.NewFloat(1).SetPrec(precision)
	for k := range bounds {
		scaled := new(big.Float).SetPrec(53).SetMode(big.ToNearestEven)
		scaled.Set(b)
		scaled.SetMantExp(scaled, 52)
		bounds[k], _ = scaled.Uint64()
		bounds[k] -= 1 << 52
		b.Mul(b, root)
	}
	return bounds
}

// startsOf returns, for each of expParts equal parts of the range of mantissas, how
// many bounds lie below it.
func startsOf(bounds [finestBuckets]uint64) (starts [expParts]uint16) {
	for part := range starts {
		for _, b := range bounds {
			if b < uint64(part)<<(52-expPartBits) {
				starts[part]++
			}
		}
	}
	return starts
}

// TestExpBounds: the tables are those of arithmetic with 500 bits.
func TestExpBounds(t *testing.T) {
	bounds := exactBounds()
	starts := startsOf(bounds)
	if *writeBounds {
		var src bytes.Buffer
		fmt.Fprint(&src, "package primitives\n\n// Written by go generate, see exphistogram_index.go.\n\n")
		table := func(comment, typ string, n int, at func(i int) string) {
			fmt.Fprintf(&src, "%svar %s{", comment, typ)
			for i := range n {
				if i%8 == 0 {
					fmt.Fprint(&src, "\n")
				}
				fmt.Fprintf(&src, "%s, ", at(i))
			}
			fmt.Fprint(&src, "\n}\n\n")
		}
		table("// expBounds are the bounds of the buckets from 1 to 2 at finestScale: the fractions of\n// the float64s that are nearest to 2^(k/256), and what is above all.\n",
			"expBounds = [finestBuckets + 1]uint64", finestBuckets+1, func(i int) string {
				if i == finestBuckets {
					return "1 << 52"
				}
				return fmt.Sprintf("%#x", bounds[i])
			})
		table("// expStarts say how many of them are below each of the parts of that range.\n",
			"expStarts = [expParts]uint16", expParts, func(i int) string { return fmt.Sprint(starts[i]) })
		text, err := format.Source(src.Bytes())
		if err != nil {
			t.Fatal(err)
		}
		if err := os.WriteFile("exphistogram_bounds.go", text, 0o666); err != nil {
			t.Fatal(err)
		}
		return
	}
	for k, b := range bounds {
		if expBounds[k] != b {
			t.Errorf("bound %d is %#x, want %#x", k, expBounds[k], b)
		}
	}
	for part, n := range starts {
		if expStarts[part] != n {
			t.Errorf("%d bounds below part %d, want %d", expStarts[part], part, n)
		}
		// one comparison is enough: there is no second bound in the part
		if next := int(n) + 1; next < finestBuckets && bounds[next] < uint64(part+1)<<(52-expPartBits) {
			t.Errorf("part %d has two bounds", part)
		}
	}
}
