package debug

import (
	"math"
	"strconv"
	"strings"
	"unicode"
)

// count writes a whole number with a space between thousands, which is no character
// that some language takes for a decimal point.
func count(n any) string {
	var digits string
	switch n := n.(type) {
	case int:
		digits = strconv.Itoa(n)
	case int64:
		digits = strconv.FormatInt(n, 10)
	case uint64:
		digits = strconv.FormatUint(n, 10)
	}
	sign := ""
	if strings.HasPrefix(digits, "-") {
		sign, digits = "−", digits[1:]
	}
	var b strings.Builder
	for i, d := range digits {
		if i > 0 && (len(digits)-i)%3 == 0 {
			b.WriteString("\u202f")
		}
		b.WriteRune(d)
	}
	return sign + b.String()
}

// float writes a float64 with six digits.
func float(x float64) string {
	if x == math.Trunc(x) && math.Abs(x) < 1e15 {
		return count(int64(x))
	}
	return strings.Replace(strconv.FormatFloat(x, 'g', 6, 64), "-", "−", 1)
}

// shown makes what can't be seen of a name be seen, and what turns the direction of text
// around, so that a name can't look like another one.
func shown(name string) string {
	if name == "" {
		return "(no name)"
	}
	return strings.Map(func(r rune) rune {
		if !unicode.IsPrint(r) {
			return unicode.ReplacementChar
		}
		return r
	}, name)
}
