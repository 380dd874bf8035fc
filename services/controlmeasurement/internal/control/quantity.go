package control

import (
	"math"
	"math/big"
	"strconv"
	"strings"
)

// Quantity tells what an indicator counts or measures.
type Quantity int

// The quantities.
const (
	// QuantityShare is a share of a whole in percent, 0–100. Differences are in percentage points.
	QuantityShare Quantity = iota + 1
	// QuantityCount is a whole number of things.
	QuantityCount
	// QuantityNumber is any number, such as days or kronor.
	QuantityNumber
)

const (
	// largest is the largest size of a number: whole numbers up to it are exact.
	largest = 1e15
	// exactProduct is the size up to which a product of whole numbers is exact.
	exactProduct = 1 << 53
	// percent is what a ratio is multiplied with to be a share in percent.
	percent = 100
)

// Value is one number, kept exactly: Over divided by Under, times 100 for a share. Each of the two is the decimal that
// it is shortest written as, so 0.1 is a tenth. A Value made by Stated or Counted is finite and Under is positive.
type Value struct {
	Quantity    Quantity
	Over, Under float64
	// Stated tells that the number was written and not counted as a ratio.
	Stated bool
	// Derived tells that it was not measured but derived from something else stated.
	Derived bool
	// Approximate tells that it is a rough figure. It is compared like any other; only the words differ.
	Approximate bool
}

// Stated returns the value that was written in the indicator's unit: 93 for 93 %.
func Stated(q Quantity, v float64) Value {
	return Value{Quantity: q, Over: v, Under: q.times(), Stated: true}
}

// Counted returns the ratio that was counted; ok is false when it is none, because something is divided by zero or a
// number is not finite.
func Counted(q Quantity, numerator, denominator float64) (v Value, ok bool) {
	ok = finite(numerator) && finite(denominator) && denominator > 0
	return Value{Quantity: q, Over: numerator, Under: denominator}, ok
}

// times is what a ratio is multiplied with to be in the quantity's unit.
func (q Quantity) times() float64 {
	if q == QuantityShare {
		return percent
	}
	return 1
}

// finite reports whether the number is one that can be reckoned with.
func finite(v float64) bool { return !math.IsNaN(v) && math.Abs(v) <= largest }

// rational returns the number as the decimal that it is shortest written as; zero for one that is not finite.
func rational(v float64) *big.Rat {
	if whole(v) && math.Abs(v) <= exactProduct {
		return new(big.Rat).SetInt64(int64(v))
	}
	r, ok := new(big.Rat).SetString(strconv.FormatFloat(v, 'f', -1, 64))
	if !ok {
		return new(big.Rat)
	}
	return r
}

// whole reports whether the number has no decimals.
func whole(v float64) bool { return v == math.Trunc(v) }

// exact returns the value in the quantity's unit.
func (v Value) exact() *big.Rat {
	under := rational(v.Under)
	if under.Sign() == 0 {
		return new(big.Rat)
	}
	r := new(big.Rat).Quo(rational(v.Over), under)
	return r.Mul(r, rational(v.Quantity.times()))
}

// Float returns the value in the quantity's unit, as near as a binary number comes.
func (v Value) Float() float64 {
	if v.Stated {
		return v.Over
	}
	f, _ := v.exact().Float64()
	return f
}

// Compare returns −1, 0 or 1 as v is less than, equal to or greater than o. Ratios are compared unrounded. When one of
// the two is derived, both are rounded to the decimals that the derived one is written with: nothing more is known of
// it. That makes equality coarser, so it is no order to sort by; CompareExact is.
func (v Value) Compare(o Value) int {
	d, rough := precision(v, o)
	if !rough {
		return v.CompareExact(o)
	}
	return v.rounded(d).Cmp(o.rounded(d))
}

// CompareExact compares the two as they stand.
func (v Value) CompareExact(o Value) int {
	left, right := v.Over*o.Under, o.Over*v.Under
	if v.Quantity == o.Quantity && v.small() && o.small() && exactly(left) && exactly(right) {
		return compare(left, right)
	}
	return v.exact().Cmp(o.exact())
}

// distance is how far apart two values are.
func distance(a, b Value) *big.Rat {
	d := a.exact()
	return d.Abs(d.Sub(d, b.exact()))
}

// small reports whether products of the value's parts with whole numbers are exact when they stay small.
func (v Value) small() bool { return whole(v.Over) && whole(v.Under) && v.Under > 0 }

// exactly reports whether a product of whole numbers was computed without rounding.
func exactly(product float64) bool { return math.Abs(product) < exactProduct }

// compare orders two numbers.
func compare(a, b float64) int {
	switch {
	case a < b:
		return -1
	case a > b:
		return 1
	default:
		return 0
	}
}

// precision returns the decimals at which two values are comparable; ok is false when they are exact.
func precision(values ...Value) (decimals int, ok bool) {
	for _, v := range values {
		if own, rough := v.ownDecimals(); rough && (!ok || own < decimals) {
			decimals, ok = own, true
		}
	}
	return decimals, ok
}

// ownDecimals returns the decimals that a derived value is written with; ok is false for all others, which are exact.
func (v Value) ownDecimals() (decimals int, ok bool) {
	if !v.Derived || !v.Stated {
		return 0, false
	}
	_, fraction, _ := strings.Cut(strconv.FormatFloat(v.Over, 'f', -1, 64), ".")
	return len(fraction), true
}

// rounded returns the value at some decimals, halves away from zero.
func (v Value) rounded(decimals int) *big.Rat {
	if v.Stated && whole(v.Over) {
		return rational(v.Over)
	}
	return fromText(v.fixed(decimals))
}

// fixed writes the value in Go's plain notation. A derived value takes no more decimals than it is written with.
func (v Value) fixed(decimals int) string {
	if own, rough := v.ownDecimals(); rough {
		decimals = min(decimals, own)
	}
	return v.exact().FloatString(max(decimals, 0))
}

// fromText reads what fixed wrote.
func fromText(text string) *big.Rat {
	r, ok := new(big.Rat).SetString(text)
	if !ok {
		return new(big.Rat)
	}
	return r
}
