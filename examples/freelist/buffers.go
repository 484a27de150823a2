package main

import "github.com/percpu-go/percpu/primitives"

// packet is a buffer for one packet.
type packet struct {
	data [1500]byte
	n    int // bytes of it
}

// buffers is where packets come from and go to.
type buffers interface {
	Get() *packet
	Put(*packet)
	String() string
}

// newBuffers makes a packet each time, and leaves it to the collector.
type newBuffers struct{}

func (newBuffers) Get() *packet   { return new(packet) }
func (newBuffers) Put(*packet)    {}
func (newBuffers) String() string { return "a new buffer each time:" }

// listBuffers keeps packets.
type listBuffers struct {
	*primitives.FreeList[packet]
}

func newListBuffers() listBuffers { return listBuffers{primitives.NewFreeList[packet]()} }

func (listBuffers) String() string { return "a FreeList:" }
