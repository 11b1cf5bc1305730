"""The base `debian`: the distribution's own packages, pinned by version and digest, without root.

apt works on a private state, so the machine's own is neither needed nor touched.
"""

from __future__ import annotations

import hashlib
import json
import re
import shutil
import subprocess
import tempfile
import time
from dataclasses import astuple, dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from ci_steps.oci import bases
from ci_steps.oci.bases import Base, compile_tree, interpreter_in
from ci_steps.oci.layers import Content, cached_layer, tree
from ci_steps.state import sha256_of, write_whole
from ci_steps.steps import Infrastructure, Refused

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

PACKAGES = ("base-files", "libc6", "libgcc-s1", "libstdc++6", "libgomp1", "netbase")
PYTHON_PACKAGES = ("python{minor}-minimal", "libpython{minor}-stdlib")
# What these packages' scripts need when a package manager installs them; nothing of it runs in the image.
SCRIPTS_ONLY = frozenset(
    {"debconf", "perl-base", "dpkg", "tar", "mawk", "cdebconf", "original-awk", "gawk", "liblzma5-udeb"}
)
UNUSED = (
    "usr/share/doc", "usr/share/man", "usr/share/locale", "usr/share/lintian", "usr/share/info",
    "usr/share/bash-completion", "usr/share/pixmaps", "usr/share/applications", "usr/share/base-files",
    "usr/lib/python{minor}/test", "usr/lib/python{minor}/idlelib", "usr/lib/python{minor}/lib2to3",
    "usr/lib/python{minor}/turtledemo", "usr/lib/python{minor}/ensurepip", "usr/lib/python{minor}/tkinter",
    "usr/lib/python{minor}/pydoc_data", "usr/lib/python{minor}/unittest/test",
    "usr/lib/python{minor}/distutils/tests",
)  # fmt: skip
URI = re.compile(r"'[^']+' (?P<name>[^_ ]+)_(?P<version>[^_ ]+)_\S+\.deb ")
RECORD = re.compile(r"^(Package|Version|SHA256): (.+)$", re.MULTILINE)
FRESH_SECONDS = 86_400
RULES = sha256_of(Path(__file__)) + sha256_of(Path(bases.__file__))  # other rules give another root file system


def debian_base(python: str, *, cache: Path, say: Callable[[str], None]) -> Base:
    """Return the base made from this distribution's packages.

    Raises:
        Refused: there is no apt here, or the distribution has no such Python.
        Infrastructure: the package servers do not answer.
    """
    if not all(map(shutil.which, ("apt-get", "dpkg-deb"))):
        raise Refused("[steps.image] base 'debian' needs apt-get and dpkg-deb; name a registry image instead")
    apt = _Apt(cache / "apt", say)
    wanted = apt.closure(python)
    key = hashlib.sha256("\n".join([RULES, python, *map(str, wanted)]).encode()).hexdigest()
    rootfs = cache / "bases" / key / "rootfs"
    if not rootfs.is_dir():
        _make(rootfs, apt.download(wanted), python, say)
    layer = cached_layer(f"debian\0{key}", cache, lambda: _content(rootfs))
    interpreter = interpreter_in(rootfs, python, named="debian")
    return Base(
        layers=(layer,), rootfs=rootfs, python=interpreter, minor=python, reference=f"debian@{layer.diff_id}",
        settings={},
    )  # fmt: skip


@dataclass(frozen=True, slots=True)
class Pinned:
    """One package at one version; `sha256` is that of its file."""

    name: str
    version: str
    sha256: str


class _Apt:
    """apt-get on a state of its own, which believes that nothing is installed."""

    def __init__(self, folder: Path, say: Callable[[str], None]) -> None:
        self.folder, self.say = folder, say
        for name in ("state/lists/partial", "cache/archives/partial", "packages"):
            (folder / name).mkdir(parents=True, exist_ok=True)
        (folder / "status").touch()

    def closure(self, python: str) -> tuple[Pinned, ...]:
        """Return every package that is needed, as the signed lists pin it."""
        known = self.folder / f"closure-{python}.json"
        if known.exists() and time.time() - known.stat().st_mtime < FRESH_SECONDS:
            return tuple(Pinned(*fields) for fields in json.loads(known.read_text("utf-8")))
        self.say("reading the distribution's package lists")
        self._run("apt-get", "update", "-q")
        names = [*PACKAGES, *(name.format(minor=python) for name in PYTHON_PACKAGES)]
        asked = ("install", "-y", "--no-install-recommends", "--print-uris", "-qq")
        printed = self._run("apt-get", *asked, *names)
        found = [match for line in printed.splitlines() if (match := URI.match(line))]
        wanted = [m for m in found if m["name"] not in SCRIPTS_ONLY]
        shown = self._run("apt-cache", "show", *(f"{m['name']}={_colons(m['version'])}" for m in wanted))
        pinned = [_pinned(record) for record in shown.strip().split("\n\n")]
        pinned.sort(key=lambda p: p.name)
        write_whole(known, json.dumps([astuple(package) for package in pinned]))
        return tuple(pinned)

    def download(self, wanted: Sequence[Pinned]) -> list[Path]:
        """Return the package files, each with the digest that the signed lists record."""
        self.say(f"downloading {len(wanted)} packages")
        archives = self.folder / "packages"  # not apt's own folder: what lies there is left out of --print-uris
        if lacking := [p for p in wanted if not _is_whole(archives, p)]:
            names = [f"{p.name}={p.version}" for p in lacking]
            self._run("apt-get", "download", "-q", *names, folder=archives)
        files = []
        for package in wanted:
            if not _is_whole(archives, package):
                raise Infrastructure(f"{package.name}: did not arrive as its package list says; try again")
            files.append(_file(archives, package))
        return files

    def _run(self, program: str, *arguments: str, folder: Path | None = None) -> str:
        options = {
            "Dir::State": self.folder / "state", "Dir::State::Lists": self.folder / "state/lists",
            "Dir::State::status": self.folder / "status", "Dir::Cache": self.folder / "cache",
            "Debug::NoLocking": "1", "APT::Sandbox::User": "", "Acquire::Retries": "3",
        }  # fmt: skip
        command = [program, *(f"-o{name}={value}" for name, value in options.items()), *arguments]
        ended = subprocess.run(command, capture_output=True, text=True, check=False, cwd=folder)
        if ended.returncode:
            said = ended.stderr.strip()[-600:]
            if "Unable to locate package" in said or "Couldn't find any package" in said:
                raise Refused(f"this distribution lacks a package that the base needs: {said}")
            raise Infrastructure(f"{program} {arguments[0]} failed: {said}")
        return ended.stdout


def _colons(version: str) -> str:
    """Return a version as it is written; in file names a colon is escaped."""
    return version.replace("%3a", ":")


def _pinned(record: str) -> Pinned:
    fields = dict(RECORD.findall(record))
    return Pinned(fields["Package"], fields["Version"], fields["SHA256"])


def _file(archives: Path, package: Pinned) -> Path:
    escaped = package.version.replace(":", "%3a")
    return next(archives.glob(f"{package.name}_{escaped}_*.deb"), archives / "missing")


def _is_whole(archives: Path, package: Pinned) -> bool:
    path = _file(archives, package)
    return path.is_file() and sha256_of(path) == package.sha256


def _make(rootfs: Path, packages: Sequence[Path], python: str, say: Callable[[str], None]) -> None:
    """Unpack, trim and byte-compile into `rootfs`; a half-made one is never left there."""
    rootfs.parent.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory(dir=rootfs.parent) as folder:
        made = Path(folder) / "rootfs"
        made.mkdir()
        status = made / "var/lib/dpkg/status.d"
        for package in packages:
            say(f"unpacking {package.name}")
            subprocess.run(["dpkg-deb", "-x", str(package), str(made)], check=True, capture_output=True)
            status.mkdir(parents=True, exist_ok=True)
            about = subprocess.run(["dpkg-deb", "-f", str(package)], check=True, capture_output=True).stdout
            (status / package.name.partition("_")[0]).write_bytes(about)
        for name in UNUSED:
            shutil.rmtree(made / name.format(minor=python), ignore_errors=True)
        _add_accounts(made)
        say("byte-compiling the base's library")
        interpreter = interpreter_in(made, python, named="debian")
        (made / "usr/bin/python3").unlink(missing_ok=True)
        (made / "usr/bin/python3").symlink_to(Path(interpreter).name)
        library = f"usr/lib/python{python}"
        compile_tree(made, interpreter, made / library, inside=f"/{library}")
        if not rootfs.exists():
            made.replace(rootfs)


def _add_accounts(rootfs: Path) -> None:
    (rootfs / "etc").mkdir(exist_ok=True)
    (rootfs / "etc/passwd").write_text(
        "root:x:0:0:root:/root:/sbin/nologin\napp:x:65532:65532:app:/app:/sbin/nologin\n", "utf-8"
    )
    (rootfs / "etc/group").write_text("root:x:0:\napp:x:65532:\n", "utf-8")


def _content(rootfs: Path) -> dict[str, Content | None]:
    return {
        **tree(rootfs, below=""),
        "tmp": None,
        "proc": None,
        "sys": None,
        "dev": None,
        "run": None,
        "root": None,
    }
