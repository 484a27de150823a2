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

// KernelText is what a kernel says of itself beside its release: the version of
// uname(2), and the signature that Ubuntu's have in /proc/version_signature.
func KernelText() (version, signature string) {
	var u unix.Utsname
	if unix.Uname(&u) == nil {
		version = unix.ByteSliceToString(u.Version[:])
	}
	b, _ := readFile("/proc/version_signature")
	return version, string(b)
}
