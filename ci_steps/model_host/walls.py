"""The command line that puts a program behind bubblewrap's walls.

Inside there is the system's own software, the model's environment, and what was granted; no home, no user's
files, no other processes, no network unless granted. Everything is read-only but /tmp (which is private, in
memory and bounded) and what was granted as writable.
"""

from __future__ import annotations

import stat
from dataclasses import dataclass, field
from pathlib import Path, PurePosixPath
from typing import TYPE_CHECKING

from ci_steps.steps import Refused

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping

    from ci_steps.model_host.limits import Bind

OWN = "/run/iddr"
LAUNCHER = Path(__file__).with_name("launch.py")
HOME = "/tmp/home"  # noqa: S108 - /tmp of the sandbox, which is its own
LINKED = ("bin", "sbin", "lib", "lib32", "lib64", "libx32")
ALWAYS_READ = (
    "/usr", "/nix/store", "/etc/alternatives", "/etc/ld.so.cache", "/etc/ld.so.conf", "/etc/ld.so.conf.d",
    "/etc/localtime", "/etc/mime.types", "/etc/ssl/certs", "/etc/ssl/openssl.cnf", "/etc/pki/tls/certs",
    "/etc/pki/ca-trust/extracted", "/sys/devices/system/cpu",
)  # fmt: skip
NETWORK_READ = (
    "/etc/resolv.conf", "/etc/hosts", "/etc/host.conf", "/etc/nsswitch.conf", "/etc/services", "/etc/gai.conf",
)  # fmt: skip
MADE_INSIDE = ("proc", "dev", "sys", "tmp", "run")
NEVER = {"/", "/proc", "/dev", "/sys", "/run", "/tmp", "/etc", "/home", "/root", "/usr", "/var", OWN}  # noqa: S108


@dataclass(frozen=True, slots=True, kw_only=True)
class Walls:
    """What the walls are made of.

    `drops_user` says that bubblewrap runs as root, without a user namespace, and that the launcher inside
    gives root up. `features` are the options that this bubblewrap knows. `space_bytes` bounds /tmp.
    """

    program: str
    drops_user: bool
    features: frozenset[str]
    space_bytes: int = 0
    network: bool = False
    rootfs: Path | None = None
    binds: tuple[Bind, ...] = ()
    own: tuple[Bind, ...] = field(default=())

    def arguments(self) -> list[str]:
        """Return bubblewrap's command line up to the program's own.

        Raises:
            Refused: a bind would open what the walls are there to close.
        """
        return [
            self.program, *self._separation(), *self._system(), *self._kernel_files(), *self._space(),
            *self._granted(), "--remount-ro", "/", "--chdir", "/", "--",
        ]  # fmt: skip

    def _separation(self) -> Iterator[str]:
        yield from ("--unshare-pid", "--unshare-ipc", "--unshare-uts", "--unshare-cgroup-try")
        yield from ("--hostname", "sandbox", "--die-with-parent", "--new-session", "--cap-drop", "ALL")
        if not self.network:
            yield "--unshare-net"
        if self.drops_user:  # the launcher needs these two to leave root, and loses them by doing so
            yield from ("--cap-add", "CAP_SETUID", "--cap-add", "CAP_SETGID")
        else:
            yield "--unshare-user"
            yield from (["--disable-userns"] if "--disable-userns" in self.features else [])

    def _system(self) -> Iterator[str]:
        if self.rootfs is not None:
            yield from self._unpacked(self.rootfs)
            return
        for name in LINKED:
            system = Path("/", name)
            if system.is_symlink():
                yield from ("--symlink", str(system.readlink()), str(system))
            else:
                yield from ("--ro-bind-try", str(system), str(system))
        for path in (*ALWAYS_READ, *(NETWORK_READ if self.network else ())):
            yield from (*_opened(parents(path)), "--ro-bind-try", str(Path(path).resolve()), path)

    def _unpacked(self, rootfs: Path) -> Iterator[str]:
        """Show the top of an unpacked image entry by entry, so that mount points can be made beside them."""
        for entry in sorted(rootfs.iterdir()):
            if entry.name in MADE_INSIDE:
                continue
            if entry.is_symlink():
                yield from ("--symlink", str(entry.readlink()), f"/{entry.name}")
            else:
                yield from ("--ro-bind", str(entry), f"/{entry.name}")

    def _kernel_files(self) -> Iterator[str]:
        """Show the kernel's files; bubblewrap as root leaves /proc/sys writable to uid 0, so it is covered."""
        yield from ("--proc", "/proc", "--ro-bind", "/proc/sys", "/proc/sys")
        for path in ("/proc/sysrq-trigger", "/proc/acpi", "/proc/scsi"):
            yield from ("--ro-bind-try", path, path)
        yield from ("--dev", "/dev")

    def _space(self) -> Iterator[str]:
        bounded = ["--size", str(self.space_bytes)] if "--size" in self.features and self.space_bytes else []
        for place in ("/dev/shm", "/tmp"):  # noqa: S108 - the sandbox's own
            yield from ("--perms", "1777", *bounded, "--tmpfs", place)
        yield from ("--perms", "0777", "--dir", HOME)

    def _granted(self) -> Iterator[str]:
        """Show what was granted, outer folders before what lies in them; the parents of each are empty."""
        granted = {bind.inside: bind for bind in sorted(self.binds, key=lambda bind: bind.writable)}
        for target in granted:
            if target in NEVER:
                raise Refused(f"{target} would be opened to the sandbox: grant the one folder that is needed")
        shown = {**granted, **{bind.inside: bind for bind in self.own}}
        covered = set[str]()
        for target, bind in sorted(shown.items(), key=lambda each: len(PurePosixPath(each[0]).parts)):
            if self.drops_user and (closed := _closed_above(target, shown)) and closed not in covered:
                covered.add(closed)
                yield from ("--perms", "0755", "--tmpfs", closed)
            yield from _opened(parents(target))
            yield from ("--bind" if bind.writable else "--ro-bind", str(bind.source.resolve()), target)


def parents(target: str) -> list[str]:
    """Return the folders above `target` from the top, without the root."""
    return [str(each) for each in reversed(PurePosixPath(target).parents)][1:]


def _closed_above(target: str, shown: Mapping[str, Bind]) -> str:
    """Return the outermost folder above `target` that is seen through another bind and only its owner may enter.

    The owner was root, and inside nobody is: an empty folder in its place hides nothing that could be read.
    """
    above = parents(target)
    outer = next((place for place, folder in enumerate(above) if folder in shown), len(above))
    return next((each for each in above[outer + 1 :] if not _may_enter(Path(each))), "")


def _may_enter(folder: Path) -> bool:
    return not folder.is_dir() or bool(folder.stat().st_mode & stat.S_IXOTH)


def _opened(folders: Iterable[str]) -> Iterator[str]:
    """Make empty folders that every user may enter: bubblewrap's own would be open to root alone."""
    for folder in folders:
        yield from ("--perms", "0755", "--dir", folder)
