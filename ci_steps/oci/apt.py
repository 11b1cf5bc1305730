"""apt on a state of its own: the machine's own packages and lists are neither needed nor touched."""

from __future__ import annotations

import hashlib
import json
import re
import shutil
import subprocess
import time
from dataclasses import astuple, dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from ci_steps.oci.architectures import architecture
from ci_steps.state import sha256_of, write_whole
from ci_steps.steps import Infrastructure, Refused

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

URI = re.compile(r"'[^']+' (?P<name>[^_ ]+)_(?P<version>[^_ ]+)_\S+\.deb ")
RECORD = re.compile(r"^(Package|Version|SHA256): (.+)$", re.MULTILINE)
FRESH_SECONDS = 86_400
# Hooks of the machine (docker-clean, PackageKit) would run on the machine's own folders.
SETTINGS = "".join(
    f"#clear APT::Update::{hook};\n" for hook in ("Pre-Invoke", "Post-Invoke", "Post-Invoke-Success")
)
RULES = sha256_of(Path(__file__))


@dataclass(frozen=True, slots=True)
class Pinned:
    """One package at one version; `sha256` is that of its file."""

    name: str
    version: str
    sha256: str


class PrivateApt:
    """apt in `folder`; it believes that of all packages only `present` (name -> what it provides) are here."""

    def __init__(self, folder: Path, present: dict[str, str], say: Callable[[str], None]) -> None:
        """Make the folder; nothing is asked of the network yet.

        Raises:
            Refused: this is no machine with apt.
        """
        if not all(map(shutil.which, ("apt-get", "apt-cache", "dpkg-deb"))):
            raise Refused("[steps.image] base 'debian' needs apt-get and dpkg-deb; name a registry image instead")
        self.folder, self.say, self.present = folder, say, present
        for name in ("state/lists/partial", "cache/archives/partial", "packages"):
            (folder / name).mkdir(parents=True, exist_ok=True)
        write_whole(folder / "settings", SETTINGS)
        write_whole(folder / "status", "\n".join(_stanza(*entry) for entry in sorted(present.items())))

    def closure(self, names: Sequence[str]) -> tuple[Pinned, ...]:
        """Return `names` and all that they depend on, as the distribution's signed lists pin it today.

        Raises:
            Refused: the distribution lacks one of them.
            Infrastructure: the package servers do not answer, and never did.
        """
        asked = hashlib.sha256("\n".join([RULES, *names, *self.present]).encode()).hexdigest()[:16]
        record, updated = self.folder / f"pinned-{asked}.json", self.folder / "updated"
        complaints = self._update(updated)
        if record.is_file() and record.stat().st_mtime_ns > updated.stat().st_mtime_ns:
            return tuple(Pinned(*entry) for entry in json.loads(record.read_text("utf-8")))
        try:
            printed, _ = self._run(
                "apt-get", "install", "-y", "--no-install-recommends", "--print-uris", "-qq", *names
            )
        except Refused:
            if not complaints:
                raise
            updated.unlink()
            raise Infrastructure(f"the package lists could not be read: {complaints}") from None
        found = [match for line in printed.splitlines() if (match := URI.match(line))]
        shown, _ = self._run("apt-cache", "show", *(f"{m['name']}={_colons(m['version'])}" for m in found))
        pinned = {p.name: p for p in map(_pinned, shown.strip().split("\n\n"))}
        wanted = tuple(pinned[name] for name in sorted(pinned))
        write_whole(record, json.dumps([astuple(p) for p in wanted]))
        return wanted

    def download(self, wanted: Sequence[Pinned]) -> list[Path]:
        """Return the package files, each with the digest that the signed lists record.

        Raises:
            Infrastructure: the package servers do not answer, or sent other bytes.
        """
        self.say(f"downloading {len(wanted)} packages")
        archives = self.folder / "packages"  # not apt's own folder: what lies there is left out of --print-uris
        if lacking := [p for p in wanted if not _is_whole(archives, p)]:
            self._run("apt-get", "download", "-q", *(f"{p.name}={p.version}" for p in lacking), folder=archives)
        for package in wanted:
            if not _is_whole(archives, package):
                raise Infrastructure(f"{package.name}: did not arrive as its package list says; try again")
        return [_file(archives, package) for package in wanted]

    def _update(self, updated: Path) -> str:
        """Read the lists anew where they are a day old; return what could not be fetched, which is no failure.

        apt goes on with the lists that it has: a machine without a network can use those of last week.
        """
        if updated.exists() and time.time() - updated.stat().st_mtime <= FRESH_SECONDS:
            return ""
        self.say("reading the distribution's package lists")
        _, said = self._run("apt-get", "update", "-q")
        updated.touch()
        return said

    def _run(self, program: str, *arguments: str, folder: Path | None = None) -> tuple[str, str]:
        options = {
            "Dir::State": self.folder / "state", "Dir::State::Lists": self.folder / "state/lists",
            "Dir::State::status": self.folder / "status", "Dir::Cache": self.folder / "cache",
            "Debug::NoLocking": "1", "APT::Sandbox::User": "", "Acquire::Retries": "3",
        }  # fmt: skip
        command = [program, f"-c={self.folder / 'settings'}", *(f"-o{n}={value}" for n, value in options.items())]
        ended = subprocess.run([*command, *arguments], capture_output=True, text=True, check=False, cwd=folder)
        if ended.returncode:
            said = ended.stderr.strip()[-600:]
            if "Unable to locate package" in said or "Couldn't find any package" in said:
                raise Refused(f"this distribution lacks a package that the base needs: {said}")
            raise Infrastructure(f"{program} {arguments[0]} failed: {said}")
        return ended.stdout, ended.stderr.strip()[-600:]


def _stanza(name: str, provides: str) -> str:
    also = f"Provides: {provides}\n" if provides else ""
    return (
        f"Package: {name}\nStatus: install ok installed\nArchitecture: {architecture()}\nMulti-Arch: foreign\n"
        f"Maintainer: nobody\nVersion: 9999\n{also}Description: taken as given\n"
    )


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
