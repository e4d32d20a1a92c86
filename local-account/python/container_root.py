"""Gives a process the container's /opt/ml, whatever this computer has at that path.

    container_root.py ROOT PROGRAM ARGUMENT...

ROOT is the folder that plays the container's file system. Scripts written for SageMaker read and write below /opt/ml by
its name; the process gets a mount namespace of its own in which that name is ROOT/opt/ml. Where the system makes no
such namespace (macOS, some containers), a Python program that opens a path below /opt/ml fails and says why, and any
other program is not started: the computer's own /opt/ml is never touched.
"""

from __future__ import annotations

import ctypes
import os
import socket
import stat
import sys
from typing import Any

VARIABLE = "LOCAL_ACCOUNT_CONTAINER_ROOT"
"""In the environment of a container's process: a process that the prepared interpreter forks for it enters, too."""

HOSTS = "etc/hosts"
"""In the container's root, where a job has several hosts with names."""

NEW_MOUNTS = 0x00020000  # CLONE_NEWNS
NEW_USERS = 0x10000000  # CLONE_NEWUSER
BIND = 0x1000 | 0x4000  # MS_BIND, MS_REC
PRIVATE = 0x40000 | 0x4000  # MS_PRIVATE, MS_REC

EXPLANATION = (
    "the local account cannot give this job its own /opt/ml, because this system makes no mount namespace for it, "
    "and never uses the computer's own. "
    "Take the paths from the SM_* variables, or run it on Linux with user namespaces"
)


def enter(root: str) -> None:
    """Raises OSError where the system does not allow it; then nothing has changed for anybody else."""
    if not sys.platform.startswith("linux"):
        raise OSError("only Linux has mount namespaces")
    libc = ctypes.CDLL(None, use_errno=True)

    def call(name: str, *arguments: Any) -> None:
        if getattr(libc, name)(*arguments) != 0:
            number = ctypes.get_errno()
            raise OSError(number, f"{name}: {os.strerror(number)}")

    def mount(source: str | None, target: str, kind: str | None, flags: int) -> None:
        call(
            "mount",
            source and os.fsencode(source),
            os.fsencode(target),
            kind and kind.encode(),
            ctypes.c_ulong(flags),
            None,
        )

    user, group = os.geteuid(), os.getegid()
    try:
        # The administrator of the system needs no user namespace.
        call("unshare", NEW_MOUNTS)
    except OSError:
        call("unshare", NEW_MOUNTS | NEW_USERS)
        for name, text in (("setgroups", "deny"), ("uid_map", f"{user} {user} 1"), ("gid_map", f"{group} {group} 1")):
            with open(f"/proc/self/{name}", "w") as file:
                file.write(text)
    mount(None, "/", None, PRIVATE)
    if not os.path.isdir("/opt/ml"):
        make_mount_point(root, mount)
        # What is bound below /opt stays; the way to it through the job's folder goes, or a script that empties its
        # folder would follow it.
        call("umount2", os.fsencode(os.path.join(root, ".opt")), 2)  # MNT_DETACH
    mount(os.path.join(root, "opt", "ml"), "/opt/ml", None, BIND)
    hosts = os.path.join(root, HOSTS)
    if os.path.isfile(hosts) and os.path.isfile("/etc/hosts"):
        mount(hosts, "/etc/hosts", None, BIND)


def make_mount_point(root: str, mount: Any) -> None:
    """An /opt in memory with everything that the real one has, and a folder ml. The real one is not written to."""
    real = os.path.join(root, ".opt")
    os.makedirs(real, exist_ok=True)
    mount("/opt", real, None, BIND)
    mount("tmpfs", "/opt", "tmpfs", 0)
    for name in os.listdir(real):
        source, target = os.path.join(real, name), os.path.join("/opt", name)
        mode = os.lstat(source).st_mode
        if stat.S_ISLNK(mode):
            os.symlink(os.readlink(source), target)
        elif stat.S_ISDIR(mode):
            os.mkdir(target)
            mount(source, target, None, BIND)
        elif stat.S_ISREG(mode):
            os.close(os.open(target, os.O_CREAT))
            mount(source, target, None, BIND)
    os.mkdir("/opt/ml")


PATH_EVENTS = {
    "open",
    "os.mkdir",
    "os.listdir",
    "os.scandir",
    "os.rename",
    "os.remove",
    "os.rmdir",
    "os.link",
    "os.symlink",
    "os.truncate",
    "os.chmod",
}


def guard() -> None:
    """This process fails where it names a path below /opt/ml."""

    def refuse(event: str, arguments: tuple[Any, ...]) -> None:
        if event not in PATH_EVENTS:
            return
        for path in arguments[:2]:
            if isinstance(path, (str, bytes)):
                name = os.path.normpath(os.fsdecode(path))
                if name == "/opt/ml" or name.startswith("/opt/ml/"):
                    raise PermissionError(f"{name}: {EXPLANATION}")

    sys.addaudithook(refuse)


def resolve_hosts(root: str) -> None:
    """The names of the job's hosts, for this Python alone: without a namespace there is no /etc/hosts of its own."""
    try:
        with open(os.path.join(root, HOSTS)) as file:
            lines = [line.split() for line in file if not line.startswith("#")]
    except FileNotFoundError:
        return
    addresses = {name: line[0] for line in lines for name in line[1:]}
    by_name = socket.gethostbyname
    socket.gethostbyname = lambda name: addresses.get(name) or by_name(name)


def contain(environment: dict[str, str]) -> None:
    """In a process forked for a container."""
    root = environment.get(VARIABLE)
    if root is None:
        return
    try:
        enter(root)
    except OSError:
        guard()
        resolve_hosts(root)


def main() -> None:
    root, program, *arguments = sys.argv[1:]
    try:
        enter(root)
    except OSError as error:
        sys.exit(f"{program} is not supported by the local account on this computer ({error}): {EXPLANATION}")
    try:
        os.execvp(program, [program, *arguments])
    except FileNotFoundError:
        print(f'exec: "{program}": executable file not found in $PATH', file=sys.stderr)
        sys.exit(127)


if __name__ == "__main__":
    main()
