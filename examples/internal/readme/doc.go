// Package readme has the tests of README: each command that it shows is run, in a
// clone of the repository and in a module of its own that gets this one from a proxy.
package readme
