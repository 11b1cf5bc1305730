"""Which packages an image holds: the distribution's and Python's, each with its size inside the image."""

from __future__ import annotations

import csv
import re
from dataclasses import dataclass
from email.parser import Parser
from pathlib import PurePosixPath
from typing import TYPE_CHECKING, Literal

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping
    from email.message import Message

    from ci_steps.oci.reading import Contents

STATUS = "/var/lib/dpkg/status"
STATUS_FOLDER = "/var/lib/dpkg/status.d/"
INFO = "/var/lib/dpkg/info/"
METADATA = re.compile(r"/[^/]+\.dist-info/METADATA$")
LICENCE = "License ::"


@dataclass(frozen=True, slots=True, kw_only=True)
class Installed:
    """One package; `size` counts the bytes of its files, unpacked; `licence` is what it says of itself.

    `source` names the distribution's source package where that has another name: advisories go by it.
    """

    kind: Literal["deb", "pypi"]
    name: str
    version: str
    architecture: str = ""
    source: str = ""
    licence: str = ""
    homepage: str = ""
    size: int = 0


def installed_in(contents: Contents) -> tuple[Installed, ...]:
    """Return every package that the image's own records name, by kind and name.

    Of other distributions than Debian's family only Python's packages are found.
    """
    found = [*_debian(contents), *_python(contents)]
    return tuple(sorted(found, key=lambda p: (p.kind, p.name, p.version)))


def distribution(contents: Contents) -> dict[str, str]:
    """Return what the image says of its distribution (ID, VERSION_ID, ...), empty where it says nothing."""
    for path in ("/etc/os-release", "/usr/lib/os-release"):
        if content := contents.about.get(path):
            lines = content.decode("utf-8", "replace").splitlines()
            return {name: value.strip('"') for name, _, value in (line.partition("=") for line in lines) if name}
    return {}


def _debian(contents: Contents) -> Iterator[Installed]:
    for path, content in contents.about.items():
        if path == STATUS or (path.startswith(STATUS_FOLDER) and not path.endswith(".md5sums")):
            for stanza in content.decode("utf-8", "replace").split("\n\n"):
                fields = _fields(stanza)
                if "Package" in fields and "deinstall" not in fields.get("Status", ""):
                    yield _package(fields, contents)


def _fields(stanza: str) -> dict[str, str]:
    lines = (line.partition(":") for line in stanza.splitlines() if not line.startswith((" ", "\t")))
    return {name: value.strip() for name, colon, value in lines if colon}


def _package(fields: Mapping[str, str], contents: Contents) -> Installed:
    name, architecture = fields["Package"], fields.get("Architecture", "")
    sums = contents.about.get(f"{STATUS_FOLDER}{name}.md5sums", b"").decode("utf-8", "replace")
    listed = [f"/{line.partition('  ')[2]}" for line in sums.splitlines()]
    for candidate in (f"{INFO}{name}.list", f"{INFO}{name}:{architecture}.list"):
        listed += contents.about.get(candidate, b"").decode("utf-8", "replace").splitlines()
    return Installed(
        kind="deb", name=name, version=fields.get("Version", ""), architecture=architecture,
        source=fields.get("Source", "").partition(" ")[0], homepage=fields.get("Homepage", ""),
        size=_size(listed, contents),
    )  # fmt: skip


def _python(contents: Contents) -> Iterator[Installed]:
    for path, content in contents.about.items():
        if not METADATA.search(path):
            continue
        about = Parser().parsestr(content.decode("utf-8", "replace").partition("\n\n")[0])
        record = contents.about.get(path.replace("METADATA", "RECORD"), b"").decode("utf-8", "replace")
        top = PurePosixPath(path).parent.parent
        listed = [str(top / row[0]) for row in csv.reader(record.splitlines()) if row]
        yield Installed(
            kind="pypi", name=str(about["Name"]), version=str(about["Version"]), licence=_licence(about),
            homepage=str(about["Home-page"] or ""), size=_size(listed, contents),
        )  # fmt: skip


def _licence(about: Message) -> str:
    """Return the licence in words of a line: the expression, else the classifiers, else the old field."""
    if expression := about.get("License-Expression"):
        return str(expression)
    kinds = map(str, about.get_all("Classifier") or [])
    if named := [kind.rpartition(" :: ")[2] for kind in kinds if kind.startswith(LICENCE)]:
        return ", ".join(named)
    return str(about.get("License") or "").partition("\n")[0]


def _size(paths: Iterable[str], contents: Contents) -> int:
    files = contents.files.files
    return sum(files[path].size for path in dict.fromkeys(paths) if path in files)
