//go:build cgotls

package main

import _ "github.com/percpu-go/percpu/rseqbackend/cgotls"
