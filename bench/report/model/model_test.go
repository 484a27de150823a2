package model

import (
	"math"
	"testing"
)

var machine = Machine{Transfer: 60, Moves: 0.2}

func near(a, b float64) bool { return math.Abs(a-b) <= 1e-9*math.Abs(b) }

func TestOneCPUIsOpCost(t *testing.T) {
	for _, op := range []float64{0.5, 2, 20} {
		want := 1e3 / op
		for name, got := range map[string]float64{
			"PerCPU":       PerCPU(op, 1),
			"Shared":       machine.Shared(op, 1),
			"Striped by 1": machine.Striped(op, 1, 1),
			"Striped by 8": machine.Striped(op, 8, 1),
		} {
			if !near(got, want) {
				t.Errorf("%s(%v, 1 CPU) = %v, want %v", name, op, got, want)
			}
		}
	}
}

func TestMonotone(t *testing.T) {
	for n := 1; n < 512; n++ {
		if a, b := PerCPU(2, n), PerCPU(2, n+1); b <= a {
			t.Errorf("PerCPU falls from %v to %v at %d CPUs", a, b, n+1)
		}
		if a, b := machine.Shared(2, n), machine.Shared(2, n+1); b > a*(1+1e-12) {
			t.Errorf("Shared grows from %v to %v at %d CPUs", a, b, n+1)
		}
		for stripes := 1; stripes < 512; stripes *= 2 {
			a, b := machine.Striped(2, stripes, n), machine.Striped(2, 2*stripes, n)
			if b < a*(1-1e-12) {
				t.Errorf("%d CPUs: Striped falls from %v to %v with %d instead of %d stripes", n, a, b, 2*stripes, stripes)
			}
		}
	}
}

func TestLimits(t *testing.T) {
	const op = 2
	contended := 1e3 / (op + machine.Moves*machine.Transfer)
	if got := machine.Shared(op, 256); !near(got, contended) {
		t.Errorf("Shared on 256 CPUs = %v, want %v", got, contended)
	}
	if got, want := machine.Striped(op, 1<<40, 64), PerCPU(op, 64); math.Abs(got-want) > want/1e6 {
		t.Errorf("Striped with endless stripes = %v, want %v", got, want)
	}
	if got, want := machine.Striped(op, 4, 1_000_000), 4*contended; math.Abs(got-want) > want/1e3 {
		t.Errorf("Striped by 4 on endless CPUs = %v, want %v", got, want)
	}
	if free := (Machine{}); !near(free.Striped(op, 2, 2), 2/(0.5*op+0.5*2*op)*1e3) {
		t.Error("without transfers, two CPUs on one word still take turns")
	}
}

// TestStripedByHand compares two CPUs and two stripes with what one can count:
// half of the time they are apart.
func TestStripedByHand(t *testing.T) {
	const op = 6.0
	together := 2 * (op + machine.Moves*machine.Transfer)
	if got, want := machine.Striped(op, 2, 2), 2/(op/2+together/2)*1e3; !near(got, want) {
		t.Errorf("Striped = %v, want %v", got, want)
	}
}

func TestStripes(t *testing.T) {
	for cpus, want := range map[int]int{1: 1, 2: 2, 3: 4, 64: 64, 65: 128} {
		if got := Stripes(cpus); got != want {
			t.Errorf("Stripes(%d) = %d, want %d", cpus, got, want)
		}
	}
}
