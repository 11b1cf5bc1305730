"""The list of releases: which version serves, and what it replaced."""

from __future__ import annotations

import json
from dataclasses import asdict, dataclass
from typing import TYPE_CHECKING, Any

from ci_steps.results import Artifact
from ci_steps.state import write_whole
from ci_steps.steps import Refused
from model_checks.profiling.documents import MEDIA_TYPE

if TYPE_CHECKING:
    from pathlib import Path

FILE = "releases.json"


@dataclass(frozen=True, slots=True, kw_only=True)
class Release:
    """One version of the model; `replaced` is the version that served before, 0 for the first.

    `image` is the OCI manifest digest, `config` the image's id in a Docker engine, `at` ISO 8601 in UTC.
    `kept` are artifacts of the state folder by which later models and tables are judged: the model file, its
    contract, its lock where it ran in an environment of its own, its training table's profile. `python` is
    the Python minor that it ran in, `predicts` its target column, `classes` its classes where they were declared.
    Older releases kept less, or nothing.
    """

    version: int
    image: str
    config: str
    revision: str
    target: str
    at: str
    replaced: int = 0
    python: str = ""
    predicts: str = ""
    classes: tuple[str | int | bool, ...] = ()
    kept: tuple[Artifact, ...] = ()

    def artifact(self, name: str) -> Artifact | None:
        """Return the artifact with this name that was kept with the release."""
        return next((a for a in self.kept if a.name == name), None)


@dataclass(frozen=True, slots=True, kw_only=True)
class Ledger:
    """All releases in order, and the version that serves now (0: none)."""

    releases: tuple[Release, ...] = ()
    serving: int = 0

    @property
    def current(self) -> Release | None:
        """The release that serves now."""
        return self.find(self.serving)

    def find(self, version: int) -> Release | None:
        """Return the release with this version."""
        return next((r for r in self.releases if r.version == version), None)

    def with_release(self, release: Release) -> Ledger:
        """Return the ledger in which `release` serves."""
        return Ledger(releases=(*self.releases, release), serving=release.version)

    def rolled_back(self) -> Ledger:
        """Return the ledger in which the version that the current one replaced serves again.

        Raises:
            Refused: nothing is released, or nothing was replaced.
        """
        current = self.current
        if current is None:
            raise Refused("nothing is released yet, so there is nothing to go back from; run `iddr run`")
        if self.find(current.replaced) is None:
            raise Refused(f"version {current.version} replaced nothing, so there is nothing to go back to")
        return Ledger(releases=self.releases, serving=current.replaced)


def read_ledger(state: Path) -> Ledger:
    """Return the ledger in the state folder; an empty one before the first release.

    Raises:
        Refused: the file is there and is no ledger.
    """
    path = state / FILE
    if not path.exists():
        return Ledger()
    try:
        document = json.loads(path.read_text("utf-8"))
        return Ledger(releases=tuple(map(_release, document["releases"])), serving=int(document["serving"]))
    except (ValueError, TypeError, KeyError) as error:
        raise Refused(f"{path}: is no list of releases ({error}); restore it from a copy") from None


def write_ledger(state: Path, ledger: Ledger) -> None:
    """Write the ledger into the state folder."""
    document = {"releases": [asdict(r) for r in ledger.releases], "serving": ledger.serving}
    write_whole(state / FILE, json.dumps(document, indent=1, sort_keys=True) + "\n")


def _release(document: dict[str, Any]) -> Release:
    """Return the release that `document` describes; the first ones that kept a profile named it by two fields."""
    fields = dict(document)
    uri, sha256 = fields.pop("profile", ""), fields.pop("profile_sha256", "")
    kept = [Artifact(**each) for each in fields.pop("kept", ())]
    if uri:
        kept.append(Artifact(name="profile_file", uri=uri, sha256=sha256, media_type=MEDIA_TYPE))
    classes = tuple(fields.pop("classes", ()))
    return Release(**fields, classes=classes, kept=tuple(kept))
