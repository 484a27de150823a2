package feature

import "golang.org/x/sys/unix"

// KernelRelease is the kernel's release as uname(2) has it, such as
// "6.12.9-amd64". It is for people: no feature follows from it.
func KernelRelease() string {
	var u unix.Utsname
	if unix.Uname(&u) != nil {
		return ""
	}
	return unix.ByteSliceToString(u.Release[:])
}
