//go:build !cgo || osusergo

package feature

const linksLibc = false
