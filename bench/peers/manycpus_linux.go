package peers

import (
	"fmt"
	"os"
	"os/exec"
	"syscall"
)

const possibleFile = "/sys/devices/system/cpu/possible"

// ownMounts gives a command mounts of its own, as root of a user namespace of its
// own if this process is not root.
func ownMounts(cmd *exec.Cmd) error {
	cmd.SysProcAttr = &syscall.SysProcAttr{Cloneflags: syscall.CLONE_NEWNS}
	if uid, gid := os.Getuid(), os.Getgid(); uid != 0 {
		cmd.SysProcAttr.Cloneflags |= syscall.CLONE_NEWUSER
		cmd.SysProcAttr.UidMappings = []syscall.SysProcIDMap{{ContainerID: 0, HostID: uid, Size: 1}}
		cmd.SysProcAttr.GidMappings = []syscall.SysProcIDMap{{ContainerID: 0, HostID: gid, Size: 1}}
	}
	return nil
}

func pretendPossible(cpus int, again []string) error {
	list, err := os.CreateTemp("", "possible")
	if err != nil {
		return err
	}
	defer os.Remove(list.Name())
	if _, err := fmt.Fprintf(list, "0-%d\n", cpus-1); err != nil {
		return err
	}
	if err := list.Close(); err != nil {
		return err
	}
	if err := syscall.Mount("", "/", "", syscall.MS_REC|syscall.MS_PRIVATE, ""); err != nil {
		return fmt.Errorf("make mounts private: %w", err)
	}
	if err := syscall.Mount(list.Name(), possibleFile, "", syscall.MS_BIND, ""); err != nil {
		return fmt.Errorf("mount over %s: %w", possibleFile, err)
	}
	exe, err := os.Executable()
	if err != nil {
		return err
	}
	os.Remove(list.Name()) // the mount holds it
	return syscall.Exec(exe, append([]string{exe}, again...), os.Environ())
}
