// Package backendtest checks implementations of backend.Backend, and has one of
// its own to check the checks: Fake, whose aborts, failed registrations and
// moves from slot to slot follow a script.
//
// An implementation's test is one line:
//
//	func TestConformance(t *testing.T) { backendtest.Run(t, myBackend) }
//
// Sums are exact or the check fails: with a backend that loses or doubles one
// update in a million, several of them do. What a check can't provoke from
// outside, such as an abort between two given instructions, is for the
// implementation's own tests.
package backendtest
