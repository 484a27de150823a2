// Package stdlibtest runs the standard library's own tests against types of
// this module. The test files are read from GOROOT when the test runs, adapted
// by replacing names in their text, and given to the go command as an overlay:
// they appear as test files of the package that is tested, and nothing of them is
// stored here.
package stdlibtest
