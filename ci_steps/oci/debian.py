"""The base `debian`: the distribution's own packages, pinned by version and digest, without root."""

from __future__ import annotations

import hashlib
import shutil
import subprocess
import tempfile
from pathlib import Path
from typing import TYPE_CHECKING

from ci_steps.oci import interpreter
from ci_steps.oci.apt import PrivateApt
from ci_steps.oci.base_image import Base
from ci_steps.oci.interpreter import compile_tree, interpreter_in
from ci_steps.oci.layers import cached_layer, tree
from ci_steps.state import sha256_of

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

PACKAGES = (
    "base-files", "ca-certificates", "libc6", "libgcc-s1", "libgomp1", "libstdc++6", "media-types", "netbase",
    "tzdata", "python{minor}-minimal", "libpython{minor}-stdlib",
)  # fmt: skip
# What the packages' scripts need when a package manager installs them; nothing of it runs in the image.
SCRIPTS_ONLY = {
    "debconf": "debconf-2.0", "dpkg": "", "mawk": "awk", "openssl": "", "perl-base": "", "readline-common": "",
    "tar": "",
}  # fmt: skip
# What only modules of Python for terminals, NIS and Berkeley DB are linked with (6 MB, and Kerberos with its
# advisories): these modules are left out with it. Newer releases write t64 behind some names.
TERMINALS_ONLY = {
    name + suffix: ""
    for name in ("libdb5.3", "libncursesw6", "libnsl2", "libreadline8", "libtinfo6", "libtirpc3")
    for suffix in ("", "t64")
}
LINKED_MODULES = ("_curses", "_curses_panel", "_dbm", "nis", "readline")
UNUSED = (
    "usr/share/man", "usr/share/locale", "usr/share/lintian", "usr/share/info", "usr/share/bash-completion",
    "usr/share/pixmaps", "usr/share/applications", "usr/share/base-files", "usr/share/zoneinfo/right",
    "usr/share/ca-certificates", "usr/share/gcc", "usr/share/menu", "usr/sbin",
    "usr/lib/python{minor}/test", "usr/lib/python{minor}/idlelib", "usr/lib/python{minor}/lib2to3",
    "usr/lib/python{minor}/turtledemo", "usr/lib/python{minor}/ensurepip", "usr/lib/python{minor}/tkinter",
    "usr/lib/python{minor}/pydoc_data", "usr/lib/python{minor}/unittest/test",
    "usr/lib/python{minor}/distutils/tests",
)  # fmt: skip
FOLDERS = ("dev", "proc", "root", "run", "sys", "tmp")
# Other rules give another root file system.
RULES = sha256_of(Path(__file__)) + sha256_of(Path(interpreter.__file__))


def debian_base(python: str, *, cache: Path, say: Callable[[str], None]) -> Base:
    """Return the base made from this distribution's packages.

    Raises:
        Refused: there is no apt here, or the distribution has no such Python.
        Infrastructure: the package servers do not answer.
    """
    apt = PrivateApt(cache / "apt", SCRIPTS_ONLY | TERMINALS_ONLY, say)
    wanted = apt.closure([name.format(minor=python) for name in PACKAGES])
    key = hashlib.sha256("\n".join([RULES, python, *map(str, wanted)]).encode()).hexdigest()
    rootfs = cache / "bases" / key / "rootfs"
    if not rootfs.is_dir():
        _make(rootfs, apt.download(wanted), python, say)
    layer = cached_layer(f"debian\0{key}", cache, lambda: {**tree(rootfs, below=""), **dict.fromkeys(FOLDERS)})
    program = interpreter_in(rootfs, python, named="debian")
    return Base(
        layers=(layer,), rootfs=rootfs, python=program, minor=python, reference=f"debian@{layer.diff_id}",
        settings={},
    )  # fmt: skip


def _make(rootfs: Path, packages: Sequence[Path], python: str, say: Callable[[str], None]) -> None:
    """Unpack, trim and byte-compile into `rootfs`; a half-made one is never left there."""
    rootfs.parent.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory(dir=rootfs.parent) as folder:
        made = Path(folder) / "rootfs"
        made.mkdir()
        for package in packages:
            say(f"unpacking {package.name}")
            _unpack(package, made)
        _add_accounts(made)
        _add_certificates(made)
        _trim(made, python)
        say("byte-compiling the base's library")
        program = interpreter_in(made, python, named="debian")
        (made / "usr/bin/python3").unlink(missing_ok=True)
        (made / "usr/bin/python3").symlink_to(Path(program).name)
        library = f"usr/lib/python{python}"
        compile_tree(made, program, made / library, place=f"/{library}")
        if not rootfs.exists():
            made.replace(rootfs)


def _unpack(package: Path, rootfs: Path) -> None:
    """Unpack one package, and keep what it says of itself where scanners look for it."""
    subprocess.run(["dpkg-deb", "-x", str(package), str(rootfs)], check=True, capture_output=True)
    about = subprocess.run(["dpkg-deb", "-f", str(package)], check=True, capture_output=True).stdout
    status = rootfs / "var/lib/dpkg/status.d" / package.name.partition("_")[0]
    status.parent.mkdir(parents=True, exist_ok=True)
    status.write_bytes(about)
    ended = subprocess.run(["dpkg-deb", "-I", str(package), "md5sums"], check=False, capture_output=True)
    if ended.returncode == 0:  # a package without files has none
        status.with_name(f"{status.name}.md5sums").write_bytes(ended.stdout)


def _trim(rootfs: Path, python: str) -> None:
    """Remove what no service reads; the licences stay, as they ask for it."""
    for name in UNUSED:
        shutil.rmtree(rootfs / name.format(minor=python), ignore_errors=True)
    for folder in (rootfs / "usr/lib").glob("*/gconv"):  # iconv's tables, 8 MB: Python has codecs of its own
        shutil.rmtree(folder)
    for name in LINKED_MODULES:
        for path in (rootfs / f"usr/lib/python{python}/lib-dynload").glob(f"{name}.*.so"):
            path.unlink()
    for path in (rootfs / "usr/share/doc").rglob("*"):
        if path.name != "copyright" and not path.is_dir():
            path.unlink()


def _add_accounts(rootfs: Path) -> None:
    (rootfs / "etc").mkdir(exist_ok=True)
    (rootfs / "etc/passwd").write_text(
        "root:x:0:0:root:/root:/sbin/nologin\napp:x:65532:65532:app:/app:/sbin/nologin\n", "utf-8"
    )
    (rootfs / "etc/group").write_text("root:x:0:\napp:x:65532:\n", "utf-8")


def _add_certificates(rootfs: Path) -> None:
    """Put all certificates into one file, as the script of ca-certificates would, where OpenSSL looks."""
    bundle = rootfs / "etc/ssl/certs/ca-certificates.crt"
    bundle.parent.mkdir(parents=True, exist_ok=True)
    certificates = sorted((rootfs / "usr/share/ca-certificates").rglob("*.crt"))
    bundle.write_bytes(b"".join(path.read_bytes() for path in certificates))
    openssl = rootfs / "usr/lib/ssl/cert.pem"
    openssl.parent.mkdir(parents=True, exist_ok=True)
    openssl.symlink_to("/etc/ssl/certs/ca-certificates.crt")
