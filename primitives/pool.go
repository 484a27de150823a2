package primitives

import "sync"

type Pool = sync.Pool
