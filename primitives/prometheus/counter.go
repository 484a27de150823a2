package prometheus

import (
	"errors"
	"time"

	dto "github.com/prometheus/client_model/go"
	"google.golang.org/protobuf/types/known/timestamppb"

	"github.com/percpu-go/percpu/primitives"
)

// clock tells the time of creations and exemplars. Tests set it.
var clock = time.Now

// NewCounter returns client_golang's Counter on a primitives.Counter, and for additions
// that are not whole numbers on a primitives.FloatCounter. It is an ExemplarAdder, too.
func NewCounter(opts CounterOpts) Counter {
	desc := NewDesc(BuildFQName(opts.Namespace, opts.Subsystem, opts.Name), opts.Help, nil, opts.ConstLabels)
	return newCounter(desc)
}

type counter struct {
	ints      primitives.Counter
	floats    primitives.FloatCounter // what isn't whole; costs nothing until then
	desc      *Desc
	labels    []*dto.LabelPair
	createdTs *timestamppb.Timestamp
	exemplar  exemplar
}

func newCounter(desc *Desc, values ...string) *counter {
	return &counter{desc: desc, labels: MakeLabelPairs(desc, values), createdTs: timestamppb.New(clock())}
}

func (c *counter) Inc() { c.ints.Inc() }

func (c *counter) Add(v float64) {
	if v < 0 {
		panic(errors.New("counter cannot decrease in value"))
	}
	if whole := uint64(v); float64(whole) == v {
		c.ints.Add(int64(whole))
		return
	}
	c.floats.Add(v)
}

func (c *counter) AddWithExemplar(v float64, labels Labels) {
	c.Add(v)
	if labels != nil {
		c.exemplar.last.Store(newExemplar(v, labels))
	}
}

func (c *counter) Desc() *Desc { return c.desc }

func (c *counter) Describe(ch chan<- *Desc) { ch <- c.desc }

func (c *counter) Collect(ch chan<- Metric) { ch <- c }

// Write reads the exemplar first, so that none is seen of an addition that isn't.
func (c *counter) Write(out *dto.Metric) error {
	e := c.exemplar.Load()
	v := c.floats.Load() + float64(uint64(c.ints.Load()))
	out.Label = c.labels
	out.Counter = &dto.Counter{Value: &v, Exemplar: e, CreatedTimestamp: c.createdTs}
	return nil
}
