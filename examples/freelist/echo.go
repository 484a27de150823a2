package main

import (
	"bytes"
	"encoding/binary"
	"errors"
	"fmt"
	"net"
	"net/netip"
	"runtime"
	"sync"
	"time"
)

// job is a packet to answer, and to whom.
type job struct {
	packet *packet
	from   netip.AddrPort
}

// server echoes packets.
type server struct {
	conn    *net.UDPConn
	buffers buffers
	jobs    chan job
	workers sync.WaitGroup
}

func startServer(b buffers, workers int) (*server, error) {
	conn, err := net.ListenUDP("udp", &net.UDPAddr{IP: net.IPv4(127, 0, 0, 1)})
	if err != nil {
		return nil, err
	}
	s := &server{conn: conn, buffers: b, jobs: make(chan job, 64)}
	for range workers {
		s.workers.Add(1)
		go s.answer()
	}
	go s.read()
	return s, nil
}

// read gets a buffer for each packet, and gives it away with it.
func (s *server) read() {
	defer close(s.jobs)
	for {
		p := s.buffers.Get()
		n, from, err := s.conn.ReadFromUDPAddrPort(p.data[:])
		if err != nil { // closed
			s.buffers.Put(p)
			return
		}
		p.n = n
		s.jobs <- job{p, from}
	}
}

func (s *server) answer() {
	defer s.workers.Done()
	for j := range s.jobs {
		// An error is a packet lost, as packets are: the client asks again.
		_, _ = s.conn.WriteToUDPAddrPort(j.packet.data[:j.packet.n], j.from)
		s.buffers.Put(j.packet)
	}
}

func (s *server) stop() {
	s.conn.Close()
	s.workers.Wait()
}

// client sends packets and wants them back, one at a time.
type client struct {
	conn  *net.UDPConn
	sent  [64]byte
	reply [1500]byte
}

func (c *client) echo(n int) error {
	binary.BigEndian.PutUint64(c.sent[:], uint64(n))
	for range 10 {
		if _, err := c.conn.Write(c.sent[:]); err != nil {
			return err
		}
		if err := c.conn.SetReadDeadline(time.Now().Add(time.Second)); err != nil {
			return err
		}
		for {
			got, err := c.conn.Read(c.reply[:])
			if err != nil {
				var timeout net.Error
				if errors.As(err, &timeout) && timeout.Timeout() {
					break // send it again
				}
				return err
			}
			if bytes.Equal(c.reply[:got], c.sent[:]) {
				return nil
			} // else the answer to one that was sent twice
		}
	}
	return fmt.Errorf("no answer to packet %d", n)
}

// result is what a run took.
type result struct {
	packets     int
	allocations float64 // for each packet
	bytes       float64 // allocated for each packet
}

// measure has packets echoed, after as many again as it takes to warm up.
func measure(b buffers, packets, workers int) (r result, err error) {
	s, err := startServer(b, workers)
	if err != nil {
		return r, err
	}
	defer s.stop()
	conn, err := net.DialUDP("udp", nil, s.conn.LocalAddr().(*net.UDPAddr))
	if err != nil {
		return r, err
	}
	defer conn.Close()
	c := &client{conn: conn}
	for i := range 1000 {
		if err := c.echo(i); err != nil {
			return r, err
		}
	}
	var before, after runtime.MemStats
	runtime.ReadMemStats(&before)
	for i := range packets {
		if err := c.echo(1000 + i); err != nil {
			return r, err
		}
	}
	runtime.ReadMemStats(&after)
	return result{
		packets:     packets,
		allocations: float64(after.Mallocs-before.Mallocs) / float64(packets),
		bytes:       float64(after.TotalAlloc-before.TotalAlloc) / float64(packets),
	}, nil
}
